"""The verbs of a quiz: start an attempt, answer a question, close the attempt; for its team, rule on a question and
withdraw what was ruled. Each is an act."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.common.prepared import Prepared, Write
from preau.content.kinds import Place
from preau.content.models import Printing
from preau.courses import actions as courses
from preau.courses.models import Edition, Enrolment, Extension
from preau.quizzes import (
    access,
    bank,
    beginning,
    closing,
    decimals,
    gaps,
    ledger,
    rules,
    rulings,
    stamps,
    tasks,
    timing,
)
from preau.quizzes.models import Answer, Attempt, Ruling
from preau.quizzes.terms import terms

NO_MORE = timedelta(0)  # a sitting's last moment has its grace in it
REASONS = {
    "the quiz is not open yet": gettext_noop("This activity is not open yet: nothing was stored."),
    "the deadline and its grace have passed": gettext_noop(
        "The deadline and its grace have passed: nothing was stored."
    ),
    "every attempt was used": gettext_noop("Every attempt was used."),
    "the time was over": gettext_noop(
        "The time of this attempt was over when this answer came: it was not stored. What was stored before counts."
    ),
    "the attempt is closed": gettext_noop("This attempt is closed: nothing was stored."),
    "the answer is final: its result was shown": gettext_noop("This answer is final, since its result was shown."),
}

STORED = Prepared(
    lambda attempt: Answer.objects.filter(attempt_id=attempt).values_list(
        "question_id", "score", "written_at", "received_at"
    ),
    (UUID(int=1),),
)

GIVEN = ("given", "score", "received_at", "written_at")
KEEP_ANSWER = Write(Answer, ("attempt", "question", *GIVEN), key=("attempt", "question"), update=GIVEN)


def start(*, act: acts.Act, by: Person, place: Place, seed: int | None = None) -> acts.Outcome:
    """Begin an attempt, or return the one that is open: two browsers share it. Refuses when none is left or it is
    too late.

    `seed` decides what is drawn and how it is shuffled; only a simulation names it, or a learner could choose the
    questions.
    """
    return acts.once(act, by.pk, lambda: _start(by, place, seed if seed is not None else secrets.randbelow(2**31)))


def _start(by: Person, place: Place, seed: int) -> acts.Outcome:
    unit, learner, now = place.unit, place.learner, place.now
    # One start at a time; without the key, which whoever writes a result holds while they wait for the attempt.
    Enrolment.objects.select_for_update(no_key=True).get(pk=learner.enrolment_id)
    earlier = list(Attempt.objects.filter(enrolment_id=learner.enrolment_id, unit_id=unit.id).order_by("number"))
    still_open = earlier[-1] if earlier and earlier[-1].closed_at is None else None
    if still_open and not timing.over(now, still_open.ends_at):
        return _begun(still_open)
    if still_open and still_open.ends_at and now <= still_open.ends_at + timing.LEEWAY:
        raise Refused(_("The attempt that has just ended is being received. Begin the next one in half a minute."))
    extended = (
        Extension.objects.filter(enrolment_id=learner.enrolment_id, key=unit.key)
        .values_list("until", flat=True)
        .first()
    )
    asked = terms(unit.kind, unit.meta)
    found = beginning.of(place, asked, extended)
    refuse_unless(rules.may_start(len(earlier), found.attempts, now, found.opens, found.closes, NO_MORE))
    if found.waits:
        raise Refused(_(found.waits))
    if still_open and still_open.ends_at:
        sitting = access.attempt(by, still_open.pk, place.outline.language, lock=True)
        closing.finish(sitting, by, at=still_open.ends_at, now=now)
    questions = bank.of(place.outline.version_id, unit.id, place.outline.language)
    standing = rulings.of(place.outline.edition_id, place.outline.revision)
    attempt = Attempt.objects.create(
        enrolment_id=learner.enrolment_id,
        unit_id=unit.id,
        version_id=place.outline.version_id,
        number=len(earlier) + 1,
        seed=seed,
        started_at=now,
        ends_at=found.ends(now),
        of=questions.worth(seed, asked.draw, standing),
    )
    return _begun(attempt)


def _begun(attempt: Attempt) -> acts.Outcome:
    return {"attempt": str(attempt.pk), **({"ends_at": attempt.ends_at.isoformat()} if attempt.ends_at else {})}


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
    sent: stamps.Sent = stamps.NOTHING,
) -> acts.Outcome:
    """Answer one question, in the edition that the address names; `sent` is what came with it of a timed attempt. One
    that waited for a network while a newer one was stored is passed over: the outcome says `superseded`. Refuses
    when the attempt is closed, when it is too late, when feedback was seen, or a wrong shape."""
    return acts.once(act, by.pk, lambda: _answer(by, attempt_id, question_id, values, language, edition, now, sent))


def _answer(
    by: Person,
    attempt_id: UUID,
    question_id: UUID,
    values: Mapping[str, Sequence[str]],
    language: str,
    edition: str | None,
    now: datetime,
    sent: stamps.Sent,
) -> acts.Outcome:
    sitting = access.attempt(by, attempt_id, language, edition=edition, lock=True)
    attempt = sitting.attempt
    questions = bank.of(attempt.version_id, attempt.unit_id, language)
    item = questions.by_id(question_id)
    if item is None or item not in questions.paper(attempt.seed, sitting.terms.draw):
        raise Refused(_("This question is not part of your attempt."))
    stored = {question: (score, wrote or came) for question, score, wrote, came in STORED.rows(attempt.pk)}
    closed, known = attempt.closed_at is not None, question_id in stored
    timed = {} if sitting.ends is None else _in_time(sitting, sitting.ends, sent, now, closed=closed)
    refuse_unless(rules.may_answer(sitting.terms.feedback, closed, known, now, sitting.closes, NO_MORE))
    outcome: acts.Outcome = {"attempt": str(attempt.pk), "question": str(question_id), **timed}
    written = _written(attempt, sent, now) if timed else None
    if known and timing.superseded(written, stored[question_id][1]):
        return {**outcome, "superseded": True}
    typed = {name: [texts.clean(value) for value in given] for name, given in values.items()}
    if item.question.type == "numerical" and decimals.parts_by_commas(language):
        typed = {name: [decimals.without_commas(value) for value in given] for name, given in typed.items()}
    try:
        given = rules.parse_given(item.question, typed, rules.seed_for(attempt.seed, item.key))
    except rules.Unreadable as error:
        raise Refused(_("This answer cannot be read: nothing was stored. Check what you typed.")) from error
    mark = rules.ruled(item.question, rulings.of_sitting(sitting).get(question_id), given)
    KEEP_ANSWER(attempt.pk, question_id, given, mark.fraction, now, written)
    scores = {question: score for question, (score, _at) in stored.items()}
    ledger.add_up(sitting, {**scores, question_id: mark.fraction}, now)
    return outcome


def _written(attempt: Attempt, sent: stamps.Sent, now: datetime) -> datetime | None:
    """When an answer was written that had to wait for a network: of any other its arrival says it."""
    return timing.written(now, attempt.started_at, stamps.claim(sent, attempt.pk)) if sent.queued else None


def _in_time(
    sitting: access.Sitting, ends_at: datetime, sent: stamps.Sent, now: datetime, *, closed: bool
) -> acts.Outcome:
    """Judge an answer by the clock of its attempt, and put a cut that it tells of on record; what the outcome says of
    it. Refuses what was not written in time, or does not prove it."""
    attempt = sitting.attempt
    claim = stamps.claim(sent, attempt.pk)
    arrival = timing.arrival(now, attempt.started_at, ends_at, sitting.closes, claim)
    if arrival is timing.Arrival.LATE and not closed:
        raise Refused(_(REASONS["the time was over"]))
    if claim and not closed and timing.cut_off(now, claim, arrival, queued=sent.queued):
        gaps.note(attempt.pk, claim.at, now, after_end=arrival is timing.Arrival.CARRIED)
    return {"ends_at": ends_at.isoformat()}


def refuse_unless(verdict: rules.Verdict) -> None:
    """Turn a rule's refusal into the person's language."""
    if not verdict:
        raise Refused(_(REASONS[verdict.reason]))


def close(*, act: acts.Act, by: Person, attempt_id: UUID, language: str, now: datetime) -> acts.Outcome:
    """Finish an attempt: unanswered questions count for nothing. Closing twice changes nothing."""

    def work() -> acts.Outcome:
        sitting = access.attempt(by, attempt_id, language, lock=True)
        attempt = sitting.attempt
        if attempt.closed_at is None:
            if now > sitting.closes:
                raise Refused(_("The deadline has passed: what you answered before it counts as it is."))
            closing.finish(sitting, by, at=min(now, sitting.ends or now), now=now)
        return {"attempt": str(attempt.pk)}

    return acts.once(act, by.pk, work)


def rule(*, act: acts.Act, by: Person, asked: access.Asked, ruling: rules.Ruling, now: datetime) -> acts.Outcome:
    """Rule on a question of an edition, in the place of what was ruled before: new answers are scored by it at once,
    earlier ones by a task. Refuses what changes nothing, and a cancelling that leaves a quiz with nothing to count."""

    def work() -> acts.Outcome:
        edition = Edition.objects.select_for_update().get(pk=asked.edition.pk)  # one ruling at a time
        _may_rule(asked, ruling)
        earlier = Ruling.objects.filter(edition=edition, question=asked.item.id, withdrawn_at=None)
        if [rulings.as_rule(row) for row in earlier] == [ruling]:
            raise Refused(_("This is what was decided already: nothing changed."))
        # Answers are scored again by the new one, so nothing is left to do for the former.
        earlier.update(withdrawn_at=now, regraded_at=now, withdrawn_reason=ruling.reason)
        made = Ruling.objects.create(
            edition=edition,
            question_id=asked.item.id,
            kind=ruling.kind,
            values=[list(value) if isinstance(value, tuple) else value for value in ruling.values],
            reason=ruling.reason,
            ruled_by=by,
            ruled_at=now,
        )
        _to_regrade("question.ruled", edition, asked, made, by, now, kind=ruling.kind, reason=ruling.reason)
        return {"ruling": str(made.pk)}

    return acts.once(act, by.pk, work)


def _may_rule(asked: access.Asked, ruling: rules.Ruling) -> None:
    if not asked.item.graded:
        raise Refused(_("No rule marks this question: there is nothing to correct."))
    if ruling.kind != "cancel":
        if not ruling.values:
            raise Refused(_("Say which answer is right."))
        return
    cancelled = {pk for pk, one in rulings.standing(asked.edition.pk).items() if one.kind == "cancel"} | {asked.item.id}
    draw = terms(asked.unit.kind, asked.unit.meta).draw
    versions = Printing.objects.filter(edition=asked.edition).order_by().values_list("version_id", flat=True).distinct()
    for version_id in versions:
        items = bank.of(version_id, asked.unit.id, asked.outline.language).items
        counts = [(item.pooled, item.graded and item.id not in cancelled) for item in items]
        fixed, pool = ([one for pooled, one in counts if pooled is wanted] for wanted in (False, True))
        if any(item.id == asked.item.id for item in items) and not rules.leaves_one(fixed, pool, draw):
            raise Refused(
                _("Without this question a learner may have nothing left to be scored on. Accept every answer instead.")
            )


def withdraw(*, act: acts.Act, by: Person, asked: access.Asked, reason: str, now: datetime) -> acts.Outcome:
    """Take back what was ruled on a question: the key counts again, for earlier answers too. Refuses when nothing
    stands."""

    def work() -> acts.Outcome:
        edition = Edition.objects.select_for_update().get(pk=asked.edition.pk)
        made = Ruling.objects.filter(edition=edition, question=asked.item.id, withdrawn_at=None).first()
        if made is None:
            raise Refused(_("Nothing is decided on this question any more."))
        made.withdrawn_at, made.withdrawn_reason = now, reason
        made.cursor, made.regraded_at, made.affected = None, None, 0
        made.save(update_fields=["withdrawn_at", "withdrawn_reason", "cursor", "regraded_at", "affected"])
        _to_regrade("ruling.withdrawn", edition, asked, made, by, now, reason=reason)
        return {"ruling": str(made.pk)}

    return acts.once(act, by.pk, work)


def _to_regrade(
    verb: str, edition: Edition, asked: access.Asked, made: Ruling, by: Person, now: datetime, **details: str
) -> None:
    """What making and withdrawing a ruling have in common; the task is a row of this transaction."""
    courses.touch(edition)
    said = {"unit": asked.unit.key, "question": asked.item.key, "ruling": str(made.pk), **details}
    journal.log(verb, by=by.pk, about="edition", about_id=edition.pk, at=now, **said)
    tasks.regrade.enqueue(str(made.pk))
