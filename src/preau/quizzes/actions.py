"""The verbs of a quiz: start an attempt, answer a question, close the attempt. Each is an act."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common import text as texts
from preau.common.prepared import Change, Prepared, Write
from preau.content.kinds import Place
from preau.courses import rules as dates
from preau.courses.models import Enrolment, Extension
from preau.grades import actions as grades
from preau.quizzes import access, bank, receipts, rules
from preau.quizzes.models import Answer, Attempt
from preau.quizzes.terms import terms

REASONS = {
    "the quiz is not open yet": gettext_noop("This activity is not open yet: nothing was stored."),
    "the deadline and its grace have passed": gettext_noop(
        "The deadline and its grace have passed: nothing was stored."
    ),
    "every attempt was used": gettext_noop("Every attempt was used."),
    "the attempt is closed": gettext_noop("This attempt is closed: nothing was stored."),
    "the answer is final: its result was shown": gettext_noop("This answer is final, since its result was shown."),
}

SCORES = Prepared(
    lambda attempt: Answer.objects.filter(attempt_id=attempt).values_list("question_id", "score"), (UUID(int=1),)
)
EARLIER = Prepared(
    lambda enrolment, unit, attempt: (
        Attempt.objects.filter(enrolment_id=enrolment, unit_id=unit)
        .exclude(pk=attempt)
        .order_by("number")
        .values_list("score", "of")
    ),
    (UUID(int=1), UUID(int=2), UUID(int=3)),
)

GIVEN = ("given", "score", "received_at")
KEEP_ANSWER = Write(Answer, ("attempt", "question", *GIVEN), key=("attempt", "question"), update=GIVEN)
KEEP_SCORE = Change(Attempt, ("score", "closed_at"))


def start(*, act: acts.Act, by: Person, place: Place, seed: int | None = None) -> acts.Outcome:
    """Begin an attempt, or return the one that is open: two browsers share it. Refuses when none is left or it is
    too late.

    `seed` decides what is drawn and how it is shuffled; only a simulation names it, or a learner could choose the
    questions.
    """
    return acts.once(act, by.pk, lambda: _start(place, seed if seed is not None else secrets.randbelow(2**31)))


def _start(place: Place, seed: int) -> acts.Outcome:
    unit, learner, now = place.unit, place.learner, place.now
    Enrolment.objects.select_for_update().get(pk=learner.enrolment_id)  # one start at a time
    earlier = list(Attempt.objects.filter(enrolment_id=learner.enrolment_id, unit_id=unit.id).order_by("number"))
    if earlier and earlier[-1].closed_at is None:
        return {"attempt": str(earlier[-1].pk)}
    extended = (
        Extension.objects.filter(enrolment_id=learner.enrolment_id, key=unit.key)
        .values_list("until", flat=True)
        .first()
    )
    due, _closes = access.limits(unit, extended)
    asked = terms(unit.kind, unit.meta)
    refuse_unless(rules.may_start(len(earlier), asked.attempts, now, unit.opens, due, dates.GRACE[unit.kind]))
    questions = bank.of(place.outline.version_id, unit.id, place.outline.language)
    worth = sum(item.graded for item in questions.paper(seed, asked.draw))
    attempt = Attempt.objects.create(
        enrolment_id=learner.enrolment_id,
        unit_id=unit.id,
        version_id=place.outline.version_id,
        number=len(earlier) + 1,
        seed=seed,
        started_at=now,
        of=float(worth),
    )
    return {"attempt": str(attempt.pk)}


def answer(
    *,
    act: acts.Act,
    by: Person,
    attempt_id: UUID,
    question_id: UUID,
    values: Mapping[str, Sequence[str]],
    language: str,
    now: datetime,
    edition: str | None = None,
) -> acts.Outcome:
    """Answer one question, in the edition that the address names. Refuses when the attempt is closed, when it is too
    late, when feedback was seen, or a
    wrong shape."""
    return acts.once(act, by.pk, lambda: _answer(by, attempt_id, question_id, values, language, edition, now))


def _answer(
    by: Person,
    attempt_id: UUID,
    question_id: UUID,
    values: Mapping[str, Sequence[str]],
    language: str,
    edition: str | None,
    now: datetime,
) -> acts.Outcome:
    sitting = access.attempt(by, attempt_id, language, edition=edition, lock=True)
    attempt = sitting.attempt
    questions = bank.of(attempt.version_id, attempt.unit_id, language)
    item = questions.by_id(question_id)
    if item is None or item not in questions.paper(attempt.seed, sitting.terms.draw):
        raise Refused(_("This question is not part of your attempt."))
    scores = dict(SCORES.rows(attempt.pk))
    closed, known = attempt.closed_at is not None, question_id in scores
    grace = dates.GRACE[sitting.unit.kind]
    refuse_unless(rules.may_answer(sitting.terms.feedback, closed, known, now, sitting.due, grace))
    typed = {name: [texts.clean(value) for value in given] for name, given in values.items()}
    try:
        given = rules.parse_given(item.question, typed, rules.seed_for(attempt.seed, item.key))
    except rules.Unreadable as error:
        raise Refused(_("This answer cannot be read: nothing was stored. Check what you typed.")) from error
    mark = rules.score(item.question, given)
    KEEP_ANSWER(attempt.pk, question_id, given, mark.fraction, now)
    _add_up(sitting, {**scores, question_id: mark.fraction}, now)
    return {"attempt": str(attempt.pk), "question": str(question_id)}


def refuse_unless(verdict: rules.Verdict) -> None:
    """Turn a rule's refusal into the person's language."""
    if not verdict:
        raise Refused(_(REASONS[verdict.reason]))


def _add_up(sitting: access.Sitting, scores: Mapping[UUID, float | None], now: datetime) -> None:
    attempt = sitting.attempt
    attempt.score = min(attempt.of, sum(score or 0 for score in scores.values()))
    KEEP_SCORE(attempt.pk, attempt.score, attempt.closed_at)
    if attempt.of:
        _into_ledger(sitting, now)


def _into_ledger(sitting: access.Sitting, now: datetime) -> None:
    """An unfinished attempt counts with what was answered: a cut network must not cost what was acknowledged."""
    attempt, asked = sitting.attempt, sitting.terms
    scores = []
    if attempt.number > 1:
        earlier = EARLIER.rows(attempt.enrolment_id, attempt.unit_id, attempt.pk)
        scores = [100 * score / of for score, of in earlier if of]
    scores.append(100 * attempt.score / attempt.of)
    hidden = asked.feedback == "after" and (sitting.closes is not None or attempt.closed_at is None)
    grades.record(
        enrolment_id=attempt.enrolment_id,
        unit_id=attempt.unit_id,
        version_id=attempt.version_id,
        score=min(100.0, max(0.0, rules.keep(scores, asked.keep))),
        of=100.0,
        how=_how(sitting, len(scores), now),
        shown_from=(sitting.tells or sitting.attempt.enrolment.edition.closes_at) if hidden else None,
        now=now,
    )


def _how(sitting: access.Sitting, used: int, now: datetime) -> dict[str, object]:
    """How a score came about, and whether it may still change: what the ledger's rules and the learner want to know."""
    asked = sitting.terms
    over = sitting.closes is not None and now > sitting.closes
    spent = asked.attempts is not None and used >= asked.attempts and sitting.attempt.closed_at is not None
    rising = asked.keep == "best" or (used == 1 and asked.attempts == 1)
    return {"keep": asked.keep, "attempts": used, "final": over or spent, "rising": rising}


def close(*, act: acts.Act, by: Person, attempt_id: UUID, language: str, now: datetime) -> acts.Outcome:
    """Finish an attempt: unanswered questions count for nothing. Closing twice changes nothing."""

    def work() -> acts.Outcome:
        sitting = access.attempt(by, attempt_id, language, lock=True)
        attempt = sitting.attempt
        if attempt.closed_at is None:
            if sitting.closes is not None and now > sitting.closes:
                raise Refused(_("The deadline has passed: what you answered before it counts as it is."))
            attempt.closed_at = now
            answers = list(Answer.objects.filter(attempt=attempt))
            _add_up(sitting, {a.question_id: a.score for a in answers}, now)
            grades.complete(enrolment_id=attempt.enrolment_id, unit_id=attempt.unit_id, now=now)
            receipts.send(by, sitting.unit.title, attempt, answers, now=now)
        return {"attempt": str(attempt.pk)}

    return acts.once(act, by.pk, work)
