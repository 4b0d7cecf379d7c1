"""Simulated classes with a known truth: the worlds A to E of the model's specification, and harder ones of our own.

A world is a crowd of n people who each hand in one work and review others. `traits` draws who they are, `hand_in` the
works of one assignment, `honest` what a careful one of them would give; who cheats replaces that. Grades are on
0..100."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

HONEST, RANDOM, HIGHEST, CONSTANT, RING = range(5)


@dataclass
class World:
    """The crowd. `lowest` and `multiple`: where random graders begin and what they round to; `constants`: what the
    constant ones choose from."""

    rng: np.random.Generator
    n: int
    shares: Mapping[int, float] = field(default_factory=dict)  # of each kind of cheat
    step: float = 1.0  # what grades are rounded to; 0: not at all
    lowest: float = 0.0
    constants: tuple[float, ...] = (70, 75, 80, 85, 90)
    truth: Floats = field(init=False)

    def __post_init__(self) -> None:
        ends = np.cumsum([round(share * self.n) for share in self.shares.values()])
        place = self.rng.permutation(self.n)
        kinds = np.array([*self.shares, HONEST])
        self.kind: Ints = kinds[np.searchsorted(ends, place, side="right")]
        self.constant: Floats = self.rng.choice(np.array(self.constants, dtype=float), self.n)
        self.bias: Floats = self.biases()
        self.traits()

    def biases(self) -> Floats:
        """A fresh draw of everybody's severity."""
        raise NotImplementedError

    def traits(self) -> None:
        """What else people keep from one assignment to the next."""

    def hand_in(self) -> None:
        """The works of an assignment: sets `truth`."""
        raise NotImplementedError

    def honest(self, work: Ints, by: Ints) -> Floats:
        """What these people would give to these works in good faith, not rounded."""
        raise NotImplementedError

    def drift(self, kept: float) -> None:
        """Severity changes: `kept` of what it was and a fresh draw of the rest."""
        middle = float(self.centre())
        fresh = self.biases() - middle
        self.bias = middle + kept * (self.bias - middle) + np.sqrt(1 - kept * kept) * fresh

    def centre(self) -> float:
        """The mean severity."""
        return 0.0

    def review(self, work: Ints, by: Ints) -> Floats:
        """The grades given, cheats included."""
        given = self.honest(work, by)
        kind = self.kind[by]
        given = np.where(kind == RANDOM, self.rng.uniform(self.lowest, 100, len(by)), given)
        given = np.where(kind == HIGHEST, 100.0, given)
        given = np.where(kind == CONSTANT, self.constant[by], given)
        ring = np.where(self.kind[work] == RING, 100.0, self.truth[work] - 25)
        given = np.where(kind == RING, ring, given)
        if self.step:
            given = np.round(given / self.step) * self.step
        return np.clip(given, 0, 100)


class A(World):
    """The model's own."""

    def biases(self) -> Floats:
        return self.rng.normal(1.5, 6, self.n)

    def centre(self) -> float:
        return 1.5

    def traits(self) -> None:
        self.sd = 1 / np.sqrt(self.rng.gamma(4, 1 / (4 * 60.75), self.n))

    def hand_in(self) -> None:
        self.truth = np.clip(self.rng.normal(68, 15, self.n), 0, 100)

    def honest(self, work: Ints, by: Ints) -> Floats:
        return self.truth[work] + self.bias[by] + self.sd[by] * self.rng.normal(size=len(by))


class B(A):
    """Cheats: random, always the most, constant, a ring."""

    def biases(self) -> Floats:
        return self.rng.normal(3, 7, self.n)

    def centre(self) -> float:
        return 3.0

    def traits(self) -> None:
        self.sd = np.exp(self.rng.normal(np.log(9), 0.4, self.n))

    def hand_in(self) -> None:
        self.truth = 100 * self.rng.beta(5, 2.2, self.n)


class C(World):
    """The model's assumptions broken: works hard to judge, misjudged by all alike, squeezed grades, heavy tails."""

    def biases(self) -> Floats:
        return self.rng.normal(2, 3, self.n)

    def centre(self) -> float:
        return 2.0

    def traits(self) -> None:
        self.slope = np.clip(self.rng.normal(0.8, 0.15, self.n), 0.3, 1.2)

    def hand_in(self) -> None:
        self.truth = 100 * self.rng.beta(4, 2, self.n)
        self.difficulty = np.exp(self.rng.normal(np.log(8), 0.6, self.n))
        self.shared = 0.5 * self.difficulty * self.rng.normal(size=self.n)

    def honest(self, work: Ints, by: Ints) -> Floats:
        middle = self.truth.mean()
        seen = middle + self.slope[by] * (self.truth[work] + self.shared[work] - middle)
        error = 0.75 * self.difficulty[work] * self.rng.standard_t(3, len(by))
        return seen + self.bias[by] + error


class D(World):
    """A rubric of four criteria, six levels each; the able review better; a halo joins the criteria."""

    def biases(self) -> Floats:
        return self.rng.normal(-0.15, 0.5, self.n)

    def centre(self) -> float:
        return -0.15

    def traits(self) -> None:
        self.ability = self.rng.normal(0.6, 1, self.n)
        self.noise = np.clip(0.95 - 0.25 * self.ability, 0.3, 2)

    def hand_in(self) -> None:
        self.criteria = self.ability[:, None] + self.rng.normal(0, 0.4, (self.n, 4))
        self.truth = 5 * (5 / (1 + np.exp(-self.criteria))).sum(axis=1)

    def honest(self, work: Ints, by: Ints) -> Floats:
        spread = 0.7 * self.noise[by, None]
        halo = spread * self.rng.normal(size=(len(by), 1))
        own = spread * self.rng.normal(size=(len(by), 4))
        seen = self.criteria[work] - self.bias[by, None] + halo + own
        return 5 * np.round(5 / (1 + np.exp(-seen))).sum(axis=1)


class E(World):
    """Equal graders without bias: the mean is the best there is."""

    def biases(self) -> Floats:
        return np.zeros(self.n)

    def hand_in(self) -> None:
        self.truth = np.clip(self.rng.normal(68, 15, self.n), 0, 100)

    def honest(self, work: Ints, by: Ints) -> Floats:
        return self.truth[work] + 9 * self.rng.normal(size=len(by))


@dataclass(frozen=True)
class Scene:
    """Reviews as the engine takes them, and what it does not know. Works of the last assignment have the last ids;
    `truth` is theirs."""

    submission: Ints
    reviewer: Ints
    grade: Floats
    assignment: Ints
    truth: Floats
    kind: Ints  # of each person; person p wrote the work `first + p` of the last assignment
    first: int
    world: World

    @property
    def last(self) -> Bools:
        """The reviews of the last assignment."""
        return self.submission >= self.first

    def arrays(self) -> dict[str, Any]:
        """The engine's arguments."""
        return {"submission": self.submission, "reviewer": self.reviewer, "grade": self.grade}

    def with_more(self, works: Ints, seed: int) -> dict[str, Any]:
        """The same with one more review of each of these works, by somebody who has not seen it. One assignment."""
        rng, n = np.random.default_rng(seed), self.world.n
        seen = set((self.submission * n + self.reviewer).tolist())
        by = [next(r for r in rng.integers(n, size=50).tolist() if r != w and w * n + r not in seen) for w in works]
        more = np.array(by)
        parts = ((self.submission, works), (self.reviewer, more), (self.grade, self.world.review(works, more)))
        return dict(zip(self.arrays(), map(np.concatenate, parts), strict=True))


SHARES: dict[str, dict[int, float]] = {
    "A": {},
    "B": {RANDOM: 0.05, HIGHEST: 0.03, CONSTANT: 0.02, RING: 0.02},
    "C": {RANDOM: 0.03, HIGHEST: 0.03, CONSTANT: 0.03},
    "D": {RANDOM: 0.03, HIGHEST: 0.04},
    "E": {},
}
KINDS: dict[str, Callable[..., World]] = {"A": A, "B": B, "C": C, "D": D, "E": E}
MANNERS: dict[str, dict[str, Any]] = {
    "C": {"step": 5.0, "lowest": 20.0, "constants": (70, 80, 90)},
    "D": {"step": 5.0},
}


def circulant(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """(work, reviewer) of n × each reviews: everybody gives and receives `each`, nobody their own."""
    order = rng.permutation(n)
    offsets = 1 + rng.choice(n - 1, each, replace=False)
    work = np.concatenate([order[(np.arange(n) + offset) % n] for offset in offsets])
    return work, np.tile(order, each)


def scene(
    name: str,
    *,
    n: int = 2000,
    each: int = 3,
    seed: int = 0,
    earlier: int = 0,
    kept: float = 1.0,
    shares: Mapping[int, float] | None = None,
) -> Scene:
    """A class of the world `name`, with `earlier` assignments before the last, between which severity is `kept`."""
    rng = np.random.default_rng([seed, ord(name), each, n])
    world = KINDS[name](rng, n, SHARES[name] if shares is None else shares, **MANNERS.get(name, {}))
    parts = []
    for turn in range(earlier + 1):
        if turn:
            world.drift(kept)
        world.hand_in()
        work, by = circulant(rng, n, each)
        parts.append((work + turn * n, by, world.review(work, by), np.full(len(work), turn)))
    submission, reviewer, grade, assignment = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Scene(submission, reviewer, grade, assignment, world.truth, world.kind, earlier * n, world)


@dataclass(frozen=True)
class Odd:
    """A class unlike A to E. `cheats`: (share, what they give, from the truth)."""

    truth: Callable[[np.random.Generator, int], Floats] = lambda rng, n: rng.normal(68, 15, n)
    severity: float = 6.0
    kind: float = 2.0
    noise: float = 9.0
    variety: float = 0.4
    step: float = 1.0
    cheats: tuple[tuple[float, Callable[[np.random.Generator, Floats], Floats]], ...] = ()
    pairs: Callable[[np.random.Generator, int, int], tuple[Ints, Ints]] = circulant

    def reviews(self, rng: np.random.Generator, n: int, each: int) -> tuple[dict[str, Any], Floats]:
        """The engine's arguments and the truth of each work that was reviewed."""
        truth = np.clip(self.truth(rng, n), 0, 100)
        bias, sd = rng.normal(self.kind, self.severity, n), self.noise * np.exp(rng.normal(0, self.variety, n))
        work, by = self.pairs(rng, n, each)
        grade = truth[work] + bias[by] + sd[by] * rng.normal(size=len(by))
        chance, below = rng.uniform(size=n)[by], 0.0
        for share, give in self.cheats:
            grade = np.where((below <= chance) & (chance < below + share), give(rng, truth[work]), grade)
            below += share
        grade = np.clip(np.round(grade / self.step) * self.step, 0, 100)
        return {"submission": work, "reviewer": by, "grade": grade}, truth[np.unique(work)]


def uneven(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """From one to 2 × each - 1 reviews of a work."""
    counts = rng.integers(1, 2 * each, n)
    by = [(1 + work + rng.choice(n - 1, count, replace=False)) % n for work, count in enumerate(counts)]
    return np.repeat(np.arange(n), counts), np.concatenate(by)


def devoted(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """One person has reviewed fifty works beside the usual reviews."""
    work, by = circulant(rng, n, each)
    works = 1 + rng.choice(n - 1, min(50, n - 1), replace=False)
    return np.concatenate([work[by != 0], works]), np.concatenate([by[by != 0], np.zeros(len(works), dtype=np.int64)])


def islands(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """Groups of ten who only review each other."""
    parts = [circulant(rng, 10, each) for _ in range(n // 10)]
    return tuple(np.concatenate([part[side] + 10 * k for k, part in enumerate(parts)]) for side in (0, 1))  # type: ignore[return-value]


def few(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """Twenty people review everything."""
    return np.repeat(np.arange(n), each), np.concatenate([rng.choice(20, each, replace=False) for _ in range(n)])


def absent(rng: np.random.Generator, n: int, each: int) -> tuple[Ints, Ints]:
    """Two in five never review."""
    work, by = circulant(rng, n, each)
    there = rng.uniform(size=n)[by] > 0.4
    return work[there], by[there]


def at_random(rng: np.random.Generator, truth: Floats) -> Floats:
    return rng.uniform(0, 100, len(truth))


def always(grade: float) -> Callable[[np.random.Generator, Floats], Floats]:
    return lambda rng, truth: np.full(len(truth), grade)


def good(mean: float, sd: float) -> Callable[[np.random.Generator, int], Floats]:
    return lambda rng, n: rng.normal(mean, sd, n)


def two_heaps(rng: np.random.Generator, n: int) -> Floats:
    return np.where(rng.uniform(size=n) < 0.5, rng.normal(30, 8, n), rng.normal(85, 6, n))


ODD = {
    "all alike": Odd(good(85, 2)),
    "all alike, seen sharply": Odd(good(85, 2), severity=1, noise=2),
    "nearly all perfect": Odd(good(98, 12), step=5),
    "nearly all perfect, cheats": Odd(good(98, 12), step=5, cheats=((0.05, at_random), (0.05, always(100)))),
    "nearly all nothing": Odd(good(8, 12), step=5),
    "a fifth at random": Odd(cheats=((0.2, at_random),)),
    "a fifth always 100": Odd(cheats=((0.2, always(100)),)),
    "a fifth always 75": Odd(cheats=((0.2, always(75)),)),
    "a fifth always 0": Odd(cheats=((0.2, always(0)),)),
    "a fifth the other way round": Odd(cheats=((0.2, lambda rng, truth: 100 - truth),)),
    "two fifths at random": Odd(cheats=((0.4, at_random),)),
    "uneven": Odd(pairs=uneven),
    "one devoted": Odd(pairs=devoted),
    "islands": Odd(pairs=islands),
    "twenty review": Odd(pairs=few),
    "two in five absent": Odd(pairs=absent),
    "four levels": Odd(step=100 / 3),
    "five levels": Odd(step=25, cheats=((0.03, always(100)),)),
    "two heaps": Odd(two_heaps),
    "everywhere": Odd(lambda rng, n: rng.uniform(0, 100, n)),
    "very different reviewers": Odd(variety=1.0),
    "very different severities": Odd(severity=15),
    "all kind": Odd(kind=15),
    "no severities": Odd(severity=0, kind=0),
    "all sharp": Odd(severity=1, noise=1.5),
    "all blunt": Odd(noise=25),
}
