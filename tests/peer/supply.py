"""A class that hands in, assesses, forgets and comes back, event after event, on a pool in memory that the rules of
`preau.peer.allocation` drive. Nothing of it is measured on real learners: how people behave is assumed.

Copies surge at the deadline (7 days, Beta(2.2, .9)), one in twenty up to two days late. Some never assess; the others
begin 1.5 days after their own copy on average, three in ten of them only in the last two days of seven. Of the reviews
that are opened 12 % are left, half of them for good; the others take 27 minutes (log-normal, sigma .8). 15 % write one
to four more than they owe. Four in five write French, a quarter of them read English too; of the others 60 % read
French. Teams are of four.
"""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from preau.peer import allocation
from preau.peer.allocation import NEVER, Moments, Standing

OPENS = datetime(2026, 3, 2, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
REVIEWS_DUE = CLOSES + timedelta(days=7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOK = timedelta(minutes=10)  # between two looks of the worker; in service it takes one a minute
BOTH = frozenset({"fr", "en"})


@dataclass
class Copy:
    """A copy in the pool, and its reviews by who wrote them."""

    author: int
    language: str
    team: int
    at: datetime
    standing: Standing
    reviews: dict[int, Moments] = field(default_factory=dict)


@dataclass
class Somebody:
    """A reviewer: a learner, or a helper of no team who owes nothing."""

    number: int
    languages: frozenset[str]
    team: int
    owes: int
    held: set[int] = field(default_factory=set)
    given: int = 0


@dataclass
class Class:
    """One run: `size` learners, of whom this share never assesses; `helpers` begin when reviews are due."""

    size: int
    no_shows: float
    seed: int
    guaranteed: int = 3
    reviews: int = 3
    helpers: int = 0
    now: datetime = OPENS
    copies: dict[int, Copy] = field(default_factory=dict)
    people: dict[int, Somebody] = field(default_factory=dict)
    events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        self.turn += 1
        heapq.heappush(self.events, (when, self.turn, act))

    def play(self, until: datetime) -> None:
        """Everything that happens until then."""
        while self.events and self.events[0][0] <= until:
            self.now, _turn, act = heapq.heappop(self.events)
            act()
        self.now = until

    def prepare(self) -> "Class":
        """Everybody's plans."""
        teams = random.Random(self.seed + 1).sample(range(self.size), self.size)
        for number in range(self.size):
            self.at(self.hands_in_at(), lambda n=number: self.hand_in(n, teams[n] // 4))  # type: ignore[misc]
        for number in range(self.helpers):
            self.people[-1 - number] = Somebody(-1 - number, BOTH, -1, 10**6)
            begins = REVIEWS_DUE + timedelta(hours=self.random.uniform(0.5, 8))
            self.at(begins, lambda n=-1 - number: self.assess(n))  # type: ignore[misc]
        self.at(OPENS + LOOK, self.look)
        return self

    def hands_in_at(self) -> datetime:
        if self.random.random() < 0.05:
            return CLOSES + self.random.random() * 2 * DAY
        return OPENS + self.random.betavariate(2.2, 0.9) * 7 * DAY

    def hand_in(self, number: int, team: int) -> None:
        language = "fr" if self.random.random() < 0.8 else "en"
        both = self.random.random() < (0.25 if language == "fr" else 0.6)
        standing = Standing(self.guaranteed, 0, 0, 0, 0.0, NEVER).placed(hurry=self.hurry)
        self.copies[number] = Copy(number, language, team, self.now, standing)
        more = self.random.randint(1, 4) if self.random.random() < 0.15 else 0
        reads = BOTH if both else frozenset({language})
        self.people[number] = Somebody(number, reads, team, self.reviews + more)
        if self.random.random() >= self.no_shows:
            begins = self.now + self.random.expovariate(1 / 1.5) * DAY
            if self.random.random() < 0.3:
                begins = max(self.now, REVIEWS_DUE - self.random.random() * 2 * DAY)
            self.at(begins, lambda: self.assess(number))

    @property
    def hurry(self) -> bool:
        return allocation.hurried(REVIEWS_DUE, self.now)

    def eligible(self, who: Somebody) -> list[Copy]:
        return [
            copy
            for copy in self.copies.values()
            if copy.standing.tier < NEVER
            and copy.author != who.number
            and copy.team != who.team
            and copy.language in who.languages
            and copy.author not in who.held
        ]

    def assess(self, number: int) -> None:
        """Ask, and plan what becomes of it; ask again in an hour if there is none."""
        who = self.people[number]
        found = self.eligible(who)
        if not found:
            self.at(self.now + HOUR, lambda: self.assess(number))
            return
        copy = min(found, key=lambda one: (one.standing.tier, one.standing.expected, one.at))
        who.held.add(copy.author)
        copy.reviews[number] = Moments(self.now, self.now, None, None, hidden=False)
        copy.standing = copy.standing.leased_once_more(hurry=self.hurry)
        takes = timedelta(minutes=27 * math.exp(self.random.gauss(0, 0.8)))
        if number >= 0 and self.random.random() < 0.12:
            if self.random.random() < 0.5:
                return
            takes += self.random.expovariate(2) * DAY
        else:
            self.stay(number, copy, self.now + takes)
        self.at(self.now + takes, lambda: self.finish(number, copy))

    def stay(self, number: int, copy: Copy, until: datetime) -> None:
        """Signs of life, an hour after each other."""
        if self.now < until:
            copy.reviews[number] = replace(copy.reviews[number], seen_at=self.now)
            self.at(self.now + HOUR, lambda: self.stay(number, copy, until))

    def finish(self, number: int, copy: Copy) -> None:
        who = self.people[number]
        copy.reviews[number] = replace(copy.reviews[number], finished_at=self.now)
        self.recount(copy)
        who.given += 1
        if number in self.copies:
            own = self.copies[number]
            own.standing = own.standing.gave(who.given, hurry=self.hurry)
        if who.given < who.owes:
            self.at(self.now + timedelta(minutes=self.random.expovariate(1 / 10)), lambda: self.assess(number))

    def recount(self, copy: Copy) -> None:
        copy.standing = copy.standing.received(copy.reviews.values(), self.now, hurry=self.hurry)

    def look(self) -> None:
        """The worker's: silent leases are taken back, the others are worth less."""
        for copy in self.copies.values():
            if copy.standing.leased:
                for number, one in copy.reviews.items():
                    silent = self.now - one.seen_at >= allocation.SILENCE
                    if silent and one.finished_at is None and one.returned_at is None:
                        copy.reviews[number] = replace(one, returned_at=self.now)
                self.recount(copy)
        self.at(self.now + LOOK, self.look)

    def contributors(self) -> list[Copy]:
        """The copies of those who assessed what guarantees them reviews."""
        return [copy for copy in self.copies.values() if copy.standing.given >= self.guaranteed]

    def served(self, copies: list[Copy] | None = None) -> float:
        """The share of these copies that have every review that was guaranteed."""
        among = list(self.copies.values()) if copies is None else copies
        return sum(copy.standing.finished >= self.guaranteed for copy in among) / len(among)
