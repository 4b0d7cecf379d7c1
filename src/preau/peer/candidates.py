"""The queries of whoever asks for a copy, compiled once: who asks, and which copy is next.

Two people who ask at once are given two copies: rows that somebody is taking are passed over. SQLite has one writer and
needs no lock. All of it reads one index, `peer_poolentry_next`, in its order.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.peer.allocation import NEVER, PATIENCE, Moments, Standing
from preau.peer.models import PoolEntry, Review, Rubric, Wait

COUNTED = (Review.Kind.PEER, Review.Kind.HELPER)  # not one's own, nor the team's: its grade is a `Grade`
COLUMNS = ("wanted", "given", "finished", "leased", "expected", "tier")  # those of `Standing`
MOMENTS = ("leased_at", "seen_at", "returned_at", "finished_at", "hidden")  # those of `Moments`
PAUSES = [0.002 * 2**n for n in range(9)]  # seconds: one in all, while others hold all that there is
NOBODY = UUID(int=0)  # the team of who has none
THREE = (UUID(int=1), UUID(int=2), UUID(int=3))

type Found = tuple[UUID, Standing]


@dataclass(frozen=True)
class Asker:
    """What is known of somebody who asks: whether their copy was taken out of the pool (None: they have none), their
    team, the review that they hold, whether the rubric's row is there, since when they wait."""

    withdrawn: bool | None
    team: UUID | None
    holds: UUID | None
    rubric: bool
    since: datetime | None

    def patient(self, now: datetime) -> bool:
        """Did they wait for so long that they are given whatever there is?"""
        return self.since is not None and now - self.since >= PATIENCE


def asker(person: UUID, assignment: UUID, rubric: UUID) -> Asker:
    """Who asks, locked until the end of the transaction: of two who ask at once as one person, the second waits here.
    What it then reads may be as it was before the first, so `next_copy` looks for itself that they hold none."""
    return Asker(*_ASKER.rows(person, assignment, rubric)[0])


def _held(person: UUID, assignment: UUID) -> "QuerySet[Review]":
    rows = Review.objects.filter(reviewer_id=person, assignment_id=assignment, finished_at=None, returned_at=None)
    return rows.filter(submission__pool__withdrawn=False)


def _asking(person: UUID, assignment: UUID, rubric: UUID) -> "QuerySet[Person, Any]":
    own = PoolEntry.objects.filter(assignment_id=assignment, author_id=person)
    waits = Wait.objects.filter(assignment_id=assignment, person_id=person)
    known: dict[str, Any] = {
        "out": Subquery(own.values("withdrawn")[:1]),
        "team": Subquery(own.values("team_id")[:1]),
        "holds": Subquery(_held(person, assignment).order_by("leased_at").values("pk")[:1]),
        "known": Exists(Rubric.objects.filter(pk=rubric)),
        "waits": Subquery(waits.values("since")[:1]),
    }
    rows = Person.objects.filter(pk=person).select_for_update(of=("self",), no_key=True)
    return rows.annotate(**known).values_list(*known)


_ASKER = Prepared(_asking, THREE)


def eligible(assignment: UUID, reviewer: UUID, team: UUID, languages: Collection[str]) -> "QuerySet[PoolEntry]":
    """The copies that somebody may be given: of others, not of their team, in a language that they read, and none that
    they held before."""
    held = Review.objects.filter(submission=OuterRef("pk"), reviewer_id=reviewer)
    rows = PoolEntry.objects.filter(assignment_id=assignment, withdrawn=False, language__in=languages)
    return rows.exclude(author_id=reviewer).exclude(team_id=team).filter(~Exists(held))


@dataclass(frozen=True)
class Queries:
    """Those for somebody who reads so many languages and holds no copy: the next one, and the least reviewed of those
    that need nothing, each locked; rows that others hold are passed over. `needing` only says whether there is one."""

    next: Prepared
    least: Prepared
    needing: Prepared


@cache
def queries(languages: int) -> Queries:
    """Compiled once for each number of languages."""
    examples = (*THREE, *(f"l{n}" for n in range(languages)))

    def free(assignment: UUID, reviewer: UUID, team: UUID, *read: str) -> "QuerySet[PoolEntry]":
        return eligible(assignment, reviewer, team, read).filter(~Exists(_held(reviewer, assignment)))

    return Queries(
        Prepared(lambda *ids: _locked(free(*ids).filter(tier__lt=NEVER)), examples),
        Prepared(lambda *ids: _locked(free(*ids).filter(tier=NEVER)), examples),
        Prepared(lambda *ids: free(*ids).filter(tier__lt=NEVER).values_list("pk")[:1], examples),
    )


def _locked(rows: "QuerySet[PoolEntry]") -> "QuerySet[PoolEntry, Any]":
    rows = rows.order_by("tier", "expected", "submitted_at").select_for_update(of=("self",), skip_locked=True)
    return rows.values_list("pk", *COLUMNS)[:1]


def next_copy(person: UUID, who: Asker, assignment: UUID, languages: list[str], now: datetime) -> Found | None:
    """The entry of the next copy, locked. One that somebody else is taking or counting is theirs for a moment; where
    there is no other, one looks again a moment later. Nobody waits for a row: whatever they looked at stays locked, and
    two who waited for each other's would both fail."""
    ids, prepared = (assignment, person, who.team or NOBODY, *languages), queries(len(languages))
    for pause in PAUSES:
        if found := prepared.next.rows(*ids):
            return _found(found[0])
        if not prepared.needing.rows(*ids):
            break
        time.sleep(pause)
    found = prepared.least.rows(*ids) if who.patient(now) else []
    return _found(found[0]) if found else None


def anything(person: UUID, team: UUID | None, assignment: UUID, languages: list[str], *, patient: bool) -> bool:
    """Is there a copy for somebody who waits? Nothing is locked."""
    rows = eligible(assignment, person, team or NOBODY, languages)
    return (rows if patient else rows.filter(tier__lt=NEVER)).exists()


def _found(row: list[Any]) -> Found:
    return row[0], Standing(*row[1:])


def _both(copy: UUID, assignment: UUID, author: UUID) -> "QuerySet[PoolEntry, Any]":
    rows = PoolEntry.objects.filter(Q(pk=copy) | Q(assignment_id=assignment, author_id=author)).order_by("pk")
    return rows.select_for_update(of=("self",)).values_list("pk", "submission__cancelled_at", *COLUMNS)


def _written(copy: UUID, assignment: UUID, reviewer: UUID) -> "QuerySet[Review, Any]":
    rows = Review.objects.filter(Q(submission_id=copy) | Q(assignment_id=assignment, reviewer_id=reviewer))
    rows = rows.filter(kind__in=COUNTED).order_by()
    return rows.values_list("submission_id", "reviewer_id", *MOMENTS)


_BOTH, _WRITTEN = Prepared(_both, THREE), Prepared(_written, THREE)


def both(copy: UUID, assignment: UUID, author: UUID) -> list[tuple[UUID, Standing, datetime | None]]:
    """The entries of a copy and of somebody's own, locked in their keys' order, and since when a copy is taken out."""
    return [(row[0], Standing(*row[2:]), row[1]) for row in _BOTH.rows(copy, assignment, author)]


def written(copy: UUID, assignment: UUID, reviewer: UUID) -> tuple[list[Moments], int]:
    """The reviews of a copy, and how many somebody finished for the assignment."""
    rows = [(row[0], row[1], Moments(*row[2:])) for row in _WRITTEN.rows(copy, assignment, reviewer)]
    of_copy = [moments for submission, _by, moments in rows if submission == copy]
    return of_copy, sum(by == reviewer and moments.finished_at is not None for _copy, by, moments in rows)
