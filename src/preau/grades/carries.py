"""Which results of earlier editions count again: the `carries:` of a course.yaml, and what they make of a past. Pure.

carries:
  - {results: quiz, of: core, editions: 2}
  - {results: exam, editions: 3, at_least: 50}
  - {modules: elective, editions: all}
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preau.grades.rules import ModuleFact, UnitFact, reaches
from preau.grades.tracks import SCOPES, BadRule

_KEYS = frozenset({"results", "modules", "of", "editions", "at_least"})


@dataclass(frozen=True)
class Carry:
    """One rule. `results`: what one has of the unit whose key is `what`, else of units of that kind within `of`, when
    it reaches `at_least` percent. `modules`: every graded unit of a module of the scope `what` that was passed.
    `editions`: how many editions back it reaches; None: all."""

    verb: str
    what: str
    of: str = "all"
    editions: int | None = None
    at_least: float = 0.0


@dataclass(frozen=True)
class Earlier:
    """What a person has of a unit (`percent`) from an earlier edition, by its number."""

    edition: int
    unit: str
    percent: float


@dataclass(frozen=True)
class Passed:
    """A module that was passed in an earlier edition; `percent` where no more is known than the module's own figure."""

    edition: int
    module: str
    percent: float | None = None


@dataclass(frozen=True)
class Kept:
    """What counts again of a unit, in percent, and the edition that it comes from."""

    percent: float
    edition: int


def parse_carries(data: object) -> tuple[Carry, ...]:
    """The rules as written, in order. Refuses with BadRule what is not such a list."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise BadRule("carries", "must be a list such as [{results: quiz, of: core, editions: 2}]")
    return tuple(_carry(f"carries[{number}]", one) for number, one in enumerate(data))


def _carry(path: str, data: Any) -> Carry:
    if not isinstance(data, Mapping):
        raise BadRule(path, "must be a mapping such as {results: quiz, of: core, editions: 2}")
    for key in data:
        if key not in _KEYS:
            raise BadRule(f"{path}.{key}", f"unknown; known are {', '.join(sorted(_KEYS))}")
    verbs = [verb for verb in ("results", "modules") if verb in data]
    if len(verbs) != 1:
        raise BadRule(path, "must have one of results, modules")
    verb, what, of = verbs[0], data[verbs[0]], data.get("of", "all")
    if not isinstance(what, str) or not what.strip():
        raise BadRule(f"{path}.{verb}", "must be a word")
    for name, scope in (("of", of), *([("modules", what)] if verb == "modules" else [])):
        if scope not in SCOPES:
            raise BadRule(f"{path}.{name}", f"must be one of {', '.join(SCOPES)}")
    return Carry(verb, what, of, _editions(path, data), _at_least(path, data.get("at_least", 0)))


def _editions(path: str, data: Mapping[str, Any]) -> int | None:
    value = data.get("editions")
    if value == "all":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRule(f"{path}.editions", "must say how many editions back it reaches: a whole number from 1, or all")
    return value


def _at_least(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise BadRule(f"{path}.at_least", "must be a number from 0 to 100")
    return float(value)


def check(carries: Iterable[Carry], modules: Sequence[ModuleFact], units: Sequence[UnitFact]) -> tuple[str, ...]:
    """Rules that nothing in the course answers to, by their place."""
    wrong = []
    for number, carry in enumerate(carries):
        if not any(_meant(carry, unit) for unit in units):
            said = f"{carry.verb}: {carry.what}, of: {carry.of}"
            wrong.append(f"carries[{number}]: {said}: no graded unit that could be carried over")
    return tuple(wrong)


def carried(
    carries: Sequence[Carry],
    edition: int,
    modules: Sequence[ModuleFact],
    units: Sequence[UnitFact],
    earlier: Iterable[Earlier],
    passed: Iterable[Passed] = (),
) -> dict[str, Kept]:
    """What counts again in the edition of this number, by unit: of several, the best, of the latest edition where they
    are equal. Nothing comes from this edition or from one after it."""
    graded = {unit.key: unit for unit in units if unit.weight > 0}
    own = [one for one in earlier if one.unit in graded and one.edition < edition]
    won = [one for one in passed if one.edition < edition]
    offers = [*_results(carries, edition, graded, own), *_modules(carries, edition, modules, graded, own, won)]
    found: dict[str, Kept] = {}
    for key, kept in offers:
        had = found.get(key)
        if had is None or (kept.percent, kept.edition) > (had.percent, had.edition):
            found[key] = kept
    return found


def _results(
    carries: Iterable[Carry], edition: int, graded: Mapping[str, UnitFact], own: Sequence[Earlier]
) -> Iterable[tuple[str, Kept]]:
    for carry in carries:
        for one in own if carry.verb == "results" else ():
            near = edition - one.edition <= _reach(carry)
            if near and _meant(carry, graded[one.unit]) and reaches(one.percent, carry.at_least):
                yield one.unit, Kept(one.percent, one.edition)


def _modules(
    carries: Iterable[Carry],
    edition: int,
    modules: Sequence[ModuleFact],
    graded: Mapping[str, UnitFact],
    own: Sequence[Earlier],
    won: Sequence[Passed],
) -> Iterable[tuple[str, Kept]]:
    known = {module.key: module for module in modules}
    for carry in carries:
        for one in won if carry.verb == "modules" else ():
            module = known.get(one.module)
            if module is None or edition - one.edition > _reach(carry) or not _scope(carry.what, module.elective):
                continue
            inside = [key for key, unit in graded.items() if unit.module == module.key]
            results = {e.unit: e.percent for e in own if e.edition == one.edition and e.unit in inside}
            flat = None if results else _flat(one, module)
            for key in inside:
                percent = results.get(key, flat)
                if percent is not None:
                    yield key, Kept(percent, one.edition)


def _flat(one: Passed, module: ModuleFact) -> float:
    """What each unit of a passed module brings where only the module's own figure is known: at least its pass mark."""
    return max(one.percent or 0.0, module.passing)


def _reach(carry: Carry) -> float:
    return math.inf if carry.editions is None else carry.editions


def _meant(carry: Carry, unit: UnitFact) -> bool:
    if unit.weight <= 0:
        return False
    if carry.verb == "modules":
        return _scope(carry.what, unit.elective)
    return unit.key == carry.what or (unit.kind == carry.what and _scope(carry.of, unit.elective))


def _scope(scope: str, elective: bool) -> bool:
    return scope == "all" or (scope == "elective") == elective
