"""The lesson as a kind of unit: text to read. Its only trace is that one went through it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.common.ids import new_id
from preau.content.kinds import Parsed, Place
from preau.content.models import Unit, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.source import Problem, SourceUnit


class Lesson:
    name = "lesson"
    columns: Sequence[str] = ("done__done_at", "excused__given_at")

    def parse(self, unit: SourceUnit) -> Parsed:
        return Parsed()

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        return ()

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        """A lesson is its text: nothing beside it."""

    def graded(self, meta: Mapping[str, Any]) -> bool:
        return False

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        return ""

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        return {
            "done": FilteredRelation("completions", condition=Q(completions__unit=unit.id)),
            "excused": FilteredRelation("excuses", condition=Q(excuses__key=unit.key)),
        }

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        row = rows[0]
        values = {
            "unit": place.unit,
            "outline": place.outline,
            "done_at": row["done__done_at"],
            "excused_at": row["excused__given_at"],
            "act": new_id(),
        }
        return render_to_string("grades/lesson.html", values)

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        return ""

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        return ()
