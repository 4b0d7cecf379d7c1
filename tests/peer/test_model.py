"""The grades that the engine gives: what holds whatever the reviews."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.special import digamma

from preau.peer import aggregation
from preau.peer.model import Grades, aggregate
from preau.peer.sheet import Reliability
from tests.peer import worlds

ROWS = ["published", "shrunk", "low", "high", "variance", "weighted", "weight", "share", "bias"]
ROWS += ["severity", "severity_variance", "precision", "honest", "reviews"]
PROPERTY = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
GRADES = st.one_of(st.integers(0, 20).map(lambda n: 5.0 * n), st.floats(0, 100), st.sampled_from([0.0, 100.0]))


@st.composite
def reviews(draw: st.DrawFn, least: int = 1, most: int = 60) -> dict[str, Any]:
    """Reviews of a few works or a class, by anybody, no two of one work by one person; ids with gaps."""
    works, people = draw(st.integers(least, most)), draw(st.integers(1, most))
    each = draw(st.integers(1, min(people, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    by = np.concatenate([rng.choice(people, each, replace=False) for _ in range(works)])
    if draw(st.booleans()):
        given_ = np.array(draw(st.lists(GRADES, min_size=len(by), max_size=len(by))))
    else:
        given_ = np.clip(np.round(rng.normal(70, 20, len(by))), 0, 100)
    return {"submission": 7 * np.repeat(np.arange(works), each) - 100, "reviewer": 3 * by + 11, "grade": given_}


def sane(grades: Grades) -> None:
    """No nan, everything on the scale, the interval around the grade, the formula shown."""
    for name in ROWS:
        assert np.isfinite(getattr(grades, name)).all(), name
    for name in ("published", "shrunk", "low", "high"):
        assert ((getattr(grades, name) >= 0) & (getattr(grades, name) <= 100)).all(), name
    assert ((grades.low <= grades.published) & (grades.published <= grades.high)).all()
    assert (grades.weight >= 0).all()


def shown(grades: Grades, grade: Any) -> np.ndarray[Any, Any]:
    """The weighted sum that an author can add up from what is shown to them."""
    count = len(grades.submission)
    above = np.bincount(grades.work, grades.weight * (grade - grades.bias), count)
    return np.asarray(above / np.bincount(grades.work, grades.weight, count))


@PROPERTY
@given(reviews())
def test_grades_are_on_the_scale_and_are_the_sum_that_is_shown(data: dict[str, Any]) -> None:
    grades = aggregate(**data)
    sane(grades)
    assert np.abs(grades.weighted - shown(grades, data["grade"])).max() < 1e-9
    free = ~grades.clamped & ~grades.by_staff
    assert np.abs(grades.published - grades.weighted)[free].max(initial=0) <= 1e-9
    assert np.abs(np.bincount(grades.work, grades.share) - 1).max() < 1e-9


@PROPERTY
@given(reviews(least=30))
def test_a_grade_is_never_outside_those_received(data: dict[str, Any]) -> None:
    grades = aggregate(**data)
    for place, work in enumerate(grades.submission):
        received = data["grade"][data["submission"] == work]
        assert received.min() <= grades.published[place] <= received.max()


@PROPERTY
@given(reviews(), st.integers(0, 2**32))
def test_the_order_of_reviews_changes_nothing(data: dict[str, Any], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(data["grade"]))
    one, other = aggregate(**data), aggregate(**{name: row[order] for name, row in data.items()})
    for name in ("published", "shrunk", "low", "high", "honest", "severity"):
        assert np.abs(getattr(one, name) - getattr(other, name)).max() <= 1e-9, name
    assert np.abs(one.weight[order] - other.weight).max() <= 1e-9
    assert (one.needs_review == other.needs_review).all()
    assert one.inputs_hash == other.inputs_hash


@PROPERTY
@given(st.integers(0, 2**32))
def test_other_ids_give_the_same_grades(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scene = worlds.scene("B", n=80, seed=seed % 1000)
    works, people = rng.permutation(5000)[:80] - 2500, rng.permutation(5000)[:80]
    one, other = (
        aggregate(**scene.arrays()),
        aggregate(works[scene.submission], people[scene.reviewer], scene.grade),
    )
    at = np.searchsorted(other.submission, works)
    for name in ("published", "shrunk", "low", "high"):
        assert np.abs(getattr(one, name) - getattr(other, name)[at]).max() <= 1e-6, name
    assert (one.needs_review == other.needs_review[at]).all()


@PROPERTY
@given(GRADES, st.integers(1, 80), st.integers(1, 5))
def test_when_all_reviews_agree_that_is_the_grade(grade: float, works: int, each: int) -> None:
    submission, reviewer = np.repeat(np.arange(works), each), np.tile(np.arange(each), works)
    grades = aggregate(submission, reviewer, np.full(len(submission), grade))
    sane(grades)
    assert (grades.published == grade).all()


@pytest.mark.parametrize("name", ["A", "B", "C", "D"])
def test_one_changed_review_moves_the_others_a_little(name: str) -> None:
    for seed in range(3):
        scene = worlds.scene(name, seed=seed)
        before = aggregate(**scene.arrays())
        for edge in np.random.default_rng(seed).choice(len(scene.grade), 5, replace=False):
            changed = scene.grade.copy()
            changed[edge] += 20 if changed[edge] < 50 else -20
            after = aggregate(scene.submission, scene.reviewer, changed)
            moved = np.abs(after.published - before.published)
            moved[scene.submission[edge]] = 0
            assert moved.mean() <= 0.1
            if name == "A":  # elsewhere one review can show its author as careless, or clear them
                assert moved.max() <= 5


def test_below_thirty_works_the_median_is_published_and_said() -> None:
    for works, each in ((29, 3), (12, 4), (1, 1), (5, 2)):
        scene = worlds.scene("B", n=max(works, each + 1), each=each, seed=works)
        kept = scene.submission < works
        grades = aggregate(scene.submission[kept], scene.reviewer[kept], scene.grade[kept])
        medians = [np.median(scene.grade[kept & (scene.submission == work)]) for work in range(works)]
        assert grades.method == "median"
        assert grades.published == pytest.approx(medians)
        assert shown(grades, scene.grade[kept]) == pytest.approx(medians)
        sane(grades)


def test_from_thirty_works_on_it_is_the_model() -> None:
    assert aggregate(**worlds.scene("A", n=30).arrays()).method == "model"


def test_nothing_gives_nothing() -> None:
    grades = aggregate([], [], [])
    assert (len(grades.submission), len(grades.published), len(grades.weight), grades.method) == (0, 0, 0, "median")
    assert len(grades.reliability().reviewer) == 0


@pytest.mark.parametrize("works", [1, 29, 30, 100])
@pytest.mark.parametrize("grade", [0.0, 50.0, 100.0])
def test_one_review_each_by_one_person_is_the_grade(works: int, grade: float) -> None:
    grades = aggregate(np.arange(works), np.zeros(works, dtype=int), np.full(works, grade))
    assert (grades.published == grade).all()
    sane(grades)


def test_one_review_each_stands_as_it_is() -> None:
    given_ = np.linspace(0, 100, 60)
    grades = aggregate(np.arange(60), np.arange(60), given_)
    assert grades.published == pytest.approx(given_)
    sane(grades)


def test_only_the_ends_of_the_scale() -> None:
    rng = np.random.default_rng(3)
    work, by = worlds.circulant(rng, 200, 4)
    grades = aggregate(work, by, rng.choice([0.0, 100.0], len(work)))
    sane(grades)
    assert ((grades.published >= 0) & (grades.published <= 100)).all()


def test_staff_override() -> None:
    scene = worlds.scene("B", n=200)
    grades = aggregate(**scene.arrays(), staff={3: 12.0, 5: 100.0})
    assert grades.published[[3, 5]].tolist() == [12.0, 100.0]
    assert grades.by_staff.nonzero()[0].tolist() == [3, 5]
    assert not grades.clamped[[3, 5]].any()
    assert not grades.needs_review[[3, 5]].any()
    sane(grades)
    small = aggregate([1, 1, 2], [1, 2, 1], [50, 60, 70], staff={1: 10})
    assert small.published.tolist() == [10, 70]


def test_staff_grades_are_taken_by_id_or_in_a_row() -> None:
    scene = worlds.scene("B", n=200)
    row = np.full(200, np.nan)
    row[[3, 5]] = 12, 80
    drawn = ~np.isnan(row)
    by_id = aggregate(**scene.arrays(), staff={5: 80, 3: 12}, staff_random=[3, 5])
    in_row = aggregate(**scene.arrays(), staff=row, staff_random=drawn)
    assert (by_id.published == in_row.published).all()
    assert by_id.inputs_hash == in_row.inputs_hash


def marked(scene: worlds.Scene, works: Any, by: float = 0.0) -> dict[int, float]:
    """Staff grades near the truth, `by` points off."""
    near = scene.truth[works] + np.random.default_rng(1).normal(0, 2, len(works)) + by
    return dict(zip((scene.first + works).tolist(), np.clip(near, 0, 100).tolist(), strict=True))


def test_only_works_drawn_at_random_say_how_kind_the_class_is() -> None:
    scene = worlds.scene("B", n=600, seed=2)
    works = np.random.default_rng(2).choice(600, 40, replace=False)
    severe = marked(scene, works, by=-12.0)  # as targeted works look: staff far below the peers
    drawn = aggregate(**scene.arrays(), staff=severe, staff_random=works)
    targeted = aggregate(**scene.arrays(), staff=severe)
    without = aggregate(**scene.arrays())
    others = ~drawn.by_staff
    assert (without.published - drawn.published)[others].mean() > 5
    assert abs((without.published - targeted.published)[others].mean()) < 2
    assert (drawn.calibrated, targeted.calibrated) == (True, False)


def test_intervals_are_measured_from_twenty_five_random_staff_grades_on() -> None:
    scene = worlds.scene("C", n=600)
    works = np.arange(25)
    for count, told in ((24, False), (25, True)):
        grades = aggregate(**scene.arrays(), staff=marked(scene, works[:count]), staff_random=works[:count])
        assert grades.calibrated is told
        sane(grades)


def test_what_straddles_the_pass_mark_needs_a_look() -> None:
    scene = worlds.scene("B", n=300)
    grades = aggregate(**scene.arrays(), pass_mark=60, staff={0: 60.0})
    expected = (grades.low < 60) & (grades.high >= 60)
    expected[0] = False
    assert (grades.needs_review == expected).all()
    assert 0 < expected.sum() < 300


def test_without_a_pass_mark_the_least_sure_tenth_does() -> None:
    grades = aggregate(**worlds.scene("B", n=300).arrays())
    assert grades.needs_review.sum() == 30
    assert grades.variance[grades.needs_review].min() > grades.variance[~grades.needs_review].max()


def test_earlier_assignments_are_in_the_fit_and_can_be_taken_apart() -> None:
    scene = worlds.scene("B", n=400, earlier=2)
    grades = aggregate(**scene.arrays(), assignment=scene.assignment)
    last = grades.of(2)
    assert (last.submission == np.arange(800, 1200)).all()
    assert (last.published == grades.published[800:]).all()
    assert np.abs(last.weighted - shown(last, scene.grade[scene.last])).max() < 1e-9
    alone = aggregate(**{name: row[scene.last] for name, row in scene.arrays().items()})
    better, worse = (np.sqrt(np.mean((g.published - scene.truth) ** 2)) for g in (last, alone))
    assert better < 0.97 * worse


def test_a_small_assignment_beside_a_large_one_has_medians() -> None:
    scene = worlds.scene("B", n=100, earlier=1)
    kept = scene.submission < 110
    arrays = {name: row[kept] for name, row in scene.arrays().items()}
    grades = aggregate(**arrays, assignment=scene.assignment[kept])
    assert grades.method == "median"
    assert grades.of(0).method == "model"
    small = grades.of(1)
    medians = [np.median(arrays["grade"][arrays["submission"] == work]) for work in small.submission]
    assert small.published == pytest.approx(medians)


def test_what_is_kept_of_reviewers_helps_the_next_edition() -> None:
    ratios = []
    for seed in range(4):
        scene = worlds.scene("B", n=1000, earlier=1, kept=0.6, seed=seed)
        first, second = (
            {name: row[part] for name, row in scene.arrays().items()} for part in (~scene.last, scene.last)
        )
        kept = aggregate(**first).reliability()
        errors = [
            np.sqrt(np.mean((aggregate(**second, reliability=known).published - scene.truth) ** 2))
            for known in (kept, None)
        ]
        ratios.append(errors[0] / errors[1])
    assert np.mean(ratios) < 0.97


def test_reliability_of_strangers_changes_nothing_and_of_medians_is_nothing() -> None:
    scene = worlds.scene("B", n=60)
    known = aggregate(**worlds.scene("B", n=60, seed=1).arrays()).reliability()
    strangers = Reliability(known.reviewer + 1000, *(getattr(known, name) for name in KEPT))
    assert (aggregate(**scene.arrays(), reliability=strangers).published == aggregate(**scene.arrays()).published).all()
    assert len(aggregate([1, 2], [1, 2], [3, 4]).reliability().reviewer) == 0


KEPT = ("severity", "variance", "precision", "reviews", "honest")
BAD: dict[str, Callable[[], Grades]] = {
    "grade is not between": lambda: aggregate([1, 2], [1, 2], [50, float("nan")]),
    "grade is not between ": lambda: aggregate([1, 2], [1, 2], [50, float("inf")]),
    "grade is not between 0": lambda: aggregate([1, 2], [1, 2], [50, 100.5]),
    "grade is not between 0 ": lambda: aggregate([1, 2], [1, 2], [-1, 100]),
    "differ in length": lambda: aggregate([1, 2], [1], [50, 60]),
    "differ in length$": lambda: aggregate([1, 2], [1, 2], [50, 60], assignment=[1]),
    "integers": lambda: aggregate([1.5, 2], [1, 2], [50, 60]),
    "not a row": lambda: aggregate([[1, 2]], [1, 2], [50, 60]),
    "reviewed twice .*: submission 4": lambda: aggregate([4, 4], [1, 1], [50, 60]),
    "two assignments": lambda: aggregate([4, 4], [1, 2], [50, 60], assignment=[1, 2]),
    "pass_mark": lambda: aggregate([1], [1], [50], pass_mark=float("nan")),
    "a staff grade is not": lambda: aggregate([1], [1], [50], staff={1: 101}),
    "without a review: 2": lambda: aggregate([1], [1], [50], staff={2: 50}),
    "without a review: 3": lambda: aggregate([1], [1], [50], staff={1: 50}, staff_random=[3]),
    "staff has not one row": lambda: aggregate([1], [1], [50], staff=[50, 60]),
    "staff_random has not": lambda: aggregate([1], [1], [50], staff={1: 50}, staff_random=np.array([True, False])),
}


@pytest.mark.parametrize("words", BAD)
def test_what_is_no_review_is_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=words.rstrip()):
        BAD[words]()


def test_reliability_out_of_range_is_refused() -> None:
    kept = aggregate(**worlds.scene("A", n=60).arrays()).reliability()
    kept.precision[0] = np.nan
    with pytest.raises(ValueError, match="precision"):
        aggregate(**worlds.scene("A", n=60).arrays(), reliability=kept)


def test_what_goes_in_is_not_changed() -> None:
    scene = worlds.scene("B", n=60)
    copies = {name: row.copy() for name, row in scene.arrays().items()}
    aggregate(**scene.arrays(), staff={1: 20.0}, staff_random=[1])
    assert all((copies[name] == row).all() for name, row in scene.arrays().items())


def test_the_hash_tells_inputs_apart() -> None:
    scene = worlds.scene("B", n=60)
    changed = scene.grade.copy()
    changed[7] += 1 if changed[7] < 100 else -1
    hashes = {
        aggregate(**scene.arrays()).inputs_hash,
        aggregate(scene.submission, scene.reviewer, changed).inputs_hash,
        aggregate(**scene.arrays(), staff={1: 20.0}).inputs_hash,
        aggregate(**scene.arrays(), staff={1: 20.0}, staff_random=[1]).inputs_hash,
    }
    assert len(hashes) == 4


@PROPERTY
@given(st.lists(st.floats(0.001, 50), min_size=2, max_size=30))
def test_the_shape_of_a_gamma_is_where_its_equation_holds(values: list[float]) -> None:
    gap = float(np.log(np.mean(values)) - np.mean(np.log(values)))
    shape = aggregation.gamma_shape(gap)
    low, high = aggregation.SHAPE
    assert low <= shape <= high
    assume(low * 1.01 < shape < high * 0.99)
    assert np.log(shape) - digamma(shape) == pytest.approx(gap, rel=1e-3)


def test_the_step_of_a_rubric_is_found() -> None:
    rng = np.random.default_rng(0)
    assert aggregation.rubric_step(rng.choice(np.arange(0, 101, 5.0), 500)) == 5
    assert aggregation.rubric_step(rng.choice(np.arange(101.0), 5000)) == 1
    assert aggregation.rubric_step(rng.uniform(0, 100, 500)) <= 1
    assert aggregation.rubric_step(np.full(50, 70.0)) == 1
