"""How simulated people assess a copy, and whether they do at all. Pure: everything follows from the seed.

Shares are assumptions, not published figures: most are honest, each with a severity
and a precision of their own; some are careless; a few have agreed to give each other the best marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

from preau.simulation.rules import stream

MEDIAN_MINUTES = 27.0  # of one assessment, log-normal


class Manner(StrEnum):
    """How somebody assesses."""

    HONEST = "honest"
    ABSENT = "absent"  # hands in, and never assesses
    RANDOM = "random"
    GENEROUS = "generous"  # the best level everywhere
    RING = "ring"  # the best for each other, low for everybody else


# Parts of a thousand of those who hand in.
MANNERS = {
    Manner.HONEST: 830,
    Manner.ABSENT: 60,
    Manner.RANDOM: 40,
    Manner.GENEROUS: 30,
    Manner.RING: 40,
}


@dataclass(frozen=True)
class Judge:
    """`severity` in percent, added to what they see; `noise` the standard deviation of their error, in percent."""

    manner: Manner
    severity: float
    noise: float
    begins: timedelta  # after their own copy
    abandons: float  # the chance that they leave a copy in the middle

    def sees(self, truth: float, rng: Random, *, friend: bool = False) -> float:
        """What they think of a criterion that is truly worth `truth` (0 to 100)."""
        if self.manner is Manner.RANDOM:
            return rng.uniform(0, 100)
        if self.manner is Manner.GENEROUS:
            return 100.0
        if self.manner is Manner.RING:
            return 100.0 if friend else max(0.0, truth - 25)
        return min(100.0, max(0.0, truth + self.severity + rng.gauss(0, self.noise)))


def judge(seed: int, number: int, *, persists: bool) -> Judge:
    """The manner of one learner; of those who drop out of the course, half assess nobody."""
    rng = stream(seed, "judge", number)
    manner = rng.choices(list(MANNERS), weights=list(MANNERS.values()))[0]
    if not persists and rng.random() < 0.5:
        manner = Manner.ABSENT
    return Judge(
        manner=manner,
        severity=rng.gauss(2, 6),
        noise=min(25.0, rng.lognormvariate(2.3, 0.4)),
        begins=timedelta(hours=rng.expovariate(1 / 30)),
        abandons=0.1,
    )


def minutes(rng: Random) -> float:
    """How long one assessment takes."""
    return min(180.0, max(4.0, MEDIAN_MINUTES * rng.lognormvariate(0, 0.8)))


def truths(score: float, criteria: int, rng: Random) -> list[float]:
    """What each criterion of a copy is truly worth, around its score."""
    return [min(100.0, max(0.0, score + rng.gauss(0, 8))) for _ in range(criteria)]


def level(seen: float, points: Sequence[float]) -> int:
    """The level whose share of the points is nearest to what is seen."""
    most = max(points)
    return min(range(len(points)), key=lambda place: (abs(100 * points[place] / most - seen), place))
