"""The clock of an attempt, by properties: when it ends, what is received then, and that nothing is told before."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import assume, given
from hypothesis import strategies as st

from preau.courses.rules import GRACE, deadline, last_moment, with_extra
from preau.quizzes import rules, stamps, timing
from preau.quizzes.timing import CUT, LEEWAY, SLACK, Arrival, Claim

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
NEVER = NOON + timedelta(days=300)
ATTEMPT, OTHER = UUID(int=7), UUID(int=8)

spans = st.integers(0, 6 * 3600).map(lambda seconds: timedelta(seconds=seconds))
moments = spans.map(lambda span: NOON + span)
limits = st.integers(1, 600)
percents = st.integers(0, 200)
claims = st.none() | st.builds(
    Claim, moments, st.none() | st.integers(-60, 6 * 3600).map(lambda s: timedelta(seconds=s))
)


@given(moments, limits | st.none(), percents, moments)
def test_nobody_has_more_than_their_time_nor_writes_after_the_window(
    started: datetime, limit: int | None, percent: int, closes: datetime
) -> None:
    assume(started <= closes)
    minutes = None if limit is None else with_extra(limit, percent)
    ends = timing.ends(started, minutes, closes)
    assert started <= ends <= closes
    if minutes is not None:
        assert ends - started <= timedelta(minutes=minutes)
        latest = timing.last_start(minutes, closes)
        assert latest is not None
        has_all = ends - started == timedelta(minutes=minutes)
        assert has_all == (started <= latest), "who begins by the moment that is told has all of it"


@given(moments, limits, percents, percents, moments)
def test_extra_time_never_takes_any(started: datetime, limit: int, one: int, more: int, closes: datetime) -> None:
    few, many = sorted((one, more))
    sooner, later = (timing.ends(started, with_extra(limit, percent), closes) for percent in (few, many))
    assert sooner <= later


@given(moments, spans, moments, claims)
def test_what_is_received_after_the_end_was_written_before_it(
    started: datetime, lasts: timedelta, received: datetime, claim: Claim | None
) -> None:
    ends = started + lasts
    found = timing.arrival(received, started, ends, NEVER, claim)
    if found is Arrival.IN_TIME:
        assert received <= ends + LEEWAY
    if found is Arrival.CARRIED:
        assert claim is not None
        assert claim.elapsed is not None
        assert started <= claim.at <= claim.at + claim.elapsed <= min(ends, received + SLACK)
        assert ends + LEEWAY < received <= ends + CUT
    if claim is None or claim.elapsed is None:
        assert (found is Arrival.IN_TIME) == (received <= ends + LEEWAY), "without a stamp, the arrival alone counts"


@given(moments, spans, spans, spans, spans)
def test_an_honest_device_loses_nothing_in_a_cut(
    started: datetime, lasts: timedelta, last_heard: timedelta, wrote: timedelta, away: timedelta
) -> None:
    ends, stamped = started + lasts, started + last_heard
    written = stamped + wrote
    received = written + away
    assume(written <= ends)
    assume(received <= ends + CUT)
    assert timing.arrival(received, started, ends, NEVER, Claim(stamped, wrote)) is not Arrival.LATE


@given(
    st.sampled_from(["quiz", "exam"]),
    moments,
    limits | st.none(),
    percents,
    moments,
    st.none() | moments,
    st.none() | moments,
    st.lists(moments, max_size=3),
    moments,
    claims,
)
def test_nothing_is_told_while_anybody_may_still_answer(
    kind: str,
    started: datetime,
    limit: int | None,
    percent: int,
    due: datetime,
    window: datetime | None,
    own: datetime | None,
    others: list[datetime],
    received: datetime,
    claim: Claim | None,
) -> None:
    """Whatever the window, the extra time, the extensions, the claims of a device."""
    mine, last = deadline(due, [own] if own else []), deadline(due, [*others, *([own] if own else [])])
    closes, tells = last_moment(kind, mine), last_moment(kind, last)
    assert mine is not None
    assert closes is not None
    ends = timing.ends(started, limit and with_extra(limit, percent), min(mine, window or mine))
    if timing.arrival(received, started, ends, closes, claim) is not Arrival.LATE:
        assert not rules.revealed("after", True, received, tells, timedelta(0))


def test_the_cut_of_an_attempt_ends_with_the_grace_of_exams() -> None:
    assert timing.CUT == GRACE["exam"] == timedelta(hours=2)


@given(moments, st.integers(0, 10**9))
def test_a_stamp_says_what_it_was_given_for(at: datetime, elapsed: int) -> None:
    sent = stamps.Sent(stamps.give(ATTEMPT, at), str(elapsed))
    assert stamps.claim(sent, ATTEMPT) == Claim(at, timedelta(milliseconds=elapsed))
    assert stamps.claim(sent, OTHER) is None


@pytest.mark.parametrize("elapsed", ["", "-1", "1.5", "1e3", "٣", "9" * 40, " 12"])
def test_a_time_that_does_not_read_claims_nothing(elapsed: str) -> None:
    found = stamps.claim(stamps.Sent(stamps.give(ATTEMPT, NOON), elapsed), ATTEMPT)
    assert found == Claim(NOON, None)


def test_a_stamp_of_another_secret_or_altered_is_none_of_ours() -> None:
    given = stamps.give(ATTEMPT, NOON)
    later = given.replace(given.split(".")[1].split(":")[0], str(10**16))
    with override_settings(SECRET_KEY="another secret, of another site, long enough"):
        foreign = stamps.give(ATTEMPT, NOON)
    for forged in ("", "x", "a.b:c", later, foreign, given[:-1], given + "\x00", "é" + given):
        assert stamps.claim(stamps.Sent(forged, "0"), ATTEMPT) is None
