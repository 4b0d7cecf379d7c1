"""A procedure about a copy (plagiarism): a notice, the author's reply by a date, a decision with its reason.

Nothing counts before it is decided; a result that is not told yet waits for it. The author sees all that is said.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.peer import publishing, telling
from preau.peer.assignments import Facts
from preau.peer.models import Case, Flag, GradeChange, Submission

LONGEST = 10_000
Decision = Case.Decision


def open(
    *,
    act: acts.Act,
    by: Person,
    facts: Facts,
    submission: Submission,
    notice: str,
    reply_until: datetime,
    flag: Flag | None = None,
    now: datetime,
) -> acts.Outcome:
    """Open a procedure; the author is told what is said, and until when they can answer.

    Refuses without a notice, a date that has passed, one's own copy, and a second one while the first is open."""

    def work() -> acts.Outcome:
        row = _copy(submission)
        said = texts.clean(notice).strip()[:LONGEST]
        if row.enrolment.person_id == by.pk:
            raise Refused(_("This copy is your own: somebody else looks at it."))
        if not said:
            raise Refused(_("Say what is asked of the author: they read it as it is."))
        if reply_until <= now:
            raise Refused(_("The author must have time to answer: choose a later date."))
        if row.cases.filter(decided_at=None).exists():
            raise Refused(_("A procedure about this copy is open already."))
        case = Case.objects.create(
            submission=row, flag=flag, notice=said, opened_by=by, opened_at=now, reply_until=reply_until
        )
        _log("case.opened", by, case, now)
        telling.tell_case(case, facts, now)
        return {"case": str(case.pk)}

    return acts.once(act, by.pk, work)


def reply(*, act: acts.Act, by: Person, case: Case, text: str, now: datetime) -> acts.Outcome:
    """The author's answer; again replaces it, until the date or the decision. Refuses after them, and nothing said."""

    def work() -> acts.Outcome:
        row = _locked(case)
        said = texts.clean(text).strip()[:LONGEST]
        if row.submission.enrolment.person_id != by.pk:
            raise Refused(_("Only the author of the copy can answer."))
        if row.decided_at is not None:
            raise Refused(_("The team has decided already: nothing was stored."))
        if now > row.reply_until:
            raise Refused(_("The time to answer is over: nothing was stored. You can still write to the team."))
        if not said:
            raise Refused(_("Nothing is written yet."))
        row.reply, row.replied_at = said, now
        row.save(update_fields=["reply", "replied_at"])
        return {"case": str(row.pk)}

    return acts.once(act, by.pk, work)


def decide(
    *,
    act: acts.Act,
    by: Person,
    facts: Facts,
    case: Case,
    decision: str,
    reason: str,
    score: float | None = None,
    now: datetime,
) -> acts.Outcome:
    """Decide: nothing is held against the author, another grade (`score`, in percent), or the copy counts for nothing.
    The author is told, with the reason.

    Refuses without a reason, before the author answered or could have, and one that is decided."""

    def work() -> acts.Outcome:
        row = _locked(case)
        said = texts.clean(reason).strip()[:LONGEST]
        _check(row, by, decision, said, score, now)
        row.decision, row.reason, row.decided_by, row.decided_at = decision, said, by, now
        row.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
        if decision == Decision.CANCELLED:
            publishing.withdraw(row.submission, now)
        if decision != Decision.DISMISSED:
            given = score if decision == Decision.CHANGED and score is not None else 0.0
            publishing.change(row.submission, given, GradeChange.Cause.CASE, said, by=by, now=now)
        _log("case.decided", by, row, now, decision=decision)
        telling.tell_decision(row, facts, now)
        return {"case": str(row.pk), "decision": decision}

    return acts.once(act, by.pk, work)


def _check(row: Case, by: Person, decision: str, said: str, score: float | None, now: datetime) -> None:
    if row.submission.enrolment.person_id == by.pk:
        raise Refused(_("This copy is your own: somebody else decides."))
    if row.decided_at is not None:
        raise Refused(_("Somebody decided meanwhile: nothing was changed."))
    if decision not in (Decision.DISMISSED, Decision.CHANGED, Decision.CANCELLED):
        raise Refused(_("Choose a decision."))
    if not said:
        raise Refused(_("Say why: the author reads it."))
    if decision == Decision.CHANGED and (score is None or not 0 <= score <= 100):
        raise Refused(_("Give the new grade, from 0 to 100."))
    early = now <= row.reply_until and row.replied_at is None
    if early and decision != Decision.DISMISSED:
        raise Refused(_("The author has not answered yet and still can: decide after their answer or their date."))


def _copy(submission: Submission) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",)).select_related("enrolment__person")
    return rows.get(pk=submission.pk)


def _locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("submission__enrolment__person")
    return rows.get(pk=case.pk)


def _log(verb: str, by: Person, case: Case, now: datetime, **details: str) -> None:
    journal.log(
        verb,
        by=by.pk,
        about="enrolment",
        about_id=case.submission.enrolment_id,
        at=now,
        submission=str(case.submission_id),
        case=str(case.pk),
        **details,
    )
