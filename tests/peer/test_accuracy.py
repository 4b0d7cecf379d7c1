"""How near the engine's grades come to the truth, beside the median's: the bars of its specification, on its worlds,
with seeds of ours; then worlds that it was not made for. Ratios are of root mean square errors; below 1 is nearer."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from preau.peer.aggregation import medians
from preau.peer.model import Grades, aggregate
from preau.peer.sheet import read
from tests.peer import worlds
from tests.peer.worlds import CONSTANT, HIGHEST, HONEST, ODD, RING, Floats, Scene

pytestmark = pytest.mark.slow

SEEDS, FEWER = range(100, 110), range(100, 105)
EACH = (3, 4, 5)
WORLDS = "ABCD"


def rmse(error: Floats) -> float:
    return float(np.sqrt(np.mean(error**2)))


def middle(arrays: dict[str, Any]) -> Floats:
    """The median of each work."""
    return medians(read(arrays["submission"], arrays["reviewer"], arrays["grade"]).reviews)


def worst_decile(error: Floats) -> float:
    return float(np.sort(np.abs(error))[-len(error) // 10 :].mean())


@cache
def cell(name: str, each: int, seed: int) -> tuple[Scene, Grades, Floats]:
    """A class of 2,000, its grades, its medians."""
    scene = worlds.scene(name, each=each, seed=seed)
    return scene, aggregate(**scene.arrays()), middle(scene.arrays())


def ratio(name: str, each: int, form: str, measure: Callable[[Floats], float] = rmse) -> float:
    """The mean over the seeds of the engine's error over the median's."""
    found = []
    for seed in SEEDS:
        scene, grades, median = cell(name, each, seed)
        found.append(measure(getattr(grades, form) - scene.truth) / measure(median - scene.truth))
    return float(np.mean(found))


def staffed(scene: Scene, count: int, seed: int) -> Grades:
    """Grades with `count` works that staff drew at random and graded within 2 points."""
    rng = np.random.default_rng(seed)
    works = rng.choice(scene.world.n, count, replace=False)
    marks = np.clip(scene.truth[works] + rng.normal(0, 2, count), 0, 100)
    staff = dict(zip(works.tolist(), marks.tolist(), strict=True))
    return aggregate(**scene.arrays(), staff=staff, staff_random=works)


@pytest.mark.parametrize("form", ["shrunk", "published"])
def test_the_error_is_at_most_085_of_the_medians_and_never_above_it(form: str) -> None:
    cells = [ratio(name, each, form) for name in WORLDS for each in EACH]
    assert np.mean(cells) <= 0.85
    assert max(cells) <= 1.0


@pytest.mark.parametrize(("name", "bar"), [("A", 0.85), ("B", 0.80), ("C", 0.96), ("D", 0.82)])
def test_each_world_reaches_its_bar(name: str, bar: float) -> None:
    assert np.mean([ratio(name, each, "published") for each in EACH]) <= bar


@pytest.mark.parametrize("form", ["shrunk", "published"])
def test_the_worst_tenth_is_nearer_as_well(form: str) -> None:
    assert np.mean([ratio(name, 4, form, worst_decile) for name in WORLDS]) <= 0.88


@pytest.mark.parametrize("each", [3, 5])
def test_equal_reviewers_lose_nothing_to_the_mean(each: int) -> None:
    found = []
    for seed in SEEDS:
        scene = worlds.scene("E", each=each, seed=seed)
        mean = np.bincount(scene.submission, scene.grade) / each
        found.append(rmse(aggregate(**scene.arrays()).published - scene.truth) / rmse(mean - scene.truth))
    assert np.mean(found) <= 1.01


def test_fifty_staff_grades_bring_it_nearer() -> None:
    found = []
    for name in WORLDS:
        for each in EACH:
            for seed in FEWER:
                scene, _, median = cell(name, each, seed)
                grades = staffed(scene, 50, seed)
                rest = ~grades.by_staff  # or the staff grades themselves would count
                found.append(rmse((grades.published - scene.truth)[rest]) / rmse((median - scene.truth)[rest]))
    assert np.mean(found) <= 0.83


@pytest.mark.parametrize(("name", "bar"), [("A", 0.83), ("B", 0.72), ("C", 0.93), ("D", 0.78)])
def test_two_earlier_assignments_help_though_severity_drifts(name: str, bar: float) -> None:
    found = []
    for seed in SEEDS:
        scene = worlds.scene(name, seed=seed, earlier=2, kept=0.6)
        grades = aggregate(**scene.arrays(), assignment=scene.assignment).of(2)
        median = middle({key: row[scene.last] for key, row in scene.arrays().items()})
        forms = [rmse(form - scene.truth) / rmse(median - scene.truth) for form in (grades.shrunk, grades.published)]
        found.append(forms)
    shrunk, published = np.mean(found, axis=0)
    assert shrunk <= bar  # the form that the bar was measured on
    assert published <= bar + 0.03


def test_intervals_hold_four_out_of_five_after_25_staff_grades() -> None:
    found: dict[str, list[float]] = {name: [] for name in WORLDS}
    for name in WORLDS:
        for each in EACH:
            for seed in FEWER:
                scene, _, _ = cell(name, each, seed)
                grades = staffed(scene, 25, seed + 1)
                held = (grades.low <= scene.truth) & (scene.truth <= grades.high)
                found[name].append(float(held[~grades.by_staff].mean()))
    for held_by_world in found.values():
        assert 0.75 <= np.mean(held_by_world) <= 0.90
    assert 0.77 <= np.mean(list(found.values())) <= 0.87


def test_without_staff_intervals_hold_about_as_many() -> None:
    found = []
    for name in WORLDS:
        scene, grades, _ = cell(name, 3, SEEDS[0])
        found.append(float(((grades.low <= scene.truth) & (scene.truth <= grades.high)).mean()))
    assert min(found) >= 0.65
    assert 0.77 <= np.mean(found) <= 0.90


def test_a_ring_of_a_tenth_gains_less() -> None:
    ratios = []
    for name in "AB":
        found = []
        for each in EACH:
            for seed in FEWER:
                scene = worlds.scene(name, each=each, seed=seed, shares={RING: 0.1})
                grades, ring = aggregate(**scene.arrays()), scene.kind == RING
                forms = (grades.shrunk, grades.published, middle(scene.arrays()))
                found.append([float((form - scene.truth)[ring].mean()) for form in forms])
        gained = np.mean(found, axis=0)
        ratios.append(gained[:2] / gained[2])
    shrunk, published = np.mean(ratios, axis=0)
    assert shrunk <= 0.55
    assert published <= 0.70


def test_careless_reviewers_count_less_and_honest_ones_do_not() -> None:
    found: dict[int, list[float]] = {HONEST: [], HIGHEST: [], CONSTANT: []}
    for seed in SEEDS:
        scene, grades, _ = cell("B", 4, seed)
        for kind, shares in found.items():
            shares.append(float((grades.honest[scene.kind == kind] < 0.5).mean()))
    assert np.mean(found[HIGHEST]) >= 0.98
    assert np.mean(found[CONSTANT]) >= 0.98
    assert np.mean(found[HONEST]) <= 0.04


def test_one_more_review_where_it_is_needed_is_worth_more_than_anywhere() -> None:
    gains = []
    for name in WORLDS:
        for seed in SEEDS:
            scene, grades, _ = cell(name, 3, seed)
            needed = np.flatnonzero(grades.needs_review)
            anywhere = np.random.default_rng(seed).choice(scene.world.n, len(needed), replace=False)
            before = rmse(grades.published - scene.truth)
            after = [
                rmse(aggregate(**scene.with_more(works, seed)).published - scene.truth) for works in (needed, anywhere)
            ]
            gains.append([1 - one / before for one in after])
    there, anywhere_ = np.mean(gains, axis=0)
    assert there >= 1.6 * anywhere_
    assert anywhere_ > 0


@pytest.mark.parametrize("name", ODD)
def test_other_classes_are_never_much_worse_than_the_median(name: str) -> None:
    for n, each, seeds in ((40, 3, range(12)), (400, 2, range(6)), (400, 3, range(6)), (400, 5, range(3))):
        errors = []
        for seed in seeds:
            arrays, truth = ODD[name].reviews(np.random.default_rng([seed, n, each]), n, each)
            grades = aggregate(**arrays)
            errors.append([np.mean((form - truth) ** 2) for form in (grades.published, middle(arrays))])
        published, median = np.sqrt(np.mean(errors, axis=0))
        assert published <= 1.02 * median, (n, each, published / median)
