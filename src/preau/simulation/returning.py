"""Who of an edition comes back to a later one, what for, when, and what they then do. Pure: no Django, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from preau.simulation.names import ORIGINS
from preau.simulation.planning import QUIZZES, Activity, Do, Step, choice, module_steps
from preau.simulation.rules import (
    A_YEAR_LATER,
    ALONE,
    COME_BACK,
    Back,
    Calendar,
    Learner,
    Persona,
    Purpose,
    Rhythm,
    stream,
)

RESTED = timedelta(days=4)  # after the end of an edition, when its certificates are given
LATEST = timedelta(days=6)  # after the opening
GOOD_ENOUGH = 60.0  # percent: what is under it is done again by who has to finish
AGAIN = 0.08  # of what need not be done again is all the same
READ_AGAIN = 0.2  # of the lessons of a module in which nothing is left to do


@dataclass(frozen=True)
class Former:
    """Somebody of an earlier edition, `gap` editions before: their track then, and the tracks that they passed."""

    person: UUID
    email: str
    name: str
    country: str
    language: str
    edition: str
    gap: int
    track: str
    passed: frozenset[str]


@dataclass(frozen=True)
class Paths:
    """The tracks of an edition as those who come back see them: the first and the highest that anybody may choose, and
    the one for them alone, if there is one."""

    first: str
    highest: str
    returning: str | None = None


def chosen(formers: Sequence[Former], paths: Paths) -> list[tuple[Former, Purpose]]:
    """Who of an edition comes back, and why: quotas of each group, at least one where there is anybody. The same
    whenever it is asked, and never somebody who comes back to another edition."""
    groups: dict[Purpose, list[Former]] = {purpose: [] for purpose in Purpose}
    for former in sorted(formers, key=lambda one: one.email):
        if (purpose := purpose_of(former, paths)) is not None:
            groups[purpose].append(former)
    found = []
    for purpose, group in groups.items():
        next_one = _count(len(group) * COME_BACK[purpose] / 100, len(group))
        later = _count(len(group) * COME_BACK[purpose] / 100 * A_YEAR_LATER, len(group) - next_one)
        bounds = {1: (0, next_one), 2: (next_one, next_one + later)}
        stream(0, "back", purpose, *(one.edition for one in group[:1])).shuffle(group)
        found += [(one, purpose) for one in group[slice(*bounds.get(group[0].gap if group else 0, (0, 0)))]]
    return sorted(found, key=lambda one: one[0].email)


def _count(exact: float, most: int) -> int:
    return min(max(1, round(exact)), max(0, most))


def purpose_of(former: Former, paths: Paths) -> Purpose | None:
    """What would bring them back; None where nothing is left to come for."""
    if paths.highest in former.passed:
        return Purpose.ELECTIVES if paths.returning else None
    if paths.first in former.passed:
        return Purpose.HIGHER
    return Purpose.FINISH


def enrols_at(former: Former, closed: datetime, calendar: Calendar, seed: int) -> datetime | None:
    """When they enrol: once their edition is over and its certificates given, rather early. None: too late."""
    start = max(calendar.enrols, closed + RESTED)
    end = min(calendar.enrolment_closes, max(calendar.opens + LATEST, start + timedelta(days=1)))
    if calendar.changes is not None:
        end = min(end, calendar.changes)
    if start >= end:
        return None
    return start + (end - start) * min(0.99, stream(seed, "enrols", former.email).betavariate(1, 2.5))


def learner(
    number: int, former: Former, purpose: Purpose, paths: Paths, at: datetime, kept: Mapping[str, float], seed: int
) -> Learner:
    """The person as one of the cohort, able as what they keep says: `kept` in percent, by unit."""
    rng = stream(seed, "back", former.email)
    known = [origin for origin in ORIGINS if origin.country == former.country] or list(ORIGINS)
    track = {Purpose.HIGHER: paths.highest, Purpose.ELECTIVES: paths.returning or paths.first}.get(
        purpose, former.track
    )
    mean = sum(kept.values()) / len(kept) / 100 if kept else 0.65
    enough = frozenset(key for key, percent in kept.items() if purpose is not Purpose.FINISH or percent >= GOOD_ENOUGH)
    return Learner(
        number=number,
        persona=Persona.ADVANCED if track == paths.highest != paths.first else Persona.CLASSIC,
        rhythm=rng.choice(list(Rhythm)),
        origin=known[0],
        name=former.name,
        language=former.language,
        ability=min(0.95, max(0.5, mean + rng.gauss(0.04, 0.03))),
        hour=(20.5 + rng.gauss(0, 1)) % 24,
        enrolled_at=at,
        quits_after=None,
        switches=False,
        back=Back(former.person, purpose, track, enough),
    )


def plan(learner: Learner, activities: Sequence[Activity], seed: int, calendar: Calendar) -> tuple[Step, ...]:
    """What they do: what is left to do of what they come for, in order of time."""
    assert learner.back is not None
    rng = stream(seed, "plan", learner.number)
    started = max(learner.enrolled_at + timedelta(minutes=15), calendar.opens)
    modules: dict[str, list[Activity]] = {}
    for unit in activities:
        modules.setdefault(unit.module, []).append(unit)
    steps = [Step(learner.enrolled_at, Do.ENROL)]
    followed = [units for units in modules.values() if not units[0].elective] if _core(learner) else []
    electives = _electives(learner.back, [units for units in modules.values() if units[0].elective], rng)
    for units in (*followed, *electives):
        left = list(_left(learner.back, units, rng))
        if left:
            steps += module_steps(learner, left, started, calendar, rng)
    steps += choice(learner, electives, started, seed)
    return tuple(sorted(steps))


def _core(learner: Learner) -> bool:
    return learner.back is not None and learner.back.purpose is not Purpose.ELECTIVES


def _electives(back: Back, electives: Sequence[list[Activity]], rng: Random) -> list[list[Activity]]:
    """Of those that they have not passed: one or two for who comes for them, one where it is missing."""
    fresh = [units for units in electives if not any(unit.key in back.leaves for unit in units)]
    if back.purpose is Purpose.ELECTIVES:
        wanted = 2 if rng.random() >= ALONE else 1
    else:
        wanted = 1 if len(fresh) == len(electives) else 0
    return rng.sample(fresh, min(len(fresh), wanted))


def _left(back: Back, units: Sequence[Activity], rng: Random) -> Iterator[Activity]:
    """What is left to do in a module, with its lessons; of a module that is done, a lesson or two again."""
    done = {unit.key for unit in units if unit.key in back.leaves and rng.random() >= AGAIN}
    open_still = any(unit.graded and unit.kind in QUIZZES and unit.key not in done for unit in units)
    for unit in units:
        if unit.key not in done and (unit.graded or open_still or rng.random() < READ_AGAIN):
            yield unit


def tries(learner: Learner, units: Sequence[Activity], seed: int, calendar: Calendar, at: datetime) -> tuple[Step, ...]:
    """What somebody does of a module that came to a running edition at a moment; nothing, for most."""
    rng = stream(seed, "new module", units[0].module, learner.number)
    comes = learner.persona in (Persona.CLASSIC, Persona.ADVANCED) and learner.quits_after is None
    eager = learner.back is not None and learner.back.purpose is Purpose.ELECTIVES
    if not comes or rng.random() >= (ALONE if eager else ALONE / 3):
        return ()
    started = max(at + timedelta(hours=1), learner.enrolled_at + timedelta(hours=1), units[0].opens)
    return tuple(sorted(module_steps(learner, units, started, calendar, rng)))
