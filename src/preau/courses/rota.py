"""The rota of volunteers: hours of a week in the edition's zone, and those that nobody holds. Pure.

An hour is (weekday, hour): weekday 0 is Monday, hour 0 to 23."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

WATCHED = range(8, 22)  # hours of a day in which somebody should be there for each language
WEEK = 7 * 24 * 60  # minutes

type Hour = tuple[int, int]


@dataclass(frozen=True)
class Gap:
    """Hours in a row of one day that nobody holds: from `start` to `end`, which is not part of it."""

    weekday: int
    start: int
    end: int


def apart(here: ZoneInfo, there: ZoneInfo, at: datetime) -> int:
    """Minutes by which clocks `there` are ahead of those `here` at this moment."""
    ahead, ours = at.astimezone(there).utcoffset(), at.astimezone(here).utcoffset()
    assert ahead is not None
    assert ours is not None
    return int((ahead - ours).total_seconds()) // 60


def moved(hour: Hour, minutes: int) -> tuple[int, int, int]:
    """An hour of a week seen on clocks that are `minutes` ahead: (weekday, hour, minute) of its beginning."""
    weekday, rest = divmod((hour[0] * 24 * 60 + hour[1] * 60 + minutes) % WEEK, 24 * 60)
    return weekday, *divmod(rest, 60)


def holding(hour: Hour, minutes: int) -> Hour:
    """The hour, on clocks that are `minutes` ahead, in which this one begins: zones of half an hour are rounded
    down."""
    weekday, found, _minute = moved(hour, minutes)
    return weekday, found


def gaps(held: Iterable[Hour], watched: range = WATCHED) -> list[Gap]:
    """The watched hours of a week that nobody holds, hours in a row put together."""
    taken = set(held)
    found: list[Gap] = []
    for weekday in range(7):
        for hour in watched:
            if (weekday, hour) in taken:
                continue
            if found and (found[-1].weekday, found[-1].end) == (weekday, hour):
                found[-1] = Gap(weekday, found[-1].start, hour + 1)
            else:
                found.append(Gap(weekday, hour, hour + 1))
    return found


def by_language(
    languages: Iterable[str], shifts: Iterable[tuple[str, Hour]], watched: range = WATCHED
) -> Mapping[str, list[Gap]]:
    """The gaps of each language; `shifts` are (language, hour)."""
    rows = list(shifts)
    return {code: gaps((hour for language, hour in rows if language == code), watched) for code in languages}


def alike(found: Iterable[Gap]) -> list[tuple[tuple[int, ...], int, int]]:
    """The same gaps with days put together: (weekdays, start, end), in the order of the first day, then of the hour."""
    days: dict[tuple[int, int], list[int]] = {}
    for gap in found:
        days.setdefault((gap.start, gap.end), []).append(gap.weekday)
    rows = [(tuple(weekdays), start, end) for (start, end), weekdays in days.items()]
    return sorted(rows, key=lambda row: (row[0][0], row[1], row[2]))
