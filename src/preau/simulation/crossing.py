"""From one edition to the next, and from track to track: who came back, who changed, what they kept, from the rows."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from preau.audit.models import Entry
from preau.certificates.models import Award
from preau.courses.models import Edition, Enrolment
from preau.grades import queries
from preau.grades.models import Result

TOLD = {
    "returned": "came back from an earlier edition",
    "returned_certified": "  of whom with a certificate of then",
    "results_kept": "results kept from an earlier edition",
    "results_kept_by": "  by so many people",
    "changed_track": "changed track",
    "left_and_returned": "left and came back",
}


def figures(edition: Edition) -> dict[str, int]:
    """Of the people who are in an edition, under the names of `TOLD`: a handful of queries."""
    live = Enrolment.objects.filter(edition=edition, left_at=None)
    former = Enrolment.objects.filter(edition__course=edition.course_id, edition__number__lt=edition.number)
    done = Result.objects.filter(queries.DONE, enrolment__in=former)
    here = set(live.values_list("person_id", flat=True))  # sets: without statistics PostgreSQL joins all with all
    back = here & set(done.order_by().values_list("enrolment__person", flat=True).distinct())
    awards = Award.objects.filter(enrolment__in=former, track__isnull=False, revoked_at=None)
    kept = Result.objects.filter(enrolment__in=live, carried__isnull=False)
    ids = list(live.values_list("pk", flat=True))
    return {
        "returned": len(back),
        "returned_certified": len(back & set(awards.order_by().values_list("enrolment__person", flat=True))),
        "results_kept": kept.count(),
        "results_kept_by": kept.values("enrolment").distinct().count(),
        "changed_track": _journal("track.changed", ids),
        "left_and_returned": _journal("returned", ids),
    }


def _journal(verb: str, enrolments: Iterable[UUID]) -> int:
    """How many of these enrolments the journal says this of."""
    rows = Entry.objects.filter(about="enrolment", verb=verb).order_by("about_id").values_list("about_id", flat=True)
    return len(set(rows) & set(enrolments))


def table(columns: Mapping[str, Mapping[str, int]], told: Mapping[str, str] = TOLD) -> str:
    """Counts by name, an edition (named by the keys) a column; `told`: what each is called."""
    lines = [f"{'':42}" + "".join(f"{name:>13}" for name in columns)]
    lines += [f"{text:42}" + "".join(f"{of[key]:>13,}" for of in columns.values()) for key, text in told.items()]
    return "\n".join(lines)
