"""When an attempt may start, an answer come, and what is right be told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes import rules

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("used", "allowed", "at", "opens", "due", "may"),
    [
        (0, 1, NOON, NOON, NOON, True),
        (0, 1, NOON - DAY / 2, NOON, None, False),
        (0, None, NOON + DAY, NOON, NOON, True),
        (0, None, NOON + DAY * 1.01, NOON, NOON, False),
        (3, 3, NOON, None, None, False),
        (99, None, NOON, None, None, True),
    ],
)
def test_an_attempt_starts_within_its_window_while_one_is_left(
    used: int, allowed: int | None, at: datetime, opens: datetime | None, due: datetime | None, may: bool
) -> None:
    verdict = rules.may_start(used, allowed, at, opens, due, DAY)
    assert bool(verdict) == may
    assert bool(verdict.reason) != may


instants = st.integers(-72, 72).map(lambda hours: NOON + timedelta(hours=hours))


@given(
    st.booleans(), st.booleans(), instants, instants | st.none(), st.integers(0, 48).map(lambda h: timedelta(hours=h))
)
def test_nothing_is_revealed_while_an_answer_may_still_come(
    closed: bool, answered: bool, now: datetime, due: datetime | None, grace: timedelta
) -> None:
    open_to_me = bool(rules.may_answer("after", closed, answered, now, due, grace))
    open_to_others = due is not None and bool(rules.may_answer("after", False, False, now, due, grace))
    assert not (rules.revealed("after", closed, now, due, grace) and (open_to_me or open_to_others))
    assert rules.revealed("now", closed, now, due, grace)


def test_an_answer_is_final_once_its_outcome_was_shown() -> None:
    assert not rules.may_answer("now", False, True, NOON, None, DAY)
    assert rules.may_answer("after", False, True, NOON, None, DAY)
    assert not rules.may_answer("after", True, True, NOON, None, DAY)
