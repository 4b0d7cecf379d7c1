"""How good the grades of simulated peers are: beside the truth that follows from the seed, and beside the median."""

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

from preau.courses.models import Edition
from preau.peer.models import Assignment, PeerGrade, Review
from preau.simulation.peers import Peers


@dataclass(frozen=True)
class Measured:
    """Of one assignment whose results are told. Errors are root mean squares in points of 100, of the copies that the
    team did not grade; `no_shows` handed in and assessed nobody; `served` of `kept` did their part and had all their
    guaranteed reviews, or the team's grade."""

    copies: int
    reviews: int
    no_shows: int
    kept: int
    served: int
    by_staff: int
    error: float
    error_of_median: float


def measure(edition: Edition, peers: Peers) -> dict[str, Measured]:
    """By the key of each assignment of an edition that is published."""
    rows = Assignment.objects.filter(edition=edition, published_at__isnull=False).select_related("unit").order_by("pk")
    return {row.unit.key: found for row in rows if (found := _measure(row, peers)) is not None}


def _measure(row: Assignment, peers: Peers) -> Measured | None:
    entries = list(row.pool.select_related("submission__enrolment__person").order_by("pk"))
    grades = {grade.pk: grade for grade in PeerGrade.objects.filter(submission__pool__assignment=row).order_by("pk")}
    received: dict[object, list[float]] = {}
    counted = Review.objects.filter(assignment=row, finished_at__isnull=False, late=False, hidden=False)
    for copy, score in counted.exclude(kind__in=["self", "staff"]).order_by("pk").values_list("submission_id", "score"):
        received.setdefault(copy, []).append(score or 0.0)
    by_staff = {pk for pk, grade in grades.items() if grade.method == "staff"}
    known = [entry for entry in entries if entry.pk in grades and entry.pk in received and entry.pk not in by_staff]
    if not known:
        return None
    facts = peers.facts(peers.number_of(known[0].author), row.unit.key, row.published_at or row.edition.closes_at)
    true = {entry.pk: peers.truth(peers.number_of(entry.author), row.unit.key, facts.rubric) for entry in known}
    kept = [entry for entry in entries if entry.given >= facts.terms.reviews]
    return Measured(
        copies=len(entries),
        reviews=sum(len(scores) for scores in received.values()),
        no_shows=sum(1 for entry in entries if entry.given == 0),
        kept=len(kept),
        served=sum(1 for entry in kept if entry.finished >= facts.terms.guaranteed or entry.pk in by_staff),
        by_staff=len(by_staff),
        error=_error([grades[pk].score - worth for pk, worth in true.items()]),
        error_of_median=_error([median(received[pk]) - worth for pk, worth in true.items()]),
    )


def _error(gaps: list[float]) -> float:
    return sqrt(fmean(gap * gap for gap in gaps))


def table(found: dict[str, Measured]) -> str:
    """The same to be read."""
    names = {
        "copies": "copies handed in",
        "reviews": "assessments by peers that count",
        "no_shows": "handed in and assessed nobody",
        "kept": "did their part",
        "served": "  of which had what was guaranteed",
        "by_staff": "graded by the team",
    }
    lines = [f"{'':42}" + "".join(f"{key[-24:]:>26}" for key in found)]
    for name, told in names.items():
        lines.append(f"{told:42}" + "".join(f"{getattr(one, name):>26,}" for one in found.values()))
    for name, told in (("error", "error of the grades, points of 100"), ("error_of_median", "error of the median")):
        lines.append(f"{told:42}" + "".join(f"{getattr(one, name):>26.1f}" for one in found.values()))
    return "\n".join(lines)
