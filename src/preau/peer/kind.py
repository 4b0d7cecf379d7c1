"""The assignment as a kind of unit: work handed in, assessed by peers where the course gives a rubric, else graded by
the team."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.content.kinds import Parsed, Place
from preau.content.models import Unit, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.source import Problem, SourceUnit
from preau.courses import rules as dates
from preau.peer import assignments, pages, rubric, terms


class Assignment:
    name = "assignment"
    columns: Sequence[str] = pages.COLUMNS

    def parse(self, unit: SourceUnit) -> Parsed:
        """`data` is the rubric, for the translations to agree with; None where the team grades."""
        problems: list[Problem] = []

        def report(why: str) -> None:
            problems.append(Problem(unit.file, 1, why))

        read = None
        if isinstance(unit.meta.get("rubric"), Mapping):
            read = rubric.read(unit.meta["rubric"], lambda why: report(f"rubric: {why}"))
            said = terms.read(unit.meta, lambda _key, why: report(why))
            if read is not None:
                self._check_exemplars(said, read, report)
        return Parsed(read, tuple(problems))

    def _check_exemplars(self, said: terms.Terms, read: rubric.Rubric, report: rubric.Report) -> None:
        for one in said.exemplars:
            try:
                rubric.score(read, one.levels)
            except rubric.BadReview as error:
                report(f"exemplar {one.id}: {error}")

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        """A translated rubric scores as its source does."""
        if source.data and translation.data and source.data.scoring != translation.data.scoring:
            yield Problem(unit.file, 1, "rubric: not the same criteria and points as in the source language")

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        """The front matter says it all; the rows of an edition are made by its first act."""

    def graded(self, meta: Mapping[str, Any]) -> bool:
        return float(meta.get("weight", 1)) > 0

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        hours = int(dates.GRACE["assignment"].total_seconds() // 3600)
        values = {"unit": unit, "outline": outline, "grace_hours": hours, "facts": assignments.of(outline, unit)}
        return render_to_string("peer/terms.html", values)

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        return {
            "draft": FilteredRelation("drafts", condition=Q(drafts__unit=unit.id)),
            "copy": FilteredRelation("submissions", condition=Q(submissions__unit=unit.id, submissions__current=True)),
            "extended": FilteredRelation("extensions", condition=Q(extensions__key=unit.key)),
            "excused": FilteredRelation("excuses", condition=Q(excuses__key=unit.key)),
            "result": FilteredRelation("results", condition=Q(results__unit=unit.id)),
        }

    def personal(
        self,
        request: HttpRequest,
        place: Place,
        rows: Sequence[Mapping[str, Any]],
        *,
        typed: Mapping[str, str] = MappingProxyType({}),
        named: bool = False,
        preview: str = "",
    ) -> str:
        """`typed` is what was not stored, `named` that it holds its author's name, `preview` what to show as read."""
        values = pages.own_part(place, rows[0]) | {"named": named, "preview": preview} | dict(typed)
        return render_to_string("peer/personal.html", values, request)

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        return ""

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        page = "peer" if assignments.assessed_by_peers(unit.meta) else "grading"
        return ((unit.title, f"/desk/{outline.slug}/{page}/{unit.key}/"),)
