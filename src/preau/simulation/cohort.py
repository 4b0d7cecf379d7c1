"""Plays a cohort through an edition: every step is the action that a person's POST would call, at a simulated time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

from django.db import transaction
from django.http import Http404
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.courses.models import Edition
from preau.grades import actions as grades
from preau.quizzes.terms import terms
from preau.simulation import alumni, community, people, planning, queue, returning, rules, team, writing
from preau.simulation.joining import MOVES, Joining
from preau.simulation.peers import Peers
from preau.simulation.people import OtherCohort as OtherCohort
from preau.simulation.planning import QUIZZES, Activity, Do, Step
from preau.simulation.rules import Learner
from preau.simulation.stage import Stage
from preau.simulation.studying import Studying
from preau.simulation.team import Added, Team

BATCH = 250  # events in one transaction: a commit is the dearest part of an act
RETRIED = 0.03  # of acts are sent twice: a double click, a queue that replays


class Event(NamedTuple):
    """Something to do at a moment; `order` parts what falls together, so that the same seed gives the same course."""

    at: datetime
    learner: int
    order: int
    work: Callable[[datetime], None]


@dataclass
class Tally:
    """What happened beside what the rows tell."""

    events: int = 0
    retries: int = 0
    doubled: int = 0  # retries that came back with another outcome: none, or acts are broken
    refused: int = 0
    graded: int = 0


@dataclass(frozen=True)
class Cohort:
    """The people of a cohort with their rows; `until` is the moment that the edition was played up to."""

    edition: Edition
    learners: tuple[Learner, ...]
    people: dict[int, Person]
    until: datetime
    tally: Tally
    peers: Peers


def play(
    edition: Edition,
    *,
    count: int,
    seed: int,
    teacher: Person,
    until: datetime,
    tell: Callable[[str], None],
    lately: datetime | None = None,
    added: Added | None = None,
) -> Cohort:
    """Play `count` simulated newcomers, those who come back from earlier editions, and their team through an edition up
    to `until` (or its end), and derive everybody's standing. `lately`: somebody looks at the desk then, and finds
    requests that nobody has answered yet. `added`: a module that comes in the middle.

    Played again with the same arguments it goes on from where it stopped: acts carry the same ids. Raises `OtherCohort`
    where the edition holds another cohort, `NotPrinted` where it shows no course.
    """
    outline = _at_first(outlines.of_edition(edition, edition.course.languages[0]), added)
    calendar = _calendar(edition, outline)
    learners = rules.cohort(count, seed, calendar, edition.course.languages)
    rows = people.newcomers(edition, learners, seed)
    learners += tuple(alumni.coming_back(edition, outline, calendar, count, seed))
    rows |= people.those_of_then(learners)
    units = list(activities_of(outline))
    until = min(until, edition.closes_at)
    player = _Player(edition, seed)
    desk = Team(edition, seed, teacher, player.send, learners, rows, units, calendar, lately, added)
    acting = _Acting(player, desk, outline)
    stage = Stage(outline, player.send, player.later, acting.numbered, desk)
    events = list(acting.events())
    for at, work in (*team.events(desk), *queue.events(desk), *community.events(stage)):
        events.append(player.event(at, 0, work))
    player.run(events, until, tell)
    community.finish(until)
    tell("deriving everybody's standing")
    _settle(edition, rows, until)
    player.tally.graded = acting.studying.graded
    return Cohort(edition, learners, rows, until, player.tally, acting.peers)


def _calendar(edition: Edition, outline: Outline) -> rules.Calendar:
    """The dates that a cohort lives by."""
    changes = outline.joins.get(alumni.paths(edition).highest)
    return rules.Calendar(edition.enrols_at, edition.opens_at, edition.enrolment_closes_at, edition.closes_at, changes)


def _at_first(outline: Outline, added: Added | None) -> Outline:
    """The edition as it opened, whether what is added came already or not."""
    return replace(outline, modules=tuple(one for one in outline.modules if not added or one.key != added.module))


def activities_of(outline: Outline) -> Iterator[Activity]:
    """The units as a plan needs them."""
    for unit in outline.units():
        yield Activity(
            key=unit.key,
            kind=unit.kind,
            module=unit.module,
            elective=unit.elective,
            minutes=unit.minutes,
            weight=unit.weight,
            attempts=terms(unit.kind, unit.meta).attempts if unit.kind in QUIZZES else None,
            opens=max(unit.opens, outline.opens_at),
            due=unit.due,
        )


def _settle(edition: Edition, people: dict[int, Person], now: datetime) -> None:
    edition.refresh_from_db(fields=["revision"])  # extensions were given meanwhile
    outline = outlines.of_edition(edition, edition.course.languages[0])
    ids = [person.pk for person in people.values()]
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = edition.enrolments.filter(person_id__in=ids[start : start + BATCH], left_at=None).order_by("pk")
            for enrolment in batch:
                grades.settle(enrolment, outline, now=now)


class _Player:
    """Holds the heap of events. One instance plays one edition."""

    def __init__(self, edition: Edition, seed: int) -> None:
        self.edition, self.seed = edition, seed
        self.tally = Tally()
        self.heap: list[Event] = []
        self.order = 0

    def event(self, at: datetime, learner: int, work: Callable[[datetime], None]) -> Event:
        """The next event in order of making."""
        self.order += 1
        return Event(at, learner, self.order, work)

    def later(self, at: datetime, learner: int, work: Callable[[datetime], None]) -> None:
        """Put an event on the heap while it runs."""
        heappush(self.heap, self.event(at, learner, work))

    def run(self, events: list[Event], until: datetime, tell: Callable[[str], None]) -> None:
        """Work through the heap in order of time; many events share a transaction, each act keeps its own savepoint."""
        self.heap = events
        heapify(self.heap)
        told = 0
        while self.heap and self.heap[0].at <= until:
            with transaction.atomic():
                for _ in range(BATCH):
                    if not self.heap or self.heap[0].at > until:
                        break
                    self._happen(heappop(self.heap))
            if self.tally.events >= told + 8 * BATCH and self.heap:
                told = self.tally.events
                tell(f"{self.edition.slug}: {self.heap[0].at:%Y-%m-%d}, {told:,} events")

    def _happen(self, event: Event) -> None:
        self.tally.events += 1
        try:
            event.work(event.at)
        except (Refused, Http404):  # too late, or all attempts used: it happens to people
            self.tally.refused += 1

    def send(
        self, kind: str, payload: dict[str, Any], at: datetime, name: tuple[object, ...], do: Callable[[Act], Outcome]
    ) -> Outcome:
        """One POST; some are sent again at once, and must come back with what was stored."""
        act = Act(
            rules.id_for(at, self.seed, self.edition.slug, kind, *name), kind, payload, received_at=at, made_at=at
        )
        outcome = do(act)
        if act.id.int % 1000 < 1000 * RETRIED:
            self.tally.retries += 1
            self.tally.doubled += do(act) != outcome
        return outcome


class _Acting:
    """What everybody of a cohort does, as events; what comes in the middle too."""

    def __init__(self, player: _Player, desk: Team, outline: Outline) -> None:
        edition, seed, teacher, send, later = desk.edition, desk.seed, desk.teacher, player.send, player.later
        self.player, self.desk = player, desk
        self.numbered = {learner.number: learner for learner in desk.learners}
        self.chosen: dict[int, tuple[str, ...]] = {}
        self.joining = Joining(edition, outline, alumni.paths(edition), send)
        self.peers = Peers(edition, seed, teacher, send, later, self.numbered, desk.people)
        copies = {
            one: self.numbered[other]
            for one, other in writing.copied(one for one in desk.learners if one.back is None).items()
        }
        self.studying = Studying(edition, seed, teacher, send, later, self.peers, copies)

    def events(self) -> Iterator[Event]:
        """The steps of everybody's plan."""
        desk = self.desk
        for learner in desk.learners:
            plan = returning.plan if learner.back else planning.plan
            for step in plan(learner, desk.activities, desk.seed, desk.calendar):
                if step.do is Do.CHOOSE:
                    self.chosen[learner.number] = step.modules
                yield self.player.event(step.at, learner.number, self._step(learner, step))
        if desk.added:
            yield self.player.event(desk.added.at, 0, self._comes)

    def _comes(self, at: datetime) -> None:
        """The module is printed, and some do it."""
        desk, added = self.desk, self.desk.added
        assert added is not None
        outline = outlines.of_edition(desk.edition, desk.edition.course.languages[0])
        if all(module.key != added.module for module in outline.modules):
            added.work(at)
            desk.edition.refresh_from_db(fields=["revision"])
            outline = outlines.of_edition(desk.edition, desk.edition.course.languages[0])
        self.joining.outline = outline
        units = [one for one in activities_of(outline) if one.module == added.module]
        for learner in desk.learners:
            if steps := returning.tries(learner, units, desk.seed, desk.calendar, at):
                keys = tuple(sorted({*self.chosen.get(learner.number, ()), added.module}))
                chooses = max(at, learner.enrolled_at) + timedelta(minutes=30)
                for step in (Step(chooses, Do.CHOOSE, number=2, modules=keys), *steps):
                    self.player.later(step.at, learner.number, self._step(learner, step))

    def _step(self, learner: Learner, step: Step) -> Callable[[datetime], None]:
        """What a step of a plan does when its moment comes."""
        person = self.desk.people[learner.number]
        does = self.joining.do if step.do in MOVES else self.studying.do

        def work(at: datetime) -> None:
            with translation.override(learner.language):
                does(learner, person, step, at)

        return work
