"""What a simulated person does when, as a list of steps in order of time. Pure: no Django, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from preau.simulation.rules import Calendar, Learner, Persona, Rhythm, stream

QUIZZES = frozenset({"quiz", "exam"})
# Shapes of a beta distribution over the time given, and the chance of working in its very last hours.
PACE = {Rhythm.EARLY: (1.5, 4.0, 0.0), Rhythm.STEADY: (2.0, 2.0, 0.12), Rhythm.DEADLINE: (4.0, 1.3, 0.6)}
LAST_HOURS = 3.5  # the mean distance to the deadline of those who work in its last hours
REVIEW_EVERY = timedelta(hours=20)


class Do(StrEnum):
    """A step of a learner; `SIT` a quiz or an exam is many acts."""

    ENROL = "enrol"
    SWITCH = "switch"  # to the highest track
    DESCEND = "descend"  # to the first one
    LEAVE = "leave"
    RETURN = "return"
    CHOOSE = "choose"  # the electives that one follows
    READ = "read"
    SIT = "sit"
    DRAFT = "draft"
    SUBMIT = "submit"


@dataclass(frozen=True)
class Activity:
    """A unit as a plan needs it. `opens` counts the module's; `due` None where there is no deadline; `attempts` None
    without limit."""

    key: str
    kind: str
    module: str
    elective: bool
    minutes: int
    weight: float
    attempts: int | None
    opens: datetime
    due: datetime | None

    @property
    def graded(self) -> bool:
        """Does it count for something?"""
        return self.weight > 0 and (self.kind in QUIZZES or self.kind == "assignment")


@dataclass(frozen=True, order=True)
class Step:
    """`number` counts the attempts at a quiz, the drafts, the hand-ins, from 1; `modules` are those chosen."""

    at: datetime
    do: Do
    unit: str = ""
    number: int = 1
    modules: tuple[str, ...] = ()


def plan(learner: Learner, activities: Sequence[Activity], seed: int, calendar: Calendar) -> tuple[Step, ...]:
    """All that a learner will do in an edition, in order of time; nobody acts before enrolling or the unit's opening.

    Those who drop out stop after `quits_after` graded activities; a step may come after its deadline, as people try.
    """
    rng = stream(seed, "plan", learner.number)
    steps = [Step(learner.enrolled_at, Do.ENROL)]
    if learner.persona is Persona.ABSENT:
        return tuple(steps)
    if learner.switches:
        steps.append(Step(_upwards(learner, calendar, rng), Do.SWITCH))
    modules = _chosen(learner, activities, rng)
    started = max(learner.enrolled_at + timedelta(minutes=15), calendar.opens)
    for units in modules:
        steps += module_steps(learner, units, started, calendar, rng)
    steps += choice(learner, modules, started, seed)
    done = _until_quitting(learner, sorted(steps), {unit.key for unit in activities if unit.graded})
    return _changed(learner, done, seed, calendar)


def _upwards(learner: Learner, calendar: Calendar, rng: Random) -> datetime:
    """Within days of enrolling, in the last hour before the cut-off at the latest, as long as it has not passed."""
    at = learner.enrolled_at + timedelta(days=rng.uniform(0.5, 6))
    if calendar.changes is None or at < calendar.changes:
        return at
    return max(learner.enrolled_at + timedelta(minutes=5), calendar.changes - timedelta(hours=1))


def _changed(learner: Learner, steps: tuple[Step, ...], seed: int, calendar: Calendar) -> tuple[Step, ...]:
    """The same with a change of mind in the middle: down to the first track, where nothing is handed in, or away for
    hours or days, with what fell in them done right after."""
    rng = stream(seed, "change", learner.number)
    if learner.descends:
        at = max(learner.enrolled_at + timedelta(days=2), calendar.opens + timedelta(days=rng.uniform(7, 24)))
        kept = [step for step in steps if step.at < at or step.do not in (Do.DRAFT, Do.SUBMIT)]
        return tuple(sorted([*kept, Step(at, Do.DESCEND)]))
    left = max(learner.enrolled_at + timedelta(hours=1), calendar.opens + timedelta(days=rng.uniform(1, 16)))
    back = left + timedelta(days=rng.uniform(0.1, 3.5))
    if not learner.away or back >= calendar.closes:
        return steps
    moved = [
        replace(step, at=back + timedelta(minutes=10) + (step.at - left) / 20) if left <= step.at <= back else step
        for step in steps
    ]
    return tuple(sorted([*moved, Step(left, Do.LEAVE), Step(back, Do.RETURN)]))


def _chosen(learner: Learner, activities: Iterable[Activity], rng: Random) -> list[list[Activity]]:
    """The modules that this person follows: browsers a few, the others the core and one to three electives."""
    modules: dict[str, list[Activity]] = {}
    for unit in activities:
        modules.setdefault(unit.module, []).append(unit)
    electives = [key for key, units in modules.items() if units[0].elective]
    core = [key for key in modules if key not in electives]
    if learner.persona is Persona.BROWSER:
        return [modules[key] for key in core[: rng.randint(1, 3)]]
    wanted = rng.sample(electives, min(len(electives), rng.choices((1, 2, 3), weights=(55, 30, 15))[0]))
    return [modules[key] for key in modules if key in core or key in wanted]


def choice(learner: Learner, modules: Iterable[Sequence[Activity]], started: datetime, seed: int) -> Iterator[Step]:
    """Says which electives one follows, in the first days."""
    keys = tuple(sorted({units[0].module for units in modules if units[0].elective}))
    if keys:
        yield Step(
            started + timedelta(days=stream(seed, "choice", learner.number).uniform(0, 5)), Do.CHOOSE, modules=keys
        )


def module_steps(
    learner: Learner, units: Sequence[Activity], started: datetime, calendar: Calendar, rng: Random
) -> Iterator[Step]:
    """Lessons over a few evenings, then the quiz; deliverables and exam each in their own window."""
    opens = max(started, min(unit.opens for unit in units))
    ends = [unit.due for unit in units if unit.due and unit.kind == "quiz" and unit.graded]
    end = min(ends, default=min(opens + timedelta(days=7), calendar.closes))
    if end <= opens:  # came too late for it: reads it all the same
        end = opens + timedelta(days=3)
    quiz_at = moment(learner, opens, end, rng)
    yield from _reading(learner, units, opens, quiz_at, rng)
    if learner.persona is Persona.BROWSER:
        return
    practises = rng.random() < 0.4
    for unit in units:
        if unit.kind in QUIZZES and (unit.graded or practises):
            yield from _sittings(learner, unit, max(quiz_at, unit.opens), rng)
        elif unit.kind == "assignment" and learner.persona is Persona.ADVANCED:
            yield from _handing_in(learner, unit, started, calendar, rng)


def _reading(
    learner: Learner, units: Sequence[Activity], opens: datetime, until: datetime, rng: Random
) -> Iterator[Step]:
    lessons = [unit for unit in units if unit.kind == "lesson"]
    if learner.persona is Persona.BROWSER:
        lessons = lessons[: rng.randint(1, max(1, len(lessons)))]
    evenings = sorted(moment(learner, opens, until, rng) for _ in range(rng.randint(1, 3)))
    at = opens
    for place, unit in enumerate(lessons):
        if rng.random() < 0.06:  # skipped
            continue
        at = max(
            at + timedelta(minutes=unit.minutes * rng.uniform(0.4, 1.3) + 1),
            evenings[place * len(evenings) // len(lessons)],
        )
        yield Step(at, Do.READ, unit.key)


def _sittings(learner: Learner, unit: Activity, first: datetime, rng: Random) -> Iterator[Step]:
    """One attempt, more where they are allowed and the person is the kind to try again."""
    if unit.kind == "exam" and unit.due:
        first = moment(learner, max(unit.opens, learner.enrolled_at), unit.due, rng)
    elif unit.weight == 0:
        first -= timedelta(minutes=rng.uniform(15, 50))
    if rng.random() < (0.01 if unit.kind == "exam" else 0.02):  # forgot this one
        return
    yield Step(max(first, unit.opens), Do.SIT, unit.key)
    if unit.graded and (unit.attempts or 3) > 1 and rng.random() < 0.35:
        yield Step(max(first, unit.opens) + REVIEW_EVERY * rng.uniform(0.02, 1.2), Do.SIT, unit.key, 2)


def _handing_in(learner: Learner, unit: Activity, started: datetime, calendar: Calendar, rng: Random) -> Iterator[Step]:
    opens = max(started, unit.opens)
    due = unit.due or calendar.closes
    if due <= opens or rng.random() < 0.04:
        return
    at = moment(learner, opens + (due - opens) / 3, due, rng)
    yield Step(opens + (at - opens) * rng.uniform(0.5, 0.95), Do.DRAFT, unit.key)
    yield Step(at, Do.SUBMIT, unit.key)
    if rng.random() < 0.15:  # a better version, in time or not
        yield Step(at + timedelta(hours=rng.uniform(0.2, 20)), Do.SUBMIT, unit.key, 2)


def moment(learner: Learner, start: datetime, end: datetime, rng: Random) -> datetime:
    """A moment between two others, as this person's rhythm and hour would have it; `start` when none is left."""
    if end <= start:
        return start
    first, second, last_hours = PACE[learner.rhythm]
    if rng.random() < last_hours:
        before = timedelta(hours=min(rng.expovariate(1 / LAST_HOURS), 30))
        return max(start, end - before)
    at = start + (end - start) * rng.betavariate(first, second)
    local = at.astimezone(ZoneInfo(learner.origin.zone))
    hour = (learner.hour + rng.gauss(0, 0.6)) % 24
    snapped = (local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)).astimezone(at.tzinfo)
    return snapped if start <= snapped <= end else at


def _until_quitting(learner: Learner, steps: Sequence[Step], graded: set[str]) -> tuple[Step, ...]:
    if learner.quits_after is None:
        return tuple(steps)
    done: set[str] = set()
    kept = []
    for step in steps:
        if step.unit in graded and step.do in (Do.SIT, Do.SUBMIT):
            if step.unit not in done and len(done) == learner.quits_after:
                break
            done.add(step.unit)
        elif len(done) == learner.quits_after:
            break
        kept.append(step)
    return tuple(kept)
