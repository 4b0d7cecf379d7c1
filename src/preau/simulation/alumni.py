"""People of an edition once it is over, some of whom help the next one."""

from datetime import datetime

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.simulation import rules


def first(edition: Edition, before: datetime) -> Person | None:
    """Somebody of an earlier edition of the course who will help this one: the first who passed, else who was there."""
    rows = Person.objects.filter(
        enrolments__edition__course=edition.course,
        enrolments__edition__number__lt=edition.number,
        enrolments__enrolled_at__lt=before,
        enrolments__left_at=None,
        email__endswith=f".{rules.DOMAIN}",
    )
    passed = rows.filter(enrolments__standings__passed=True)
    return passed.order_by("email").first() or rows.order_by("email").first()


def passed(edition: Edition, most: int = 9) -> list[Person]:
    """The first of those who passed an edition."""
    enrolled = edition.enrolments.filter(left_at=None, standings__passed=True, person__email__endswith=rules.DOMAIN)
    ids = set(enrolled.values_list("person_id", flat=True))
    return list(Person.objects.filter(pk__in=ids).order_by("email")[:most])
