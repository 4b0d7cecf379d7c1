"""A file of former people, killed while it comes in: functions that a drill asks its hand for (`tests.faults.hand`)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from preau.audit.models import Entry
from preau.courses.models import Course
from preau.desk import former
from preau.past import importing, queries
from preau.past.models import Doubt, Former, FormerResult, Source, Total
from tests import cast
from tests.faults import forks

BATCH = 7
PEOPLE = 40


def prepare() -> None:
    """A course whose first edition here is the eighth, and a file of former people, two of them doubtful."""
    cast.edition(slug="thin-8", number=8, opens=cast.monday(timezone.now(), 4))
    lines = ["email;numéro étudiant;session;unité;pourcentage"]
    lines += [f"p{n}@example.org;A{n};{1 + n % 7};quiz-{k};{n}" for n in range(PEOPLE) for k in range(3)]
    lines += ["p1@example.org;A2;3;quiz-1;50", "autre@example.org;A7;3;quiz-1;50"]
    place().write_text("\n".join(lines), encoding="utf-8")


def place() -> Path:
    return Path(settings.STATE) / "former.csv"


def work(batches: int, within: float) -> None:
    """Bring it in; die once so many batches are written, or at a moment of the next `within` seconds."""
    importing.BATCH = BATCH
    if batches:
        forks.doom_call(importing, "write_batch", batches)
    if within:
        forks.doom(within)
    course = Course.objects.get(slug="thin")
    former.bring(place(), course, origin="the drill", by=None, now=timezone.now())


def killed(batches: int) -> dict[str, Any]:
    """A process that brings it in and is killed in the middle; what it leaves."""
    forks.doomed(forks.fork(lambda: work(batches, 0)))
    return report()


def killed_within(seconds: float) -> dict[str, Any]:
    """One that is killed at some moment, if it has not come to its end by then."""
    forks.ended(forks.fork(lambda: work(0, seconds)))
    return report()


def finished() -> dict[str, Any]:
    """One that is left alone; what it leaves."""
    assert forks.ended(forks.fork(lambda: work(0, 0))) == 0
    return report()


def afresh() -> dict[str, Any]:
    """The same without any kill, in the place of what is there."""
    for table in (Doubt, FormerResult, Total, Former, Source, Entry):
        table.objects.all().delete()
    return finished()


def report() -> dict[str, Any]:
    """What counts, and what is written."""
    course = Course.objects.get(slug="thin")
    rows = FormerResult.objects.order_by("former__email", "edition_number", "key")
    return {
        "counts": [[one.edition, one.what, one.number] for one in queries.totals(course.pk)],
        "shown": len([one for row in Former.objects.order_by("pk") for one in queries.of_former(row)]),
        "waiting": queries.waiting(course),
        "written": list(
            rows.values_list("former__email", "former__number", "edition_number", "key", "percent", "line")
        ),
        "doubts": list(Doubt.objects.order_by("line").values_list("email", "number", "kind")),
        "lines": Entry.objects.filter(verb="former.imported").count(),
    }
