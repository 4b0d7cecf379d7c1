"""Scoring again what was answered to a question, by the rulings that stand now: seen before it is done, then done in
batches that a kill interrupts without a wrong grade.

A batch is one transaction over a number of learners: the answers' scores, the attempts', the ledger, the message and
the journal line of each. Scoring again what is scored already changes nothing and tells nobody, so a batch that is done
twice does no harm. Learners are taken in the order of their enrolment's id; ids grow with time, so who comes meanwhile
comes after.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from preau.audit import journal
from preau.common.prepared import Change
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Edition, Extension
from preau.grades.models import Result
from preau.quizzes import access, bank, ledger, notices, rules, rulings
from preau.quizzes.models import Answer, Attempt, Ruling
from preau.quizzes.terms import terms

BATCH = 200  # learners in one transaction: a fraction of a second, for whoever answers meanwhile waits for it
PAUSE = 0.02  # seconds between two: on SQLite, those who wait to write come in here
KEEP_SCORE = Change(Attempt, ("score", "of"))
# of a learner, for their message
PERSON = tuple(f"enrolment__person__{name}" for name in ("email", "language", "zone"))
EDITION = ("enrolment__edition__closes_at",)
OVERLAP = timedelta(minutes=1)  # an answer in flight when the ruling came may have been scored without it


@dataclass(frozen=True)
class Regraded:
    """One learner's attempts at a unit as the rulings score them: `sitting` has the latest. `marks` are the new scores
    of the question by attempt, `attempts` those whose sum or worth changed. `before` counts in the ledger, `after`
    will, both in percent; None when nothing does, for an attempt without an answer is no result. They are equal where a
    correction by staff stands: then only what the attempts bring is written again beside it (`rewritten`).
    """

    sitting: access.Sitting
    marks: Mapping[UUID, float | None]
    attempts: Sequence[Attempt]
    scores: Sequence[tuple[float, float]]
    before: float | None
    after: float | None
    rewritten: bool
    told_from: datetime | None
    answered: bool  # the question, in one of the attempts

    @property
    def enrolment_id(self) -> UUID:
        return self.sitting.attempt.enrolment_id

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Work:
    """What is scored again: the answers to one question of a unit in an edition, under these rulings."""

    edition: Edition
    unit: UnitFacts
    outline: Outline
    question: UUID
    rulings: Mapping[UUID, rules.Ruling]

    def attempts(self) -> QuerySet[Attempt]:
        """Everybody's attempts at the unit, also of those who left."""
        return Attempt.objects.filter(unit_id=self.unit.id, enrolment__edition=self.edition)

    def learners(self, after: UUID | None, count: int) -> list[UUID]:
        """The next enrolments that have an attempt."""
        rows = self.attempts().order_by("enrolment_id").values_list("enrolment_id", flat=True).distinct()
        return list((rows.filter(enrolment_id__gt=after) if after else rows)[:count])


def regraded(work: Work, learners: Sequence[UUID], *, lock: bool) -> Iterator[Regraded]:
    """These learners' attempts scored by the rulings: five queries, nothing written. With `lock`, nobody else writes
    them until the transaction ends."""
    rows = Attempt.objects.filter(unit_id=work.unit.id, enrolment_id__in=learners)
    rows = rows.select_related("enrolment__person", "enrolment__edition").order_by("enrolment_id", "number")
    rows = rows.only(*(field.attname for field in Attempt._meta.concrete_fields), *PERSON, *EDITION)
    attempts = list(rows.select_for_update(of=("self",)) if lock else rows)
    answers: dict[UUID, dict[UUID, float | None]] = defaultdict(dict)
    mine = Answer.objects.filter(attempt__in=[attempt.pk for attempt in attempts])
    for attempt_id, question, score in mine.values_list("attempt_id", "question_id", "score").order_by():
        answers[attempt_id][question] = score
    given = dict(mine.filter(question=work.question).values_list("attempt_id", "given").order_by())
    results = _results(work, learners)
    longer = Extension.objects.filter(enrolment_id__in=learners, key=work.unit.key)
    extensions = dict(longer.values_list("enrolment_id", "until"))
    of_learner: dict[UUID, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        of_learner[attempt.enrolment_id].append(attempt)
    for enrolment_id, theirs in of_learner.items():
        marks: dict[UUID, float | None] = {}
        changed = [attempt for attempt in theirs if _score_again(work, attempt, answers[attempt.pk], given, marks)]
        sitting = _sitting(work, theirs[-1], extensions.get(enrolment_id))
        scores = [(attempt.score, attempt.of) for attempt in theirs]
        own, corrected, told_from = results.get(enrolment_id, (None, None, None))
        if told_from and sitting.tells:
            told_from = max(told_from, sitting.tells)  # a deadline may have been put off since
        fresh = ledger.percent(sitting, scores) if own is not None and any(of for _, of in scores) else own
        before, after = (own, fresh) if corrected is None else (corrected, corrected)
        answered = any(attempt.pk in given for attempt in theirs)
        yield Regraded(sitting, marks, changed, scores, before, after, fresh != own, told_from, answered)


def _results(work: Work, learners: Sequence[UUID]) -> dict[UUID, tuple[float | None, float | None, datetime | None]]:
    """By learner: what their attempts brought, what staff put in its place, from when the first is told."""
    rows = Result.objects.filter(unit_id=work.unit.id, enrolment_id__in=learners)
    columns = ("enrolment_id", "score", "corrected", "how__nothing", "shown_from")
    return {
        learner: (None if nothing else score, corrected, at)
        for learner, score, corrected, nothing, at in rows.values_list(*columns).order_by()
    }


def _score_again(
    work: Work,
    attempt: Attempt,
    answers: Mapping[UUID, float | None],
    given: Mapping[UUID, object],
    marks: dict[UUID, float | None],
) -> bool:
    """Score the question's answer and the attempt anew, in place; whether the attempt changed. `marks` gets the
    answer's score when that did."""
    before = attempt.score, attempt.of
    fresh = dict(answers)
    if work.question in fresh:
        mark = mark_of(attempt.version_id, work.unit.id, work, given[attempt.pk])
        if mark != fresh[work.question]:
            marks[attempt.pk] = fresh[work.question] = mark
    draw = terms(work.unit.kind, work.unit.meta).draw
    questions = bank.of(attempt.version_id, work.unit.id, work.outline.language)
    attempt.of = questions.worth(attempt.seed, draw, work.rulings)
    attempt.score = min(attempt.of, sum(score or 0 for score in fresh.values()))
    return (attempt.score, attempt.of) != before


def mark_of(version_id: UUID, unit_id: UUID, work: Work, given: object) -> float | None:
    """The score of an answer under the ruling: the best of the course's languages, for which one an answer was typed
    in is not kept, and nobody may lose by that."""
    ruling = work.rulings.get(work.question)
    found = []
    for language in work.outline.languages:
        if item := bank.of(version_id, unit_id, language).by_id(work.question):
            found.append(rules.ruled(item.question, ruling, given).fraction)
    return max((mark for mark in found if mark is not None), default=None)


def _sitting(work: Work, attempt: Attempt, extended: datetime | None) -> access.Sitting:
    unit = work.unit
    limits = access.limits(unit, extended, work.outline)
    return access.Sitting(attempt, unit, terms(unit.kind, unit.meta), *limits, access.tells(unit, work.outline))


def carry_on(ruling_id: UUID, *, now: datetime) -> bool:
    """Regrade the next batch of a ruling that was made or withdrawn; False once all is done."""
    with transaction.atomic():
        ruling = _locked(ruling_id)
        if ruling.regraded_at is not None:
            return False
        work = work_of(ruling)
        learners = work.learners(ruling.cursor, BATCH) if work else []
        if work and learners:
            ruling.cursor = learners[-1]
            ruling.affected += write(work, ruling, learners, now=now)
            ruling.save(update_fields=["cursor", "affected"])
            return True
    if work:
        _look_again(work, ruling, now)
    with transaction.atomic():
        ruling = _locked(ruling_id)
        ruling.regraded_at = ruling.regraded_at or now
        ruling.save(update_fields=["regraded_at"])
    return False


def _locked(ruling_id: UUID) -> Ruling:
    rows = Ruling.objects.select_for_update(of=("self",)).select_related("edition__course", "question__unit")
    return rows.get(pk=ruling_id)


def work_of(ruling: Ruling) -> Work | None:
    """What a ruling asks to score again, by what stands now; None when its edition does not have the unit any more."""
    edition, language = ruling.edition, ruling.edition.course.languages[0]
    try:
        outline = outlines.of_edition(edition, language)
        unit = outline.by_key[ruling.question.unit.key]
    except (outlines.NotPrinted, KeyError):
        return None
    return Work(edition, unit, outline, ruling.question_id, rulings.standing(edition.pk))


def _look_again(work: Work, ruling: Ruling, now: datetime) -> None:
    """Those who wrote while the ruling was made: their transaction may have read the edition before it and ended after
    their batch. Nothing is kept of how far this is, for it may be done any number of times."""
    since = (ruling.withdrawn_at or ruling.ruled_at) - OVERLAP
    wrote = Q(started_at__gte=since) | Q(answers__received_at__gte=since)
    late = list(work.attempts().filter(wrote).order_by().values_list("enrolment_id", flat=True).distinct())
    for first in range(0, len(late), BATCH):
        with transaction.atomic():
            current = _locked(ruling.pk)
            if current.regraded_at is not None:
                return
            current.affected += write(work, current, late[first : first + BATCH], now=now)
            current.save(update_fields=["affected"])


def write(work: Work, ruling: Ruling, learners: Sequence[UUID], *, now: datetime) -> int:
    """Write what the rulings change for these learners, tell them, and keep it in their record; returns how many have
    another result."""
    marks: dict[float | None, list[UUID]] = defaultdict(list)
    attempts: list[Attempt] = []
    changed: list[Regraded] = []
    for one in regraded(work, learners, lock=True):
        for attempt_id, mark in one.marks.items():
            marks[mark].append(attempt_id)
        attempts += one.attempts
        if one.rewritten:
            ledger.record(one.sitting, one.scores, now)
        if one.changed:
            changed.append(one)
    for mark, ids in marks.items():
        Answer.objects.filter(question=work.question, attempt__in=ids).update(score=mark)
    for attempt in attempts:
        KEEP_SCORE(attempt.pk, attempt.score, attempt.of)
    _tell(work, ruling, changed, now)
    return len(changed)


def _tell(work: Work, ruling: Ruling, changed: Sequence[Regraded], now: datetime) -> None:
    told = [
        notices.Changed(one.sitting.attempt.enrolment.person, one.before, one.after, one.told_from) for one in changed
    ]
    notices.send(ruling, work.unit.title, told, now=now)
    journal.log_all(
        "regraded",
        by=ruling.ruled_by_id,
        about="enrolment",
        at=now,
        rows=[
            (
                one.enrolment_id,
                {
                    "unit": work.unit.key,
                    "before": _rounded(one.before),
                    "after": _rounded(one.after),
                    "reason": ruling.withdrawn_reason if ruling.withdrawn_at else ruling.reason,
                    "ruling": str(ruling.pk),
                },
            )
            for one in changed
        ],
    )


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)


def finish(ruling_id: UUID, *, now: datetime) -> None:
    """Regrade batch after batch until a ruling has nothing left."""
    while carry_on(ruling_id, now=now):
        time.sleep(PAUSE)


@dataclass(frozen=True)
class Progress:
    """How far a regrading is: learners done of all."""

    done: int
    total: int
    over: bool


def total(asked: access.Asked) -> int:
    """How many learners have an attempt at a question's unit."""
    rows = Attempt.objects.filter(unit=asked.unit.id, enrolment__edition=asked.edition)
    return rows.order_by().values("enrolment_id").distinct().count()


def progress(ruling: Ruling) -> Progress:
    """Two queries."""
    rows = Attempt.objects.filter(unit=ruling.question.unit_id, enrolment__edition=ruling.edition_id)
    learners = rows.order_by().values("enrolment_id").distinct()
    total = learners.count()
    if ruling.regraded_at is not None:
        return Progress(total, total, over=True)
    done = learners.filter(enrolment_id__lte=ruling.cursor).count() if ruling.cursor else 0
    return Progress(done, total, over=False)
