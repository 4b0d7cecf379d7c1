"""The rule of a track and where a learner stands, by properties."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from preau.grades import rules
from preau.grades.rules import ModuleFact, ResultFact, Standing, UnitFact
from preau.grades.tracks import BadRule, parse_tracks

ample = settings(deadline=None)
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)
TRACKS: dict[str, Any] = {
    "classic": {
        "credits": 1,
        "needs": [
            {"mean": "quiz", "of": "core", "at_least": 60},
            {"score": "exam", "at_least": 50},
            {"passed": "elective", "count": 1},
        ],
    },
    "advanced": {
        "extends": "classic",
        "credits": 2,
        "needs": [{"mean": "assignment", "at_least": 50}, {"reviews": "all"}],
    },
}
ADVANCED = parse_tracks(TRACKS)["advanced"]
MODULES = (ModuleFact("w1"), ModuleFact("w2"), ModuleFact("triz", elective=True), ModuleFact("agile", elective=True))


def course(closes: datetime | None = FUTURE) -> tuple[UnitFact, ...]:
    return (
        UnitFact("q1", "quiz", "w1", closes=closes),
        UnitFact("q2", "quiz", "w2", weight=2, closes=closes),
        UnitFact("a1", "assignment", "w1", closes=closes),
        UnitFact("a2", "assignment", "w2", weight=0.1, closes=closes),
        UnitFact("exam", "exam", "w2", closes=closes),
        UnitFact("q-triz", "quiz", "triz", elective=True, closes=closes),
        UnitFact("q-agile", "quiz", "agile", elective=True, closes=closes),
        UnitFact("talk", "discussion", "w1", weight=0),
    )


def full(percent: float, **more: Any) -> list[ResultFact]:
    return [ResultFact(unit.key, percent, 100, **more) for unit in course()]


def stand(units: Sequence[UnitFact], results: Sequence[ResultFact], owed: int = 0) -> Standing:
    return rules.standing(ADVANCED, MODULES, units, results, now=NOW, owed_reviews=owed)


scores = st.floats(0, 100)
closings = st.sampled_from([PAST, FUTURE, None])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[UnitFact, ...], list[ResultFact]]:
    units = tuple(
        replace(unit, closes=draw(closings), weight=draw(st.sampled_from([0, 0.1, 1 / 3, 1, 2.5]))) for unit in course()
    )
    answered = draw(st.lists(st.sampled_from(units), unique=True))
    results = [ResultFact(u.key, draw(scores), 100, draw(st.booleans()), draw(st.booleans())) for u in answered]
    return units, results


@ample
@given(worlds(), st.integers(0, 4))
def test_the_worst_is_never_above_now_nor_now_above_the_best(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], owed: int
) -> None:
    standing = stand(*world, owed)
    for need in standing.needs:
        assert need.worst <= need.best
        assert need.now is None or need.worst <= need.now <= need.best
        for part in need.parts:
            assert part.settled <= part.worst <= part.best
    assert not (standing.passed and not standing.possible)


@ample
@given(worlds(), st.randoms())
def test_the_order_of_results_and_units_does_not_matter(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], random: Any
) -> None:
    units, results = world
    mixed, turned = list(results), list(units)
    random.shuffle(mixed)
    random.shuffle(turned)
    figures = [(n.worst, n.now, n.best, n.state) for n in stand(units, results).needs]
    assert [(n.worst, n.now, n.best, n.state) for n in stand(turned, mixed).needs] == figures


@ample
@given(worlds(), scores, st.data())
def test_a_higher_score_never_takes_a_met_need_away(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], higher: float, data: st.DataObject
) -> None:
    units, results = world
    assume(results)
    chosen = data.draw(st.sampled_from(results))
    assume(higher >= chosen.score)
    better = [replace(r, score=higher) if r is chosen else r for r in results]
    for before, after in zip(stand(units, results).needs, stand(units, better).needs, strict=True):
        assert after.worst >= before.worst
        assert after.best >= before.best
        assert before.state != "met" or after.state == "met"


@ample
@given(worlds(), scores)
def test_a_result_that_comes_in_stays_within_what_was_foreseen(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], score: float
) -> None:
    units, results = world
    missing = [u for u in units if u.key not in {r.unit for r in results} and u.closes != PAST]
    assume(missing)
    before, after = stand(units, results), stand(units, [*results, ResultFact(missing[0].key, score, 100)])
    for had, has in zip(before.needs, after.needs, strict=True):
        assert had.worst <= has.worst <= has.best <= had.best
        assert had.state not in ("met", "impossible") or has.state in (had.state, "missed")


@ample
@given(worlds(), st.integers(0, 3))
def test_when_everything_is_closed_nothing_is_left_open(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], owed: int
) -> None:
    units, results = world
    standing = stand([replace(unit, closes=PAST) for unit in units], results, owed)
    assert standing.settled
    assert standing.decided
    assert all(need.worst == need.best for need in standing.needs)


@ample
@given(worlds())
def test_scoring_the_mean_still_needed_on_all_that_remains_is_enough_and_one_point_less_is_not(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]],
) -> None:
    units, results = world
    results = [replace(r, rising=False) for r in results]
    before = stand(units, results)
    for remaining in rules.still_needed(before):
        if remaining.mean is None:
            continue
        index = ADVANCED.needs.index(remaining.need)
        assert _after(units, results, remaining.mean).needs[index].state == "met"
        if remaining.mean > 1:
            assert _after(units, results, remaining.mean - 1).needs[index].state != "met"


def _after(units: Sequence[UnitFact], results: Sequence[ResultFact], mean: float) -> Standing:
    settled = {r.unit for r in results if r.final} | {u.key for u in units if u.closes == PAST}
    kept = [r for r in results if r.unit in settled]
    return stand(units, kept + [ResultFact(u.key, mean, 100) for u in units if u.key not in settled])


@ample
@given(worlds(), st.sets(st.sampled_from([unit.key for unit in course()])))
def test_an_excused_unit_counts_as_if_the_course_had_it_not(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], excused: set[str]
) -> None:
    units, results = world
    without = [unit for unit in units if unit.key not in excused]

    def figures(standing: Standing) -> list[Any]:
        needs = [
            need for need in standing.needs if need.need.verb != "reviews"
        ]  # they close with the course's last unit
        return [(need.worst, need.now, need.best, need.threshold, need.state) for need in needs]

    assert figures(stand(rules.excusing(units, excused), results)) == figures(stand(without, results))
    for module in MODULES:
        assert rules.module_passed(module, rules.excusing(units, excused), results, now=NOW) == rules.module_passed(
            module, without, results, now=NOW
        )


@ample
@given(worlds(), scores, st.sampled_from([unit.key for unit in course()]))
def test_what_an_excused_learner_scored_changes_nothing(
    world: tuple[tuple[UnitFact, ...], list[ResultFact]], score: float, key: str
) -> None:
    units, results = world
    others = [result for result in results if result.unit != key]
    excused = rules.excusing(units, {key})
    assert stand(excused, [*others, ResultFact(key, score, 100)]).needs == stand(excused, others).needs


def test_a_learner_without_a_result_knows_nothing_yet_but_may_still_pass() -> None:
    standing = stand(course(), [])
    assert [need.state for need in standing.needs] == ["possible"] * 4 + ["met"]
    assert [need.now for need in standing.needs[:2]] == [None, None]
    assert (standing.passed, standing.possible, standing.decided) == (False, True, False)


def test_exactly_the_threshold_passes_and_a_hair_less_does_not() -> None:
    assert stand(course(), full(60)).passed
    assert not stand(course(), full(59.999)).passed
    assert stand(course(), [ResultFact(u.key, 3, 5) for u in course()]).passed


def test_three_tenths_add_up_to_the_threshold_whatever_floats_make_of_it() -> None:
    units = [UnitFact(f"q{i}", "quiz", "w1", weight=0.1) for i in range(3)]
    rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "at_least": 70}]}})["t"]
    results = [ResultFact(f"q{i}", 0.7, 1) for i in range(3)]
    assert rules.standing(rule, [], units, results, now=NOW).passed


def test_the_figure_of_today_is_not_above_the_best_by_a_float_s_last_bit() -> None:
    units = [UnitFact("a", "quiz", "m", weight=0.1), UnitFact("b", "quiz", "m", weight=1 / 3)]
    rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "at_least": 50}]}})["t"]
    need = rules.standing(rule, [], units, [ResultFact("a", 1, 1)], now=NOW).needs[0]
    assert need.now is not None
    assert need.now <= need.best


def test_a_scope_chooses_the_modules_whose_units_count() -> None:
    results = [ResultFact("q1", 90, 100), ResultFact("q2", 90, 100), ResultFact("q-triz", 30, 100)]

    def worst(of: str) -> float:
        rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "of": of, "at_least": 50}]}})["t"]
        return rules.standing(rule, MODULES, course(PAST), results, now=NOW).needs[0].worst

    assert (worst("core"), worst("elective"), worst("all")) == (90, 15, 60)


def test_work_missed_counts_zero_and_open_work_is_left_aside() -> None:
    units = [UnitFact("a", "quiz", "m", closes=PAST), UnitFact("b", "quiz", "m"), UnitFact("c", "quiz", "m")]
    rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "at_least": 50}]}})["t"]
    need = rules.standing(rule, [], units, [ResultFact("b", 9, 10)], now=NOW).needs[0]
    assert (need.worst, need.now) == (30, 45)
    assert need.best == pytest.approx(190 / 3)


def test_a_provisional_score_is_certain_only_when_it_can_but_rise_or_its_unit_is_closed() -> None:
    rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "at_least": 50}]}})["t"]

    def worst(result: ResultFact, closes: datetime) -> float:
        units = [UnitFact("a", "quiz", "m", closes=closes)]
        return rules.standing(rule, [], units, [result], now=NOW).needs[0].worst

    assert worst(ResultFact("a", 8, 10, final=False), FUTURE) == 0
    assert worst(ResultFact("a", 8, 10, final=False, rising=True), FUTURE) == 80
    assert worst(ResultFact("a", 8, 10, final=False), PAST) == 80


def test_a_result_can_still_come_at_the_very_last_moment_and_not_after() -> None:
    units = [UnitFact("a", "quiz", "m", closes=NOW)]
    rule = parse_tracks({"t": {"needs": [{"mean": "quiz", "at_least": 50}]}})["t"]
    assert rules.standing(rule, [], units, [], now=NOW).possible
    assert not rules.standing(rule, [], units, [], now=NOW + timedelta(microseconds=1)).possible


def test_a_resit_replaces_an_exam_when_it_is_better_and_a_key_names_one_unit() -> None:
    units = [UnitFact("exam-1", "exam", "m"), UnitFact("resit", "exam", "m")]
    results = [ResultFact("exam-1", 40, 100), ResultFact("resit", 55, 100)]
    tracks = parse_tracks(
        {"any": {"needs": [{"score": "exam", "at_least": 50}]}, "one": {"needs": [{"score": "exam-1", "at_least": 50}]}}
    )
    assert rules.standing(tracks["any"], [], units, results, now=NOW).passed
    assert not rules.standing(tracks["one"], [], units, results, now=NOW).possible


def test_owed_reviews_can_be_written_until_they_close() -> None:
    def state(owed: int, close: datetime | None) -> str:
        standing = rules.standing(
            ADVANCED, MODULES, course(), full(90), now=NOW, owed_reviews=owed, reviews_close=close
        )
        return standing.needs[-1].state

    assert (state(0, PAST), state(2, FUTURE), state(2, None), state(2, PAST)) == (
        "met",
        "possible",
        "possible",
        "missed",
    )


def test_a_module_is_passed_at_its_own_mark_and_never_without_graded_units() -> None:
    triz = ModuleFact("triz", elective=True, passing=70)
    assert rules.module_passed(triz, course(), [ResultFact("q-triz", 7, 10)], now=NOW)
    assert not rules.module_passed(triz, course(), [ResultFact("q-triz", 6.9, 10)], now=NOW)
    assert not rules.module_passed(ModuleFact("empty", passing=0), course(), [], now=NOW)


def test_a_need_with_nothing_to_reckon_with_is_reported_and_never_met() -> None:
    rule = parse_tracks({"t": {"needs": [{"mean": "survey", "at_least": 0}, {"passed": "elective", "count": 3}]}})["t"]
    assert rules.check(rule, MODULES, course()) == (
        "t: mean: survey, of: all, at_least: 0: no graded unit to reckon with",
        "t: passed: elective, count: 3: only 2 such modules have graded units",
    )
    assert [n.state for n in rules.standing(rule, MODULES, course(), full(100), now=NOW).needs] == [
        "impossible",
        "missed",
    ]
    assert rules.check(ADVANCED, MODULES, course()) == ()


@ample
@given(st.floats(0, 100), st.floats(0, 100))
def test_what_is_shown_never_contradicts_the_decision(value: float, threshold: float) -> None:
    seen = rules.shown(value, threshold)
    assert (seen >= Decimal(repr(threshold))) == rules.reaches(value, threshold)
    assert abs(seen - Decimal(repr(value))) <= Decimal("0.1")


def test_a_near_miss_is_not_shown_as_a_pass() -> None:
    assert rules.shown(59.97, 60) == Decimal("59.9")
    assert rules.shown(59.97) == Decimal("60.0")
    assert rules.shown(60 - 1e-12, 60) == Decimal("60.0")
    assert rules.shown_needed(61.04) == Decimal("61.1")
    assert rules.shown_needed(61.0) == Decimal("61.0")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"t": {"needs": [{"median": "quiz", "at_least": 50}]}}, "t.needs[0]"),
        ({"t": {"needs": [{"mean": "quiz", "score": "exam", "at_least": 50}]}}, "t.needs[0]"),
        ({"t": {"needs": [{"mean": "quiz"}]}}, "t.needs[0]"),
        ({"t": {"needs": [{"mean": "quiz", "at_least": 101}]}}, "t.needs[0].at_least"),
        ({"t": {"needs": [{"mean": "quiz", "at_least": float("nan")}]}}, "t.needs[0].at_least"),
        ({"t": {"needs": [{"mean": "quiz", "at_least": "60"}]}}, "t.needs[0].at_least"),
        ({"t": {"needs": [{"mean": "quiz", "at_least": 60, "off": "core"}]}}, "t.needs[0].off"),
        ({"t": {"needs": [{"mean": "quiz", "at_least": 60, "of": "week"}]}}, "t.needs[0].of"),
        ({"t": {"needs": [{"passed": "elective", "count": 0}]}}, "t.needs[0].count"),
        ({"t": {"needs": [{"passed": "elective", "count": True}]}}, "t.needs[0].count"),
        ({"t": {"needs": [{"reviews": "some"}]}}, "t.needs[0].reviews"),
        ({"t": {"needs": []}}, "t.needs"),
        ({"t": {"needs": {"mean": "quiz"}}}, "t.needs"),
        ({"t": {"credit": 1}}, "t.credit"),
        ({"t": {"credits": -1, "needs": [{"reviews": "all"}]}}, "t.credits"),
        ({"t": {"extends": "u"}}, "t.extends"),
        ({"t": {"extends": "t"}}, "t.extends"),
        ({"t": {"extends": "u"}, "u": {"extends": "v"}, "v": {"extends": "u"}}, "t.extends"),
        ({"t": None}, "t"),
        ([], "tracks"),
    ],
)
def test_a_bad_rule_names_its_place(data: Any, path: str) -> None:
    with pytest.raises(BadRule) as refused:
        parse_tracks(data)
    assert refused.value.path == path
    assert refused.value.reason


def test_a_track_has_the_needs_of_what_it_extends_before_its_own() -> None:
    tracks = parse_tracks(TRACKS)
    assert list(tracks) == ["classic", "advanced"]
    assert tracks["advanced"].needs[:3] == tracks["classic"].needs
    assert [need.verb for need in tracks["advanced"].needs[3:]] == ["mean", "reviews"]
    assert (tracks["classic"].credits, tracks["advanced"].credits) == (1, 2)


@pytest.mark.parametrize(("score", "of"), [(-1, 10), (11, 10), (0, 0), (float("nan"), 10), (1, float("inf"))])
def test_a_score_outside_its_range_is_refused(score: float, of: float) -> None:
    with pytest.raises(ValueError, match="score"):
        ResultFact("q1", score, of)
