"""What counts again from earlier editions, by properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.grades.carries import Carry, Earlier, Passed, carried, check, parse_carries
from preau.grades.rules import ModuleFact, UnitFact
from preau.grades.tracks import BadRule

NOW = 9
MODULES = (ModuleFact("w1"), ModuleFact("triz", elective=True, passing=60))
UNITS = (
    UnitFact("q1", "quiz", "w1"),
    UnitFact("exam", "exam", "w1"),
    UnitFact("talk", "lesson", "w1", weight=0),
    UnitFact("q-triz", "quiz", "triz", elective=True),
    UnitFact("a-triz", "assignment", "triz", elective=True),
)
carries = st.lists(
    st.builds(
        Carry,
        st.just("results"),
        st.sampled_from(["quiz", "exam", "assignment", "q1", "lesson"]),
        st.sampled_from(["core", "elective", "all"]),
        st.sampled_from([None, 1, 2, 5]),
        st.sampled_from([0.0, 50.0, 60.0]),
    )
    | st.builds(
        Carry,
        st.just("modules"),
        st.sampled_from(["core", "elective", "all"]),
        st.just("all"),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=4,
)
histories = st.lists(
    st.builds(Earlier, st.integers(1, 12), st.sampled_from([*(unit.key for unit in UNITS), "gone"]), st.floats(0, 100)),
    max_size=12,
)
won = st.lists(
    st.builds(Passed, st.integers(1, 12), st.sampled_from(["w1", "triz", "gone"]), st.none() | st.floats(0, 100)),
    max_size=6,
)


def keep(rules: list[Carry], earlier: list[Earlier], passed: list[Passed]) -> dict[str, Any]:
    return dict(carried(rules, NOW, MODULES, UNITS, earlier, passed))


@given(carries, histories, won)
def test_what_is_kept_is_graded_of_an_earlier_edition_and_within_the_reach_of_a_rule(
    rules: list[Carry], earlier: list[Earlier], passed: list[Passed]
) -> None:
    graded = {unit.key for unit in UNITS if unit.weight}
    reach = max((rule.editions or 99 for rule in rules), default=0)
    for key, kept in keep(rules, earlier, passed).items():
        assert key in graded
        assert 1 <= NOW - kept.edition <= reach
        assert 0 <= kept.percent <= 100


@given(carries, histories, won, histories, carries)
def test_a_longer_history_and_one_more_rule_never_take_anything_away(
    rules: list[Carry], earlier: list[Earlier], passed: list[Passed], more: list[Earlier], others: list[Carry]
) -> None:
    before = keep([rule for rule in rules if rule.verb == "results"], earlier, passed)
    after = keep([*rules, *others], [*earlier, *more], passed)
    for key, kept in before.items():
        assert after[key].percent >= kept.percent


@given(carries, histories, won, st.randoms())
def test_the_order_of_a_history_changes_nothing(
    rules: list[Carry], earlier: list[Earlier], passed: list[Passed], random: Any
) -> None:
    shuffled = list(earlier)
    random.shuffle(shuffled)
    # Of one edition one has one result of a unit: the ledger's own constraint.
    once = {(one.edition, one.unit): one for one in earlier}
    assert keep(rules, list(once.values()), passed) == keep(
        rules, [one for one in shuffled if once[one.edition, one.unit] is one], passed
    )


@given(histories, won)
def test_without_a_rule_nothing_is_kept(earlier: list[Earlier], passed: list[Passed]) -> None:
    assert keep([], earlier, passed) == {}


def test_a_result_below_what_is_asked_is_not_kept() -> None:
    rule = Carry("results", "exam", editions=3, at_least=50)
    assert keep([rule], [Earlier(8, "exam", 49.9)], []) == {}
    assert keep([rule], [Earlier(8, "exam", 50)], [])["exam"].edition == 8
    assert keep([rule], [Earlier(5, "exam", 90)], []) == {}, "four editions ago"


def test_a_passed_module_brings_what_was_done_in_it_or_its_mark_where_no_more_is_known() -> None:
    rule = Carry("modules", "elective")
    done = [Earlier(8, "q-triz", 90), Earlier(8, "q1", 100)]
    assert {key: one.percent for key, one in keep([rule], done, [Passed(8, "triz")]).items()} == {"q-triz": 90}
    assert {key: one.percent for key, one in keep([rule], [], [Passed(3, "triz")]).items()} == {
        "q-triz": 60,
        "a-triz": 60,
    }
    assert keep([rule], [], [Passed(3, "triz", 75)])["q-triz"].percent == 75


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("results", "carries"),
        (["quiz"], "carries[0]"),
        ([{"results": "quiz"}], "carries[0].editions"),
        ([{"results": "quiz", "editions": 0}], "carries[0].editions"),
        ([{"results": "quiz", "editions": True}], "carries[0].editions"),
        ([{"results": "quiz", "modules": "core", "editions": 1}], "carries[0]"),
        ([{"modules": "quiz", "editions": 1}], "carries[0].modules"),
        ([{"results": "quiz", "editions": 1}, {"results": "exam", "of": "week", "editions": 1}], "carries[1].of"),
        ([{"results": "quiz", "editions": 1, "at_least": 101}], "carries[0].at_least"),
        ([{"results": "quiz", "editions": 1, "for": "all"}], "carries[0].for"),
        ([{"results": "", "editions": 1}], "carries[0].results"),
    ],
)
def test_what_cannot_be_read_is_said_by_its_place(written: object, place: str) -> None:
    with pytest.raises(BadRule) as bad:
        parse_carries(written)
    assert bad.value.path == place


def test_a_rule_that_nothing_answers_to_is_found() -> None:
    rules = parse_carries([{"results": "quiz", "editions": "all"}, {"results": "essay", "editions": 2}])
    assert [one.partition(":")[0] for one in check(rules, MODULES, UNITS)] == ["carries[1]"]
