"""The ledger of erased people: their ids and when, appended to a file of the state folder, so that a database that is
restored from before an erasure can be made to forget again. It holds no name."""

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from preau.accounts.models import ErasureRecord
from preau.config.archive import LEDGER

type Erased = dict[UUID, datetime]


class BadLedger(Exception):
    """A line that names nobody; the message says which."""


def path() -> Path:
    """Where this installation's ledger is."""
    return Path(settings.STATE) / LEDGER


def read(place: Path, *, strict: bool = False) -> Erased:
    """Who was erased, by a ledger; nobody when there is none. A last line without its end was cut by a kill and is
    passed over; any other that cannot be read is too, unless `strict`: then it raises `BadLedger`."""
    found: Erased = {}
    if not place.exists():
        return found
    for number, line in enumerate(place.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            said = json.loads(line)
            found.setdefault(UUID(said["person"]), datetime.fromisoformat(said["at"]))
        except (ValueError, TypeError, KeyError) as error:
            if strict and line.strip():
                raise BadLedger(f"{place.name}, line {number}: no erased person can be read there") from error
    return found


def append(people: Mapping[UUID, datetime], place: Path | None = None) -> None:
    """Add those who are not there yet; on disk when this returns."""
    place = place or path()
    place.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        known = read(place)
        lines = [
            json.dumps({"person": str(person), "at": at.isoformat()})
            for person, at in people.items()
            if person not in known
        ]
        if not lines:
            return
        held = ledger.read()
        start = b"" if not held or held.endswith(b"\n") else b"\n"  # after a line that a kill cut
        ledger.write(start + "".join(f"{line}\n" for line in lines).encode())
        ledger.flush()
        os.fsync(ledger.fileno())


def recorded() -> Erased:
    """Who was erased, by the database."""
    return dict(ErasureRecord.objects.order_by("asked_at").values_list("person_id", "asked_at"))


class Keeper:
    """Looks after the ledger from time to time; reads it only when there is another number of erasures than before."""

    def __init__(self) -> None:
        self.seen = -1

    def look(self) -> None:
        """One query when nothing happened."""
        if (count := ErasureRecord.objects.count()) != self.seen:
            catch_up()
            self.seen = count


def catch_up() -> None:
    """Write what the database knows and the ledger does not: a kill right after an erasure, or another machine's."""
    append(recorded())


def note(instance: ErasureRecord, created: bool, **_signal: Any) -> None:
    """At each erasure, once it is committed."""
    if created:
        transaction.on_commit(lambda: append({instance.person_id: instance.asked_at}), robust=True)


def union(ledgers: Iterable[Erased]) -> Erased:
    """Everybody who is in one of them, with the first time said."""
    total: Erased = {}
    for ledger in ledgers:
        for person, at in ledger.items():
            total[person] = min(at, total.get(person, at))
    return total
