"""What the desk reads of copies that are alike: the pairs, and two texts side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from preau.desk.access_peer import Board
from preau.peer import comparing, likeness
from preau.peer.assignments import Facts
from preau.peer.likeness import Span
from preau.peer.models import Assignment, Case, Likeness, Submission

LISTED = 200


@dataclass(frozen=True)
class Side:
    """One of two copies: its text cut at the passages that stand in the other, and the share of its words in them."""

    copy: Submission
    here: bool
    pieces: Sequence[tuple[str, bool]]
    percent: int

    @property
    def edition(self) -> str:
        return str(self.copy.enrolment.edition)


def pairs(facts: Facts) -> dict[str, Any]:
    """The pairs of an assignment: those to read first, of which most is in common."""
    rows = _pairs(facts)
    listed = list(rows.order_by(F("settled_at").asc(nulls_first=True), "-share", "pk")[:LISTED])
    for row in listed:
        row.percent = round(100 * row.share)  # type: ignore[attr-defined]
    looked = Assignment.objects.filter(pk=facts.id).values_list("compared_at", flat=True).first()
    return {"pairs": listed, "more": max(0, rows.count() - LISTED), "looked": looked}


def _pairs(facts: Facts) -> "QuerySet[Likeness]":
    about = Q(submission=OuterRef("submission")) | Q(submission=OuterRef("other"))
    rows = Likeness.objects.filter(assignment_id=facts.id).annotate(procedure=Exists(Case.objects.filter(about)))
    return rows.select_related("other__enrolment__edition").defer("other__text")


def sides(at: Board, pair: Likeness) -> dict[str, Any]:
    """Two copies beside each other; what the course says itself is not in common."""
    first, second = pair.submission, pair.other
    found = likeness.passages(first.text, second.text, comparing.stock(at.facts))
    both = [_side(at, copy, spans) for copy, spans in zip((first, second), found, strict=True)]
    return {"sides": both, "passages": len(found[0])}


def _side(at: Board, copy: Submission, spans: Sequence[Span]) -> Side:
    here = copy.enrolment.edition_id == at.at.edition.pk
    share = likeness.covered(copy.text, spans)
    return Side(copy, here, list(likeness.pieces(copy.text, spans)), round(100 * share))
