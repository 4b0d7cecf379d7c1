"""The rota's rules: hours seen from another zone, hours that nobody holds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from preau.courses import rota

HOURS = st.tuples(st.integers(0, 6), st.integers(0, 23))
MOMENTS = st.integers(0, 365 * 24).map(lambda hour: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour))
WHOLE = st.sampled_from(["Europe/Paris", "Africa/Dakar", "America/Port-au-Prince", "Indian/Reunion", "UTC"])
ANY = st.sampled_from(["Asia/Kolkata", "Europe/Paris", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu"])


@given(HOURS, WHOLE, WHOLE, MOMENTS)
def test_an_hour_chosen_in_ones_own_zone_is_read_back_as_it_was(
    hour: rota.Hour, mine: str, theirs: str, at: datetime
) -> None:
    there = rota.holding(hour, rota.apart(ZoneInfo(mine), ZoneInfo(theirs), at))
    assert rota.moved(there, rota.apart(ZoneInfo(theirs), ZoneInfo(mine), at)) == (*hour, 0)


@given(HOURS, ANY, ANY, MOMENTS)
def test_in_zones_of_half_an_hour_it_is_less_than_an_hour_off(
    hour: rota.Hour, mine: str, theirs: str, at: datetime
) -> None:
    there = rota.holding(hour, rota.apart(ZoneInfo(mine), ZoneInfo(theirs), at))
    day, back, minute = rota.moved(there, rota.apart(ZoneInfo(theirs), ZoneInfo(mine), at))
    asked, got = hour[0] * 1440 + hour[1] * 60, day * 1440 + back * 60 + minute
    assert 0 <= (asked - got) % rota.WEEK < 60


@given(st.sets(HOURS))
def test_every_watched_hour_is_held_or_in_one_gap(held: set[rota.Hour]) -> None:
    missing = [(gap.weekday, hour) for gap in rota.gaps(held) for hour in range(gap.start, gap.end)]
    assert len(missing) == len(set(missing))
    assert set(missing) == {(day, hour) for day in range(7) for hour in rota.WATCHED} - held


@given(st.sets(HOURS))
def test_gaps_are_as_long_as_they_can_be_and_days_alike_lose_nothing(held: set[rota.Hour]) -> None:
    found = rota.gaps(held)
    assert all(a.weekday != b.weekday or a.end < b.start for a, b in pairwise(found))
    again = {rota.Gap(day, start, end) for days, start, end in rota.alike(found) for day in days}
    assert again == set(found)


def test_languages_are_looked_at_one_by_one() -> None:
    found = rota.by_language(["fr", "en"], [("fr", (0, 8))], range(8, 9))
    assert rota.Gap(0, 8, 9) not in found["fr"]
    assert len(found["en"]) == 7


def test_paris_evening_is_afternoon_in_haiti() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    minutes = rota.apart(ZoneInfo("America/Port-au-Prince"), ZoneInfo("Europe/Paris"), at)
    assert rota.holding((6, 20), minutes) == (0, 2)  # Sunday 20:00 there is Monday 2:00 here
