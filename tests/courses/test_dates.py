"""A date as a teacher writes it, and the instant it stands for."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.courses.dates import (
    LAST_WEEK,
    AbsoluteDate,
    BadDate,
    RelativeDate,
    backwards,
    parse,
    parse_duration,
    resolve,
)

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris",
        "America/Montreal",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Africa/Dakar",
        "Asia/Kathmandu",
        "UTC",
    )
]
OPENING = datetime(2027, 3, 2, 8, tzinfo=UTC)  # a Tuesday, 09:00 in Paris

relative = st.builds(RelativeDate, st.integers(1, LAST_WEEK), st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))
absolute = st.builds(AbsoluteDate, st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 23), st.integers(0, 59))
openings = st.datetimes(datetime(2012, 1, 2), datetime(2036, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(ZONES)


def at(text: str, opens: datetime = OPENING, zone: ZoneInfo = PARIS) -> str:
    return resolve(parse(text), opens, zone).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def test_a_date_reads_as_week_day_and_time() -> None:
    assert parse("w2 sun 23:59") == RelativeDate(2, 6, 23, 59)
    assert parse("  W12 Monday 8:05 ") == RelativeDate(12, 0, 8, 5)
    assert parse("2027-03-14 23:59") == AbsoluteDate(date(2027, 3, 14), 23, 59)


@given(st.one_of(relative, absolute))
def test_a_date_written_out_reads_back(written: RelativeDate | AbsoluteDate) -> None:
    assert parse(str(written)) == written


@pytest.mark.parametrize(
    "text",
    ["", "w2 sun", "w0 mon 10:00", "w105 mon 10:00", "w2 dim 10:00", "w2 sun 24:00", "w2 sun 10:60", "sun 10:00",
     "2027-02-30 10:00", "2027-03-14", "14/03/2027 10:00", "w² sun 10:00", "w2 sun 10:0٣"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse(text)
    assert refused.value.reason


@given(st.text())
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        written = parse(text)
    except BadDate:
        return
    assert parse(str(written)) == written


def test_week_one_is_the_week_of_the_opening_day() -> None:
    assert at("w1 sun 23:59") == "2027-03-07 23:59 CET"
    assert at("w2 mon 00:00") == "2027-03-08 00:00 CET"


def test_the_opening_day_is_the_one_in_the_editions_zone() -> None:
    sunday_evening_in_utc = datetime(2027, 3, 7, 23, 30, tzinfo=UTC)  # already Monday in Paris
    assert at("w1 mon 10:00", sunday_evening_in_utc) == "2027-03-08 10:00 CET"


@pytest.mark.parametrize("text", ["w1 mon 00:00", "w1 tue 08:59", "2027-03-02 08:59"])
def test_a_date_before_the_opening_is_refused(text: str) -> None:
    with pytest.raises(BadDate, match="before the opening"):
        resolve(parse(text), OPENING, PARIS)


def test_the_opening_itself_is_not_before_it() -> None:
    assert resolve(parse("w1 tue 09:00"), OPENING, PARIS) == OPENING


def test_a_time_that_daylight_saving_skips_moves_forward() -> None:
    assert at("2027-03-28 02:30") == "2027-03-28 03:30 CEST"
    assert at("2027-10-03 02:15", zone=ZoneInfo("Australia/Lord_Howe")) == "2027-10-03 02:45 +11"


def test_a_day_that_a_zone_never_had_moves_forward() -> None:
    opening = datetime(2011, 12, 20, tzinfo=UTC)
    assert at("2011-12-30 12:00", opening, ZoneInfo("Pacific/Apia")) == "2011-12-31 12:00 +14"


def test_a_time_that_occurs_twice_means_the_later() -> None:
    assert at("2027-10-31 02:30") == "2027-10-31 02:30 CET"
    assert at("2027-04-03 23:30", zone=ZoneInfo("America/Santiago")) == "2027-04-03 23:30 -04"


@given(relative, openings, zones)
def test_a_relative_date_lands_on_its_week_day_and_time(written: RelativeDate, opens: datetime, zone: ZoneInfo) -> None:
    try:
        instant = resolve(written, opens, zone)
    except BadDate:
        assert written.week == 1
        return
    local = instant.astimezone(zone)
    opening_day = opens.astimezone(zone).date()
    meant = datetime.combine(
        opening_day + timedelta(days=7 * (written.week - 1) + written.weekday - opening_day.weekday()),
        time(written.hour, written.minute),
    )
    assert instant >= opens
    assert instant.utcoffset() == timedelta(0)
    assert timedelta(0) <= local.replace(tzinfo=None) - meant <= timedelta(hours=1)


@given(relative, relative, openings, zones)
def test_a_later_date_never_resolves_earlier_unless_the_clock_went_back_or_jumped(
    one: RelativeDate, other: RelativeDate, opens: datetime, zone: ZoneInfo
) -> None:
    first, second = sorted((one, other))
    try:
        gap = resolve(second, opens, zone) - resolve(first, opens, zone)
    except BadDate:
        return
    assert gap >= -timedelta(hours=1)
    assert gap >= timedelta(0) or first.week == second.week


@given(relative, openings, zones)
def test_a_repeated_hour_is_never_the_first(written: RelativeDate, opens: datetime, zone: ZoneInfo) -> None:
    try:
        instant = resolve(written, opens, zone)
    except BadDate:
        return
    local = instant.astimezone(zone).replace(tzinfo=None)
    for later in (timedelta(minutes=30), timedelta(hours=1)):
        assert (instant + later).astimezone(zone).replace(tzinfo=None) != local


def test_dates_that_go_backwards_are_seen() -> None:
    assert backwards(parse("w2 mon 00:00"), parse("w1 sun 23:59"))
    assert backwards(parse("w1 mon 00:00"), None, parse("2027-03-02 00:00"), parse("2027-03-01 00:00"))
    assert not backwards(parse("w1 mon 00:00"), None, parse("w1 mon 00:00"), parse("2027-03-01 00:00"))


def test_a_length_of_time_reads_in_minutes_hours_or_days() -> None:
    assert [parse_duration(text) for text in ("90 min", "24h", "3 D")] == [
        timedelta(minutes=90), timedelta(hours=24), timedelta(days=3)]  # fmt: skip
    with pytest.raises(BadDate):
        parse_duration("soon")
