"""What people ask and what a team tells, by properties."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from preau.simulation import asking, names, rules, telling
from preau.simulation.planning import Activity
from preau.simulation.rules import Calendar

OPENS = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
CALENDAR = Calendar(OPENS - timedelta(days=40), OPENS, OPENS + timedelta(days=20), OPENS + timedelta(days=49))
QUIZZES = tuple(
    Activity(f"q{week}", "quiz", f"w{week}", False, 10, 1.0, 3, opens, opens + timedelta(days=6.7))
    for week in range(4)
    for opens in [OPENS + timedelta(weeks=week)]
)
COUNTS, SEEDS = st.integers(1, 60), st.integers(0, 2**31)
LATELY = st.none() | st.integers(1, 40).map(lambda days: OPENS + timedelta(days=days))


def asked(count: int, seed: int, lately: datetime | None) -> list[asking.Asked]:
    learners = rules.cohort(count, seed, CALENDAR)
    return list(asking.requests(learners, QUIZZES, seed, CALENDAR, lately))


@given(COUNTS, SEEDS, LATELY)
def test_the_same_seed_gives_the_same_requests(count: int, seed: int, lately: datetime | None) -> None:
    assert asked(count, seed, lately) == asked(count, seed, lately)


@given(COUNTS, SEEDS, LATELY)
def test_people_ask_after_they_enrolled_and_are_answered_after_that(
    count: int, seed: int, lately: datetime | None
) -> None:
    for one in asked(count, seed, lately):
        assert one.learner.enrolled_at < one.at < one.answered_at
        assert one.claimed_at is None or one.at < one.claimed_at < one.answered_at
        assert one.until is None or one.until > one.answered_at
        assert (one.theme.does in ("extension", "excuse", "result")) <= bool(one.unit)


@given(st.integers(20, 60), SEEDS, st.integers(2, 40))
def test_what_came_lately_waits(count: int, seed: int, days: int) -> None:
    lately = OPENS + timedelta(days=days)
    waiting = [one for one in asked(count, seed, lately) if one.at < lately < one.answered_at]
    assert len(waiting) >= len(asking.LATELY)


@given(st.sampled_from(names.ORIGINS), SEEDS)
def test_a_second_name_is_another_in_the_same_script(origin: names.Origin, seed: int) -> None:
    first = names.name(origin, rules.stream(seed, "name"))
    full = names.second(first, origin, rules.stream(seed, "second"))
    added = full.removeprefix(f"{first} ")
    assert added not in first
    assert (added in names.ARABIC_FAMILIES) is (first.split()[0] in names.ARABIC)


def test_an_announcement_always_waits_for_its_hour_in_the_weeks_of_an_edition() -> None:
    notices = telling.notices(CALENDAR)
    assert all(one.written_at < one.confirmed_at <= one.send_at < one.shown_until for one in notices)
    for day in range(2, 35):
        now = OPENS + timedelta(days=day)
        assert any(one.confirmed_at <= now < one.send_at for one in notices), day


def test_everything_is_said_in_french_and_in_english() -> None:
    for theme in asking.THEMES:
        assert theme.said.keys() == {"fr", "en"}
        assert (theme.does == "answer") is (theme.saved in telling.SAVED)
        assert (theme.reason is None) is (theme.does == "answer")
    assert all(said.keys() == {"fr", "en"} for _topic, said in telling.SAVED.values())
    assert all(one.said.keys() == {"fr", "en"} for one in telling.notices(CALENDAR))
