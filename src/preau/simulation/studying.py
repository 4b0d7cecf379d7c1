"""What simulated people do with units: read, sit, answer, hand in; and a teacher who grades what peers do not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from preau.accounts.models import Person
from preau.content import access as content
from preau.content.kinds import Place
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
from preau.simulation import answering, rules, writing
from preau.simulation.peers import Later, Peers
from preau.simulation.planning import Do, Step
from preau.simulation.team import Send

UNFINISHED = 0.03  # of sittings are never closed: the network went, the evening too
UNANSWERED = 0.02


@dataclass
class _Sitting:
    """An attempt in progress, as its learner knows it."""

    attempt: UUID
    seed: int
    answered: set[str] = field(default_factory=set)


@dataclass
class Studying:
    """Plays the steps about units; `copies` says who hands in whose copy, `graded` counts what the teacher did."""

    edition: Edition
    seed: int
    teacher: Person
    send: Send
    later: Later
    peers: Peers
    copies: Mapping[int, rules.Learner]
    graded: int = 0
    sittings: dict[UUID, _Sitting] = field(default_factory=dict)
    to_grade: set[tuple[int, str]] = field(default_factory=set)

    def do(self, learner: rules.Learner, person: Person, step: Step, at: datetime) -> None:
        """One step of a plan at its moment."""
        place, _ = content.place(person, self.edition.slug, learner.language, step.unit, now=at)
        name = (learner.number, step.unit, step.number)
        payload = {"edition": self.edition.slug, "unit": step.unit}
        if step.do is Do.READ:
            self.send("lesson.finish", payload, at, name, lambda act: grades.finish(act=act, by=person, place=place))
        elif step.do is Do.SIT:
            self._sit(learner, person, place, step, at)
        else:
            self._hand_in(learner, person, place, step, at)

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
            self.graded += 1

        return work
