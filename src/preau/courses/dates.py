"""Dates as a teacher writes them, "w2 sun 23:59", and the instants they stand for. Pure: no Django.

A course is written once and printed edition after edition, so its dates count from the opening. Week 1 is the
Monday-to-Sunday week that holds the opening day in the edition's zone. An absolute date, "2027-03-14 23:59", is
accepted too and means local time in that same zone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_WEEK = 104
SHOWN = 'a date is written like "w2 sun 23:59" or "2027-03-14 23:59"'

_NAMES = {name: number for number, name in enumerate(DAYS)} | {
    name: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
_RELATIVE = re.compile(r"w(?P<week>[0-9]{1,4})\s+(?P<day>[a-z]+)\s+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
_ABSOLUTE = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ t](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::00)?")
_DURATION = re.compile(r"(?P<number>[0-9]{1,5})\s*(?P<unit>m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class BadDate(ValueError):
    """A date that cannot be read or that cannot stand; `reason` is a plain English sentence without the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, order=True)
class RelativeDate:
    """`week` counts from 1, `weekday` from 0 (Monday) to 6; local time in the edition's zone. Ordered in time."""

    week: int
    weekday: int
    hour: int
    minute: int

    def __str__(self) -> str:
        return f"w{self.week} {DAYS[self.weekday]} {self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, order=True)
class AbsoluteDate:
    """A calendar day and a local time in the edition's zone, whatever its opening. Ordered in time."""

    day: date
    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.hour:02}:{self.minute:02}"


CourseDate = RelativeDate | AbsoluteDate


def parse(text: str) -> CourseDate:
    """Read a date. Letter case and surrounding space do not matter; the time is required, nobody should guess a
    deadline.

    Refuses with `BadDate`: another form, week 0 or beyond `LAST_WEEK`, an unknown day, a time that no clock shows.
    """
    cleaned = text.strip().lower()
    if relative := _RELATIVE.fullmatch(cleaned):
        week = int(relative["week"])
        if not 1 <= week <= LAST_WEEK:
            raise BadDate(f"weeks count from 1 to {LAST_WEEK}, not {week}")
        if relative["day"] not in _NAMES:
            raise BadDate(f'"{relative["day"]}" is no day; days are {", ".join(DAYS)}')
        return RelativeDate(week, _NAMES[relative["day"]], *_clock(relative))
    if absolute := _ABSOLUTE.fullmatch(cleaned):
        try:
            day = date.fromisoformat(absolute["day"])
        except ValueError:
            raise BadDate(f"{absolute['day']} is not in the calendar") from None
        return AbsoluteDate(day, *_clock(absolute))
    raise BadDate(f'"{text.strip()[:40]}" is not a date: {SHOWN}')


def _clock(found: re.Match[str]) -> tuple[int, int]:
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise BadDate(f"{found['hour']}:{found['minute']} is no time of day; the last minute is 23:59")
    return hour, minute


def resolve(written: CourseDate, opens: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a written date in an edition that opens at `opens` (aware) in `zone`.

    A local time that daylight saving skips moves forward by the hour skipped; one that occurs twice means the later.
    Refuses with `BadDate` an instant before the opening, and one outside the calendar.
    """
    if opens.tzinfo is None:
        raise ValueError("an opening needs a zone")
    instant = instant_of(_local(written, opens.astimezone(zone).date()), zone)
    if instant < opens:
        raise BadDate(f"{written} is before the opening of the edition, {opens.astimezone(zone):%Y-%m-%d %H:%M}")
    return instant


def _local(written: CourseDate, opening_day: date) -> datetime:
    clock = time(written.hour, written.minute)
    if isinstance(written, AbsoluteDate):
        return datetime.combine(written.day, clock)
    try:
        monday = opening_day - timedelta(days=opening_day.weekday())
        return datetime.combine(monday + timedelta(weeks=written.week - 1, days=written.weekday), clock)
    except OverflowError:
        raise BadDate(f"{written} is outside the calendar") from None


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """Of the two readings of a local time (PEP 495's folds) the later: the second of a repeated hour, and, in a skipped
    hour, the one that the offset before the change gives, which lies after the gap. Elsewhere both are the same."""
    try:
        return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise BadDate(f"{local:%Y-%m-%d} is outside the calendar") from None


def backwards(*written: CourseDate | None) -> bool:
    """Whether dates given in the order in which they should happen do not. Absent ones are passed over; the two forms
    cannot be compared before an edition has its opening, so each is looked at by itself."""
    known = [one for one in written if one is not None]
    relative = [one for one in known if isinstance(one, RelativeDate)]
    absolute = [one for one in known if isinstance(one, AbsoluteDate)]
    return relative != sorted(relative) or absolute != sorted(absolute)


def parse_duration(text: str) -> timedelta:
    """A length such as "90 min", "24 h" or "3 d". Refuses with `BadDate` any other form."""
    if found := _DURATION.fullmatch(text.strip().lower()):
        return int(found["number"]) * _UNITS[found["unit"]]
    raise BadDate(f'"{text.strip()[:40]}" is not a length of time: it is written like "90 min", "24 h" or "3 d"')
