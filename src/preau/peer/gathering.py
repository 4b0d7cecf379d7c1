"""Reviews as the model takes them: rows of numbers, without a name or an id that means anything elsewhere."""

import hashlib
from array import array
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from preau.courses.models import Edition
from preau.peer.candidates import COUNTED
from preau.peer.models import Assignment, Grade, Review, StaffTurn

EARLIER = 4  # assignments whose reviews go in beside those of the one that is reckoned
CHUNK = 2000


@dataclass
class Sheet:
    """Rows of reviews, those of the assignment that is reckoned first, copy after copy; copies and people are numbered
    as they come. `alone` are the copies that the team graded and nobody else; `digest` is of all that went in."""

    copies: dict[UUID, int] = field(default_factory=dict)
    people: dict[UUID, int] = field(default_factory=dict)
    copy: Any = field(default_factory=lambda: array("q"))
    reviewer: Any = field(default_factory=lambda: array("q"))
    grade: Any = field(default_factory=lambda: array("d"))
    turn: Any = field(default_factory=lambda: array("q"))
    reviews: list[UUID] = field(default_factory=list)  # of the assignment that is reckoned
    staff: dict[int, float] = field(default_factory=dict)
    drawn: list[int] = field(default_factory=list)
    alone: dict[UUID, float] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)


def sheet(assignment: Assignment) -> Sheet:
    """What the model is given for an assignment: two queries for it, and for each earlier one."""
    made = Sheet()
    for turn, pk in enumerate([assignment.pk, *earlier(assignment)]):
        own = turn == 0
        _take(made, pk, EARLIER - turn, own)
        _take_staff(made, pk, own)
        if own and not made.reviews:
            break
    return made


def earlier(assignment: Assignment) -> list[UUID]:
    """The last assignments of the same course whose results are told, of this edition and the one before it."""
    edition = assignment.edition
    editions = Edition.objects.filter(course_id=edition.course_id, opens_at__lt=edition.opens_at)
    former = editions.order_by("-opens_at", "pk").values_list("pk", flat=True).first()
    rows = Assignment.objects.filter(Q(edition=edition) | Q(edition_id=former), published_at__isnull=False)
    rows = rows.exclude(pk=assignment.pk).order_by("-published_at", "pk")
    return list(rows.values_list("pk", flat=True)[:EARLIER])


def _take(made: Sheet, assignment: UUID, turn: int, own: bool) -> None:
    """The reviews of an assignment that count: finished in time, in sight, of copies that take part."""
    rows = Review.objects.filter(
        assignment_id=assignment,
        kind__in=COUNTED,
        finished_at__isnull=False,
        hidden=False,
        late=False,
        submission__current=True,
        submission__cancelled_at=None,
    ).order_by("submission_id", "reviewer_id")
    found = rows.values_list("pk", "submission_id", "reviewer_id", "score").iterator(chunk_size=CHUNK)
    for pk, copy, reviewer, score in found:
        assert score is not None  # the database says so
        made.digest.update(copy.bytes + reviewer.bytes + float(score).hex().encode())
        made.copy.append(made.copies.setdefault(copy, len(made.copies)))
        made.reviewer.append(made.people.setdefault(reviewer, len(made.people)))
        made.grade.append(min(100.0, max(0.0, score)))
        made.turn.append(turn)
        if own:
            made.reviews.append(pk)


def _take_staff(made: Sheet, assignment: UUID, own: bool) -> None:
    """What the team gave, and which of its copies were drawn at random."""
    rows = Grade.objects.filter(
        submission__pool__assignment_id=assignment, submission__current=True, submission__cancelled_at=None
    )
    rows = rows.annotate(why=F("submission__staff_turn__why")).order_by("submission_id")
    for copy, score, of, why in rows.values_list("submission_id", "score", "of", "why"):
        percent = min(100.0, 100.0 * score / of)
        made.digest.update(copy.bytes + percent.hex().encode() + str(why).encode())
        number = made.copies.get(copy)
        if number is None:
            made.alone.update({copy: percent} if own else {})
            continue
        made.staff[number] = percent
        if why == StaffTurn.Why.RANDOM:
            made.drawn.append(number)
