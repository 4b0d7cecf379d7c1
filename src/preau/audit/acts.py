"""Acts: the only reader and writer of `Act`. An act's id makes its POST idempotent, whatever was cut in between."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from preau.audit.models import Act as Row
from preau.common.prepared import Prepared, Write

type Outcome = dict[str, Any]


class Conflict(Exception):
    """The act's id was used before: by another person, for another verb, or with another payload (HTTP 409)."""


@dataclass(frozen=True)
class Act:
    """What arrived: `payload` is everything that the verb depends on, `made_at` the device's claim, `received_at`
    our clock."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    received_at: datetime
    made_at: datetime | None = None

    def fingerprint(self) -> bytes:
        """16 bytes of SHA-256 over the verb and the payload in canonical JSON."""
        text = json.dumps(
            [self.kind, self.payload], sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def once(act: Act, by: UUID, work: Callable[[], Outcome], last: Callable[[], None] = lambda: None) -> Outcome:
    """Do `work` and keep its outcome in one transaction, or return what was kept the first time. `last` ends that
    transaction: what locks rows that others wait for, so that they wait for little more than the commit.

    Raises `Conflict` when the id was used for something else. `work` may raise: then nothing is kept, and the id is
    free.
    """
    try:
        with transaction.atomic():
            outcome = work()
            KEEP(act.id, by, act.kind, act.fingerprint(), outcome, act.made_at, act.received_at)
            last()
            return outcome
    except Exception:
        # Nearly every act is new, so it is done first and its id looked for only when that fails: a replay breaks the
        # id's uniqueness or is refused by what the first one changed, and is undone whole. On PostgreSQL two of the
        # same id may also run side by side until one commits.
        if (done := _outcome_of(act, by)) is not None:
            return done
        raise


KEEP = Write(Row, ("id", "person_id", "kind", "fingerprint", "outcome", "made_at", "received_at"))
BY_ID = Prepared(
    lambda key: Row.objects.filter(pk=key).values_list("person_id", "kind", "fingerprint", "outcome"), (UUID(int=1),)
)


def _outcome_of(act: Act, by: UUID) -> Outcome | None:
    found = BY_ID.rows(act.id)
    if not found:
        return None
    person_id, kind, fingerprint, outcome = found[0]
    if person_id != by or kind != act.kind or bytes(fingerprint) != act.fingerprint():
        raise Conflict
    return dict(outcome)


def counts(
    people: Iterable[UUID] | None = None, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, int]:
    """How many acts of each kind; of these people only, when given (a queryset of ids serves too), received from
    `since` on and before `until`."""
    rows = Row.objects.all() if people is None else Row.objects.filter(person_id__in=people)
    rows = rows if since is None else rows.filter(received_at__gte=since)
    rows = rows if until is None else rows.filter(received_at__lt=until)
    return dict(rows.values("kind").order_by("kind").values_list("kind", models.Count("id")))


def of_person(person_id: UUID) -> list[dict[str, Any]]:
    """Every act of one person, oldest first, as exported to them."""
    rows = Row.objects.filter(person_id=person_id).order_by("received_at", "id")
    return [dict(row) for row in rows.values("id", "kind", "made_at", "received_at", "outcome")]
