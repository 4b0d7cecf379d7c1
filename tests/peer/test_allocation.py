"""Who is served next, and what will be missing: rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import allocation
from preau.peer.allocation import NEVER, Count, Helpers, Moments, Standing

NOW = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
MINUTES = st.integers(0, 600).map(lambda n: timedelta(minutes=n))


@given(MINUTES, MINUTES)
def test_an_older_lease_is_worth_less(one: timedelta, other: timedelta) -> None:
    younger, older = sorted([one, other])
    worths = [allocation.worth(NOW - age, NOW, NOW) for age in (younger, older)]
    assert allocation.FRESH >= worths[0] >= worths[1] >= 0


def test_a_lease_is_worth_what_is_known_of_it() -> None:
    assert allocation.worth(NOW, NOW, NOW) == allocation.FRESH
    # Half of those who finish have done so by the median: .88 / 2 against the .12 who never do.
    assert allocation.worth(NOW - allocation.MEDIAN, NOW, NOW) == pytest.approx(0.44 / 0.56)
    assert allocation.worth(NOW - timedelta(hours=3), NOW - timedelta(hours=2), NOW) == 0
    assert allocation.worth(NOW - timedelta(hours=3), NOW - timedelta(minutes=119), NOW) > 0
    assert allocation.worth(NOW + timedelta(seconds=1), NOW, NOW) == allocation.FRESH  # clocks differ


@pytest.mark.parametrize(
    ("given", "expected", "hurry", "tier"),
    [
        (3, 0, False, 0),
        (4, 2.8, False, 0),
        (3, 2.88, False, NEVER),
        (1, 1.0, False, 1),
        (1, 1.9, False, 2),
        (2, 2.7, False, 1),
        (0, 0, False, 2),
        (0, 2.5, False, 2),
        (0, 2.7, False, NEVER),
        (0, 2.7, True, 2),
        (0, 2.88, True, NEVER),
        (0, 3, False, NEVER),
    ],
)
def test_the_tier_of_a_copy_of_which_three_reviews_are_wanted(
    given: int, expected: float, hurry: bool, tier: int
) -> None:
    assert allocation.tier(3, given, expected, hurry=hurry) == tier


@given(st.integers(0, 6), st.integers(0, 6), st.floats(0, 8), st.floats(0, 8), st.booleans())
def test_who_expects_less_or_gave_more_is_never_served_later(
    wanted: int, gave: int, one: float, other: float, hurry: bool
) -> None:
    less, more = sorted([one, other])
    assert allocation.tier(wanted, gave, less, hurry=hurry) <= allocation.tier(wanted, gave, more, hurry=hurry)
    assert allocation.tier(wanted, gave + 1, less, hurry=hurry) <= allocation.tier(wanted, gave, less, hurry=hurry)
    assert allocation.tier(wanted, gave, less, hurry=True) <= allocation.tier(wanted, gave, less, hurry=False)
    assert allocation.tier(wanted, gave, wanted, hurry=hurry) == NEVER


@st.composite
def moments(draw: st.DrawFn) -> Moments:
    leased = NOW - draw(MINUTES)
    ends = [draw(st.none() | st.just(NOW)) for _ in range(2)]
    return Moments(leased, min(NOW, leased + draw(MINUTES)), ends[0], ends[1], draw(st.booleans()))


@given(st.lists(moments(), max_size=8), st.randoms(), st.booleans())
def test_a_standing_is_what_its_reviews_say_in_any_order(reviews: list[Moments], random: object, hurry: bool) -> None:
    before = Standing(3, 2, 9, 9, 9.0, 0)
    after = before.received(reviews, NOW, hurry=hurry)
    random.shuffle(reviews)  # type: ignore[attr-defined]
    assert after.received(reviews, NOW, hurry=hurry) == pytest.approx(after)
    assert after.finished <= after.expected <= after.finished + allocation.FRESH * after.leased + 1e-9
    assert after.finished == sum(one.finished_at is not None and not one.hidden for one in reviews)


def line(language: str = "fr", track: str = "classic", **figures: int) -> Count:
    values = {"copies": 100, "contributors": 40, "finished": 100, "missing": 200, "promised": 60, "leased": 0}
    values |= {"owed_begun": 100, "owed_idle": 100, **figures}
    return Count(language, track, **values)


LINES = st.builds(
    line,
    st.sampled_from(["fr", "en"]),
    st.sampled_from(["classic", "advanced"]),
    missing=st.integers(50, 500),
    promised=st.integers(0, 50),
    leased=st.integers(0, 20),
    owed_begun=st.integers(0, 300),
    owed_idle=st.integers(0, 300),
)
LEFT = st.integers(0, 200).map(lambda n: timedelta(hours=n))


@given(st.lists(LINES, max_size=4), LEFT, st.integers(0, 20))
def test_a_forecast_says_no_more_than_can_be(counts: list[Count], left: timedelta, people: int) -> None:
    helpers = [Helpers(people, frozenset({"fr"}))]
    for one, alone, helped in zip(
        counts, allocation.forecast(counts, left), allocation.forecast(counts, left, helpers), strict=True
    ):
        assert one.missing + 1e-9 >= alone.due >= alone.later - 1e-9 >= -1e-9
        assert alone.due >= alone.promised_due - 1e-9
        assert alone.promised_due >= alone.promised_later - 1e-9 >= -1e-9
        assert helped.later <= alone.later + 1e-9
        if one.language == "en":
            assert helped == alone


def test_a_forecast_of_what_is_known() -> None:
    nobody = line(owed_begun=0, owed_idle=0)
    assert allocation.forecast([nobody], timedelta(days=7))[0].due == 200
    few = Helpers(4, frozenset({"fr"}))
    (helped,) = allocation.forecast([nobody], timedelta(days=1), [few])
    assert helped.due == pytest.approx(200 - 4 * allocation.HELPS * 0.75)
    assert (helped.promised_due, helped.promised_later) == pytest.approx((48, 32))
    assert allocation.forecast([nobody], timedelta(days=1), [Helpers(100, frozenset({"fr"}))])[0].later == 0
    (over,) = allocation.forecast([line()], timedelta(days=-1))
    assert (over.due, over.promised_due) == (200, 60)
    assert over.later < 200


def test_helpers_go_where_most_is_missing() -> None:
    counts = [line("fr", owed_begun=0, owed_idle=0), line("en", missing=20, promised=5, owed_begun=0, owed_idle=0)]
    both = Helpers(1, frozenset({"fr", "en"}))
    french, english = allocation.forecast(counts, timedelta(days=1, hours=6), [both])
    assert (french.due, english.due) == pytest.approx((196, 20))
