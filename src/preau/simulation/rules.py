"""Who is in a simulated cohort. Pure: no Django, no clock; everything follows from the seed.

Shares are quotas, not chances: of 300 people as of 30,000 the same part never comes, browses, or follows a track, so
that a small cohort shows what a large one does. They are set so that the figures published for the course come out
(`PUBLISHED`): 28 to 66 % really start, 19 % of all enrolled get a certificate, and of those active about half pass in
the classic track and seven in ten in the advanced one.
"""

import hashlib
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from preau.simulation.names import ORIGINS, Origin, name

DOMAIN = "demo.example"  # reserved by RFC 2606: nobody can have an address there


class Persona(StrEnum):
    """What somebody does with an enrolment."""

    ABSENT = "absent"  # enrols and never comes
    BROWSER = "browser"  # reads here and there, does nothing graded
    CLASSIC = "classic"
    ADVANCED = "advanced"


class Rhythm(StrEnum):
    """When in the time given somebody works."""

    EARLY = "early"
    STEADY = "steady"
    DEADLINE = "deadline"  # the crowd of the last hours


# Parts of a thousand of those enrolled.
PERSONAS = {Persona.ABSENT: 555, Persona.BROWSER: 100, Persona.CLASSIC: 215, Persona.ADVANCED: 130}
RHYTHMS = {Rhythm.EARLY: 220, Rhythm.STEADY: 380, Rhythm.DEADLINE: 400}
QUITTERS = {Persona.CLASSIC: 300, Persona.ADVANCED: 80}  # of those who begin: they drop out, some each week
QUITS_AFTER = (1, 1, 1, 2, 2, 3)  # graded activities done before dropping out
ENGLISH = 60  # of a thousand use the English interface
# Parts of a persona, by one’s place in it: from, to. Nothing is published of either.
# Leave for hours or days, and come back: a wrong click, a doubt.
LEAVERS = (Persona.CLASSIC, Persona.BROWSER), 0.6, 0.65
# Take the first track again in the middle: the other one is more than they thought.
DESCENDERS = (Persona.ADVANCED,), 0.25, 0.35


class Purpose(StrEnum):
    """Why somebody comes back to a later edition."""

    HIGHER = "higher"  # passed the first track: the next one, with all that counts already
    FINISH = "finish"  # did something and did not pass: what is missing
    ELECTIVES = "electives"  # passed the highest track: further modules alone


# Of a hundred of each group of an edition, who come back to the next one. Published is only that "some do not hesitate
# to come back from one edition to the next", for further modules, the next track, to help. Assumed: the more often, the
# nearer the next step; to help comes one, beside (`team`).
COME_BACK = {Purpose.HIGHER: 20, Purpose.FINISH: 15, Purpose.ELECTIVES: 12}
A_YEAR_LATER = 0.5  # of as many, to the edition after the next
ALONE = 0.6  # of those who come back for modules, and of the others when one is new, take one more


@dataclass(frozen=True)
class Back:
    """What brings back a person of an earlier edition: the track that they come for, and the units that they leave as
    they are, since what they did then counts."""

    person: uuid.UUID
    purpose: Purpose
    track: str
    leaves: frozenset[str]


@dataclass(frozen=True)
class Calendar:
    """The dates of an edition (aware), as far as a cohort lives by them; `changes`: the last moment to take its highest
    track, where it has one."""

    enrols: datetime
    opens: datetime
    enrolment_closes: datetime
    closes: datetime
    changes: datetime | None = None


@dataclass(frozen=True)
class Learner:
    """One simulated person. `ability` is the chance of being right on an average question; `hour` is local."""

    number: int
    persona: Persona
    rhythm: Rhythm
    origin: Origin
    name: str
    language: str
    ability: float
    hour: float
    enrolled_at: datetime
    quits_after: int | None  # graded activities done before dropping out
    switches: bool  # enrols on the first track and changes for the advanced one later
    descends: bool = False  # changes back for the first one, and hands nothing in any more
    away: bool = False  # leaves, and comes back
    back: Back | None = None  # was in an earlier edition, under an account of then

    def email(self, edition: str) -> str:
        """An address of their own in this edition, at a name that cannot exist."""
        return f"learner-{self.number:04}@{edition}.{DOMAIN}"


@dataclass(frozen=True)
class Published:
    """A figure that the world published of the real course, and where it comes from. `low` and `high` in percent."""

    low: float
    high: float
    told: str


PUBLISHED = {
    "started": Published(28, 66, "28 to 66 % (first to latest editions)"),
    "certified": Published(19, 19, "19 % (edition 6)"),
    "classic": Published(50, 50, "about 50 % (editions 6–7)"),
    "advanced": Published(70, 70, "about 70 % (editions 6–7)"),
}


def cohort(count: int, seed: int, calendar: Calendar, languages: Sequence[str] = ("fr", "en")) -> tuple[Learner, ...]:
    """`count` people numbered from 1, the same for the same arguments. Refuses (ValueError) fewer than one.

    `languages`: those that the course can be followed in, the source language first.
    """
    if count < 1:
        raise ValueError("a cohort has at least one learner")
    rng = stream(seed, "cohort")
    personas = spread(PERSONAS, count, rng)
    origins = spread({origin: origin.share for origin in ORIGINS}, count, rng)
    ranks: dict[Persona, int] = dict.fromkeys(Persona, 0)
    people = []
    for number, (persona, origin) in enumerate(zip(personas, origins, strict=True), 1):
        ranks[persona] += 1
        share = van_der_corput(ranks[persona])
        people.append(_learner(number, persona, origin, share, seed, calendar, languages))
    return tuple(people)


def _learner(
    number: int,
    persona: Persona,
    origin: Origin,
    share: float,
    seed: int,
    calendar: Calendar,
    languages: Sequence[str],
) -> Learner:
    """`share` in [0, 1) is the person's place among those of the persona: it decides who quits, and who is able."""
    rng = stream(seed, "learner", number)
    quitting = QUITTERS.get(persona, 0) / 1000
    quits = share < quitting
    within = share / quitting if quits else (share - quitting) / (1 - quitting)
    other = languages[1] if len(languages) > 1 and rng.randrange(1000) < ENGLISH else languages[0]
    return Learner(
        number=number,
        persona=persona,
        rhythm=rng.choices(list(RHYTHMS), weights=list(RHYTHMS.values()))[0],
        origin=origin,
        name=name(origin, rng),
        language=other,
        ability=ability(persona, within, rng),
        hour=_hour(rng),
        enrolled_at=_enrolled_at(rng, calendar),
        quits_after=QUITS_AFTER[int(within * len(QUITS_AFTER))] if quits else None,
        switches=persona is Persona.ADVANCED and rng.random() < 0.3 and not _among(DESCENDERS, persona, share),
        descends=_among(DESCENDERS, persona, share),
        away=_among(LEAVERS, persona, share),
    )


def _among(part: tuple[Sequence[Persona], float, float], persona: Persona, share: float) -> bool:
    personas, low, high = part
    return persona in personas and low <= share < high


def ability(persona: Persona, within: float, rng: Random) -> float:
    """From the place among those who persist: a spread that the weakest do not pass with. In 0.2 to 0.97."""
    low, high = (0.74, 0.98) if persona is Persona.ADVANCED else (0.50, 0.98)
    return min(0.97, max(0.2, low + (high - low) * within + rng.gauss(0, 0.02)))


def _hour(rng: Random) -> float:
    """The hour that somebody mostly learns at: before work, at lunch, in the evening, at night."""
    middle = rng.choices((7.0, 12.7, 20.5, 23.4), weights=(12, 18, 48, 22))[0]
    return (middle + rng.gauss(0, 0.7)) % 24


def _enrolled_at(rng: Random, calendar: Calendar) -> datetime:
    """Most enrol before the opening, more and more as it comes near; some in the weeks after it."""
    late = calendar.enrolment_closes > calendar.opens and rng.random() < 0.18
    if late:
        length = (calendar.enrolment_closes - calendar.opens).total_seconds()
        return calendar.opens + timedelta(seconds=int(length * 0.95 * rng.betavariate(1, 3)))
    length = (min(calendar.opens, calendar.enrolment_closes) - calendar.enrols).total_seconds()
    return calendar.enrols + timedelta(seconds=int(length * min(0.999, rng.betavariate(1.6, 1))))


def spread[T](parts: dict[T, int], count: int, rng: Random) -> list[T]:
    """`count` values in a shuffled order, each as often as its part says, by largest remainders."""
    total = sum(parts.values())
    exact = {value: count * part / total for value, part in parts.items()}
    given = {value: math.floor(share) for value, share in exact.items()}
    order = list(parts)
    by_remainder = sorted(order, key=lambda value: (given[value] - exact[value], order.index(value)))
    for value in by_remainder[: count - sum(given.values())]:
        given[value] += 1
    values = [value for value in order for _ in range(given[value])]
    rng.shuffle(values)
    return values


def van_der_corput(n: int) -> float:
    """The n-th point (n from 1) of van der Corput's sequence in base 2: in (0, 1), every beginning evenly spread."""
    point, unit = 0.0, 0.5
    while n:
        n, bit = divmod(n, 2)
        point += bit * unit
        unit /= 2
    return point


def stream(seed: int, *names: object) -> Random:
    """A source of chance of its own for whatever is named, so that one person's luck never moves another's."""
    return Random("/".join((str(seed), *map(str, names))))


def number_for(seed: int, *names: object) -> int:
    """A whole number below 2³¹ that follows from the seed and the names."""
    return int.from_bytes(_digest(seed, names)[:4]) >> 1


def id_for(at: datetime, seed: int, *names: object) -> uuid.UUID:
    """A UUIDv7 (RFC 9562, 5.7) for the moment `at` whose random bits follow from the seed and the names: sent again, an
    act carries the same id."""
    digest = int.from_bytes(_digest(seed, names)[:16])
    millisecond = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    low = digest & ((1 << 62) - 1)
    middle = (digest >> 64) & 0xFFF
    return uuid.UUID(int=millisecond << 80 | 0x7 << 76 | middle << 64 | 0b10 << 62 | low)


def _digest(seed: int, names: Sequence[object]) -> bytes:
    return hashlib.sha256("/".join((str(seed), *map(str, names))).encode()).digest()
