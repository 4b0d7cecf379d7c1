"""What the rule proposes, and who is a case, whatever the figures."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from preau.certificates import jury

VERBS = ("mean: quiz, of: core, at_least: 60", "score: exam, of: all, at_least: 50", "passed: elective, count: 1")


@st.composite
def figures(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for need in draw(st.lists(st.sampled_from(VERBS), min_size=1, max_size=4, unique=True)):
        threshold = draw(st.integers(1, 100))
        now = draw(st.floats(0, 100))
        state = "met" if now >= threshold else draw(st.sampled_from(["missed", "impossible", "possible"]))
        found.append({"need": need, "now": now, "worst": now, "best": now, "threshold": threshold, "state": state})
    return found


@given(st.booleans(), st.lists(st.booleans(), max_size=3))
def test_who_passed_is_admitted_and_nobody_else(passed: bool, sat: list[bool]) -> None:
    assert (jury.proposal(passed, sat) == "admitted") == passed
    assert (jury.proposal(passed, sat) == "absent") == (not passed and not all(sat))


@given(figures(), st.floats(0, 100))
def test_a_border_case_lacks_points_and_nothing_else_and_no_more_than_the_margin(
    numbers: list[Any], margin: float
) -> None:
    unmet = [one for one in numbers if one["state"] != "met"]
    at_border = jury.at_border(numbers, margin)
    if at_border:
        assert unmet
        assert all(one["threshold"] - one["now"] <= margin and not one["need"].startswith("passed") for one in unmet)
    elif unmet and not any(one["need"].startswith("passed") for one in unmet):
        assert any(one["threshold"] - one["now"] > margin for one in unmet)


@given(figures(), st.floats(0, 50), st.floats(0, 50))
def test_a_wider_margin_drops_no_case(numbers: list[Any], one: float, more: float) -> None:
    assert not jury.at_border(numbers, one) or jury.at_border(numbers, one + more)


@given(figures())
def test_figures_that_did_not_move_are_not_said_to_have(numbers: list[Any]) -> None:
    assert jury.moved(numbers, numbers) == []
    changed = [{**numbers[0], "now": numbers[0]["now"] + 1}, *numbers[1:]]
    assert jury.moved(numbers, changed) == [(numbers[0]["need"], numbers[0]["now"], numbers[0]["now"] + 1)]


@given(st.sampled_from(jury.VERDICTS), st.sampled_from(jury.VERDICTS), st.booleans(), st.booleans(), st.booleans())
def test_only_what_follows_the_rule_needs_no_reason(
    verdict: jury.Verdict, proposed: jury.Verdict, apart: bool, again: bool, elsewhere: bool
) -> None:
    asked = jury.needs_reason(verdict, proposed, apart=apart, again=again, elsewhere=elsewhere)
    assert asked == (verdict != proposed or apart or again or elsewhere)


@given(st.lists(st.sampled_from(jury.VERDICTS)))
def test_every_verdict_is_counted_once(verdicts: list[jury.Verdict]) -> None:
    found = jury.split(verdicts)
    assert set(found) == set(jury.VERDICTS)
    assert sum(found.values()) == len(verdicts)
