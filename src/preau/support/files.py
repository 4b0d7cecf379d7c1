"""Files that came with a request: kept under `MEDIA_ROOT/requests`, which no address leads to but the request's own
door."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from preau.mail.attachments import Attachment


def keep(entry: UUID, files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Write the files of an entry to the disk; returns its `attachments`. Written before the row: a row never names a
    file that is not there."""
    kept = []
    for file in files:
        name = digest(file.content)
        path = place(entry, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.write(file.content)
            out.flush()
            os.fsync(out.fileno())
        kept.append({"name": file.name, "type": file.type, "digest": name, "bytes": len(file.content)})
    return kept


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def place(entry: UUID, name: str) -> Path:
    """Where a file of an entry is, by its digest."""
    return Path(settings.MEDIA_ROOT) / "requests" / entry.hex[-2:] / f"{entry.hex}-{name}"


def delete(entry: UUID, attachments: Sequence[dict[str, Any]]) -> None:
    """Delete the files of an entry."""
    for file in attachments:
        if "digest" in file:
            place(entry, file["digest"]).unlink(missing_ok=True)
