"""What is at stake and "will I pass?", by properties: never more than the rule gives."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from preau.grades import rules
from preau.grades.rules import ModuleFact, ResultFact, Standing, UnitFact
from preau.grades.tracks import Need, TrackRule
from preau.home import stakes, states, weeks, wording

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
END = NOW + timedelta(days=60)
MODULES = (ModuleFact("w1"), ModuleFact("w2", passing=30), ModuleFact("triz", True), ModuleFact("agile", True, 80))
KINDS = ("quiz", "exam", "assignment")
SCOPES = ("core", "elective", "all")
PARIS = ZoneInfo("Europe/Paris")

thresholds = st.floats(0, 100)
needs = st.one_of(
    st.builds(Need, st.just("mean"), st.sampled_from(KINDS), st.sampled_from(SCOPES), thresholds),
    st.builds(Need, st.just("score"), st.sampled_from((*KINDS, "u0")), st.sampled_from(SCOPES), thresholds),
    st.integers(1, 3).flatmap(
        lambda n: st.sampled_from(SCOPES).map(lambda scope: Need("passed", scope, scope, float(n)))
    ),
    st.just(Need("reviews", "all")),
)
tracks = st.lists(needs, min_size=1, max_size=4, unique=True).map(lambda each: TrackRule("t", 1.0, tuple(each)))


@dataclass(frozen=True)
class World:
    """A course as a learner has it at NOW: what is known, and what they may come to owe."""

    rule: TrackRule
    units: tuple[UnitFact, ...]
    results: tuple[ResultFact, ...]
    owed: int
    may_owe: bool

    def standing(self) -> Standing:
        return self.at(NOW, self.results, self.owed)

    def at(self, now: datetime, results: Sequence[ResultFact], owed: int) -> Standing:
        return rules.standing(
            self.rule, MODULES, self.units, results, now=now, owed_reviews=owed, reviews_close=END - timedelta(days=1)
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    units = []
    for n in range(draw(st.integers(0, 8))):
        module = draw(st.sampled_from(MODULES))
        weight = draw(st.sampled_from([0, 0.1, 1 / 3, 1, 2.5]))
        closes = NOW + timedelta(days=draw(st.integers(-3, 20)), hours=1)
        units.append(UnitFact(f"u{n}", draw(st.sampled_from(KINDS)), module.key, module.elective, weight, None, closes))
    answered = draw(st.lists(st.sampled_from(units), unique=True)) if units else []
    results = [ResultFact(u.key, draw(thresholds), 100, draw(st.booleans()), draw(st.booleans())) for u in answered]
    return World(draw(tracks), tuple(units), tuple(results), draw(st.integers(0, 3)), draw(st.booleans()))


@given(worlds())
def test_the_shares_of_a_mean_make_a_hundred(world: World) -> None:
    found = stakes.stakes(world.standing(), world.units)
    for state in world.standing().needs:
        own = {key: one for key, each in found.items() for one in each if one.need == state.need}
        if state.need.verb == "mean":
            assert not own or math.isclose(math.fsum(one.share for one in own.values()), 100)
            assert set(own) == {part.key for part in state.parts}
        if state.need.verb == "passed":
            modules = {unit.key: unit.module for unit in world.units}
            for module in {modules[key] for key in own}:
                assert math.isclose(math.fsum(one.share for key, one in own.items() if modules[key] == module), 100)
        assert state.need.verb != "reviews" or not own


@given(worlds(), st.data())
def test_what_one_is_excused_from_or_no_need_asks_for_weighs_nothing(world: World, data: st.DataObject) -> None:
    assume(world.units)
    freed = data.draw(st.sets(st.sampled_from([unit.key for unit in world.units])))
    units = rules.excusing(world.units, freed)
    found = stakes.stakes(replace(world, units=tuple(units)).standing(), units)
    assert not freed & set(found)
    kinds = {need.what for need in world.rule.needs if need.verb in ("mean", "score")}
    if not any(need.verb == "passed" for need in world.rule.needs):
        assert all(unit.kind in kinds or unit.key in kinds for unit in units if unit.key in found)
    assert all(unit.weight > 0 for unit in units if unit.key in found)


@given(worlds(), st.data())
def test_the_answer_is_never_undone_by_what_comes(world: World, data: st.DataObject) -> None:
    standing = world.standing()
    found = stakes.verdict(standing, may_owe=world.may_owe)
    known = {result.unit: result for result in world.results}
    later = []
    for unit in world.units:
        had = known.get(unit.key)
        open_ = not (unit.closes and unit.closes < NOW) and not (had and had.final)
        if open_ and data.draw(st.booleans()):
            least = had.score if had and had.rising else 0.0
            later.append(ResultFact(unit.key, data.draw(st.floats(least, 100)), 100))
        elif had:
            later.append(replace(had, final=True) if not open_ or had.rising else had)
    owed = data.draw(st.integers(0, 3 if world.may_owe else world.owed))
    end = world.at(END, later, owed)
    if found.answer == "done":
        assert end.passed
    if found.answer == "refused":
        assert not standing.possible
        assert not end.passed
    with translation.override("en"):
        said = wording.answer(found, {}, over=False)
    assert ("Yes" in said) == (found.answer == "done")
    assert "within reach" not in said or standing.possible
    assert not (found.answer == "refused" and "within reach" in said)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(worlds())
def test_who_does_what_is_asked_passes(world: World) -> None:
    standing = world.standing()
    found = stakes.verdict(standing, may_owe=world.may_owe)
    assume(found.answer == "reach")
    wanted: dict[str, float] = {}
    for ask in found.asks:
        state = next(state for state in standing.needs if state.need == ask.need)
        if ask.need.verb == "passed":
            wanted |= {unit.key: 100.0 for unit in world.units}
        assert ask.units == sum(part.pending for part in state.parts if ask.need.verb in ("mean", "score"))
        for part in state.parts:
            if part.pending and ask.mean is not None:
                wanted[part.key] = max(wanted.get(part.key, 0.0), float(ask.mean))
    known = {result.unit: result for result in world.results}
    later = []
    for unit in world.units:
        had = known.get(unit.key)
        fixed = bool(unit.closes and unit.closes < NOW) or bool(had and had.final)
        score = wanted.get(unit.key, 0.0)
        if fixed or (had and had.rising and had.percent > score):
            later += [replace(had, final=True)] if had else []
        else:
            later.append(ResultFact(unit.key, score, 100))
    assert world.at(END, later, 0).passed


@given(
    st.lists(
        st.builds(
            weeks.Work,
            st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            st.integers(0, 600),
            st.booleans(),
            st.booleans(),
        )
    )
)
def test_the_weeks_hold_all_the_work_once(works: list[weeks.Work]) -> None:
    found = weeks.loads(works, PARIS)
    assert sum(load.total for load in found.values()) == sum(work.minutes for work in works)
    assert list(found) == sorted(found)
    for monday, load in found.items():
        assert monday.weekday() == 0
        assert load.done <= load.core
        assert load.elective_done <= load.elective
        noon = datetime(monday.year, monday.month, monday.day, 12, tzinfo=PARIS)
        assert weeks.of(works, noon, PARIS) == load


def test_the_week_runs_from_monday_to_sunday_by_the_calendar_of_the_zone() -> None:
    sunday_night = datetime(2026, 3, 22, 23, 30, tzinfo=UTC)  # Monday in Paris
    works = [weeks.Work(sunday_night, 10), weeks.Work(datetime(2026, 3, 18, 12, tzinfo=UTC), 5)]
    now = datetime(2026, 3, 18, tzinfo=UTC)
    assert weeks.of(works, now, ZoneInfo("UTC")).core == 15
    assert weeks.of(works, now, PARIS).core == 5


graded_units = st.lists(
    st.tuples(
        st.sampled_from(["w1", "w2"]),
        st.booleans(),
        st.sampled_from(["done", "kept", "handed", "todo", "late", "locked"]),
    )
)


@given(graded_units)
def test_nobody_is_spared_a_module_of_which_something_graded_is_owed_or_nothing_is_kept(
    units: list[tuple[str, bool, str]],
) -> None:
    free = states.spared(units)
    for module in free:
        assert any(state == "kept" for one, _graded, state in units if one == module)
        assert not [s for one, graded, s in units if one == module and graded and s not in states.CLOSED]
    kept_whole = {one for one, _g, s in units if s == "kept"}
    assert free <= kept_whole


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC)), st.integers(0, 70))  # noqa: DTZ001
def test_who_never_came_is_written_to_twice_at_most(opens: datetime, late: int) -> None:
    dates = {"opens_at": opens, "enrolled_at": opens - timedelta(days=10) + timedelta(days=late), "zone": PARIS}
    first = weeks.monday_of(opens, PARIS)
    mondays = [first + n * weeks.WEEK for n in range(20) if _after(first + n * weeks.WEEK, dates["enrolled_at"])]  # type: ignore[arg-type]
    went = [monday for monday in mondays if weeks.may_write(came=False, monday=monday, **dates)]  # type: ignore[arg-type]
    assert went == mondays[:2]
    assert all(weeks.may_write(came=True, monday=monday, **dates) for monday in mondays)  # type: ignore[arg-type]


def _after(monday: date, enrolled: datetime) -> bool:
    return enrolled.astimezone(PARIS).date() <= monday
