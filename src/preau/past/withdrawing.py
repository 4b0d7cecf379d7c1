"""A file taken back: what it said stops counting at once, and its rows go a few thousand at a time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Course
from preau.past import counting
from preau.past.models import Doubt, Former, FormerResult, Source, Total

AT_ONCE = 10_000


def withdraw(*, act: acts.Act, source: Source, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """Take a file back. Refuses without a reason, and while a decision of staff hangs on it."""

    def work() -> acts.Outcome:
        counting.lock(source.course_id)
        row = Source.objects.select_for_update().get(pk=source.pk)
        if row.withdrawn_at is not None:
            raise Refused(_("This file is withdrawn already."))
        if not reason.strip():
            raise Refused(_("Say why: the journal keeps it."))
        if count := Doubt.objects.filter(source=row).exclude(decision="").count():
            told = ngettext(
                "{n} decision hangs on this file: take it back first.",
                "{n} decisions hang on this file: take them back first.",
                count,
            )
            raise Refused(told.format(n=count))
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        Total.objects.filter(source=row).delete()
        Doubt.objects.filter(source=row).delete()
        counting.recount(row.course)
        said = {"file": row.file_name, "reason": reason.strip()[:300]}
        journal.log("former.withdrawn", by=by.pk, about="former_source", about_id=row.pk, at=now, **said)
        return {"source": str(row.pk)}

    return acts.once(act, by.pk, work)


def sweep() -> bool:
    """Delete some rows of withdrawn files; False when there are none left. The worker calls it."""
    results = FormerResult.objects.filter(source=OuterRef("pk"))
    people = Former.objects.filter(~Exists(FormerResult.objects.filter(former=OuterRef("pk"))), source=OuterRef("pk"))
    people = people.filter(erased_at=None)
    left = Source.objects.filter(Exists(results) | Exists(people)).exclude(withdrawn_at=None)
    source = left.order_by("pk").first()
    return source is not None and (_some(source) or True)


def sweep_course(course: Course) -> None:
    """The same for one course, to the end: before another file comes in."""
    for source in Source.objects.filter(course=course).exclude(withdrawn_at=None).order_by("pk"):
        empty(source)


def empty(source: Source) -> None:
    """Delete what a file wrote, all of it."""
    while _some(source):
        continue


@transaction.atomic
def _some(source: Source) -> bool:
    """Some of its results; after them its people whom nothing else speaks of, and last what it taught of others. False
    when nothing is left."""
    lines = FormerResult.objects.filter(source=source).order_by("line").values_list("line", flat=True)
    if some := list(lines[:AT_ONCE]):
        FormerResult.objects.filter(source=source, line__lte=some[-1]).delete()
        return True
    others = FormerResult.objects.filter(former=OuterRef("pk"))
    people = Former.objects.filter(~Exists(others), source=source, erased_at=None).order_by("pk")
    if alone := list(people.values_list("pk", flat=True)[:AT_ONCE]):
        Former.objects.filter(pk__in=alone).delete()
        return True
    Former.objects.filter(email_from=source).update(email="", email_from=None)
    Former.objects.filter(number_from=source).update(number="", number_from=None)
    return False
