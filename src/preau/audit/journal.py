"""The journal of what people with rights did: written in the transaction of the change, never edited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from preau.audit.models import Entry


def log(verb: str, *, by: UUID | None, about: str, about_id: UUID | None, at: datetime, **details: Any) -> None:
    """Write one line; `details` must be JSON values."""
    Entry.objects.create(at=at, person_id=by, verb=verb, about=about, about_id=about_id, details=details)


def log_all(
    verb: str, *, by: UUID | None, about: str, at: datetime, rows: Iterable[tuple[UUID, dict[str, Any]]]
) -> None:
    """One line for each of many rows, (id, details): one query."""
    Entry.objects.bulk_create(
        [Entry(at=at, person_id=by, verb=verb, about=about, about_id=pk, details=details) for pk, details in rows]
    )


def exists(verb: str, *, about: str, row: str, **details: str) -> Exists:
    """A condition on rows that have a column `row` with the id that a line of this verb and these details is about."""
    said = {f"details__{key}": value for key, value in details.items()}
    return Exists(Entry.objects.filter(about=about, about_id=OuterRef(row), verb=verb, **said))


def about(kind: str, row_id: UUID) -> list[Entry]:
    """The lines about one row, newest first."""
    return list(Entry.objects.filter(about=kind, about_id=row_id).order_by("-at"))


def newest(verb: str, *, about: str, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The details of the newest line of a verb about each of these rows that has one. One query."""
    rows = Entry.objects.filter(about=about, about_id__in=list(ids), verb=verb).order_by("at", "pk")
    return {pk: details for pk, details in rows.values_list("about_id", "details") if pk}


def latest(count: int = 100) -> list[Entry]:
    """The newest lines of the whole site."""
    return list(Entry.objects.order_by("-at")[:count])
