"""Real scores: what reviewers of Open edX courses gave to the same works, as joint distributions of two reviewers'
points by criterion (MIT licence). Pairs are all that they tell: nobody knows the truth, nor who gave what."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from preau.peer.aggregation import medians
from preau.peer.model import aggregate
from preau.peer.sheet import read
from tests.peer import worlds
from tests.peer.worlds import Floats, Ints

pytestmark = [pytest.mark.inputs, pytest.mark.slow]

type Table = Floats  # probability of (points of one reviewer, points of another)
RNG = np.random.default_rng(11)
PAIRS = RNG.normal(size=(3, 6000))  # a work's quality, what two reviewers see of it


@dataclass(frozen=True)
class Agreement:
    """Of one criterion: correlation of two reviewers, how often they agree, how often one gives the most."""

    correlation: float
    same: float
    most: float


def agreement(table: Table) -> Agreement:
    """What a joint distribution says."""
    points, margin = np.arange(len(table)), table.sum(axis=1)
    mean = (margin * points).sum()
    variance = (margin * (points - mean) ** 2).sum()
    together = (table * np.outer(points - mean, points - mean)).sum()
    return Agreement(float(together / variance), float(np.trace(table)), float(margin[-1]))


@cache
def tables(folder: Path) -> dict[tuple[int, int], list[Table]]:
    """The criteria of each assignment, by course and assignment."""
    found = defaultdict(list)
    for (course, item, _), table in json.loads((folder / "joint_distributions.json").read_text()):
        found[course, item].append(np.array(table))
    return dict(found)


@pytest.fixture
def real(inputs: Path) -> dict[tuple[int, int], list[Table]]:
    return tables(inputs / "peer-assessment")


def simulated() -> list[Agreement]:
    """The criteria of world D, of which two reviewers' levels are drawn as the class would give them."""
    world = worlds.scene("D", n=4000, each=2, seed=1).world
    assert isinstance(world, worlds.D)
    rng, found = world.rng, []
    for criterion in range(4):
        rows = []
        for _ in range(2):
            by = rng.permutation(world.n)
            seen = world.criteria[:, criterion] - world.bias[by] + world.noise[by] * rng.normal(size=world.n)
            rows.append(np.round(5 / (1 + np.exp(-seen))).astype(int))
        table = np.zeros((6, 6))
        np.add.at(table, (rows[0], rows[1]), 1 / world.n)
        found.append(agreement((table + table.T) / 2))
    return found


def test_simulated_reviewers_agree_as_well_as_real_ones(real: dict[tuple[int, int], list[Table]]) -> None:
    whole = [agreement(table) for criteria in real.values() for table in criteria if len(table) >= 4]
    for name in ("correlation", "same"):
        low, high = np.quantile([getattr(one, name) for one in whole], [0.02, 0.98])
        assert all(low <= getattr(one, name) <= high for one in simulated()), name


def test_real_reviewers_give_the_most_more_often(real: dict[tuple[int, int], list[Table]]) -> None:
    """Hence the classes of `worlds.ODD` in which nearly all is perfect."""
    often = np.median([agreement(table).most for criteria in real.values() for table in criteria])
    assert often > 0.5 > max(one.most for one in simulated())


@dataclass(frozen=True)
class Criterion:
    """Levels as what two bells and a threshold give: `shared` of the variance is the work's."""

    limits: Floats
    shared: float

    def expected(self, quality: Floats) -> Floats:
        """The mean level that works of this quality get."""
        rest = (1 - self.shared) ** 0.5
        return np.asarray(ndtr((self.shared**0.5 * quality[:, None] - self.limits) / rest).sum(axis=1))

    def levels(self, seen: Floats) -> Floats:
        """The levels given for what is seen."""
        return np.searchsorted(self.limits, seen).astype(float)


def fitted(table: Table) -> Criterion:
    """The criterion whose margin is this table's, and whose two reviewers correlate as in it."""
    limits, wanted = ndtri(np.clip(np.cumsum(table.sum(axis=1))[:-1], 1e-4, 1 - 1e-4)), agreement(table).correlation
    low, high = 0.0, 0.98
    for _ in range(12):
        shared = (low + high) / 2
        criterion = Criterion(limits, shared)
        one, other = (criterion.levels(shared**0.5 * PAIRS[0] + (1 - shared) ** 0.5 * row) for row in PAIRS[1:])
        low, high = (shared, high) if np.corrcoef(one, other)[0, 1] < wanted else (low, shared)
    return Criterion(limits, (low + high) / 2)


def real_class(criteria: list[Criterion], each: int, seed: int, n: int = 500) -> tuple[Ints, Ints, Floats, Floats]:
    """(work, reviewer, grade, truth) of a class with these criteria: three tenths of what is not the work's is the
    reviewer's severity, three the halo of one review. The truth is the mean grade that everybody would give."""
    rng = np.random.default_rng(seed)
    work, by = worlds.circulant(rng, n, each)
    general, severity, halo = rng.normal(size=n), rng.normal(size=n), rng.normal(size=len(work))
    grade, truth = np.zeros(len(work)), np.zeros(n)
    most = sum(len(criterion.limits) for criterion in criteria)
    for criterion in criteria:
        quality = 0.8**0.5 * general + 0.2**0.5 * rng.normal(size=n)
        own = 0.3**0.5 * severity[by] + 0.3**0.5 * halo + 0.4**0.5 * rng.normal(size=len(work))
        grade += criterion.levels(criterion.shared**0.5 * quality[work] + (1 - criterion.shared) ** 0.5 * own)
        truth += criterion.expected(quality)
    return work, by, 100 * grade / most, 100 * truth / most


@pytest.mark.parametrize("each", [3, 4])
def test_on_classes_with_real_distributions_it_is_nearer_than_the_median(
    real: dict[tuple[int, int], list[Table]], each: int
) -> None:
    rich = [criteria for _, criteria in sorted(real.items()) if len(criteria) >= 3][::6]
    ratios = []
    for place, tables_ in enumerate(rich):
        work, by, grade, truth = real_class([fitted(table) for table in tables_], each, place)
        grades = aggregate(work, by, grade)
        errors = [
            np.sqrt(np.mean((form - truth) ** 2)) for form in (grades.published, medians(read(work, by, grade).reviews))
        ]
        ratios.append(errors[0] / errors[1])
    assert len(ratios) >= 20
    assert np.mean(ratios) <= 0.95
    assert np.quantile(ratios, 0.9) <= 1.0


def test_the_real_sample_gets_its_medians(inputs: Path) -> None:
    with (inputs / "peer-assessment" / "sample_raw_data.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["score_type"] == "PE"]
    submission, reviewer = ([int(row[name]) for row in rows] for name in ("submission_uuid", "scorer_id"))
    grades = aggregate(submission, reviewer, [50 * float(row["points"]) for row in rows])
    assert grades.method == "median"
    assert grades.published.tolist() == [50, 100, 0]
