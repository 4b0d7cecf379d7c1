"""The journal of what people with rights did: written in the transaction of the change, never edited."""

from datetime import datetime
from typing import Any
from uuid import UUID

from preau.audit.models import Entry


def log(verb: str, *, by: UUID | None, about: str, about_id: UUID | None, at: datetime, **details: Any) -> None:
    """Write one line; `details` must be JSON values."""
    Entry.objects.create(at=at, person_id=by, verb=verb, about=about, about_id=about_id, details=details)


def about(kind: str, row_id: UUID) -> list[Entry]:
    """The lines about one row, newest first."""
    return list(Entry.objects.filter(about=kind, about_id=row_id).order_by("-at"))


def latest(count: int = 100) -> list[Entry]:
    """The newest lines of the whole site."""
    return list(Entry.objects.order_by("-at")[:count])
