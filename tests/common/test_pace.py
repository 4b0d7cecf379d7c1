"""A chore is looked at once in its pace."""

from datetime import UTC, datetime, timedelta

import pytest

from preau.common.pace import Paced

NOW, MINUTE = datetime(2026, 3, 2, 8, tzinfo=UTC), timedelta(minutes=1)


def test_a_chore_is_looked_at_once_in_its_pace() -> None:
    seen: list[datetime] = []
    look = Paced(lambda *, now: seen.append(now), MINUTE)
    for seconds in (0, 3, 59, 60, 61, 119, 120):
        look(NOW + timedelta(seconds=seconds))
    assert [(at - NOW).seconds for at in seen] == [0, 60, 120]


def test_one_that_found_something_goes_on_at_once_where_it_may() -> None:
    left = [2, 1, 0]
    look = Paced(lambda *, now: left.pop(0), MINUTE, more=True)
    for seconds in (0, 3, 6, 9):
        look(NOW + timedelta(seconds=seconds))
    assert left == []
    assert look.due == NOW + timedelta(seconds=6) + MINUTE


def test_one_that_fails_has_had_its_look() -> None:
    def fails(*, now: datetime) -> None:
        raise OSError(now)

    look = Paced(fails, MINUTE)
    with pytest.raises(OSError, match="2026"):
        look(NOW)
    look(NOW + timedelta(seconds=3))
