"""Rules of an edition's calendar. Pure: times are aware datetimes in UTC, `now` is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# How late an act made without a network may still arrive, by kind of unit; printed to everybody beside the deadline.
GRACE = {"quiz": timedelta(hours=24), "assignment": timedelta(hours=12), "exam": timedelta(hours=2)}


class EnrolmentState(StrEnum):
    """What the enrol button may truthfully say."""

    HIDDEN = "hidden"  # not published
    SOON = "soon"  # enrolment opens later
    OPEN = "open"  # one can enrol; the course has not begun
    RUNNING = "running"  # one can enrol; the course has begun
    CLOSED = "closed"  # too late to enrol; the course goes on
    OVER = "over"


@dataclass(frozen=True)
class EditionDates:
    enrols_at: datetime
    opens_at: datetime
    enrolment_closes_at: datetime
    closes_at: datetime
    published_at: datetime | None


MOMENTS = ("enrols_at", "opens_at", "enrolment_closes_at", "closes_at")  # an edition's own dates

# Pairs of an edition's moments of which the second comes after the first. Enrolment may close before the opening or
# after it.
ORDER = (("opens_at", "closes_at"), ("enrols_at", "enrolment_closes_at"), ("enrols_at", "closes_at"))


def disorder(moments: Mapping[str, datetime]) -> list[tuple[str, str]]:
    """The pairs of `ORDER` that `moments` breaks; a pair of which one is not known is passed over."""
    known = [(first, then) for first, then in ORDER if first in moments and then in moments]
    return [(first, then) for first, then in known if moments[then] <= moments[first]]


def enrolment_state(dates: EditionDates, now: datetime) -> EnrolmentState:
    """The one state of an edition for somebody who wants to enrol; the moment of closing itself is already too late."""
    if dates.published_at is None or now < dates.published_at:
        return EnrolmentState.HIDDEN
    if now >= dates.closes_at:
        return EnrolmentState.OVER
    if now < dates.enrols_at:
        return EnrolmentState.SOON
    if now >= dates.enrolment_closes_at:
        return EnrolmentState.CLOSED
    return EnrolmentState.OPEN if now < dates.opens_at else EnrolmentState.RUNNING


def deadline(due: datetime | None, extensions: Iterable[datetime]) -> datetime | None:
    """The date that holds for one learner: an extension moves it later, never earlier; no date, no deadline."""
    return None if due is None else max([due, *extensions])


def last_moment(kind: str, due: datetime | None) -> datetime | None:
    """Until when an act is still received: the deadline and the grace of its kind."""
    return None if due is None else due + GRACE.get(kind, timedelta(0))


# Of an assignment that its peers assess, where the course says no dates: how long they have from the deadline, and how
# long the team then has before the results are told.
REVIEWING, GRADING = timedelta(days=7), timedelta(days=3)


def review_dates(
    due: datetime | None, reviews_due: datetime | None, results: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Until when peers assess, and when results are told: as stated, else counted from the deadline."""
    until = reviews_due or (due + REVIEWING if due else None)
    return until, results or (until + GRADING if until else None)


@dataclass(frozen=True)
class Freeze:
    """Why nothing is to change now: `deadline` is the one that is nearest, `until` the last moment of the freeze."""

    deadline: datetime
    until: datetime


def frozen(now: datetime, deadlines: Iterable[datetime], *, before: timedelta, after: timedelta) -> Freeze | None:
    """Is `now` in the hours around a deadline? From `before` it to `after` it, both ends included; freezes that touch
    are one, so that `until` is a moment after which something may change."""
    every = sorted(deadlines)
    near = [at for at in every if at - before <= now <= at + after]
    if not near:
        return None
    until = near[-1] + after
    for at in every:
        if at - before <= until:
            until = max(until, at + after)
    return Freeze(min(near, key=lambda at: abs(at - now)), until)


def put_off(due: datetime, hours: int, extended: datetime | None) -> datetime | None:
    """The date that an extension of some hours, counted from the edition's deadline, gives somebody: None when they
    have as much already, or more. Given twice it changes nothing."""
    until = due + timedelta(hours=hours)
    return None if extended is not None and extended >= until else until


class Unfit(StrEnum):
    """Why a date is no extension."""

    NOTHING_DUE = "nothing due"
    NOT_LATER = "not later"  # than the deadline: it would change nothing
    AFTER_CLOSING = "after closing"
    AFTER_RESULTS = "after results"  # of the activity: what is right would be known


def unfit(until: datetime, due: datetime | None, closes: datetime, results: datetime | None) -> Unfit | None:
    """Why `until` cannot be somebody's own deadline for what is due at `due`, in an edition that closes at `closes` and
    tells the results of it at `results`; None when it can. The closing itself still serves, the results do not."""
    if due is None:
        return Unfit.NOTHING_DUE
    if until <= due:
        return Unfit.NOT_LATER
    if until > closes:
        return Unfit.AFTER_CLOSING
    return Unfit.AFTER_RESULTS if results is not None and until >= results else None


def with_extra(minutes: int, percent: int) -> int:
    """A limit of so many minutes for somebody who has `percent` more time, in whole minutes, rounded up: 33 % of an
    hour is a third of it, 80 minutes in all. Refuses (ValueError) what is less than nothing."""
    if minutes < 0 or percent < 0:
        raise ValueError("a limit or an extra time below nothing")
    return minutes + -(-minutes * percent // 100)


@dataclass(frozen=True)
class Extra:
    """Some percent more time on the days from `first` to `last`, both included."""

    percent: int
    first: date
    last: date

    def meets(self, other: "Extra") -> bool:
        """Have the two a day in common?"""
        return self.first <= other.last and other.first <= self.last


def extra_on(day: date, given: Iterable[Extra]) -> int:
    """The percent that holds on a day: the largest of what was given for it, 0 when nothing was."""
    return max((one.percent for one in given if one.first <= day <= one.last), default=0)


MOST_COUNTRIES, LEAST_SHARE, LEAST_PEOPLE = 8, 0.05, 10


def countries_shown(own: Sequence[str], living: Mapping[str, int], learners: int) -> list[str]:
    """The countries whose holidays concern an edition: its `own`, then those where a twentieth of its `learners` live
    and ten at least, most first; eight in all. `living` says how many live where."""
    many = [code for code, n in living.items() if code and n >= max(LEAST_PEOPLE, LEAST_SHARE * learners)]
    ranked = sorted(many, key=lambda code: (-living[code], code))
    return list(dict.fromkeys(code for code in (*own, *ranked) if code))[:MOST_COUNTRIES]
