"""From reviews to grades: what is kept of what the model says, until results are told.

The reviews of the same course's last assignments go in beside those of this one, of this edition and of the one before
it: so a reviewer is known for two editions, and nothing about a person is stored. All that the model says of an
assignment is written in one transaction: a worker that is killed leaves the former grades.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from preau.accounts.models import Person
from preau.peer import assignments, gathering, rules, steering
from preau.peer.assignments import Facts
from preau.peer.candidates import COUNTED
from preau.peer.gathering import Sheet
from preau.peer.models import Assignment, PeerGrade, Review

PACE = timedelta(minutes=10)  # between two reckonings of an assignment
AFTER = timedelta(days=60)  # after the end of its edition, an assignment without results is left alone
PASS_MARK = 50.0  # where an interval holds it, the team looks first
LESS = 0.6  # of an equal part: a review with less of the weight is said to count less
BATCH = 1000
FIELDS = ("score", "low", "high", "method", "model", "inputs", "lines", "needs_review", "computed_at")


def running(now: datetime) -> "QuerySet[Assignment]":
    """The assignments whose results are not told, in editions that run or ended not long ago."""
    rows = Assignment.objects.filter(published_at=None, edition__closes_at__gt=now - AFTER)
    return rows.select_related("edition__course").order_by("pk")


def recompute_due(*, now: datetime) -> int:
    """Reckon again what was not for ten minutes, and draw the team's copies once reviews are due; how many assignments
    have other grades than before."""
    changed = 0
    for row in running(now).filter(Q(computed_at=None) | Q(computed_at__lte=now - PACE)):
        changed += recompute(row, now=now)
        facts = assignments.of_row(row)
        until = facts.calendar.reviews_due if facts else None
        if facts and until and now > until:
            draw_turns(facts, now)
    return changed


@transaction.atomic
def draw_turns(facts: Facts, now: datetime) -> int:
    """Draw the copies that the team is to grade, those that are not drawn yet."""
    row = Assignment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=facts.id).first()
    return steering.draw_now(facts, now) if row and row.published_at is None else 0


def recompute(assignment: Assignment, *, now: datetime) -> bool:
    """Reckon the grades of an assignment from the reviews that are there; whether anything changed. The same reviews
    again change nothing, and nothing changes once a result is told."""
    sheet = gathering.sheet(assignment)
    grades = _aggregate(sheet) if sheet.reviews else None
    sheet.digest.update(grades.version.encode() if grades else b"")
    digest = sheet.digest.hexdigest()
    with transaction.atomic():
        row = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
        if row.published_at or (row.computed_at and row.computed_at > now) or begun(row.pk):
            return False
        Assignment.objects.filter(pk=row.pk).update(computed_at=now)
        kept = of_assignment(row.pk)
        count = len(sheet.alone) + (len(set(sheet.copy[: len(sheet.reviews)])))
        if kept.filter(inputs=digest).count() == count == kept.count():
            return False
        for some in batched(_rows(sheet, grades, digest, now), BATCH):
            PeerGrade.objects.bulk_create(
                some, update_conflicts=True, unique_fields=["submission"], update_fields=FIELDS
            )
        PeerGrade.objects.filter(pk__in=kept.exclude(inputs=digest).values("pk")).delete()
    return True


def of_assignment(pk: UUID) -> "QuerySet[PeerGrade]":
    """The grades of an assignment's copies."""
    return PeerGrade.objects.filter(submission__pool__assignment_id=pk)


def begun(pk: UUID) -> bool:
    """Is a result of it told already?"""
    return of_assignment(pk).filter(published_at__isnull=False).exists()


def _aggregate(sheet: Sheet) -> Any:
    return rules.aggregate(
        sheet.copy,
        sheet.reviewer,
        sheet.grade,
        staff=sheet.staff or None,
        staff_random=sheet.drawn or None,
        assignment=sheet.turn,
        pass_mark=PASS_MARK,
    )


def _rows(sheet: Sheet, grades: Any, digest: str, now: datetime) -> Iterator[PeerGrade]:
    """The rows of the assignment's own copies; their reviews stand first in the sheet, copy after copy."""
    ids = list(sheet.copies)
    end = 0
    while end < len(sheet.reviews):
        start, copy = end, sheet.copy[end]
        while end < len(sheet.reviews) and sheet.copy[end] == copy:
            end += 1
        method = "staff" if grades.by_staff[copy] else "median" if grades.by_median[copy] else "model"
        yield PeerGrade(
            submission_id=ids[copy],
            score=float(grades.published[copy]),
            low=float(grades.low[copy]),
            high=float(grades.high[copy]),
            method=method,
            model=grades.version,
            inputs=digest,
            lines=[_line(sheet, grades, n, end - start) for n in range(start, end)],
            needs_review=bool(grades.needs_review[copy]),
            computed_at=now,
        )
    for submission, score in sheet.alone.items():
        yield by_staff(submission, score, now, digest)


def _line(sheet: Sheet, grades: Any, n: int, count: int) -> dict[str, Any]:
    """One review's part. `note`: `less` for one that counts less than the others, `aside` for one that does not."""
    share = float(grades.share[n])
    return {
        "review": str(sheet.reviews[n]),
        "grade": sheet.grade[n],
        "correction": float(grades.bias[n]),
        "weight": share,
        "note": "aside" if share == 0 else "less" if share * count < LESS else "",
    }


def by_staff(submission: UUID, score: float, now: datetime, digest: str = "") -> PeerGrade:
    """The grade of a copy that the team alone graded."""
    return PeerGrade(
        submission_id=submission,
        score=score,
        low=score,
        high=score,
        method="staff",
        model="staff",
        inputs=digest,
        computed_at=now,
    )


@dataclass(frozen=True)
class Advice:
    """What a reviewer is told of their own reviews, and nobody else is: over `count` of them, by how many points of 100
    they were kinder (above nought) or more severe than the results, and how far from it they usually fell."""

    count: int
    severity: float
    spread: float


def advice(person: Person, assignment: Assignment) -> Advice | None:
    """A reviewer's own severity and consistency in an assignment, once results are told; None before, and for whoever
    wrote no review that counts."""
    if assignment.published_at is None:
        return None
    rows = Review.objects.filter(
        assignment=assignment, reviewer=person, kind__in=COUNTED, finished_at__isnull=False, late=False, hidden=False
    ).filter(submission__peer_grade__published_at__isnull=False)
    pairs = rows.order_by("pk").values_list("score", "submission__peer_grade__score")
    apart = [given - result for given, result in pairs if given is not None]
    if not apart:
        return None
    severity = fmean(apart)
    return Advice(len(apart), severity, fmean(abs(one - severity) for one in apart))
