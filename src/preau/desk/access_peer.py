"""The doors to what peers assess, at the desk: an assignment of one's edition, and the rows behind it. Any other is a
404."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from preau.content import access as content
from preau.courses import access as courses
from preau.desk import access
from preau.desk.access import Desk
from preau.peer import assignments
from preau.peer.assignments import Facts
from preau.peer.models import Appeal, Case, Flag, Likeness, Review, Submission


@dataclass(frozen=True)
class Board:
    """An assignment that peers assess, for somebody who teaches its edition."""

    at: Desk
    facts: Facts

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"/desk/{self.at.edition.slug}/peer/{self.facts.unit.key}/"


def board(visitor: courses.Visitor, edition: str, unit: str, language: str, *, now: datetime) -> Board:
    """An assignment that peers assess, for those who grade."""
    at = access.teachers_desk(visitor, edition, now=now)
    outline, found = content.unit_for_staff(at.edition, language, unit)
    facts = assignments.of(outline, found)
    if facts is None:
        raise Http404
    return Board(at, facts)


def copies(at: Board) -> "QuerySet[Submission]":
    """The copies of an assignment, with who wrote them."""
    return Submission.objects.filter(
        enrolment__edition=at.at.edition, unit_id=at.facts.unit.id
    ).select_related("enrolment__person", "enrolment__track")  # fmt: skip


def copy(at: Board, submission_id: UUID) -> Submission:
    """A copy of this assignment with all that was made of it."""
    rows = copies(at).select_related("pool", "peer_grade", "grade__graded_by", "staff_turn", "appeal")
    return _one(rows, submission_id)


def review(at: Board, review_id: UUID) -> Review:
    """An assessment of a copy of this assignment."""
    rows = Review.objects.filter(assignment_id=at.facts.id).select_related("submission__enrolment__person", "reviewer")
    return _one(rows, review_id)


def flag(at: Board, flag_id: UUID) -> Flag:
    """What somebody said of a copy or of an assessment."""
    rows = Flag.objects.filter(review__assignment_id=at.facts.id)
    return _one(rows.select_related("review__submission__enrolment__person"), flag_id)


def likeness(at: Board, pair_id: UUID) -> Likeness:
    """Two copies that are alike, one of this assignment at least."""
    rows = Likeness.objects.filter(assignment_id=at.facts.id)
    return _one(rows.select_related("submission__enrolment", "other__enrolment__edition", "settled_by"), pair_id)


def case(at: Board, case_id: UUID) -> Case:
    """A procedure about a copy of this assignment."""
    rows = Case.objects.filter(submission__in=copies(at).values("pk"))
    return _one(rows.select_related("submission__enrolment__person", "opened_by", "decided_by", "flag"), case_id)


def appeal(at: Board, appeal_id: UUID) -> Appeal:
    """An appeal of a grade of this assignment."""
    rows = Appeal.objects.filter(submission__in=copies(at).values("pk"))
    return _one(
        rows.select_related("submission__enrolment__person", "submission__peer_grade", "answered_by"), appeal_id
    )


def _one[Row: Any](rows: "QuerySet[Row]", row_id: UUID) -> Row:
    if found := rows.filter(pk=row_id).first():
        return found
    raise Http404
