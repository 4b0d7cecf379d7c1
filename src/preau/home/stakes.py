"""What is at stake in a unit, and the answer to "will I pass?", as values over the facts of `grades.rules`. Pure: no
Django.

The answer promises nothing that the rule refuses: "done" needs every need met whatever comes, "reach" that none is out
of reach, and each figure that is asked for is rounded upwards, so that who has it has enough.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from preau.grades import rules
from preau.grades.rules import NeedState, Part, Standing, UnitFact
from preau.grades.tracks import Need

type Answer = Literal["done", "reach", "refused"]


@dataclass(frozen=True)
class Stake:
    """What a unit weighs in one need. `share` is in percent of the mean that the need asks for, or of that of the
    unit's module where the need counts modules; 100 where one unit alone decides, the best of `best_of`. `asked` is
    what that mean or that unit must reach, in percent. `reached`: the need is met, whatever comes."""

    need: Need
    share: float
    asked: float
    best_of: int = 1
    reached: bool = False


@dataclass(frozen=True)
class Ask:
    """What a need that is not met still asks: `mean` in percent over the `units` that remain (`even`: they weigh the
    same), of which `waiting` are done without a final result; or `count` modules, or reviews."""

    need: Need
    mean: Decimal | None = None
    units: int = 0
    waiting: int = 0
    even: bool = True
    count: int = 0


@dataclass(frozen=True)
class Verdict:
    """Will I pass? `asks` is what remains when it is in reach, `lost` the needs that are out of reach. `to_come`:
    reviews may still be asked for, and all of them must be written."""

    answer: Answer
    asks: tuple[Ask, ...] = ()
    lost: tuple[NeedState, ...] = ()
    to_come: bool = False


def stakes(standing: Standing, units: Sequence[UnitFact]) -> Mapping[str, tuple[Stake, ...]]:
    """By unit key, what it weighs in each need of the track; units that no need reckons with are not there, nor those
    that a learner is excused from."""
    found: dict[str, list[Stake]] = {}
    for state in standing.needs:
        for key, stake in _of_need(state, units):
            found.setdefault(key, []).append(stake)
    return {key: tuple(each) for key, each in found.items()}


def asks_for_reviews(standing: Standing) -> bool:
    """Is there a need that every review is written?"""
    return any(state.need.verb == "reviews" for state in standing.needs)


def verdict(standing: Standing, done: Collection[str] = (), *, may_owe: bool = False) -> Verdict:
    """The answer. `done` are the keys of units that the learner did, told or not; `may_owe`: reviews may come to be
    owed that nobody counts yet, so that nothing is done for good on a track that asks for them."""
    lost = tuple(state for state in standing.needs if state.state in ("impossible", "missed"))
    if not standing.possible:
        return Verdict("refused", lost=lost)
    to_come = may_owe and asks_for_reviews(standing)
    if standing.passed and not to_come:
        return Verdict("done")
    open_ones = {state.need: state for state in standing.needs if state.state == "possible"}
    asks = tuple(_ask(open_ones[one.need], one.mean, done) for one in rules.still_needed(standing))
    return Verdict("reach", asks, to_come=to_come)


def _of_need(state: NeedState, units: Sequence[UnitFact]) -> Iterator[tuple[str, Stake]]:
    need, reached = state.need, state.state == "met"
    if need.verb == "mean":
        total = math.fsum(part.weight for part in state.parts)
        for part in state.parts:
            yield part.key, Stake(need, 100.0 * part.weight / total, state.threshold, reached=reached)
    elif need.verb == "score":
        for part in state.parts:
            yield part.key, Stake(need, 100.0, state.threshold, len(state.parts), reached)
    elif need.verb == "passed":
        modules = {part.key: part for part in state.parts if part.weight > 0}
        for unit in units:
            if unit.weight > 0 and (module := modules.get(unit.module)):
                share = 100.0 * unit.weight / module.weight
                yield unit.key, Stake(need, share, module.threshold, reached=reached)


def _ask(state: NeedState, mean: float | None, done: Collection[str]) -> Ask:
    need = state.need
    if need.verb == "reviews":
        return Ask(need, count=state.owed)
    if need.verb == "passed":
        return Ask(need, count=math.ceil(state.threshold - state.worst - rules.TOLERANCE))
    left: list[Part] = [part for part in state.parts if part.pending]
    shown = None if mean is None else rules.shown_needed(mean)
    even = len({part.weight for part in left}) <= 1
    return Ask(need, shown, len(left), sum(part.key in done for part in left), even)
