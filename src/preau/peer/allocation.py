"""Who is given which copy next, and what will be missing. Pure: no Django.

A copy is owed `wanted` reviews. What it can expect is its finished reviews and what its open leases are worth; whoever
assessed others comes first, and among equals the copy that expects least. Figures of how people assess (how many finish
what they open, how long it takes) are assumptions; `tests/peer/test_supply.py` plays a class that behaves so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp, log
from statistics import NormalDist

FRESH = 0.88  # of the reviews that somebody opens are finished
MEDIAN = timedelta(minutes=27)  # from opening to finishing, log-normal
SIGMA = 0.8
SILENCE = timedelta(hours=2)  # without a sign: the lease is over
PATIENCE = timedelta(hours=12)  # after which whoever waits is given what nobody needs
HURRY = timedelta(hours=48)  # before reviews are due: copies that expect nearly enough are served as well
NEAR = 0.02  # reviews: two expectations nearer to each other are one
ENOUGH = 0.15  # reviews: a copy that expects no less than so much below what it is owed expects it
NEARLY, NEARLY_HURRIED = 0.4, 0.2  # and so it is for one whose author gave nothing
NEVER = 3  # the tier of copies that are not served by themselves

_NORMAL = NormalDist()


def worth(leased_at: datetime, seen_at: datetime, now: datetime) -> float:
    """The probability that an open lease becomes a review: `FRESH` when it opens, then less and less, as those who do
    finish would have done so by now (a log-normal time). Nothing after `SILENCE`."""
    if now - seen_at >= SILENCE:
        return 0.0
    age = max(0.0, (now - leased_at) / MEDIAN)
    still = 1 - _NORMAL.cdf(log(age) / SIGMA) if age > 0 else 1.0
    return FRESH * still / (1 - FRESH * (1 - still))


def hurried(reviews_due: datetime | None, now: datetime) -> bool:
    """Are these the last two days of reviewing, or later?"""
    return reviews_due is not None and now >= reviews_due - HURRY


def tier(wanted: int, given: int, expected: float, *, hurry: bool) -> int:
    """0: its author assessed as many copies as it is owed reviews, and it expects fewer; 1: its author assessed some,
    and it expects no more than they gave and one; 2: it expects too few; 3: it needs nothing."""
    if given >= wanted and expected < wanted - ENOUGH:
        return 0
    if given >= 1 and expected < min(given + 1, wanted) - ENOUGH:
        return 1
    return 2 if expected < wanted - nearly(hurry=hurry) else NEVER


def nearly(*, hurry: bool) -> float:
    """How much less than what it is owed a copy expects at most, for another that gave as little to come first."""
    return NEARLY_HURRIED if hurry else NEARLY


@dataclass(frozen=True)
class Moments:
    """A review of a copy, as far as the next lease depends on it."""

    leased_at: datetime
    seen_at: datetime
    returned_at: datetime | None
    finished_at: datetime | None
    hidden: bool


@dataclass(frozen=True)
class Standing:
    """Where a copy stands in the pool: the columns of `PoolEntry` that decide."""

    wanted: int
    given: int
    finished: int
    leased: int
    expected: float
    tier: int

    def received(self, reviews: Iterable[Moments], now: datetime, *, hurry: bool) -> "Standing":
        """As these reviews, all that it has, leave it. A hidden one counts for nothing, a late one as any other."""
        there = [one for one in reviews if not one.hidden]
        finished = sum(one.finished_at is not None for one in there)
        leases = [one for one in there if one.finished_at is None and one.returned_at is None]
        expected = finished + sum(worth(one.leased_at, one.seen_at, now) for one in leases)
        return replace(self, finished=finished, leased=len(leases), expected=expected).placed(hurry=hurry)

    def gave(self, given: int, *, hurry: bool) -> "Standing":
        """With so many reviews written by its author."""
        return replace(self, given=given).placed(hurry=hurry)

    def leased_once_more(self, *, hurry: bool) -> "Standing":
        """With one more lease, just opened."""
        return replace(self, leased=self.leased + 1, expected=self.expected + FRESH).placed(hurry=hurry)

    def differs(self, other: "Standing") -> bool:
        """Is it worth writing? A lease grows old at every moment."""
        near = abs(self.expected - other.expected) < NEAR
        return not near or replace(self, expected=other.expected) != other

    def placed(self, *, hurry: bool) -> "Standing":
        """In its tier."""
        return replace(self, tier=tier(self.wanted, self.given, self.expected, hurry=hurry))


# What will be missing.

PACE = timedelta(days=1.5)  # from handing in to the first review, exponential
KEEPS = 0.88  # of what those owe who assessed already comes
COMES = 0.35  # and of what those owe who have not begun, as far as they are not past their time
A_DAY = timedelta(days=1)
HELPS = 4  # copies that somebody let in assesses a day
FIRST = timedelta(hours=6)  # until a helper who was written to begins


@dataclass(frozen=True)
class Count:
    """The copies of one language and track. `missing` are guaranteed reviews that have not come, `promised` those of
    them that are missing to `contributors`, who assessed their share; `leased` what open leases are worth; `owed_begun`
    and `owed_idle` the reviews that authors still owe, those who assessed or are assessing apart. What is told, and
    decides nothing: `without` copies have no review, `guaranteed` were promised in all, `held` are being written."""

    language: str
    track: str
    copies: int
    contributors: int
    finished: int
    missing: int
    promised: int
    leased: float
    owed_begun: int
    owed_idle: int
    without: int = 0
    guaranteed: int = 0
    held: int = 0


@dataclass(frozen=True)
class Helpers:
    """So many people who would be let in, and the languages that each of them reads."""

    people: int
    languages: frozenset[str]


@dataclass(frozen=True)
class Outlook:
    """Reviews that will be missing to the copies of one language and track when reviews are due and a day later, to all
    of them and to those whose authors assessed their share."""

    language: str
    track: str
    due: float
    later: float
    promised_due: float
    promised_later: float


def forecast(counts: Sequence[Count], left: timedelta, helpers: Sequence[Helpers] = ()) -> list[Outlook]:
    """What will be missing when reviews are due, `left` from now, and a day later, if these helpers are let in now.

    Reviews stay within their language; within one they go to whoever was promised first, then evenly. No helper is
    reckoned to come before `FIRST`, nor anybody after the deadline but late reviewers and helpers."""
    horizon = max(left, timedelta(0))
    due = _short(counts, horizon, helpers)
    later = _short(counts, horizon + A_DAY, helpers)
    return [
        Outlook(one.language, one.track, at_due[0], at_later[0], at_due[1], at_later[1])
        for one, at_due, at_later in zip(counts, due, later, strict=True)
    ]


def _short(counts: Sequence[Count], within: timedelta, helpers: Sequence[Helpers]) -> list[tuple[float, float]]:
    """(missing, promised and missing) of each line after this time."""
    supply: dict[str, float] = defaultdict(float)
    missing: Counter[str] = Counter()
    promised: Counter[str] = Counter()
    for one in counts:
        supply[one.language] += _comes(one, within) + (one.leased if within else 0)
        missing[one.language] += one.missing
        promised[one.language] += one.promised
    short = {language: max(0.0, missing[language] - supply[language]) for language in missing}
    helped = _helped(short, within, helpers)
    found = []
    for one in counts:
        come = supply[one.language] + helped.get(one.language, 0.0)
        rest = max(0.0, promised[one.language] - come) / max(1, promised[one.language])
        all_rest = max(0.0, missing[one.language] - come) / max(1, missing[one.language])
        found.append((max(one.missing * all_rest, one.promised * rest), one.promised * rest))
    return found


def _comes(one: Count, within: timedelta) -> float:
    """Reviews that the learners of a line will still write."""
    share = 1 - exp(-(within / PACE))
    return share * (KEEPS * max(0.0, one.owed_begun - one.leased) + COMES * one.owed_idle)


def _helped(short: Mapping[str, float], within: timedelta, helpers: Sequence[Helpers]) -> dict[str, float]:
    """The reviews that helpers write in each language: those who read the fewest languages first, each where most is
    missing."""
    days = max(timedelta(0), within - FIRST) / A_DAY
    left, helped = dict(short), dict.fromkeys(short, 0.0)
    for group in sorted(helpers, key=lambda one: len(one.languages)):
        for _one in range(group.people):
            writes = HELPS * days
            for language in sorted(group.languages & left.keys(), key=lambda code: -left[code]):
                taken = min(writes, left[language])
                left[language] -= taken
                helped[language] += taken
                writes -= taken
    return helped
