"""Deadlines put off for many in one act: extensions in bulk, and the way back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from preau.accounts.models import Person
from preau.audit import journal
from preau.courses import rules
from preau.courses.models import Edition, Enrolment, Extension, Postponement

AT_ONCE = 2000  # rows in one statement


@dataclass(frozen=True)
class Scope:
    """For whom: everybody, a track by its key, a country by its code, or a group by its id."""

    kind: str = "all"
    value: str = ""


def touched(edition: Edition, scope: Scope) -> QuerySet[Enrolment]:
    """The live enrolments that a deadline act for this scope concerns."""
    rows = Enrolment.objects.filter(edition=edition, left_at=None)
    if scope.kind == Postponement.Scope.TRACK:
        return rows.filter(track__key=scope.value)
    if scope.kind == Postponement.Scope.COUNTRY:
        return rows.filter(person__country=scope.value)
    if scope.kind == Postponement.Scope.GROUP:
        return rows.filter(memberships__group_id=scope.value, memberships__removed_at=None)
    return rows


def reached(act: Postponement) -> QuerySet[Enrolment]:
    """Those whom a deadline act concerns, once it is done. A group is the people who were in it then: whoever joined it
    since has nothing of it, and whoever was taken out has."""
    if act.scope != Postponement.Scope.GROUP:
        return touched(act.edition, Scope(act.scope, act.value))
    then = Q(memberships__removed_at=None) | Q(memberships__removed_at__gt=act.at)
    rows = Enrolment.objects.filter(edition=act.edition_id, left_at=None)
    return rows.filter(then, memberships__group_id=act.value, memberships__added_at__lte=act.at)


def held(edition: Edition, scope: Scope, keys: Iterable[str]) -> dict[tuple[UUID, str], Extension]:
    """The extensions that people of this scope have for these units, by enrolment and key: one query."""
    rows = Extension.objects.filter(enrolment__in=touched(edition, scope), key__in=list(keys))
    return {(row.enrolment_id, row.key): row for row in rows.order_by("pk")}


@transaction.atomic
def give(
    edition: Edition, scope: Scope, dues: Mapping[str, datetime], hours: int, reason: str, *, batch: UUID, by: Person,
    now: datetime,
) -> tuple[int, int]:  # fmt: skip
    """Give everybody of this scope `hours` more for each unit of `dues` (deadlines by key); returns how many people
    got something, and how many extensions. Who has as much already, or more, keeps it. A learner's record says so.

    Three queries and two for each `AT_ONCE` rows."""
    known = held(edition, scope, dues)
    people = list(touched(edition, scope).order_by("pk").values_list("pk", flat=True))
    rows: list[Extension] = []
    lines: list[tuple[UUID, dict[str, Any]]] = []
    for enrolment_id in people:
        mine = list(_rows(enrolment_id, dues, hours, known))
        if mine:
            lines.append((enrolment_id, {row.key: row.until.isoformat(timespec="minutes") for row in mine}))
        for row in mine:
            row.reason, row.given_by, row.given_at, row.batch = reason, by, now, batch
        rows += mine
    _write(rows)
    for start in range(0, len(lines), AT_ONCE):
        part = lines[start : start + AT_ONCE]
        journal.log_all("extended.many", by=by.pk, about="enrolment", at=now, rows=part)
    return len(lines), len(rows)


def _rows(
    enrolment_id: UUID, dues: Mapping[str, datetime], hours: int, known: Mapping[tuple[UUID, str], Extension]
) -> Iterator[Extension]:
    for key, due in dues.items():
        former = known.get((enrolment_id, key))
        until = rules.put_off(due, hours, former.until if former else None)
        if until is not None:
            replaced = kept(former) if former else None
            yield Extension(enrolment_id=enrolment_id, key=key, until=until, replaced=replaced)


def kept(row: Extension) -> dict[str, Any]:
    """An extension as the one that takes its place remembers it."""
    return {
        "until": row.until.isoformat(),
        "reason": row.reason,
        "given_by": str(row.given_by_id) if row.given_by_id else None,
        "given_at": row.given_at.isoformat(),
        "batch": str(row.batch) if row.batch else None,
        "replaced": row.replaced,
    }


def _write(rows: list[Extension]) -> None:
    Extension.objects.bulk_create(
        rows,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["enrolment", "key"],
        update_fields=["until", "reason", "given_by", "given_at", "batch", "replaced"],
    )


@transaction.atomic
def take_back(batch: UUID, *, by: UUID, now: datetime) -> int:
    """Take the extensions of a batch back; returns how many. What one of them replaced is there again; what was given
    to somebody since stays."""
    rows = Extension.objects.filter(batch=batch)
    given, people = rows.count(), list(rows.order_by("enrolment").values_list("enrolment", flat=True).distinct())
    _write([restored(row) for row in rows.filter(replaced__isnull=False).order_by("pk")])
    rows.delete()
    for start in range(0, len(people), AT_ONCE):
        part = [(pk, {"act": str(batch)}) for pk in people[start : start + AT_ONCE]]
        journal.log_all("extension.undone", by=by, about="enrolment", at=now, rows=part)
    return given


def restored(row: Extension) -> Extension:
    """An extension as the one whose place it took was."""
    former = row.replaced
    assert isinstance(former, dict)
    row.until, row.given_at = datetime.fromisoformat(former["until"]), datetime.fromisoformat(former["given_at"])
    row.reason, row.replaced = former["reason"], former["replaced"]
    row.given_by_id = UUID(former["given_by"]) if former["given_by"] else None
    row.batch = UUID(former["batch"]) if former["batch"] else None
    return row


def latest(edition: Edition) -> Postponement | None:
    """The last deadline act of an edition that was not undone."""
    return Postponement.objects.filter(edition=edition, undone_at=None).order_by("-at", "-pk").first()


@lru_cache(maxsize=128)
def standing(edition_id: UUID, revision: int) -> tuple[Postponement, ...]:
    """The deadline acts of an edition that were not undone, the latest first: an act gives the edition another
    `revision`, and so does its undoing."""
    return tuple(Postponement.objects.filter(edition=edition_id, undone_at=None).order_by("-at", "-pk"))


def concerns(act: Postponement, enrolment: Enrolment) -> bool:
    """Is somebody (with their person and track) among those whom the act is for? The same as `reached`, of one."""
    if act.scope == Postponement.Scope.TRACK:
        return enrolment.track.key == act.value
    if act.scope == Postponement.Scope.GROUP:
        return enrolment.pk in _in_group(act.pk)
    return act.scope == Postponement.Scope.ALL or enrolment.person.country == act.value


@lru_cache(maxsize=128)
def _in_group(act_id: UUID) -> frozenset[UUID]:
    """Whom an act for a group reached: who was in it then never changes."""
    act = Postponement.objects.select_related("edition").get(pk=act_id)
    return frozenset(reached(act).order_by().values_list("pk", flat=True))


def moves_of(act: Postponement) -> list[tuple[str, str, datetime, datetime]]:
    """(key, which moment, before, after) of a deadline act."""
    return [
        (move["key"], move["what"], datetime.fromisoformat(move["before"]), datetime.fromisoformat(move["after"]))
        for move in act.moves
    ]
