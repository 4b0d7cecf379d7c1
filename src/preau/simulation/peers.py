"""Case studies assessed by their learners, played: reviews with no-shows, careless people and a ring, the team's
grading, results, appeals. All through actions; what a copy is truly worth follows from the seed, so that the error of
the grades can be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import translation

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.courses.models import Edition
from preau.peer import (
    access,
    appeals,
    assignments,
    comparing,
    computing,
    leasing,
    moderating,
    publishing,
    reviewing,
    steering,
    sweeping,
    telling,
)
from preau.peer.assignments import Facts
from preau.peer.models import Appeal, Grade, PeerGrade, Review, StaffTurn, Submission
from preau.peer.reviewing import Given
from preau.peer.rubric import Rubric
from preau.simulation import judging, rules
from preau.simulation.judging import Judge, Manner
from preau.simulation.team import Send

type Work = Callable[[datetime], None]
type Later = Callable[[datetime, int, Work], None]

AGAIN = timedelta(hours=9)  # before somebody who found no copy looks again
TRIES = 8
APPEALS = 0.05  # of those who have a result
HELPED = 4  # copies that a volunteer assesses at most in the day that completes what was promised
VOLUNTEER = Judge(Manner.HONEST, severity=0.0, noise=7.0, begins=timedelta(0), abandons=0.0)
CHORE = timedelta(hours=6)  # between two looks of the worker, as far as grades are concerned
LETTERS: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "Le besoin est clair et le calendrier se lit bien. Je chiffrerais davantage les risques.",
        "J’ai refait le calcul : il est juste. La recommandation gagnerait à venir en premier.",
        "Le découpage m’a aidé à comprendre. Il manque, je crois, une personne responsable par lot.",
        "Bon travail. Essayez de dire aussi ce que vous avez écarté, et pourquoi.",
    ),
    "en": (
        "The need is clear and the schedule reads well. I would put more figures on the risks.",
        "I did the sums again: they are right. The recommendation would gain from coming first.",
        "The breakdown helped me understand. I think an owner for each package is missing.",
        "Good work. Try to say what you left out as well, and why.",
    ),
}
APPEAL = {
    "fr": "L’une des évaluations dit que le calcul manque, or il est à la fin de ma copie. Pouvez-vous la relire ?",
    "en": "One of the assessments says that the sums are missing, but they are at the end. Could you read it again?",
}


@dataclass
class Peers:
    """What the reviewers of an edition need to be played."""

    edition: Edition
    seed: int
    teacher: Person
    send: Send
    later: Later
    learners: Mapping[int, rules.Learner]
    people: Mapping[int, Person]
    started: set[tuple[int, str]] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.numbers = {person.pk: number for number, person in self.people.items()}

    def handed_in(self, number: int, facts: Facts, at: datetime) -> None:
        """A copy came: its author will assess others; the first one of all sets the team's clock."""
        unit = facts.unit.key
        if unit not in self.watched:
            self.watched.add(unit)
            self._watch(facts, at)
        if (number, unit) in self.started:
            return
        self.started.add((number, unit))
        who = self.judge(number)
        if who.manner is not Manner.ABSENT:
            self.later(at + who.begins, number, self.speaking(number, partial(self._ask, number, unit, 0)))

    def number_of(self, person: Person) -> int:
        """Which learner of the cohort somebody is."""
        return self.numbers[person.pk]

    def judge(self, number: int) -> Judge:
        return judging.judge(self.seed, number, persists=self.learners[number].quits_after is None)

    def speaking(self, number: int, work: Work) -> Work:
        """The same in the learner's language."""

        def spoken(at: datetime) -> None:
            with translation.override(self.learners[number].language):
                work(at)

        return spoken

    def facts(self, number: int, unit: str, at: datetime) -> Facts:
        learner = self.learners[number]
        person = self.people[number]
        return access.facts(person, self.edition.slug, learner.language, unit, now=at)[1]

    def _ask(self, number: int, unit: str, tries: int, at: datetime) -> None:
        """Take the next copy, or look again later; whoever did their part stops."""
        facts, person = self.facts(number, unit, at), self.people[number]
        count = Review.objects.filter(
            assignment_id=facts.id, reviewer=person, finished_at__isnull=False, kind=Review.Kind.PEER
        ).count()
        ends = facts.calendar.results or at
        if count >= facts.terms.reviews:
            self._self_assess(number, facts, at)
            return
        if at >= ends:
            return
        outcome = self.send(
            "review.ask",
            {"unit": unit},
            at,
            (number, unit, "ask", count, tries),
            lambda act: leasing.ask(
                act=act, by=person, facts=facts, now=at, languages={self.learners[number].language, "fr"}
            ),
        )
        rng = rules.stream(self.seed, "review", number, unit, count, tries)
        if outcome["review"] is None:
            if tries < TRIES:
                self.later(at + AGAIN, number, self.speaking(number, partial(self._ask, number, unit, tries + 1)))
            return
        done = at + timedelta(minutes=judging.minutes(rng))
        if tries < TRIES and rng.random() < self.judge(number).abandons:
            again = done + timedelta(hours=rng.uniform(3, 30))
            self.later(again, number, self.speaking(number, partial(self._ask, number, unit, tries + 1)))
            return
        self.later(
            done, number, self.speaking(number, partial(self._finish, number, unit, UUID(outcome["review"]), rng))
        )

    def _finish(self, number: int, unit: str, review_id: UUID, rng: Random, at: datetime) -> None:
        """Send the review, and go on to the next copy at once or another day."""
        person = self.people[number]
        review, facts = access.own_review(person, review_id, self.learners[number].language, now=at)
        given = self.given(number, facts, review, rng)
        self.send(
            "review.finish",
            {"review": str(review_id), **given.data()},
            at,
            (number, str(review_id)),
            lambda act: reviewing.finish(act=act, by=person, review=review, facts=facts, given=given, now=at),
        )
        pause = timedelta(minutes=5) if rng.random() < 0.6 else timedelta(hours=rng.uniform(5, 40))
        self.later(at + pause, number, self.speaking(number, partial(self._ask, number, unit, 0)))

    def given(self, number: int, facts: Facts, review: Review, rng: Random) -> Given:
        """What this person chooses and writes for a copy."""
        author = self.number_of(review.submission.enrolment.person)
        return self._chosen(self.judge(number), author, facts, rng, self.learners[number].language)

    def _chosen(self, who: Judge, author: int, facts: Facts, rng: Random, language: str) -> Given:
        friend = who.manner is Manner.RING and self.judge(author).manner is Manner.RING
        true = self.truths(author, facts.unit.key, facts.rubric)
        levels = {
            criterion.id: judging.level(who.sees(worth, rng, friend=friend), [one.points for one in criterion.levels])
            for criterion, worth in zip(facts.rubric.criteria, true, strict=True)
        }
        letters = LETTERS.get(language, LETTERS["fr"])
        comments = {c.id: rng.choice(letters) for c in facts.rubric.criteria if c.comment == "required"}
        return Given(levels, comments, rng.choice(letters))

    def truths(self, author: int, unit: str, rubric: Rubric) -> list[float]:
        """What each criterion of somebody's copy is truly worth."""
        rng = rules.stream(self.seed, "truth", author, unit)
        ability = self.learners[author].ability
        score = min(100.0, max(0.0, rng.gauss(100 * ability - 4, 9)))
        return judging.truths(score, len(rubric.criteria), rng)

    def truth(self, author: int, unit: str, rubric: Rubric) -> float:
        """The same of the whole copy, in percent."""
        parts = zip(rubric.criteria, self.truths(author, unit, rubric), strict=True)
        return sum(criterion.most * worth for criterion, worth in parts) / rubric.most

    def _self_assess(self, number: int, facts: Facts, at: datetime) -> None:
        person = self.people[number]
        rng = rules.stream(self.seed, "self", number, facts.unit.key)
        copy = Submission.objects.filter(
            enrolment__person=person, enrolment__edition=self.edition, unit_id=facts.unit.id, current=True
        ).first()
        there = copy is None or Review.objects.filter(submission=copy, kind=Review.Kind.SELF).exists()
        if (
            copy is None
            or there
            or facts.published_at is not None
            or not facts.terms.self_review
            or rng.random() > 0.85
        ):
            return
        true = self.truths(number, facts.unit.key, facts.rubric)
        levels = {
            c.id: judging.level(min(100.0, worth + rng.gauss(6, 10)), [one.points for one in c.levels])
            for c, worth in zip(facts.rubric.criteria, true, strict=True)
        }
        given = Given(levels, {c.id: "–" for c in facts.rubric.criteria if c.comment == "required"})
        self.send(
            "review.self",
            {"unit": facts.unit.key, **given.data()},
            at,
            (number, facts.unit.key),
            lambda act: reviewing.self_assess(act=act, by=person, facts=facts, copy=copy, given=given, now=at),
        )

    def _watch(self, facts: Facts, at: datetime) -> None:
        """What the worker and the team do for an assignment, from the first copy to the answer of the last appeal."""
        calendar, unit = facts.calendar, facts.unit.key
        if calendar.reviews_due is None or calendar.results is None:
            return
        moment = at + CHORE
        while moment < calendar.results + timedelta(days=1):
            self.later(moment, 0, chores)
            moment += CHORE
        self.later(calendar.reviews_due + timedelta(hours=1), 0, partial(self._widen, unit))
        self.later(calendar.reviews_due + timedelta(hours=2), 0, _compare)
        self.later(calendar.reviews_due + timedelta(hours=20), 0, partial(self._grade, unit))
        self.later(calendar.results + timedelta(minutes=10), 0, chores)
        self.later(calendar.results + timedelta(minutes=20), 0, partial(self._appeals, unit))

    def _widen(self, unit: str, at: datetime) -> None:
        """The team lets its volunteers in for the day that completes what was promised."""
        facts = self._facts_of_team(unit)
        if facts is None:
            return
        self.send(
            "peer.widen",
            {"unit": unit, "groups": ["volunteers"]},
            at,
            (unit, "widen"),
            lambda act: steering.widen(act=act, by=self.teacher, facts=facts, groups=["volunteers"], now=at),
        )
        for place, helper in enumerate(steering.helpers(self.edition, "volunteers", at).order_by("email")):
            for turn in range(HELPED):
                moment = at + timedelta(minutes=70 * (turn + 1) + 7 * place)
                self.later(moment, 0, partial(self._help, unit, helper, turn))

    def _facts_of_team(self, unit: str) -> Facts | None:
        self.edition.refresh_from_db(fields=["revision"])
        outline = outlines.of_edition(self.edition, self.edition.course.languages[0])
        return assignments.of(outline, outline.by_key[unit])

    def _help(self, unit: str, helper: Person, turn: int, at: datetime) -> None:
        """A volunteer takes a copy that lacks reviews, if there is one, and assesses it."""
        language = self.edition.course.languages[0]
        facts = access.assessor(helper, self.edition.slug, language, unit, now=at).facts
        name = (unit, helper.email, turn)
        outcome = self.send(
            "review.ask",
            {"unit": unit},
            at,
            name,
            lambda act: leasing.ask(
                act=act, by=helper, facts=facts, now=at, kind="helper", languages=self.edition.course.languages
            ),
        )
        if outcome["review"] is None:
            return
        review, _facts = access.own_review(helper, UUID(outcome["review"]), language, now=at)
        rng = rules.stream(self.seed, "helper", *name)
        given = self._chosen(VOLUNTEER, self.number_of(review.submission.enrolment.person), facts, rng, language)
        done = at + timedelta(minutes=35)
        self.send(
            "review.finish",
            {"review": str(review.pk), **given.data()},
            done,
            name,
            lambda act: reviewing.finish(act=act, by=helper, review=review, facts=facts, given=given, now=done),
        )

    def _turns(self, unit: str) -> list[StaffTurn]:
        ungraded = ~Exists(Grade.objects.filter(submission=OuterRef("submission")))
        rows = StaffTurn.objects.filter(ungraded, assignment__edition=self.edition, assignment__unit__key=unit)
        return list(rows.select_related("submission__enrolment__person").order_by("submission__submitted_at", "pk"))

    def _grade(self, unit: str, at: datetime) -> None:
        """The teacher grades the copies that were drawn, one after the other."""
        for place, turn in enumerate(self._turns(unit)):
            author = self.number_of(turn.submission.enrolment.person)
            self.later(
                at + timedelta(minutes=12 * (place + 1)), author, partial(self._grade_one, unit, turn.submission)
            )

    def _grade_one(self, unit: str, copy: Submission, at: datetime) -> None:
        author = self.number_of(copy.enrolment.person)
        facts = self.facts(author, unit, at)
        rng = rules.stream(self.seed, "staff", author, unit)
        score = min(100.0, max(0.0, round(self.truth(author, unit, facts.rubric) + rng.gauss(0, 2))))
        marked = moderating.Marked(remark=rng.choice(LETTERS["fr"]), score=score)
        self.send(
            "copy.grade",
            {"submission": str(copy.pk), "score": score},
            at,
            (author, unit, "staff"),
            lambda act: moderating.grade(act=act, by=self.teacher, facts=facts, submission=copy, marked=marked, now=at),
        )

    def _appeals(self, unit: str, at: datetime) -> None:
        """A few who have a result appeal, and are answered two days later."""
        rows = PeerGrade.objects.filter(
            submission__enrolment__edition=self.edition, submission__unit__key=unit, published_at__isnull=False
        ).select_related("submission__enrolment__person")
        for grade in rows.order_by("pk"):
            number = self.number_of(grade.submission.enrolment.person)
            rng = rules.stream(self.seed, "appeal", number, unit)
            if rng.random() < APPEALS:
                when = at + timedelta(hours=rng.uniform(2, 40))
                self.later(when, number, self.speaking(number, partial(self._appeal, number, unit, grade.submission)))

    def _appeal(self, number: int, unit: str, copy: Submission, at: datetime) -> None:
        person, text = self.people[number], APPEAL.get(self.learners[number].language, APPEAL["fr"])
        facts = self.facts(number, unit, at)
        self.send(
            "appeal",
            {"submission": str(copy.pk), "text": text},
            at,
            (number, unit),
            lambda act: appeals.appeal(act=act, by=person, facts=facts, submission=copy, text=text, now=at),
        )
        self.later(at + timedelta(hours=30), number, partial(self._answer, number, unit, copy))

    def _answer(self, number: int, unit: str, copy: Submission, at: datetime) -> None:
        row = Appeal.objects.get(submission=copy)
        facts = self.facts(number, unit, at)
        score = round(self.truth(number, unit, facts.rubric))
        kept = bool(PeerGrade.objects.filter(pk=copy.pk, low__lte=score, high__gte=score).exists())
        said = "Nous avons relu votre copie avec la grille."
        answer = f"{said} La note reste la même." if kept else f"{said} Le calcul y est bien : la note change."
        self.send(
            "appeal.answer",
            {"submission": str(copy.pk), "kept": kept},
            at,
            (number, unit),
            lambda act: appeals.answer(
                act=act,
                by=self.teacher,
                facts=facts,
                appeal=row,
                kept=kept,
                answer=answer,
                score=None if kept else score,
                now=at,
            ),
        )


def chores(at: datetime) -> None:
    """What the worker does by itself, as far as assessment is concerned."""
    sweeping.sweep(at)
    computing.recompute_due(now=at)
    publishing.publish_due(now=at)
    publishing.release_due(now=at)
    telling.tell_due(now=at)


def _compare(at: datetime) -> None:
    """The worker looks for copies that say the same."""
    while comparing.compare_due(now=at):
        continue
