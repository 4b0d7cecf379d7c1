"""The assignment as a kind of unit, in its first form: a text handed in, one grade by staff."""

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
from preau.courses import rules as dates
from preau.peer import rules


class Assignment:
    name = "assignment"
    columns: Sequence[str] = (
        "extended__until",
        "draft__text",
        "draft__saved_at",
        "copy__id",
        "copy__text",
        "copy__size",
        "copy__fingerprint",
        "copy__submitted_at",
        "copy__late",
        "copy__grade__score",
        "copy__grade__of",
        "copy__grade__remark",
    )

    def parse(self, unit: SourceUnit) -> Parsed:
        return Parsed()

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        return ()

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        """The assignment's text and front matter say it all in this first form."""

    def graded(self, meta: Mapping[str, Any]) -> bool:
        return float(meta.get("weight", 1)) > 0

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        hours = int(dates.GRACE["assignment"].total_seconds() // 3600)
        return render_to_string("peer/terms.html", {"unit": unit, "outline": outline, "grace_hours": hours})

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        return {
            "draft": FilteredRelation("drafts", condition=Q(drafts__unit=unit.id)),
            "copy": FilteredRelation("submissions", condition=Q(submissions__unit=unit.id, submissions__current=True)),
            "extended": FilteredRelation("extensions", condition=Q(extensions__key=unit.key)),
        }

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        row, unit = rows[0], place.unit
        due = dates.deadline(unit.due, [row["extended__until"]] if row["extended__until"] else [])
        graded = row["copy__grade__score"] is not None
        reception = rules.reception(
            now=place.now, opens=unit.opens, due=due, grace=dates.GRACE["assignment"], graded=graded
        )
        values = {
            "unit": unit,
            "outline": place.outline,
            "row": row,
            "due": due,
            "closes": dates.last_moment("assignment", due),
            "open": reception.received,
            "late": due is not None and place.now > due,
            "graded": graded,
            "text": row["draft__text"] or row["copy__text"] or "",
            "longest": rules.LONGEST,
            "address": f"/e/{place.outline.slug}/me/{place.outline.language}/{unit.module}/{unit.key}/",
        }
        return render_to_string("peer/personal.html", values, request)

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        return ""

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        return ((unit.title, f"/desk/{outline.slug}/grading/{unit.key}/"),)
