"""Every receipt of a learner in one list: what was handed in and which attempts were closed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from preau.content.outline import Outline
from preau.peer.models import Submission
from preau.quizzes import receipts as quizzes


@dataclass(frozen=True)
class Line:
    """`what` is a unit's title; `size` in bytes for a text, `answers` for an attempt; the other is None."""

    what: str
    at: datetime
    fingerprint: str
    size: int | None = None
    answers: int | None = None
    number: int | None = None
    late: bool = False


def lines(enrolment_id: UUID, outline: Outline) -> list[Line]:
    """Newest first: three queries."""
    titles = {unit.id: unit.title for unit in outline.units()}
    found = [
        Line(titles.get(s.unit_id, ""), s.submitted_at, s.fingerprint, size=s.size, late=s.late)
        for s in Submission.objects.filter(enrolment_id=enrolment_id).order_by("-submitted_at")
    ]
    found += [
        Line(titles.get(r.unit_id, ""), r.closed_at, r.fingerprint, answers=r.answers, number=r.number)
        for r in quizzes.of_enrolment(enrolment_id)
    ]
    return sorted(found, key=lambda line: line.at, reverse=True)
