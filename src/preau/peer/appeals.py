"""Appeals (« réclamations ») of a result: one a copy, in the days that the terms say, answered by the team."""

from datetime import datetime

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.peer import publishing, telling
from preau.peer.assignments import Facts
from preau.peer.models import Appeal, GradeChange, PeerGrade, Submission

LONGEST = 5_000


def appeal(
    *, act: acts.Act, by: Person, facts: Facts, submission: Submission, text: str, now: datetime
) -> acts.Outcome:
    """Ask the team to look at one's copy again.

    Refuses before the result is told, after the time to appeal, a second time, and without a reason."""

    def work() -> acts.Outcome:
        row = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk, enrolment__person=by)
        said = texts.clean(text).strip()
        until = facts.calendar.appeals_until
        if not PeerGrade.objects.filter(pk=row.pk, published_at__isnull=False).exists():
            raise Refused(_("Your result is not told yet: nothing was stored."))
        if until is not None and now > until:
            raise Refused(_("The time to appeal is over: nothing was stored. You can still write to the team."))
        if Appeal.objects.filter(submission=row).exists():
            raise Refused(_("You appealed already: the team has what you wrote."))
        if not said:
            raise Refused(_("Say what you ask the team to look at."))
        made = Appeal.objects.create(submission=row, text=said[:LONGEST], made_at=now)
        return {"appeal": str(made.pk)}

    return acts.once(act, by.pk, work)


def answer(
    *,
    act: acts.Act,
    by: Person,
    facts: Facts,
    appeal: Appeal,
    kept: bool,
    answer: str,
    score: float | None = None,
    now: datetime,
) -> acts.Outcome:
    """Answer an appeal: the grade is `kept`, or becomes `score` (in percent). Its author is told, with the answer.

    Refuses without an answer, without a grade where it is not kept, one's own copy, and one that is answered."""

    def work() -> acts.Outcome:
        rows = Appeal.objects.select_for_update(of=("self",)).select_related("submission__enrolment__person")
        row = rows.get(pk=appeal.pk)
        said = texts.clean(answer).strip()[:LONGEST]
        _check(row, by, kept, said, score)
        row.kept, row.answer, row.answered_by, row.answered_at = kept, said, by, now
        row.save(update_fields=["kept", "answer", "answered_by", "answered_at"])
        if not kept and score is not None:
            publishing.change(row.submission, score, GradeChange.Cause.APPEAL, said, by=by, now=now)
        about = {"submission": str(row.submission_id), "kept": kept}
        enrolment = row.submission.enrolment_id
        journal.log("appeal.answered", by=by.pk, about="enrolment", about_id=enrolment, at=now, **about)
        telling.tell_answer(row, facts, None if kept else score, now)
        return {"appeal": str(row.pk), "kept": kept}

    return acts.once(act, by.pk, work)


def _check(row: Appeal, by: Person, kept: bool, said: str, score: float | None) -> None:
    if row.submission.enrolment.person_id == by.pk:
        raise Refused(_("This copy is your own: somebody else answers."))
    if row.answered_at is not None:
        raise Refused(_("Somebody answered meanwhile: nothing was changed."))
    if not said:
        raise Refused(_("Write an answer: its author reads it."))
    if not kept and (score is None or not 0 <= score <= 100):
        raise Refused(_("Give the new grade, from 0 to 100."))
