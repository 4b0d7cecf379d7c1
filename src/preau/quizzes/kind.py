"""Quizzes and exams as kinds of unit: how they are read, stored, announced and shown to their learner."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.content.kinds import Parsed, Place
from preau.content.models import Unit, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.source import Problem, SourceUnit
from preau.courses import rules as dates
from preau.quizzes import gift, pages, rules, timing
from preau.quizzes.models import Question as Row
from preau.quizzes.models import QuestionSpec
from preau.quizzes.questions import Question, to_data
from preau.quizzes.terms import terms


def key_of(question: Question, position: int) -> str:
    """What makes a question the same across languages and versions: its id, else its place in the unit."""
    return question.identity or f"{position + 1}."


class Quiz:
    """Registered twice: as `quiz`, and as `exam`, which is one attempt in a window."""

    columns: Sequence[str] = (
        "extended__until",
        "extended__reason",
        "excused__given_at",
        "result__corrected",
        "result__carried",
        "result__carried_from",
        "try__id",
        "try__number",
        "try__seed",
        "try__version_id",
        "try__closed_at",
        "try__ends_at",
        "try__score",
        "try__of",
        "try__answers__question_id",
        "try__answers__given",
        "try__answers__score",
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, unit: SourceUnit) -> Parsed:
        """`data` is a list of (question, pooled)."""
        found: list[tuple[Question, bool]] = []
        problems: list[Problem] = []
        taken: set[str] = set()
        for part in unit.meta.get("questions", ()):
            reading = gift.read(part["text"], first_line=int(part["line"]))
            problems += [Problem(part["file"], line, reason) for line, reason in reading.problems]
            for question in reading.questions:
                key = key_of(question, len(found))
                if key in taken:
                    problems.append(Problem(part["file"], question.line, f"the id “{key}” stands twice in this unit"))
                    continue
                taken.add(key)
                found.append((question, bool(part.get("pool"))))
        asked = terms(self.name, unit.meta)
        pooled = sum(in_pool for _, in_pool in found)
        if asked.draw is not None and asked.draw > pooled:
            problems.append(
                Problem(unit.file, unit.line, f"draws {asked.draw} questions of a pool that holds {pooled}")
            )
        if not found and not problems:
            problems.append(Problem(unit.file, unit.line, "has no question"))
        return Parsed(found, tuple(problems), len(found))

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        pairs = [q for q, _ in source.data], [q for q, _ in translation.data]
        return [Problem(unit.file, unit.line, reason) for reason in rules.disagreements(*pairs)]

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        rows = {row.key: row for row in Row.objects.filter(unit=unit)}
        specs = []
        for position, (question, pooled) in enumerate(parsed.data):
            key = key_of(question, position)
            if key not in rows:
                rows[key] = Row.objects.create(unit=unit, key=key)
            specs.append(
                QuestionSpec(
                    version=version,
                    question=rows[key],
                    language=language,
                    position=position,
                    pooled=pooled,
                    data=to_data(question),
                )
            )
        QuestionSpec.objects.bulk_create(specs)

    def graded(self, meta: Mapping[str, Any]) -> bool:
        return float(meta.get("weight", 1)) > 0

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        asked, exam = terms(self.name, unit.meta), self.name == "exam"
        timed = exam or asked.limit is not None
        values = {
            "unit": unit,
            "outline": outline,
            "terms": asked,
            "graded": self.graded(unit.meta),
            "timed": timed,
            "grace_hours": (timing.CUT if timed else dates.GRACE[self.name]) // timedelta(hours=1),
            "exam": exam,
        }
        return render_to_string("quizzes/terms.html", values)

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        return {
            "try": FilteredRelation("attempts", condition=Q(attempts__unit=unit.id)),
            "extended": FilteredRelation("extensions", condition=Q(extensions__key=unit.key)),
            "excused": FilteredRelation("excuses", condition=Q(excuses__key=unit.key)),
            "result": FilteredRelation("results", condition=Q(results__unit=unit.id)),
        }

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        return pages.personal(request, place, rows)

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        return pages.preview(request, unit, outline)

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        return ()
