"""Rules of an edition's calendar. Pure: times are aware datetimes in UTC, `now` is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# How late an act made without a network may still arrive, by kind of unit; printed to everybody beside the deadline.
GRACE = {"quiz": timedelta(hours=24), "assignment": timedelta(hours=12), "exam": timedelta(0)}


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
