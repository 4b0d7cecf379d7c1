"""Copies that wait for reviews: in and out of the pool, leased, given back, counted.

Locks are taken in one order everywhere, so that nobody waits in a ring: the person who asks, a review, then entries of
the pool by their key. What an entry says is counted from its reviews (`recount`), so that twice is as once.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.prepared import Change, Changes, Write
from preau.peer import allocation, assignments, candidates
from preau.peer.allocation import NEVER, Moments, Standing
from preau.peer.assignments import Facts
from preau.peer.candidates import COLUMNS, COUNTED, MOMENTS, Asker, Found
from preau.peer.models import PoolEntry, Review, Submission, Wait

BEAT = timedelta(minutes=1)  # a sign of life is written no more often
FIELDS = (
    "id",
    "assignment_id",
    "submission_id",
    "reviewer_id",
    "kind",
    "rubric_id",
    "leased_at",
    "seen_at",
    "late",
    "levels",
    "comments",
    "words",
    "hidden",
)
LEASE, SEEN = Write(Review, FIELDS), Change(Review, ("seen_at", "returned_at"))
STAND = Changes(PoolEntry, COLUMNS[1:])  # all but `wanted`


def enter(submission: Submission, facts: Facts, *, now: datetime) -> None:
    """Put a copy in the pool, in the place of its author's former one; in the caller's transaction.

    Refuses once a review of the former one was opened."""
    author = submission.enrolment.person_id
    rows = PoolEntry.objects.filter(assignment_id=facts.id, author_id=author)
    former = rows.select_for_update(of=("self",)).first()
    if former is not None and not may_replace(former.pk):
        raise Refused(
            _("Somebody has begun to assess your copy: it can no longer be replaced. It stands as you sent it.")
        )
    given = Review.objects.filter(assignment_id=facts.id, reviewer_id=author, kind__in=COUNTED)
    wanted = max(former.wanted if former else 0, facts.terms.guaranteed)
    standing = Standing(wanted, given.filter(finished_at__isnull=False).count(), 0, 0, 0.0, NEVER)
    values = {
        "submission": submission,
        "language": submission.language or facts.outline.language,
        "submitted_at": submission.submitted_at,
        "withdrawn": False,
        **vars(standing.placed(hurry=hurry(facts, now))),
    }
    if former is not None:
        rows.update(**values)
    else:
        PoolEntry.objects.create(assignment_id=facts.id, author_id=author, **values)


def may_replace(submission_id: UUID) -> bool:
    """Has no review of it been opened yet?"""
    return not Review.objects.filter(submission_id=submission_id).exclude(kind=Review.Kind.SELF).exists()


def withdraw(submission: Submission, now: datetime) -> None:
    """Take a copy out of the pool: nobody is given it any more, and whoever holds it is given another."""
    held = Review.objects.filter(submission=submission, finished_at=None, returned_at=None)
    held.update(returned_at=now)  # one that is leased in this very moment is passed over: its copy is withdrawn
    PoolEntry.objects.filter(pk=submission.pk).update(withdrawn=True, leased=0, tier=NEVER)


def hurry(facts: Facts, now: datetime) -> bool:
    """Are these the last two days of reviewing?"""
    return allocation.hurried(facts.calendar.reviews_due, now)


def ask(
    *, act: acts.Act, by: Person, facts: Facts, now: datetime, kind: str = "peer", languages: Collection[str]
) -> acts.Outcome:
    """Lease the next copy: {"review": id}; the review that they hold, if they hold one. Where there is none,
    {"review": None, "wait": True}: they are written to when there is one.

    Refuses a learner who has not handed in or whose copy was taken out, and anybody once the edition has ended."""
    read = sorted(languages) or [facts.outline.language]
    return acts.once(act, by.pk, lambda: _ask(by, facts, now, kind, read))


def _ask(by: Person, facts: Facts, now: datetime, kind: str, languages: list[str]) -> acts.Outcome:
    if now > facts.outline.closes_at:
        raise Refused(_("The session has ended: there is nothing left to assess."))
    who = candidates.asker(by.pk, facts.id, facts.rubric_id)
    if kind == Review.Kind.PEER and who.withdrawn is None:
        raise Refused(_("Hand in your own copy first: then you can assess those of others."))
    if kind == Review.Kind.PEER and who.withdrawn:
        raise Refused(_("Your copy was taken out of the assessment: you owe no assessment."))
    if who.holds is not None:
        return {"review": str(who.holds)}
    if not who.rubric:
        assignments.ensure(facts)
    found = candidates.next_copy(by.pk, who, facts.id, languages, now)
    if found is None:
        # Who asked twice at once as one person holds by now what the first gave them.
        who = candidates.asker(by.pk, facts.id, facts.rubric_id)
        return {"review": str(who.holds)} if who.holds else _wait(by, who, facts, now)
    review = _lease(by, facts, now, kind, found)
    if who.since is not None:
        Wait.objects.filter(assignment_id=facts.id, person=by).delete()
    return {"review": str(review)}


def _lease(by: Person, facts: Facts, now: datetime, kind: str, found: Found) -> UUID:
    copy, standing = found
    review = new_id()
    LEASE(review, facts.id, copy, by.pk, kind, facts.rubric_id, now, now, False, {}, {}, "", False)
    _stand((copy, standing.leased_once_more(hurry=hurry(facts, now))))
    return review


def _stand(*found: Found) -> None:
    STAND([(copy, one.given, one.finished, one.leased, one.expected, one.tier) for copy, one in found])


def _wait(by: Person, who: Asker, facts: Facts, now: datetime) -> acts.Outcome:
    """They wait since they first asked; who was told and came too late is told again."""
    if who.since is not None:
        Wait.objects.filter(assignment_id=facts.id, person=by).update(told_at=None)
    else:
        Wait.objects.create(assignment_id=facts.id, person=by, since=now)
    return {"review": None, "wait": True}


def beat(review: Review, now: datetime) -> None:
    """The reviewer is still at it. A lease that was taken back is theirs again."""
    returned = review.returned_at is not None
    if review.finished_at is not None or (not returned and now - review.seen_at < BEAT):
        return
    review.seen_at, review.returned_at = now, None
    SEEN(review.pk, now, None)
    if returned:
        recount([review.submission_id], now)


def give_back(*, act: acts.Act, by: Person, review: Review, now: datetime) -> acts.Outcome:
    """Give a copy back to whoever can assess it; one that was finished or given back stays as it is."""

    def work() -> acts.Outcome:
        row = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if row.finished_at is None and row.returned_at is None:
            row.returned_at = now
            row.save(update_fields=["returned_at"])
            recount([row.submission_id], now)
        return {"review": str(row.pk)}

    return acts.once(act, by.pk, work)


def taken_out() -> str:
    """What is said of a copy that is assessed no more."""
    return _("This copy was taken out of the assessment: nothing was stored, and you owe nothing for it.")


def finished(review: Review, facts: Facts, *, now: datetime) -> None:
    """Count a finished review, for its copy and for what its writer gave: at the end of the transaction of whoever has
    just written it, since both entries stay locked, and the copies of those who assess are those that are assessed.
    One that comes after its lease was taken back counts as any other. Refuses a copy that was taken out."""
    ids = (review.submission_id, facts.id, review.reviewer_id)
    entries = candidates.both(*ids)
    if any(pk == review.submission_id and cancelled for pk, _before, cancelled in entries):
        raise Refused(taken_out())
    reviews, given = candidates.written(*ids)
    changed = []
    for pk, before, _cancelled in entries:
        if pk == review.submission_id:
            after = before.received(reviews, now, hurry=hurry(facts, now))
        else:
            after = before.gave(given, hurry=hurry(facts, now))
        if after != before:
            changed.append((pk, after))
    _stand(*changed)


def recount(copies: Collection[UUID], now: datetime, *, hurry: bool = False, passing: bool = False) -> int:
    """Count entries of the pool again from their reviews, in the caller's transaction; how many changed. `passing` over
    those that somebody holds. Whoever hides a review, or changes what is wanted, calls it."""
    rows = PoolEntry.objects.select_for_update(of=("self",), skip_locked=passing)
    entries = list(rows.filter(pk__in=copies, withdrawn=False).order_by("pk"))
    reviews: dict[UUID, list[Moments]] = {entry.pk: [] for entry in entries}
    written = Review.objects.filter(submission_id__in=reviews, kind__in=COUNTED).order_by()
    for copy, *moments in written.values_list("submission_id", *MOMENTS):
        reviews[copy].append(Moments(*moments))
    changed = []
    for entry in entries:
        before = Standing(*(getattr(entry, name) for name in COLUMNS))
        after = before.received(reviews[entry.pk], now, hurry=hurry)
        if after.differs(before):
            vars(entry).update(vars(after))
            changed.append(entry)
    PoolEntry.objects.bulk_update(changed, COLUMNS[2:])
    return len(changed)
