"""Rules of the discussions. Pure: times are aware datetimes in UTC, `now` is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 20_000  # characters of a post
LONGEST_TITLE = 150
FILES, FILE = 3, 5_000_000  # of one post; bytes of each
MENTIONS = 10  # people whom one post tells
PAGE = 100  # posts of a page
POLL = 20  # seconds between two looks at an open thread, at first
UNREAD_MOST = 99  # counted no further

# The house rules, in the order in which they are told; their words are in `words.HOUSE`.
HOUSE = ("kind", "answers", "private", "own", "ads", "place")
# What somebody works in, as they choose to say it; their words are in `words.FIELDS`.
FIELDS = ("student", "company", "public", "association", "independent", "seeking", "retired", "other")

NEW_POSTS, NEW_FOR = 3, timedelta(days=1)  # somebody is new for their first posts and their first day
TRUST_POSTS, TRUST_THANKS, TRUST_AFTER = 10, 5, timedelta(days=7)


@dataclass(frozen=True)
class Given:
    """What somebody gave to the discussions of a course so far."""

    posts: int = 0
    thanked: int = 0
    first_at: datetime | None = None
    muted_until: datetime | None = None
    banned: bool = False

    def new(self, now: datetime) -> bool:
        """Still in their first posts or their first day?"""
        return self.first_at is None or self.posts < NEW_POSTS or now - self.first_at < NEW_FOR

    def trusted(self, now: datetime) -> bool:
        """Ten posts, five thank-yous, a week, and neither muted nor banned: the criteria that everybody can read."""
        long = self.first_at is not None and now - self.first_at >= TRUST_AFTER
        return long and self.posts >= TRUST_POSTS and self.thanked >= TRUST_THANKS and not self.silenced(now)

    def silenced(self, now: datetime) -> bool:
        """May they not write at the moment?"""
        return self.banned or (self.muted_until is not None and now < self.muted_until)


def an_hour(*, new: bool, trusted: bool) -> int:
    """How many posts somebody may write in an hour."""
    return 60 if trusted else 6 if new else 30


def links(*, new: bool) -> int | None:
    """How many links a post may hold; None: as many as one likes."""
    return 2 if new else None


@dataclass(frozen=True)
class Rights:
    """What somebody may do in a space. `tend`: retitle, move, fold; `moderate`: all that moderators do; `decide`:
    answer a contest, ban."""

    post: bool = False
    tend: bool = False
    moderate: bool = False
    decide: bool = False


def rights(*, team: bool, decides: bool, trusted: bool, silenced: bool) -> Rights:
    """Of somebody who came through the door of a space; who is silenced reads."""
    if team:
        return Rights(post=True, tend=True, moderate=True, decide=decides)
    return Rights(post=not silenced, tend=trusted and not silenced)


@dataclass(frozen=True)
class Dated:
    """A graded unit of a running edition: `until` is the last moment at which anybody still answers it, grace
    included; None: there is no deadline."""

    unit: object
    module: object
    opens: datetime
    until: datetime | None


def embargo(units: Iterable[Dated], *, unit: object, module: object, marked_at: datetime) -> datetime | None:
    """Until when a post that reveals an answer stays folded: the deadline of the graded unit that its thread is about;
    else the latest of its room's module; else the latest of what was open when it was marked. None: there is nothing to
    wait for."""
    every = [one for one in units if one.until is not None]
    for chosen in (
        [one for one in every if one.unit == unit],
        [one for one in every if one.module == module],
        [one for one in every if one.opens <= marked_at],
    ):
        if chosen:
            return max(one.until for one in chosen if one.until is not None)
    return None


def due(units: Iterable[Dated], unit: object) -> datetime | None:
    """Until when threads of earlier editions about this unit stay folded; None: it is not graded."""
    return max((one.until for one in units if one.unit == unit and one.until is not None), default=None)


def folded(until: datetime | None, now: datetime) -> bool:
    """Is it still too early to read it?"""
    return until is not None and now <= until


def title(text: str) -> str:
    """A title as it is kept: one line, no longer than may be."""
    return " ".join(text.split())[:LONGEST_TITLE].strip()
