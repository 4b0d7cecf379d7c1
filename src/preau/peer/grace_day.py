"""The day after reviews are due: where assessments that were promised lack, volunteers are let in by themselves, and
staff twelve hours later. The terms can say that they are not (`grace_day`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from preau.peer import assignments, computing, steering
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, PoolEntry, Widening

PACE = timedelta(minutes=1)  # between two looks
STEPS: Mapping[str, timedelta] = {  # group -> how long after reviews were due
    Widening.Group.VOLUNTEERS: timedelta(0),
    Widening.Group.STAFF: timedelta(hours=12),
}


def open_due(*, now: datetime) -> int:
    """Let in whom the day calls for, each group once; how many were let in. A group that the team lets in no more stays
    out."""
    opened = 0
    for row in computing.running(now):
        facts = assignments.of_row(row)
        for group in STEPS if facts else ():
            if facts and _is_due(row, facts, group, now) and lacking(facts).exists():
                opened += _open(row.pk, facts, group, now)
    return opened


def lacking(facts: Facts) -> "QuerySet[PoolEntry]":
    """The copies whose authors assessed as many as they are owed, and that lack some."""
    rows = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False)
    return rows.filter(given__gte=F("wanted"), finished__lt=F("wanted"))


def _is_due(row: Assignment, facts: Facts, group: str, now: datetime) -> bool:
    due, until = facts.calendar.reviews_due, facts.calendar.helped
    if due is None or until is None or not facts.terms.grace_day or _key(group) in row.told:
        return False
    return due + STEPS[group] <= now < until


def _key(group: str) -> str:
    return f"grace day: {group}"


@transaction.atomic
def _open(pk: UUID, facts: Facts, group: str, now: datetime) -> int:
    """The group, the messages, the line of the journal and that it was done: all or nothing, and once."""
    row = Assignment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if row is None or row.published_at is not None or _key(group) in row.told:
        return 0
    added, told = steering.let_in(row, facts, [group], by=None, now=now)
    row.told = {**row.told, _key(group): now.isoformat()}
    row.save(update_fields=["told"])
    if added:
        steering.log("peer.grace_day", None, facts, now, groups=added, told=told, lacking=lacking(facts).count())
    return len(added)
