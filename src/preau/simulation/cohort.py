"""Plays a cohort through an edition: every step is the action that a person's POST would call, at a simulated time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import Http404
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.audit.http import Refused
from preau.content import access as content
from preau.content import outline as outlines
from preau.content.kinds import Place
from preau.content.outline import Outline
from preau.courses import enrolling
from preau.courses import rules as dates
from preau.courses.models import Edition
from preau.grades import actions as grades
from preau.peer import actions as peer
from preau.peer import assignments
from preau.peer.models import Submission
from preau.quizzes import actions as quizzes
from preau.quizzes import bank
from preau.quizzes import rules as quiz_rules
from preau.quizzes.terms import terms
from preau.simulation import answering, community, queue, rules, team, writing
from preau.simulation.peers import Peers
from preau.simulation.planning import QUIZZES, Activity, Do, Step, plan
from preau.simulation.stage import Stage
from preau.simulation.team import Team

BATCH = 250  # events in one transaction: a commit is the dearest part of an act
RETRIED = 0.03  # of acts are sent twice: a double click, a queue that replays
UNFINISHED = 0.03  # of sittings are never closed: the network went, the evening too
UNANSWERED = 0.02


class OtherCohort(Exception):
    """The edition was played with another seed or number of learners: one cohort at a time."""


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
    learners: tuple[rules.Learner, ...]
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
) -> Cohort:
    """Play `count` simulated people and their team through an edition up to `until` (or its end), and derive
    everybody's standing. `lately`: somebody looks at the desk then, and finds requests that nobody has answered yet.

    Played again with the same arguments it goes on from where it stopped: acts carry the same ids. Raises `OtherCohort`
    where the edition holds another cohort, `NotPrinted` where it shows no course.
    """
    outline = outlines.of_edition(edition, edition.course.languages[0])
    calendar = rules.Calendar(edition.enrols_at, edition.opens_at, edition.enrolment_closes_at, edition.closes_at)
    learners = rules.cohort(count, seed, calendar, edition.course.languages)
    people = _people(edition, learners, seed)
    until = min(until, edition.closes_at)
    player = _Player(edition, outline, seed, teacher)
    numbered = {learner.number: learner for learner in learners}
    player.copies = {one: numbered[other] for one, other in writing.copied(learners).items()}
    player.peers = Peers(edition, seed, teacher, player.send, player.later, numbered, people)
    activities = list(activities_of(outline))
    events = [
        player.event(step.at, learner.number, player.step(learner, people[learner.number], step))
        for learner in learners
        for step in plan(learner, activities, seed, calendar)
    ]
    desk = Team(edition, seed, teacher, player.send, learners, people, activities, calendar, lately)
    stage = Stage(outline, player.send, player.later, numbered, desk)
    for at, work in (*team.events(desk), *queue.events(desk), *community.events(stage)):
        events.append(player.event(at, 0, work))
    player.run(events, until, tell)
    community.finish(until)
    tell("deriving everybody's standing")
    _settle(edition, people, until)
    return Cohort(edition, learners, people, until, player.tally, player.peers)


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


@transaction.atomic
def _people(edition: Edition, learners: tuple[rules.Learner, ...], seed: int) -> dict[int, Person]:
    """The rows of simulated people, made at their first need; they cannot sign in until they are given a password."""
    locked = make_password(None)
    suffix = f"@{edition.slug}.{rules.DOMAIN}"
    known = {person.email: person for person in Person.objects.filter(email__endswith=suffix)}
    fresh = []
    for learner in learners:
        wanted = rules.id_for(learner.enrolled_at, seed, "person", edition.slug, len(learners), learner.number)
        email = learner.email(edition.slug)
        if email in known:
            if known[email].pk != wanted:
                raise OtherCohort(edition.slug)
            continue
        known[email] = Person(
            id=wanted,
            email=email,
            password=locked,
            name=learner.name,
            country=learner.origin.country,
            zone=learner.origin.zone,
            language=learner.language,
        )
        fresh.append(known[email])
    if len(known) > len(learners):
        raise OtherCohort(edition.slug)
    Person.objects.bulk_create(fresh, batch_size=500)
    people = {learner.number: known[learner.email(edition.slug)] for learner in learners}
    for learner in learners:
        people[learner.number].joined_at = learner.enrolled_at - timedelta(minutes=3)
    Person.objects.bulk_update(fresh, ["joined_at"], batch_size=500)
    return people


def _settle(edition: Edition, people: dict[int, Person], now: datetime) -> None:
    edition.refresh_from_db(fields=["revision"])  # extensions were given meanwhile
    outline = outlines.of_edition(edition, edition.course.languages[0])
    ids = [person.pk for person in people.values()]
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = edition.enrolments.filter(person_id__in=ids[start : start + BATCH], left_at=None).order_by("pk")
            for enrolment in batch:
                grades.settle(enrolment, outline, now=now)


@dataclass
class _Sitting:
    """An attempt in progress, as its learner knows it."""

    attempt: UUID
    seed: int
    answered: set[str] = field(default_factory=set)


class _Player:
    """Holds the heap of events. One instance plays one edition."""

    peers: Peers

    def __init__(self, edition: Edition, outline: Outline, seed: int, teacher: Person) -> None:
        self.edition, self.outline, self.seed, self.teacher = edition, outline, seed, teacher
        self.tracks = [track.key for track in edition.tracks.order_by("position")]
        self.tally = Tally()
        self.heap: list[Event] = []
        self.order = 0
        self.sittings: dict[UUID, _Sitting] = {}
        self.to_grade: set[tuple[int, str]] = set()
        self.copies: Mapping[int, rules.Learner] = {}

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

    def step(self, learner: rules.Learner, person: Person, step: Step) -> Callable[[datetime], None]:
        """What a step of a plan does when its moment comes."""

        def work(at: datetime) -> None:
            with translation.override(learner.language):
                self._do(learner, person, step, at)

        return work

    def _do(self, learner: rules.Learner, person: Person, step: Step, at: datetime) -> None:
        if step.do in (Do.ENROL, Do.SWITCH):
            self._enrol(learner, person, step, at)
            return
        place, _ = content.place(person, self.edition.slug, learner.language, step.unit, now=at)
        name = (learner.number, step.unit, step.number)
        payload = {"edition": self.edition.slug, "unit": step.unit}
        if step.do is Do.READ:
            self.send("lesson.finish", payload, at, name, lambda act: grades.finish(act=act, by=person, place=place))
        elif step.do is Do.SIT:
            self._sit(learner, person, place, step, at)
        else:
            self._hand_in(learner, person, place, step, at)

    def _enrol(self, learner: rules.Learner, person: Person, step: Step, at: datetime) -> None:
        advanced = learner.persona is rules.Persona.ADVANCED or (
            learner.persona is not rules.Persona.CLASSIC and learner.number % 5 == 0
        )
        track = self.tracks[-1 if advanced and (step.do is Do.SWITCH or not learner.switches) else 0]
        payload = {"edition": self.edition.slug, "track": track}
        self.send(
            "enrol",
            payload,
            at,
            (learner.number, step.do),
            lambda act: enrolling.enrol(act=act, by=person, edition=self.edition, track=track, now=at),
        )

    def _sit(self, learner: rules.Learner, person: Person, place: Place, step: Step, at: datetime) -> None:
        """Start an attempt; its answers and its end are events of their own."""
        name = (learner.number, step.unit, step.number)
        seed = rules.number_for(self.seed, "paper", *name)
        payload = {"edition": self.edition.slug, "unit": step.unit}
        started = self.send(
            "quiz.start", payload, at, name, lambda act: quizzes.start(act=act, by=person, place=place, seed=seed)
        )
        attempt = UUID(started["attempt"])
        sitting = self.sittings.setdefault(attempt, _Sitting(attempt, seed))  # an attempt left open is taken up again
        rng = rules.stream(self.seed, "sitting", *name)
        questions = bank.of(place.outline.version_id, place.unit.id, learner.language)
        asked = terms(place.unit.kind, place.unit.meta)
        for item, seconds in zip(
            paper := questions.paper(sitting.seed, asked.draw),
            answering.thinking(paper, place.unit.minutes, rng),
            strict=True,
        ):
            at += timedelta(seconds=seconds)
            right = rng.random() < answering.chance(learner.ability, item.question, step.number)
            values = answering.values(
                item.question, right=right, seed=quiz_rules.seed_for(sitting.seed, item.key), rng=rng
            )
            if values is not None and rng.random() >= UNANSWERED:
                self.later(at, learner.number, self._answer(learner, person, sitting, item, values, asked.feedback))
        if rng.random() >= UNFINISHED:
            self.later(at + timedelta(seconds=20), learner.number, self._close(learner, person, sitting, name))

    def _answer(
        self,
        learner: rules.Learner,
        person: Person,
        sitting: _Sitting,
        item: bank.Item,
        values: answering.Values,
        feedback: str,
    ) -> Callable[[datetime], None]:
        def work(at: datetime) -> None:
            if item.key in sitting.answered and feedback == "now":
                return
            payload = {"attempt": str(sitting.attempt), "question": str(item.id), "values": values}
            self.send(
                "quiz.answer",
                payload,
                at,
                (learner.number, sitting.seed, item.key),
                lambda act: quizzes.answer(
                    act=act,
                    by=person,
                    attempt_id=sitting.attempt,
                    question_id=item.id,
                    values=values,
                    language=learner.language,
                    now=at,
                ),
            )
            sitting.answered.add(item.key)

        return work

    def _close(
        self, learner: rules.Learner, person: Person, sitting: _Sitting, name: tuple[object, ...]
    ) -> Callable[[datetime], None]:
        def work(at: datetime) -> None:
            payload = {"attempt": str(sitting.attempt)}
            self.send(
                "quiz.close",
                payload,
                at,
                name,
                lambda act: quizzes.close(
                    act=act, by=person, attempt_id=sitting.attempt, language=learner.language, now=at
                ),
            )

        return work

    def _hand_in(self, learner: rules.Learner, person: Person, place: Place, step: Step, at: datetime) -> None:
        name = (learner.number, step.unit, step.number)
        rng = rules.stream(self.seed, "text", *name)
        other = self.copies.get(learner.number) if step.do is Do.SUBMIT else None
        text = writing.handed_in(place.unit.title, learner, other, self.seed, (step.unit, step.number))
        payload = {"edition": self.edition.slug, "unit": step.unit, "text": text}
        if step.do is Do.DRAFT:
            self.send(
                "draft", payload, at, name, lambda act: peer.save_draft(act=act, by=person, place=place, text=text)
            )
            return
        self.send("submit", payload, at, name, lambda act: peer.submit(act=act, by=person, place=place, text=text))
        if facts := assignments.of(place.outline, place.unit):
            self.peers.handed_in(learner.number, facts, at)
        elif (learner.number, step.unit) not in self.to_grade:
            self.to_grade.add((learner.number, step.unit))
            closed = max(at, (place.unit.due or at) + dates.GRACE["assignment"])
            graded_at = closed + timedelta(hours=rng.uniform(8, 100))
            self.later(graded_at, learner.number, self._grade(learner, place))

    def _grade(self, learner: rules.Learner, place: Place) -> Callable[[datetime], None]:
        def work(at: datetime) -> None:
            rows = Submission.objects.select_related("enrolment", "unit")
            enrolment, unit = place.learner.enrolment_id, place.unit.id
            submission = rows.filter(enrolment_id=enrolment, unit_id=unit, current=True, grade=None).first()
            if submission is None:  # graded when the edition was played before
                return
            rng = rules.stream(self.seed, "grade", learner.number, place.unit.key)
            score, remark = writing.assessment(learner.ability, rng)
            peer.grade(submission=submission, by=self.teacher, score=score, remark=remark, now=at)
            self.tally.graded += 1

        return work
