"""The weeks of an edition's calendar, Monday to Sunday in a zone: which one a moment falls in, how much work is in
each, and in which of them somebody who never came is written to. Pure: no Django."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
UNANSWERED = 2  # weekly messages to somebody who did nothing yet; then none until they do


@dataclass(frozen=True)
class Work:
    """A unit's `minutes` and the moment that puts them in a week: its deadline, or when it opens."""

    at: datetime
    minutes: int
    elective: bool = False
    done: bool = False


@dataclass(frozen=True)
class Load:
    """The minutes of a week, of which `done`; electives apart."""

    core: int = 0
    done: int = 0
    elective: int = 0
    elective_done: int = 0

    @property
    def total(self) -> int:
        return self.core + self.elective


@dataclass
class _Sum:
    minutes: dict[tuple[bool, bool], list[int]] = field(default_factory=dict)

    def add(self, work: Work) -> None:
        self.minutes.setdefault((work.elective, work.done), []).append(work.minutes)

    def load(self) -> Load:
        core, done, elective, elective_done = (
            round(math.fsum(self.minutes.get(key, ())))
            for key in ((False, False), (False, True), (True, False), (True, True))
        )
        return Load(core + done, done, elective + elective_done, elective_done)


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week that a moment falls in, by the calendar of `zone`."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def loads(works: Iterable[Work], zone: ZoneInfo) -> dict[date, Load]:
    """By Monday, the minutes of each week that has some, the earliest first."""
    sums: dict[date, _Sum] = {}
    for work in works:
        if work.minutes:
            sums.setdefault(monday_of(work.at, zone), _Sum()).add(work)
    return {monday: sums[monday].load() for monday in sorted(sums)}


def of(works: Iterable[Work], now: datetime, zone: ZoneInfo) -> Load:
    """The minutes of the week of a moment."""
    monday = monday_of(now, zone)
    return loads((work for work in works if monday_of(work.at, zone) == monday), zone).get(monday, Load())


def number(monday: date, opens_at: datetime, zone: ZoneInfo) -> int:
    """Which week of an edition this is, from 1; 0 and less before it opens."""
    return (monday - monday_of(opens_at, zone)) // WEEK + 1


def may_write(*, came: bool, monday: date, opens_at: datetime, enrolled_at: datetime, zone: ZoneInfo) -> bool:
    """May the message of this week go? Always to who came; to who did nothing yet, in the first weeks only: from the
    week in which the edition opens, or the first Monday after they enrolled."""
    enrolled = enrolled_at.astimezone(zone).date()
    first = max(monday_of(opens_at, zone), enrolled + timedelta(days=-enrolled.weekday() % 7))
    return came or (monday - first) // WEEK < UNANSWERED
