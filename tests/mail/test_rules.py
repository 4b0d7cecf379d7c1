"""Times of mail, by properties."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from preau.common.zones import ZONES
from preau.mail import rules

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PLACES = st.sampled_from(sorted(ZONES)).map(rules.zone_of)


@given(MOMENTS, PLACES)
def test_a_morning_is_after_now_within_a_day_and_not_quiet(now: datetime, zone: ZoneInfo) -> None:
    at = rules.morning(now, zone)
    assert now < at <= now + timedelta(hours=26)
    assert rules.quiet_until(at, zone) is None


@given(MOMENTS, PLACES)
def test_a_weekly_digest_is_a_monday_within_eight_days(now: datetime, zone: ZoneInfo) -> None:
    at = rules.next_digest(now, zone, "weekly")
    assert at.astimezone(zone).weekday() == 0
    assert now < at <= now + timedelta(days=8, hours=2)


@given(MOMENTS, PLACES)
def test_a_day_began_before_now(now: datetime, zone: ZoneInfo) -> None:
    assert timedelta(0) <= now - rules.day_began(now, zone) <= timedelta(hours=25)


@given(st.integers(1, 60))
def test_tries_are_rarer_and_never_rarer_than_the_limit(failures: int) -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    assert now < rules.retry_at(now, failures) <= rules.retry_at(now, failures + 1) <= now + rules.LATEST_RETRY


def test_a_token_survives_a_server_that_writes_in_lower_case() -> None:
    tokens = {rules.token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(token == token.lower() and len(token) == 22 and token.isalnum() for token in tokens)


def test_only_statuses_about_the_address_itself_are_hard() -> None:
    assert [rules.is_hard(s) for s in ("5.1.1", "5.1.10", "5.2.1", "5.7.1", "5.2.2", "4.2.2", "5.1.8")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip


def test_addresses_that_never_exist_are_those_of_the_rfc() -> None:
    assert all(rules.goes_nowhere(a) for a in ("a@x.example", "a@EXAMPLE", "a@invalid", "a@b.invalid"))
    assert not any(rules.goes_nowhere(a) for a in ("a@example.org", "a@myexample", "a@invalid.fr"))
