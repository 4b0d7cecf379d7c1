"""Exams as a kind of unit: a quiz with one attempt in a window, of which the learner's seat is known."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.content.kinds import Place
from preau.content.outline import UnitFacts
from preau.exams import seating
from preau.quizzes.kind import Quiz


class Exam(Quiz):
    """Registered in the place of the one of `quizzes`; a fragment still costs one query."""

    columns: Sequence[str] = tuple(dict.fromkeys((*Quiz.columns, *seating.COLUMNS, "seat__id")))

    def __init__(self) -> None:
        super().__init__("exam")

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        mine = Q(exam_seats__unit=unit.id, exam_seats__given_up_at=None)
        return {**super().relations(unit), "seat": FilteredRelation("exam_seats", condition=mine)}

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        known = seating.of_place(place)
        if not known:
            return super().personal(request, place, rows)
        seats = {row["seat__sitting_id"]: row["seat__id"] for row in rows if row["seat__id"]}
        values = {
            "seats": [(slot, seats[slot.id]) for slot in known if slot.id in seats],
            "bookable": any(not (slot.second or slot.cancelled) and place.now < slot.opens for slot in known),
            "outline": place.outline,
        }
        before = render_to_string("exams/_fragment.html", values)
        return before + super().personal(request, seating.from_rows(place, rows), rows)
