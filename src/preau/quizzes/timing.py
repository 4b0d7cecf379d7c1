"""The time of an attempt: when it ends, which answers are received, what a device may say of a cut. Pure: no Django, no
clock.

A device may say how long after a stamp that the server gave it an answer was written. What it can gain by lying is the
length of a cut, which is put on record; a clock set back gains nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from preau.courses.rules import GRACE

LEEWAY = timedelta(seconds=30)  # what was sent in the last second still travels
SLACK = timedelta(seconds=2)  # two clocks do not run alike
CUT = GRACE["exam"]  # how long after the end of an attempt what was written in a cut may arrive
LATELY = timedelta(minutes=2)  # a stamp of longer ago than this was carried through a cut


@dataclass(frozen=True)
class Claim:
    """An answer was written `elapsed` after the server gave the stamp of `at`; None: nothing is said of when."""

    at: datetime
    elapsed: timedelta | None = None


class Arrival(StrEnum):
    """What becomes of an answer of a timed attempt."""

    IN_TIME = "in time"
    CARRIED = "carried"  # written in time, sent after the end
    LATE = "late"


def ends(started: datetime, minutes: int | None, closes: datetime) -> datetime:
    """When an attempt ends: after its minutes, extra time in them, and never after what closes for everybody."""
    return closes if minutes is None else min(closes, started + timedelta(minutes=minutes))


def last_start(minutes: int | None, closes: datetime) -> datetime | None:
    """Until when one begins to have all of the time."""
    return None if minutes is None else closes - timedelta(minutes=minutes)


def arrival(received: datetime, started: datetime, ends_at: datetime, closes: datetime, claim: Claim | None) -> Arrival:
    """Judge an answer received at `received`. `closes` is the last moment of the activity for this learner, its grace
    included: nothing is received after it, since what is right may be told from then on."""
    if received > closes:
        return Arrival.LATE
    if received <= ends_at + LEEWAY:
        return Arrival.IN_TIME
    if received > ends_at + CUT:
        return Arrival.LATE
    at = written(received, started, claim)
    return Arrival.CARRIED if at is not None and at <= ends_at else Arrival.LATE


def written(received: datetime, started: datetime, claim: Claim | None) -> datetime | None:
    """When an answer was written, by what its device says; None where it says nothing, or what cannot be."""
    if claim is None or claim.elapsed is None:
        return None
    fits = claim.at >= started and timedelta(0) <= claim.elapsed <= received - claim.at + SLACK
    return claim.at + claim.elapsed if fits else None


def superseded(written_at: datetime | None, stored_at: datetime | None) -> bool:
    """Is an answer that waited older than the one that is stored? The delay of a stamp on its way makes it look older
    than it is, so one that is hardly older is the newer one."""
    return written_at is not None and stored_at is not None and stored_at - written_at > LEEWAY


def over(now: datetime, ends_at: datetime | None) -> bool:
    """Has an attempt ended?"""
    return ends_at is not None and now >= ends_at


def cut_off(received: datetime, claim: Claim | None, arrival: Arrival, *, queued: bool) -> bool:
    """Does this answer tell of a cut that is to be put on record?"""
    if claim is None or arrival is Arrival.LATE:
        return False
    return arrival is Arrival.CARRIED or (queued and received - claim.at > LATELY)
