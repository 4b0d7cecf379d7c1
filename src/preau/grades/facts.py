"""What the rules reckon with: units, modules and results as plain values. Pure: no Django, no database."""

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class UnitFact:
    """A unit that counts or is followed. `weight` 0 is not graded. `closes` is the last moment, grace and publication
    included, at which a result can still come or change, for this learner; None: as long as its result is not final."""

    key: str
    kind: str
    module: str
    elective: bool = False
    weight: float = 1.0
    due: datetime | None = None
    closes: datetime | None = None
    opens: datetime | None = None
    counts_for: tuple[str, ...] | None = None  # as its module says


@dataclass(frozen=True)
class ModuleFact:
    """A module; `passing` in percent of the weighted mean of its graded units. `counts_for`: tracks; None: all."""

    key: str
    elective: bool = False
    passing: float = 50.0
    counts_for: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ResultFact:
    """`score` points out of `of`. Not `final`: it may still change before its unit closes, only upwards when `rising`
    (the best attempt is kept). Refuses, with ValueError, a score outside 0..of."""

    unit: str
    score: float
    of: float
    final: bool = True
    rising: bool = False

    def __post_init__(self) -> None:
        if not (self.of > 0 and 0 <= self.score <= self.of and math.isfinite(self.of)):
            raise ValueError(f"score {self.score} of {self.of} for {self.unit}")

    @property
    def percent(self) -> float:
        return 100.0 * self.score / self.of
