"""The thin edition in its second week today, and what happened in it."""

from datetime import datetime

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.grades import actions as grades
from tests import cast


def running(now: datetime) -> Edition:
    """In its second week."""
    return cast.edition(slug="thin-now", opens=cast.monday(now, -1))


def learner(name: str, edition: Edition, **fields: str) -> Enrolment:
    """Somebody enrolled."""
    return cast.enrolment(cast.person(name, **fields), edition)


def scored(
    enrolment: Enrolment, unit: str, percent: float, now: datetime, *, shown_from: datetime | None = None
) -> None:
    """A result that stands, told from `shown_from` on."""
    row = enrolment.edition.course.units.get(key=unit)
    version = enrolment.edition.printings.get(current=True).version_id
    grades.record(
        enrolment_id=enrolment.pk,
        unit_id=row.pk,
        version_id=version,
        score=percent,
        of=100,
        how={"final": True},
        shown_from=shown_from,
        now=now,
    )


def page(person: Person, edition: Edition) -> str:
    """Their path."""
    return cast.browser(person).get(f"/e/{edition.slug}/path/").content.decode()
