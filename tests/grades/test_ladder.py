"""Whatever the rules, the calendar, the changes of track and the history: moving up loses nothing, and what is promised
holds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from preau.grades import correcting, rules
from preau.grades.rules import ModuleFact, ResultFact, Standing, UnitFact
from preau.grades.tracks import TrackRule, parse_tracks

ample = settings(deadline=None)
START = datetime(2028, 2, 28, 8, tzinfo=UTC)  # a leap year's end of February
END = START + timedelta(days=60)
MODULES = ("w1", "w2", "triz", "agile")
KINDS = ("quiz", "exam", "assignment")
TRACKS = ("classic", "advanced", "expert")

need = st.one_of(
    st.builds(
        lambda kind, of, mark: {"mean": kind, "of": of, "at_least": mark},
        st.sampled_from(KINDS), st.sampled_from(["core", "elective", "all"]), st.integers(0, 100),
    ),
    st.builds(lambda kind, mark: {"score": kind, "at_least": mark}, st.sampled_from(KINDS), st.integers(0, 100)),
    st.builds(
        lambda of, count: {"passed": of, "count": count}, st.sampled_from(["core", "elective"]), st.integers(1, 3)
    ),
    st.just({"reviews": "all"}),
)  # fmt: skip
needs = st.lists(need, min_size=1, max_size=4)
counts_for = st.none() | st.lists(st.sampled_from(TRACKS), unique=True).map(tuple)


@st.composite
def ladders(draw: st.DrawFn) -> dict[str, TrackRule]:
    """Three tracks, each of which extends the one before it."""
    data: dict[str, Any] = {"classic": {"credits": 1, "needs": draw(needs)}}
    for below, key in pairwise(TRACKS):
        data[key] = {"extends": below, "credits": 2, "needs": draw(st.lists(need, max_size=3))}
    return dict(parse_tracks(data))


@st.composite
def courses(draw: st.DrawFn) -> tuple[list[ModuleFact], list[UnitFact]]:
    modules = [
        ModuleFact(key, key in MODULES[2:], draw(st.integers(0, 100)), draw(counts_for) if key in MODULES[2:] else None)
        for key in MODULES
    ]
    units = []
    for number in range(draw(st.integers(1, 8))):
        module = draw(st.sampled_from(modules))
        closes = draw(st.none() | st.integers(0, 60).map(lambda days: START + timedelta(days=days)))
        units.append(
            UnitFact(
                f"u{number}", draw(st.sampled_from(KINDS)), module.key, module.elective,
                draw(st.sampled_from([0, 0.5, 1, 2])), closes=closes, counts_for=module.counts_for,
            )
        )  # fmt: skip
    return modules, units


@st.composite
def histories(draw: st.DrawFn, units: list[UnitFact]) -> tuple[list[ResultFact], list[ResultFact]]:
    """What counts at some moment, and what counts in the end: kept results, attempts whose best counts."""
    early: list[ResultFact] = []
    late: list[ResultFact] = []
    for unit in units:
        own = draw(st.none() | st.floats(0, 100))
        kept = draw(st.none() | st.floats(0, 100))
        again = max(draw(st.floats(0, 100)), own or 0)
        closed = unit.closes is not None and unit.closes < START + timedelta(days=30)
        first = ResultFact(unit.key, own, 100, final=False, rising=True) if own is not None else None
        then = first if closed else ResultFact(unit.key, again, 100)
        for facts, fact in ((early, first), (late, then)):
            if (counted := correcting.counted(unit.key, fact, None, kept)) is not None:
                facts.append(counted)
    return early, late


def stand(
    rule: TrackRule, course: tuple[list[ModuleFact], list[UnitFact]], results: list[ResultFact], now: datetime,
    owed: int = 0,
) -> Standing:  # fmt: skip
    return rules.standing(rule, *course, results, now=now, owed_reviews=owed, reviews_close=END)


@ample
@given(st.data(), ladders(), courses(), st.integers(0, 90), st.integers(0, 2))
def test_moving_up_never_loses_a_met_requirement_nor_one_that_is_open(
    data: st.DataObject,
    ladder: dict[str, TrackRule],
    course: tuple[list[ModuleFact], list[UnitFact]],
    day: int,
    owed: int,
) -> None:
    results, _later = data.draw(histories(course[1]))
    now = START + timedelta(days=day)
    for below, above in pairwise(TRACKS):
        before = {state.need: state.state for state in stand(ladder[below], course, results, now, owed).needs}
        after = {state.need: state.state for state in stand(ladder[above], course, results, now, owed).needs}
        for asked, state in before.items():
            if state == "met":
                assert after[asked] == "met"
            if state == "possible":
                assert after[asked] in ("met", "possible")


@ample
@given(st.data(), ladders(), courses(), st.sampled_from(TRACKS))
def test_what_is_promised_on_the_way_is_not_refused_in_the_end(
    data: st.DataObject, ladder: dict[str, TrackRule], course: tuple[list[ModuleFact], list[UnitFact]], track: str
) -> None:
    early, late = data.draw(histories(course[1]))
    before = stand(ladder[track], course, early, START + timedelta(days=30))
    after = stand(ladder[track], course, late, END + timedelta(days=30))
    if before.passed:
        assert after.passed
    if not before.possible:
        assert not after.passed


@ample
@given(st.data(), ladders(), courses())
def test_an_elective_that_counts_for_no_track_changes_nothing_for_anybody(
    data: st.DataObject, ladder: dict[str, TrackRule], course: tuple[list[ModuleFact], list[UnitFact]]
) -> None:
    modules, units = course
    results, _later = data.draw(histories(units))
    added = ModuleFact("new", elective=True, counts_for=())
    more = [
        UnitFact("new-1", "quiz", "new", True, 5, counts_for=()),
        UnitFact("new-2", "exam", "new", True, counts_for=()),
    ]
    for key in TRACKS:
        alone = stand(ladder[key], course, results, START)
        beside = stand(ladder[key], ([*modules, added], [*units, *more]), results, START)
        assert beside == alone


@ample
@given(st.data(), ladders(), courses())
def test_what_is_kept_from_an_earlier_edition_never_lowers_anything(
    data: st.DataObject, ladder: dict[str, TrackRule], course: tuple[list[ModuleFact], list[UnitFact]]
) -> None:
    own = {unit.key: data.draw(st.none() | st.floats(0, 100)) for unit in course[1]}
    kept = {unit.key: data.draw(st.none() | st.floats(0, 100)) for unit in course[1]}
    facts = {key: ResultFact(key, value, 100) for key, value in own.items() if value is not None}
    without = list(facts.values())
    counted = (correcting.counted(key, facts.get(key), None, value) for key, value in kept.items())
    with_it = [fact for fact in counted if fact is not None]
    for key in TRACKS:
        for before, after in zip(
            stand(ladder[key], course, without, END).needs, stand(ladder[key], course, with_it, END).needs, strict=True
        ):
            assert after.worst >= before.worst - rules.TOLERANCE
            assert after.best >= before.best - rules.TOLERANCE


def test_the_weight_of_a_unit_that_counts_for_one_track_is_not_reckoned_in_another() -> None:
    modules = [ModuleFact("w1"), ModuleFact("new", True, counts_for=("advanced",))]
    units = [UnitFact("q1", "quiz", "w1"), UnitFact("q2", "quiz", "new", True, counts_for=("advanced",))]
    asked = {"needs": [{"mean": "quiz", "at_least": 60}]}
    tracks = parse_tracks({"classic": asked, "advanced": asked})
    results = [ResultFact("q1", 80, 100), ResultFact("q2", 0, 100)]
    figures = {key: stand(rule, (modules, units), results, END).needs[0].now for key, rule in tracks.items()}
    assert figures == {"classic": 80, "advanced": 40}
