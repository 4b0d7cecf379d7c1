"""Former people erased: those with an account with it, others when somebody asks. Certificates stay, of nobody."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Course
from preau.past import counting
from preau.past.models import Doubt, Forgotten, Former, FormerResult


def forget(*, act: acts.Act, former: Former, by: Person, now: datetime) -> acts.Outcome:
    """Erase somebody who has no account here. Refuses one who has: they erase it themselves."""

    def work() -> acts.Outcome:
        counting.lock(former.course_id)
        row = Former.objects.get(pk=former.pk)
        if row.person_id is not None:
            raise Refused(_("They have an account here: erasing that erases this too."))
        kept = erase([row], now)
        journal.log("former.erased", by=by.pk, about="former", about_id=row.pk, at=now, certificates=kept)
        return {"former": str(row.pk), "certificates": kept}

    return acts.once(act, by.pk, work)


@transaction.atomic
def erase(rows: Iterable[Former], now: datetime) -> int:
    """Empty these rows: results go, certificates stay without a name, and no file brings the person back. Returns how
    many certificates stay."""
    kept = 0
    for row in rows:
        editions = set(FormerResult.objects.filter(former=row).values_list("edition_number", flat=True))
        FormerResult.objects.filter(former=row, certificate="").delete()
        kept += FormerResult.objects.filter(former=row).update(percent=None)
        marked = [_mark(row.course_id, value) for value in (row.email, row.number) if value]
        Forgotten.objects.bulk_create(
            [Forgotten(course_id=row.course_id, mark=mark, at=now) for mark in marked], ignore_conflicts=True
        )
        same = Q(former=row) | (Q(email=row.email) & ~Q(email="")) | (Q(email="", number=row.number) & ~Q(number=""))
        Doubt.objects.filter(same, course=row.course_id).delete()
        row.email = row.number = row.name = row.linked_how = ""
        row.person = row.linked_at = row.email_from = row.number_from = None
        row.erased_at = now
        row.save()
        counting.recount(row.course, editions)
    return kept


def marks(course: Course) -> Callable[[str, str], bool] | None:
    """Was somebody with this address or number erased? None when nobody was."""
    kept = set(Forgotten.objects.filter(course=course).values_list("mark", flat=True))
    if not kept:
        return None
    return lambda email, number: any(v and _mark(course.pk, v) in kept for v in (email, number))


def _mark(course_id: UUID, value: str) -> str:
    """A fingerprint that only this installation can make."""
    return salted_hmac(f"preau.past.forgotten:{course_id}", value, algorithm="sha256").hexdigest()
