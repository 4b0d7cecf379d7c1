"""The registry of unit kinds: the one extension point. A room above registers what it teaches `content` to carry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import FilteredRelation
from django.http import HttpRequest

from preau.content.models import Unit, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.source import Problem, SourceUnit
from preau.courses.access import Learner


@dataclass(frozen=True)
class Parsed:
    """A unit as its kind read it. `problems` name file and line; `data` is the kind's own, handed back to `store`."""

    data: Any = None
    problems: tuple[Problem, ...] = ()
    questions: int = 0


@dataclass(frozen=True)
class Place:
    """Where a learner stands: which enrolment, in which outline, at which unit, and when."""

    learner: Learner
    outline: Outline
    unit: UnitFacts
    now: datetime


class Kind(Protocol):
    """What a room does for the units of its kind. Pages are shared: a method given no learner must not know one."""

    name: str

    def parse(self, unit: SourceUnit) -> Parsed:
        """Read the source; never raises for what an author wrote."""

    def agree(self, source: Parsed, translation: Parsed, unit: SourceUnit) -> Iterable[Problem]:
        """What a translation lacks or changes against its source."""

    def store(self, version: Version, unit: Unit, language: str, parsed: Parsed) -> None:
        """Write the rows of this kind for one version and language, inside the import's transaction."""

    def graded(self, meta: Mapping[str, Any]) -> bool:
        """Does a unit with this front matter count for something?"""

    def page(self, unit: UnitFacts, outline: Outline) -> str:
        """HTML under the shared introduction: the terms (attempts, dates); never a question's text or an answer."""

    def relations(self, unit: UnitFacts) -> Mapping[str, FilteredRelation]:
        """Joins from an enrolment to what `personal` needs, so that a fragment costs one query."""

    columns: Sequence[str]

    def personal(self, request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
        """The learner's own fragment, as HTML."""

    def preview(self, request: HttpRequest, unit: UnitFacts, outline: Outline, now: datetime) -> str:
        """The same for a teacher who looks as a learner would, storing nothing."""

    def staff_links(self, unit: UnitFacts, outline: Outline) -> Sequence[tuple[str, str]]:
        """(label, address) pairs for the desk."""


type Margin = Callable[[UnitFacts, Outline], str]
"""What a room puts beside any unit: HTML that is the same for everybody, the place for what it fetches by address."""


@dataclass
class _Registry:
    kinds: dict[str, Kind] = field(default_factory=dict)
    margins: dict[str, Margin] = field(default_factory=dict)


_registry = _Registry()


def register(kind: Kind) -> None:
    """Called once per kind, from the `ready` of its room."""
    _registry.kinds[kind.name] = kind


def get(name: str) -> Kind | None:
    """The kind of this name, or None when no installed room teaches it: such a unit is a placeholder."""
    return _registry.kinds.get(name)


def put_beside(name: str, margin: Margin) -> None:
    """Called once per room that has something to show beside every unit."""
    _registry.margins[name] = margin


def margins(unit: UnitFacts, outline: Outline) -> list[str]:
    """What stands beside a unit."""
    return [margin(unit, outline) for margin in _registry.margins.values()]


def names() -> list[str]:
    """Every installed kind, sorted."""
    return sorted(_registry.kinds)
