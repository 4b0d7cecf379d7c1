"""What a track asks for and where a learner stands: the rule as data, and pure functions over it. No Django, no
database.

Every figure comes three times: `worst` (all that can still come brings nothing), `best` (it brings everything) and
`now` (over what is known; work whose last moment has passed without a result counts 0). A decision is taken on
`worst` and `best` only, so it never depends on a guess.

Figures are floats in percent. Sums use `math.fsum`, which rounds once and so gives the same figure in whatever order
the results come; a threshold is reached within TOLERANCE, far under anything a grade can mean and far over a float's
error, so that 3 of 5 is 60 %. What is shown goes through `shown`, which never contradicts the decision.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from preau.grades.facts import ModuleFact as ModuleFact
from preau.grades.facts import ResultFact as ResultFact
from preau.grades.facts import UnitFact as UnitFact
from preau.grades.tracks import Need, TrackRule

TOLERANCE = 1e-9

State = Literal["met", "possible", "impossible", "missed"]


@dataclass(frozen=True)
class Part:
    """One line of the reckoning: a unit, or a module for a need that counts modules. `now` is None while nothing is
    known. `settled` is what it brings without the work that remains. `threshold` is a module's pass mark."""

    key: str
    weight: float
    worst: float
    now: float | None
    best: float
    settled: float
    pending: bool
    threshold: float = 0.0


@dataclass(frozen=True)
class NeedState:
    """Where one need stands. Figures in percent, or in modules for `passed`; `owed` are reviews still to be written.

    `met`: whatever comes, it holds. `possible`: open. `impossible`: nothing that can still come reaches it.
    `missed`: it is over and not reached. A need with nothing to reckon with is never met (see `check`).
    """

    need: Need
    worst: float
    now: float | None
    best: float
    threshold: float
    parts: tuple[Part, ...] = ()
    owed: int = 0

    @property
    def settled(self) -> bool:
        return self.worst == self.best

    @property
    def state(self) -> State:
        if not self.parts and self.need.verb != "reviews":
            return "impossible"
        if reaches(self.worst, self.threshold):
            return "met"
        if reaches(self.best, self.threshold):
            return "possible"
        return "missed" if self.settled else "impossible"


@dataclass(frozen=True)
class Standing:
    """Where a learner stands in a track. `passed`: every need is met. `possible`: none is out of reach. `settled`: no
    figure can change any more. `decided`: the outcome cannot, even where a figure can."""

    rule: TrackRule
    needs: tuple[NeedState, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return bool(self.needs) and all(need.state == "met" for need in self.needs)

    @property
    def possible(self) -> bool:
        return bool(self.needs) and all(need.state in ("met", "possible") for need in self.needs)

    @property
    def settled(self) -> bool:
        return all(need.settled for need in self.needs)

    @property
    def decided(self) -> bool:
        return self.passed or not self.possible


@dataclass(frozen=True)
class Remaining:
    """What an unmet need still asks: a `mean` in percent over the work that remains, or None when none would do."""

    need: Need
    mean: float | None


def reaches(value: float, threshold: float) -> bool:
    """Whether a figure reaches a threshold, unrounded, within TOLERANCE."""
    return value >= threshold - TOLERANCE


def standing(
    rule: TrackRule,
    modules: Sequence[ModuleFact],
    units: Sequence[UnitFact],
    results: Iterable[ResultFact],
    *,
    now: datetime,
    owed_reviews: int = 0,
    reviews_close: datetime | None = None,
) -> Standing:
    """Where a learner stands in a track at `now` (aware).

    Of two results of one unit the better counts; results of unknown units are passed over. Reviews that are owed can be
    written until `reviews_close`, by default until the last unit of the course closes.
    """
    until = reviews_close or _last_close(units)
    parts = _parts(units, results, now)
    states = []
    for need in rule.needs:
        held, counted = _counting(rule, need, modules, units)
        if need.verb == "reviews":
            states.append(_reviews_state(need, owed_reviews, until is None or now <= until))
        elif need.verb == "passed":
            states.append(_passed_state(need, held, counted, parts))
        else:
            chosen = [parts[unit.key] for unit in _units_of(need, counted)]
            figures = _mean(chosen) if need.verb == "mean" else _highest(chosen)
            states.append(NeedState(need, *figures[:3], need.threshold, tuple(chosen)))
    return Standing(rule, tuple(states))


def still_needed(standing: Standing) -> tuple[Remaining, ...]:
    """For each need that is not met, the mean over the work that remains which reaches it; for `passed`, in the modules
    that lack least. Work whose result is not final counts as remaining. Reviews ask for no mean: None."""
    return tuple(Remaining(state.need, _mean_wanted(state)) for state in standing.needs if state.state != "met")


def module_standing(
    module: ModuleFact, units: Sequence[UnitFact], results: Iterable[ResultFact], *, now: datetime
) -> Part:
    """The weighted mean of a module's graded units, as a Part whose `threshold` is the pass mark."""
    return _module_part(module, units, _parts(units, results, now))


def module_passed(
    module: ModuleFact, units: Sequence[UnitFact], results: Iterable[ResultFact], *, now: datetime
) -> bool:
    """Whether the module is passed for certain: nothing that can still come takes it away. Without a graded unit,
    never."""
    part = module_standing(module, units, results, now=now)
    return part.weight > 0 and reaches(part.worst, module.passing)


def excusing(units: Iterable[UnitFact], excused: Collection[str]) -> list[UnitFact]:
    """The units for a learner who is excused from some: these count nowhere, as if the course did not grade them."""
    return [replace(unit, weight=0.0) if unit.key in excused else unit for unit in units]


def check(rule: TrackRule, modules: Sequence[ModuleFact], units: Sequence[UnitFact]) -> tuple[str, ...]:
    """What makes a track impossible in a course, for whoever writes it: needs with no graded unit, too few modules."""
    problems = []
    for need in rule.needs:
        held, counted = _counting(rule, need, modules, units)
        if need.verb in ("mean", "score") and not _units_of(need, counted):
            problems.append(f"{rule.key}: {need}: no graded unit to reckon with")
        if need.verb == "passed":
            able = [m for m in _modules_of(need, held) if any(u.module == m.key and u.weight > 0 for u in counted)]
            if len(able) < need.threshold:
                problems.append(f"{rule.key}: {need}: only {len(able)} such modules have graded units")
    return tuple(problems)


def shown(value: float, threshold: float | None = None) -> Decimal:
    """A figure with one decimal, as a person sees it. With a threshold, never on the other side of it than the
    decision: 59.97 under a mark of 60 is shown as 59.9, and 59.94 over a mark of 59.94 as 60.0."""
    exact = Decimal(repr(float(value)))
    if threshold is None:
        return _tenth(exact, ROUND_HALF_UP)
    mark = Decimal(repr(float(threshold)))
    if not reaches(value, threshold):
        return _tenth(exact, ROUND_FLOOR)
    return max(_tenth(exact, ROUND_HALF_UP), _tenth(mark, ROUND_CEILING))


def shown_needed(mean: float) -> Decimal:
    """A mean still needed with one decimal, upwards: who scores what is shown has enough."""
    return _tenth(Decimal(repr(float(mean))) - Decimal(repr(TOLERANCE)), ROUND_CEILING)


def _tenth(value: Decimal, rounding: str) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=rounding)


def reckoned(rule: TrackRule, modules: Sequence[ModuleFact], units: Sequence[UnitFact]) -> list[UnitFact]:
    """The graded units that some need of a track reckons with, in the order of the course."""
    found: set[str] = set()
    for need in rule.needs:
        held, counted = _counting(rule, need, modules, units)
        if need.verb in ("mean", "score"):
            found.update(unit.key for unit in _units_of(need, counted))
        if need.verb == "passed":
            inside = {module.key for module in _modules_of(need, held)}
            found.update(unit.key for unit in counted if unit.module in inside and unit.weight > 0)
    return [unit for unit in units if unit.key in found]


def _counting(
    rule: TrackRule, need: Need, modules: Sequence[ModuleFact], units: Sequence[UnitFact]
) -> tuple[list[ModuleFact], list[UnitFact]]:
    """The modules and units that are counted for a need of a track at all."""
    counted = [module for module in modules if rule.counts(module.counts_for, need)]
    return counted, [unit for unit in units if rule.counts(unit.counts_for, need)]


def _last_close(units: Iterable[UnitFact]) -> datetime | None:
    closes = [unit.closes for unit in units]
    known = [moment for moment in closes if moment]
    return max(known) if known and len(known) == len(closes) else None


def _parts(units: Iterable[UnitFact], results: Iterable[ResultFact], now: datetime) -> dict[str, Part]:
    best: dict[str, ResultFact] = {}
    for result in results:
        had = best.get(result.unit)
        if had is None or _rank(result) > _rank(had):
            best[result.unit] = result
    return {unit.key: _part(unit, best.get(unit.key), now) for unit in units}


def _rank(result: ResultFact) -> tuple[float, bool, bool]:
    return result.percent, result.final, result.rising


def _part(unit: UnitFact, result: ResultFact | None, now: datetime) -> Part:
    closed = unit.closes is not None and now > unit.closes
    value = result.percent if result else None
    if closed or (result and result.final):
        figure = value or 0.0
        return Part(unit.key, unit.weight, figure, figure, figure, figure, False)
    floor = value or 0.0 if result and result.rising else 0.0
    return Part(unit.key, unit.weight, floor, value, 100.0, 0.0, True)


def _units_of(need: Need, units: Iterable[UnitFact]) -> list[UnitFact]:
    """The graded units a `mean` or `score` reckons with. A unit's own key wins over a kind of that name."""
    graded = [unit for unit in units if unit.weight > 0]
    named = [unit for unit in graded if need.verb == "score" and unit.key == need.what]
    return named or [unit for unit in graded if unit.kind == need.what and _within(need.of, unit.elective)]


def _modules_of(need: Need, modules: Iterable[ModuleFact]) -> list[ModuleFact]:
    return [module for module in modules if _within(need.what, module.elective)]


def _within(scope: str, elective: bool) -> bool:
    return scope == "all" or (scope == "elective") == elective


class _Figures(NamedTuple):
    worst: float
    now: float | None
    best: float
    settled: float


def _mean(parts: Sequence[Part]) -> _Figures:
    """The weighted mean of parts; of nothing at all, a figure that can be neither reached nor hoped for."""
    total = math.fsum(part.weight for part in parts)
    if total <= 0:
        return _Figures(0.0, None, 0.0, 0.0)
    worst, best, settled = (
        math.fsum(part.weight * value for part, value in zip(parts, values, strict=True)) / total
        for values in zip(*((part.worst, part.best, part.settled) for part in parts), strict=True)
    )
    known = [(part.weight, part.now) for part in parts if part.now is not None]
    if not known:
        return _Figures(worst, None, best, settled)
    value = math.fsum(weight * figure for weight, figure in known) / math.fsum(weight for weight, _ in known)
    # Another divisor may round the last bit to the other side of a bound that it cannot truly pass.
    return _Figures(worst, min(max(value, worst), best), best, settled)


def _highest(parts: Sequence[Part]) -> _Figures:
    """The best unit: a resit replaces an exam when it is better."""
    known = [part.now for part in parts if part.now is not None]
    worst, best, settled = (
        max(values) for values in zip((0.0,) * 3, *((p.worst, p.best, p.settled) for p in parts), strict=True)
    )
    return _Figures(worst, max(known, default=None), best, settled)


def _module_part(module: ModuleFact, units: Iterable[UnitFact], parts: Mapping[str, Part]) -> Part:
    chosen = [parts[unit.key] for unit in units if unit.module == module.key and unit.weight > 0]
    weight = math.fsum(part.weight for part in chosen)
    return Part(module.key, weight, *_mean(chosen), any(part.pending for part in chosen), module.passing)


def _passed_state(
    need: Need, modules: Sequence[ModuleFact], units: Sequence[UnitFact], parts: Mapping[str, Part]
) -> NeedState:
    """Counts modules: a module counts now only once nothing can take it away, so `now` is `worst`."""
    lines = [_module_part(module, units, parts) for module in _modules_of(need, modules)]
    counted = [line for line in lines if line.weight > 0]
    worst = float(sum(reaches(line.worst, line.threshold) for line in counted))
    best = float(sum(reaches(line.best, line.threshold) for line in counted))
    return NeedState(need, worst, worst, best, need.threshold, tuple(lines))


def _reviews_state(need: Need, owed: int, still_time: bool) -> NeedState:
    worst = 0.0 if owed > 0 else need.threshold
    best = need.threshold if owed <= 0 or still_time else 0.0
    return NeedState(need, worst, worst, best, need.threshold, owed=max(owed, 0))


def _mean_wanted(state: NeedState) -> float | None:
    if state.state != "possible" or state.need.verb == "reviews":
        return None
    if state.need.verb == "score":
        return state.threshold
    if state.need.verb == "mean":
        return _wanted(_mean(state.parts).settled, state.best, state.threshold)
    open_parts = [part for part in state.parts if part.weight > 0 and not reaches(part.worst, part.threshold)]
    means = sorted(
        _wanted(part.settled, part.best, part.threshold) for part in open_parts if reaches(part.best, part.threshold)
    )
    return means[math.ceil(state.threshold - state.worst) - 1]


def _wanted(settled: float, best: float, threshold: float) -> float:
    """The mean over the remaining work that lifts a figure from `settled` (it brings 0) to the threshold (100:
    `best`)."""
    return min(100.0, max(0.0, 100.0 * (threshold - settled) / (best - settled)))
