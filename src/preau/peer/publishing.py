"""Results are told at the date that was announced, each copy's once; afterwards `change` alone changes a grade.

The worker publishes in batches: a batch is one transaction that freezes the grades, writes what each learner has and
hands it to the ledger, so that a kill leaves nobody told twice or forgotten. What cannot be told yet waits: a copy
with an open procedure, one whose author owes reviews where the terms say that the result waits, one that nobody has
assessed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses import actions as courses
from preau.courses.models import Edition
from preau.grades import actions as grades
from preau.peer import assignments, computing, leasing, owing, telling
from preau.peer.assignments import Facts
from preau.peer.candidates import COUNTED
from preau.peer.models import Assignment, Case, GradeChange, PeerGrade, PoolEntry, Review, StaffTurn, Submission

BATCH = 500
PACE = timedelta(minutes=1)  # between two looks at the results that wait
Cause = GradeChange.Cause


def publish_due(*, now: datetime) -> int:
    """Publish every assignment whose date has come, and the results that waited and need not any more; how many results
    were told."""
    told = 0
    for row in computing.running(now):
        facts = assignments.of_row(row)
        if facts and facts.calendar.results and now >= facts.calendar.results:
            told += publish(row, facts, now=now)
    return told


def publish(row: Assignment, facts: Facts, *, now: datetime) -> int:
    """Reckon a last time, tell every result that can be told, and say that results are told. Goes on where a former one
    was cut: what it told is frozen, and the grades are not reckoned again."""
    if not computing.begun(row.pk):
        computing.recompute(row, now=now)
    told = 0
    while (batch := _publish_batch(row.pk, facts, now)) is not None:
        told += batch
    return told


@transaction.atomic
def _publish_batch(pk: UUID, facts: Facts, now: datetime) -> int | None:
    """One batch; the one that finds nothing left ends it. None when it is over, or another worker is at it."""
    row = Assignment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, published_at=None).first()
    if row is None:
        return None
    batch = list(_ready(facts)[:BATCH])
    if batch:
        _give(batch, facts, Cause.PUBLISHED, now)
        return len(batch)
    _end(row, facts, now)
    return None


def _ready(facts: Facts) -> "QuerySet[PeerGrade]":
    """The grades that can be told: no open procedure, and nothing owed where the result waits for it."""
    rows = PeerGrade.objects.annotate(excused=_excused(facts)).filter(
        submission__pool__assignment_id=facts.id,
        submission__pool__withdrawn=False,
        submission__cancelled_at=None,
        published_at=None,
    )
    if facts.terms.owed is None:
        rows = rows.filter(Q(submission__pool__given__gte=facts.terms.reviews) | Q(excused=True))
    open_case = Case.objects.filter(submission=OuterRef("submission"), decided_at=None)
    return rows.exclude(Exists(open_case)).select_related("submission__pool").order_by("pk")


def _excused(facts: Facts) -> Exists:
    return owing.excused("submission__enrolment", facts.unit.key)


def owed(entry: PoolEntry, facts: Facts, *, excused: bool) -> int:
    """How many reviews the author of a copy owes: none of an excused one, nor of one whose copy was taken out."""
    return 0 if entry.withdrawn or excused else max(0, facts.terms.reviews - entry.given)


def told(grade: PeerGrade, entry: PoolEntry, facts: Facts, *, excused: bool) -> float:
    """The grade that a learner is told: less what the missing reviews cost, where the terms say points."""
    return max(0.0, grade.score - owed(entry, facts, excused=excused) * (facts.terms.owed or 0.0))


def _give(batch: Sequence[PeerGrade], facts: Facts, cause: str, now: datetime) -> None:
    """Freeze these grades and give them to their learners, in the caller's transaction; where a procedure decided, its
    grade. A review that came after the last reckoning is advice."""
    keys = [one.pk for one in batch]
    decided = dict(
        GradeChange.objects.filter(submission_id__in=keys).order_by("at", "pk").values_list("submission_id", "score")
    )
    scores = [_score(one, decided.get(one.pk), facts) for one in batch]
    GradeChange.objects.bulk_create(
        GradeChange(submission_id=one.pk, score=score, cause=cause, at=now)
        for one, score in zip(batch, scores, strict=True)
        if one.pk not in decided
    )
    PeerGrade.objects.filter(pk__in=keys).update(published_at=now)
    for one, score in zip(batch, scores, strict=True):
        _record(one.submission, score, "peers", now)
    counted = {line["review"] for one in batch for line in one.lines}
    came = Review.objects.filter(submission_id__in=keys, kind__in=COUNTED, finished_at__isnull=False, late=False)
    after = [pk for pk in came.order_by().values_list("pk", flat=True) if str(pk) not in counted]
    Review.objects.filter(pk__in=after, hidden=False).update(late=True)


def _score(grade: PeerGrade, decided: float | None, facts: Facts) -> float:
    """`grade` comes with `excused`."""
    excused = bool(grade.excused)  # type: ignore[attr-defined]
    return told(grade, grade.submission.pool, facts, excused=excused) if decided is None else decided


def _record(copy: Submission, score: float, by: str, now: datetime) -> None:
    grades.record(
        enrolment_id=copy.enrolment_id,
        unit_id=copy.unit_id,
        version_id=copy.version_id,
        score=score,
        of=100.0,
        how={"by": by, "final": True},
        shown_from=None,
        now=now,
    )


def _end(row: Assignment, facts: Facts, now: datetime) -> None:
    """Everything that could be told is: the reviews from now on are advice, what nobody assessed enough goes to the
    team, pages say that results are told."""
    first = computing.of_assignment(row.pk).filter(published_at__isnull=False).order_by("published_at")
    since = first.values_list("published_at", flat=True).first() or now
    came = Review.objects.filter(assignment=row, kind__in=COUNTED, finished_at__gte=since, late=False)
    came.filter(submission__peer_grade__published_at__lt=F("finished_at")).update(late=True)
    promise(facts, now)
    row.published_at = now
    row.save(update_fields=["published_at"])
    courses.touch(Edition.objects.get(pk=row.edition_id))  # nothing of a result is on a shared page


def promise(facts: Facts, now: datetime) -> int:
    """Hand to the team the copies that nobody assessed, and those of whoever did their part and lacks reviews that were
    promised; how many."""
    rows = PoolEntry.objects.filter(
        assignment_id=facts.id, withdrawn=False, submission__grade=None, submission__staff_turn=None
    )
    lacks = Q(submission__peer_grade=None) | Q(given__gte=facts.terms.reviews, finished__lt=facts.terms.guaranteed)
    turns = [
        StaffTurn(submission_id=pk, assignment_id=facts.id, why=StaffTurn.Why.PROMISED, drawn_at=now)
        for pk in rows.filter(lacks).order_by("pk").values_list("pk", flat=True)
    ]
    StaffTurn.objects.bulk_create(turns, ignore_conflicts=True, batch_size=BATCH)
    return len(turns)


def release_due(*, now: datetime) -> int:
    """Tell the results that waited and need not any more: the reviews owed were written, the procedure is over. How
    many."""
    rows = Assignment.objects.filter(published_at__isnull=False, edition__closes_at__gt=now - computing.AFTER)
    copies = PoolEntry.objects.filter(assignment=OuterRef("pk"), withdrawn=False)
    waiting = copies.filter(submission__peer_grade__isnull=False, submission__peer_grade__published_at=None)
    alone = copies.filter(submission__peer_grade=None, submission__staff_turn=None)
    released = 0
    for row in rows.filter(Exists(waiting) | Exists(alone)).select_related("edition__course").order_by("pk"):
        facts = assignments.of_row(row)
        if facts:
            promise(facts, now)
        while facts and (batch := _release_batch(row.pk, facts, now)):
            released += batch
    return released


@transaction.atomic
def _release_batch(pk: UUID, facts: Facts, now: datetime) -> int:
    Assignment.objects.select_for_update(of=("self",)).get(pk=pk)
    batch = list(_ready(facts)[:BATCH])
    _give(batch, facts, Cause.DONE if facts.terms.owed is None else Cause.PUBLISHED, now)
    telling.tell_released([one.pk for one in batch], facts, now)
    return len(batch)


@transaction.atomic
def change(
    submission: Submission, score: float, cause: str, reason: str, *, by: Person | None, now: datetime
) -> GradeChange | None:
    """Give a learner another grade than the one they were told, or the first one where there was none: the only way
    once results are told. The ledger follows, the journal keeps it; a change by the team is told by mail.

    While the result waits (it is not published, a procedure is open, reviews are owed) the team's grade takes the place
    of the peers' and waits too: None. What a procedure decided is kept, and told with the result."""
    row = Submission.objects.select_for_update(of=("self",)).select_related("enrolment__person").get(pk=submission.pk)
    waits = _waits(row)
    if waits and cause == Cause.STAFF:
        _set_aside(row, score, now)
        return None
    former = row.changes.order_by("at", "pk").last()
    made = GradeChange.objects.create(
        submission=row, score=score, former=former.score if former else None, cause=cause, reason=reason, by=by, at=now
    )
    if not waits:
        if not PeerGrade.objects.filter(pk=row.pk).exists():
            _set_aside(row, score, now)
        PeerGrade.objects.filter(pk=row.pk, published_at=None).update(published_at=now)
        _record(row, score, "staff", now)
    about = {"submission": str(row.pk), "score": round(score, 2), "cause": cause}
    person = by.pk if by else None
    journal.log("grade.changed", by=person, about="enrolment", about_id=row.enrolment_id, at=now, **about)
    facts = facts_of(row) if cause == Cause.STAFF else None
    if facts:
        telling.tell_change(made, facts, now)
    return made


def _assignment(row: Submission) -> Assignment | None:
    rows = Assignment.objects.filter(edition_id=row.enrolment.edition_id, unit_id=row.unit_id)
    return rows.select_related("edition__course").first()


def facts_of(row: Submission) -> Facts | None:
    """The assignment of a copy, in its author's language; the copy comes with its enrolment and person."""
    assignment = _assignment(row)
    return assignments.of_row(assignment, row.enrolment.person.language) if assignment else None


def _waits(row: Submission) -> bool:
    """Is the result of this copy still to be told, and not now?"""
    if PeerGrade.objects.filter(pk=row.pk, published_at__isnull=False).exists():
        return False
    assignment = _assignment(row)
    facts = assignments.of_row(assignment) if assignment else None
    entry = PoolEntry.objects.filter(pk=row.pk).first()
    if facts is None or assignment is None or assignment.published_at is None:
        return True
    excused = owing.is_excused(row.enrolment_id, facts.unit.key)
    holds = facts.terms.owed is None and entry is not None and owed(entry, facts, excused=excused) > 0
    return holds or row.cases.filter(decided_at=None).exists()


def _set_aside(row: Submission, score: float, now: datetime) -> None:
    """The team's grade takes the place of the peers', and is not told yet."""
    values = {"score": score, "low": score, "high": score, "method": "staff", "computed_at": now}
    made = {**values, "model": "staff", "inputs": ""}
    PeerGrade.objects.update_or_create(pk=row.pk, defaults=values, create_defaults={"submission": row, **made})


def withdraw(submission: Submission, now: datetime) -> None:
    """Take a copy out for good: it counts for nothing and is given to nobody."""
    Submission.objects.filter(pk=submission.pk, cancelled_at=None).update(cancelled_at=now)
    leasing.withdraw(submission, now)
