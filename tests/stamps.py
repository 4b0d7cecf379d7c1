"""Rows that the real code left once in a process, set down again for the next test that asks for the same.

Importing and printing a course costs a quarter of a second, and most tests only need that it was done. What belongs to
a version of a course keeps its ids, since it never changes; everything else gets new ones, so that nothing cached by
an edition's id is ever another test's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from preau.common.ids import new_id
from preau.content.models import Cut, MediaFile, Module, ModuleText, Unit, UnitText, Version, Video
from preau.courses.models import Course
from preau.quizzes.models import Question, QuestionSpec

IMMUTABLE = (Course, Version, Module, ModuleText, Unit, UnitText, MediaFile, Video, Cut, Question, QuestionSpec)


def tables() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("preau.")]


def everything() -> dict[type[Model], set[Any]]:
    """The keys of every row of ours."""
    return {model: {row.pk for row in model._base_manager.order_by()} for model in tables()}


@dataclass
class Stamp:
    """The rows of one making, in the order of their tables; `made` is the id of the one that was asked for."""

    made: UUID
    rows: list[Model]

    def press(self) -> UUID:
        """Set the rows down again; the id that the one that was asked for has this time."""
        ids = {row.pk: new_id() for row in self.rows if not isinstance(row, IMMUTABLE) and isinstance(row.pk, UUID)}
        for model, group in groupby(self.rows, key=type):
            managed: type[Model] = model
            managed._base_manager.bulk_create([copied(row, ids) for row in group])
        return ids.get(self.made, self.made)


def copied(row: Model, ids: dict[UUID, UUID]) -> Model:
    """The same row with the ids of this time, wherever it names one."""
    values = {}
    for one in row._meta.concrete_fields:
        value = getattr(row, one.attname)
        values[one.attname] = ids.get(value, value) if isinstance(value, UUID) else value
    return type(row)(**values)


@dataclass
class Stamps:
    """Every making of this process, by what was asked for."""

    kept: dict[Any, Stamp] = field(default_factory=dict)

    def get(self, key: Any, make: Callable[[], UUID], there: Callable[[], bool]) -> UUID:
        """The id of what `make` makes: made by it the first time, and when something of it is `there` already."""
        if there():
            return make()
        if key in self.kept:
            return self.kept[key].press()
        before = everything()
        made = make()
        rows: list[Model] = []
        for model in tables():
            rows += [row for row in model._base_manager.order_by() if row.pk not in before[model]]
        if not any(isinstance(row, MediaFile) for row in rows):  # files are the test's own
            self.kept[key] = Stamp(made, rows)
        return made
