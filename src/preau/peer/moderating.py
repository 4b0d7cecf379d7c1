"""What the team does with one copy: grade it, take it out, hide a review of it, settle what was flagged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.mail import actions as mail
from preau.peer import assignments, drawing, leasing, publishing, reviewing
from preau.peer import rubric as rubrics
from preau.peer.assignments import Facts
from preau.peer.candidates import COUNTED
from preau.peer.models import Assignment, Case, Flag, Grade, GradeChange, PeerGrade, PoolEntry, Review, Submission

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Marked:
    """What a grader gives: a score in percent, or the levels of the rubric from which it comes, and a remark that the
    author reads."""

    remark: str
    score: float | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As the payload of an act."""
        return {
            "remark": self.remark,
            "score": self.score,
            "levels": dict(self.levels),
            "comments": dict(self.comments),
        }


def grade(
    *, act: acts.Act, by: Person, facts: Facts, submission: Submission, marked: Marked, now: datetime
) -> acts.Outcome:
    """Give a copy the team's own grade. Before the results it goes into the reckoning; after them the learner has it
    at once, and the remark says why.

    Refuses one's own copy, one that was taken out, a rubric that is half filled, and after the results a grade without
    a remark."""

    def work() -> acts.Outcome:
        row = Submission.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=submission.pk)
        assignment = assignments.locked(facts)
        score = _score(facts, marked)
        _check(row, by, marked, assignment)
        if marked.levels or any(words.strip() for words in marked.comments.values()):
            _keep_levels(row, by, facts, marked, score, now)
        values = {"score": score, "of": 100, "remark": texts.clean(marked.remark), "graded_by": by, "graded_at": now}
        Grade.objects.update_or_create(submission=row, defaults=values)
        _reckon_again(facts.id)
        if assignment.published_at is not None:
            publishing.change(row, score, GradeChange.Cause.STAFF, marked.remark, by=by, now=now)
        journal.log(
            "graded",
            by=by.pk,
            about="enrolment",
            about_id=row.enrolment_id,
            at=now,
            submission=str(row.pk),
            score=round(score, 2),
        )
        return {"submission": str(row.pk), "score": score}

    return acts.once(act, by.pk, work)


def _check(row: Submission, by: Person, marked: Marked, assignment: Assignment) -> None:
    if row.enrolment.person_id == by.pk:
        raise Refused(_("This copy is your own: somebody else grades it."))
    if row.cancelled_at is not None or not row.current:
        raise Refused(_("This copy was taken out of the assessment: it has no grade."))
    if assignment.published_at is not None and not marked.remark.strip():
        raise Refused(_("The author has their result already: say why it changes."))


def _score(facts: Facts, marked: Marked) -> float:
    """The score given, else that of the levels."""
    if marked.score is not None:
        return marked.score
    if not marked.levels:
        raise Refused(_("Choose the levels of the rubric, or write a grade."))
    try:
        return rubrics.score(facts.rubric, marked.levels)
    except rubrics.BadReview as error:
        raise Refused(_("Choose a level for every criterion, or write a grade instead.")) from error


def _keep_levels(row: Submission, by: Person, facts: Facts, marked: Marked, score: float, now: datetime) -> None:
    """What the team chose of the rubric and wrote beside its criteria, kept as its own assessment, which counts for
    nothing by itself. Whoever assessed the copy as a helper keeps that one."""
    if Review.objects.filter(submission=row, reviewer=by).exclude(kind=Review.Kind.STAFF).exists():
        return
    values = {
        "assignment_id": facts.id,
        "kind": Review.Kind.STAFF,
        "rubric_id": facts.rubric_id,
        "leased_at": now,
        "seen_at": now,
        "finished_at": now,
        "levels": dict(marked.levels),
        "comments": _comments(facts, marked),
        "words": texts.clean(marked.remark)[: reviewing.LONGEST],
        "score": score,
    }
    Review.objects.update_or_create(submission=row, reviewer=by, defaults=values)


def _comments(facts: Facts, marked: Marked) -> dict[str, str]:
    """Beside any criterion, whether the rubric asks peers for a comment or not."""
    said = {one.id: texts.clean(marked.comments.get(one.id, "")).strip() for one in facts.rubric.criteria}
    return {key: words[: rubrics.LONGEST_COMMENT] for key, words in said.items() if words}


def cancel(
    *, act: acts.Act, by: Person, facts: Facts, submission: Submission, reason: str, now: datetime
) -> acts.Outcome:
    """Take a copy out of the assessment: nobody is given it any more, and it gets no result. Its author is told why.

    Refuses without a reason, and once results are told: then the grade is changed, or a case opened."""

    def work() -> acts.Outcome:
        rows = Submission.objects.select_for_update(of=("self",)).select_related("enrolment__person")
        row = rows.get(pk=submission.pk)
        _reason(reason)
        if assignments.locked(facts).published_at is not None:
            raise Refused(_("The results are told: change the grade, or open a procedure."))
        if row.cancelled_at is None:
            row.cancelled_at = now
            row.save(update_fields=["cancelled_at"])
            leasing.withdraw(row, now)
            _reckon_again(facts.id)
            _tell_cancelled(row, facts, reason, now)
            _about_copy("copy.cancelled", by, row, now, reason=reason.strip())
        return {"submission": str(row.pk)}

    return acts.once(act, by.pk, work)


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."))


def _about_copy(verb: str, by: Person, row: Submission, now: datetime, **details: Any) -> None:
    journal.log(
        verb,
        by=by.pk,
        about="enrolment",
        about_id=row.enrolment_id,
        at=now,
        submission=str(row.pk),
        **details,
    )


def restore(*, act: acts.Act, by: Person, facts: Facts, submission: Submission, now: datetime) -> acts.Outcome:
    """Bring a copy back that was taken out: it is given to others again, and gets a result. What was assessed of it
    counts again. Its author is told.

    Refuses once results are told, a copy that a procedure took out, and one that a later one replaced."""

    def work() -> acts.Outcome:
        rows = Submission.objects.select_for_update(of=("self",)).select_related("enrolment__person")
        row = rows.get(pk=submission.pk)
        if assignments.locked(facts).published_at is not None:
            raise Refused(_("The results are told: a copy that was taken out can no longer come back."))
        if Case.objects.filter(submission=row, decision=Case.Decision.CANCELLED).exists():
            raise Refused(_("A procedure decided that this copy counts for nothing: it stays out."))
        if not row.current:
            raise Refused(_("A later copy took the place of this one."))
        if row.cancelled_at is not None:
            row.cancelled_at = None
            row.save(update_fields=["cancelled_at"])
            _enter_again(row, facts, now)
            _reckon_again(facts.id)
            _tell_restored(row, facts, now)
            _about_copy("copy.restored", by, row, now)
        return {"submission": str(row.pk)}

    return acts.once(act, by.pk, work)


def _enter_again(row: Submission, facts: Facts, now: datetime) -> None:
    """Back into the pool, with what its author gave meanwhile."""
    given = Review.objects.filter(assignment_id=facts.id, reviewer=row.enrolment.person_id, kind__in=COUNTED)
    count = given.filter(finished_at__isnull=False).count()
    PoolEntry.objects.filter(pk=row.pk).update(withdrawn=False, given=count)
    leasing.recount([row.pk], now, hurry=leasing.hurry(facts, now))


def _tell_restored(row: Submission, facts: Facts, now: datetime) -> None:
    with translation.override(row.enrolment.person.language):
        text = _(
            "The team put your copy of “{title}” back into the assessment: it is assessed as any other, and nothing of"
            " what you did is lost.\n\nYou can answer this message.\n"
        ).format(title=facts.unit.title)
        _tell_author(row, facts, "restored", text, now)


def _tell_cancelled(row: Submission, facts: Facts, reason: str, now: datetime) -> None:
    with translation.override(row.enrolment.person.language):
        text = _(
            "The team took your copy of “{title}” out of the assessment: nobody assesses it any more.\n\nReason:"
            " {reason}\n\nYou can answer this message.\n"
        ).format(title=facts.unit.title, reason=reason.strip())
        _tell_author(row, facts, "cancelled", text, now)


def _tell_author(row: Submission, facts: Facts, what: str, text: str, now: datetime) -> None:
    person = row.enrolment.person
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"{what}:{row.pk}:{now.isoformat()}",
        language=person.language,
        subject=_("Your copy of “{title}”").format(title=facts.unit.title),
        text=text,
        now=now,
        kind="decision",
        zone=person.zone,
    )


def hide(
    *, act: acts.Act, by: Person, facts: Facts, review: Review, reason: str, score: float | None, now: datetime
) -> acts.Outcome:
    """Take an abusive review out of sight and out of the reckoning. Once results are told nothing follows by itself:
    `score`, if given, is the grade that the learner has from then on.

    Refuses without a reason, and a review that is not finished."""

    def work() -> acts.Outcome:
        row = _alone(review)
        _reason(reason)
        if row.finished_at is None:
            raise Refused(_("This assessment is not finished: take the copy back instead."))
        if not row.hidden:
            row.hidden = True
            row.save(update_fields=["hidden"])
            leasing.recount([row.submission_id], now)
            leasing.recount([row.submission_id], now)
            _reckon_again(row.assignment_id)
            _about_copy("review.hidden", by, row.submission, now, review=str(row.pk), reason=reason.strip())
        if score is not None and assignments.locked(facts).published_at is not None:
            publishing.change(row.submission, score, GradeChange.Cause.STAFF, reason.strip(), by=by, now=now)
        return {"review": str(row.pk), "score": score}

    return acts.once(act, by.pk, work)


def show(*, act: acts.Act, by: Person, review: Review, now: datetime) -> acts.Outcome:
    """Bring a hidden review back."""

    def work() -> acts.Outcome:
        row = _alone(review)
        if row.hidden:
            row.hidden = False
            row.save(update_fields=["hidden"])
            leasing.recount([row.submission_id], now)
            leasing.recount([row.submission_id], now)
            _reckon_again(row.assignment_id)
            _about_copy("review.shown", by, row.submission, now, review=str(row.pk))
        return {"review": str(row.pk)}

    return acts.once(act, by.pk, work)


def _alone(review: Review) -> Review:
    """A review for this transaction alone: first its assignment, whose grades are reckoned again, as whoever adjusts
    terms or scoring locks it."""
    Assignment.objects.select_for_update(of=("self",)).get(pk=review.assignment_id)
    return Review.objects.select_for_update(of=("self",)).select_related("submission").get(pk=review.pk)


def would_become(review: Review) -> float | None:
    """The published grade of a copy without one of its reviews; None when it changes nothing."""
    lines = PeerGrade.objects.filter(submission_id=review.submission_id).values_list("lines", flat=True).first()
    return drawing.without(lines or [], str(review.pk))


def settle(*, act: acts.Act, by: Person, flag: Flag, words: str, now: datetime) -> acts.Outcome:
    """Say what became of a flag; once."""

    def work() -> acts.Outcome:
        row = Flag.objects.select_for_update(of=("self",)).select_related("review__submission").get(pk=flag.pk)
        said = texts.clean(words).strip()[:LONGEST_REASON]
        if not said:
            raise Refused(_("Say what was decided."))
        if row.settled_at is not None:
            raise Refused(_("Somebody settled it meanwhile."))
        row.settled_at, row.settled_by, row.settled = now, by, said
        row.save(update_fields=["settled_at", "settled_by", "settled"])
        _about_copy("flag.settled", by, row.review.submission, now, flag=str(row.pk), words=said)
        return {"flag": str(row.pk)}

    return acts.once(act, by.pk, work)


def opened(submission: Submission, by: Person, now: datetime) -> None:
    """Somebody of the team looks at a copy with its author and its reviewers: a line of the journal, each time."""
    journal.log("copy.opened", by=by.pk, about="submission", about_id=submission.pk, at=now)


def _reckon_again(assignment: UUID) -> None:
    """The worker reckons the grades again, unless they are published."""
    Assignment.objects.filter(pk=assignment).update(computed_at=None)
