"""Making subtitles better as a kind of unit: so many corrections that stand, of whatever videos of the course."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.content.kinds import Parsed, Place
from preau.content.models import Unit, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.source import Problem, SourceUnit
from preau.subtitles import crediting

MOST = 1000


class Subtitling:
    name = crediting.KIND
    columns: Sequence[str] = ("result__score", "result__of", "result__corrected", "excused__given_at")

    def parse(self, unit: SourceUnit) -> Parsed:
        wanted = unit.meta.get("accepted", crediting.ASKED)
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= MOST:
            return Parsed(
                problems=(Problem(unit.file, unit.line, f"accepted must be a whole number from 1 to {MOST}"),)
            )
        return Parsed()

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        return ()

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        """Its text is all it has."""

    def graded(self, meta: Mapping[str, Any]) -> bool:
        return True

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        values = {"unit": unit, "outline": outline, "asked": crediting.asked(unit)}
        return render_to_string("subtitles/kind_page.html", values)

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        return {
            "result": FilteredRelation("results", condition=Q(results__unit=unit.id)),
            "excused": FilteredRelation("excuses", condition=Q(excuses__key=unit.key)),
        }

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        row = rows[0]
        values = {
            "unit": place.unit,
            "outline": place.outline,
            "asked": crediting.asked(place.unit),
            "accepted": int(row["result__score"] or 0),
            "corrected": row["result__corrected"],
            "excused_at": row["excused__given_at"],
        }
        return render_to_string("subtitles/kind_mine.html", values)

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        values = {"unit": unit, "outline": outline, "asked": crediting.asked(unit)}
        return render_to_string(
            "subtitles/kind_mine.html", values | {"accepted": 0, "corrected": None, "excused_at": None}
        )

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        return ()
