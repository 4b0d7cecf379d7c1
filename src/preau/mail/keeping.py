"""Files that people send, kept under `MEDIA_ROOT`: no address leads to them but the door of what they came with."""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404

from preau.common.ids import new_id
from preau.mail.attachments import Attachment


@dataclass(frozen=True)
class Folder:
    """The files of one kind of rows: `name` is the folder under `MEDIA_ROOT`."""

    name: str

    def keep(self, row: UUID, files: Iterable[Attachment]) -> list[dict[str, Any]]:
        """Write the files of a row to the disk; returns [{"name", "type", "digest", "bytes"}]. Written before the row:
        a row never names a file that is not there."""
        kept = []
        for file in files:
            name = digest(file.content)
            path = self.place(row, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as out:
                out.write(file.content)
                out.flush()
                os.fsync(out.fileno())
            kept.append({"name": file.name, "type": file.type, "digest": name, "bytes": len(file.content)})
        return kept

    def pour(self, row: UUID, name: str, kind: str, pieces: Iterable[bytes]) -> dict[str, Any]:
        """Write one large file piece by piece; returns what `keep` does for one."""
        fresh = self.place(row, f".{new_id().hex}")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        sha, size = hashlib.sha256(), 0
        try:
            with fresh.open("wb") as out:
                for piece in pieces:
                    sha.update(piece)
                    size += len(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.place(row, sha.hexdigest()))
        finally:
            fresh.unlink(missing_ok=True)
        return {"name": name, "type": kind, "digest": sha.hexdigest(), "bytes": size}

    def place(self, row: UUID, name: str) -> Path:
        """Where a file of a row is, by its digest."""
        return Path(settings.MEDIA_ROOT) / self.name / row.hex[-2:] / f"{row.hex}-{name}"

    def delete(self, row: UUID, kept: Sequence[Mapping[str, Any]]) -> None:
        """Delete the files of a row."""
        for file in kept:
            if "digest" in file:
                self.place(row, file["digest"]).unlink(missing_ok=True)

    def sent(self, row: UUID, file: Mapping[str, Any], *, shown: bool = False) -> FileResponse:
        """A file as a download; `shown`, a picture in a page. Never run by the browser on our own address."""
        path = self.place(row, file["digest"])
        if not path.is_file():
            raise Http404
        response = FileResponse(
            path.open("rb"), as_attachment=not shown, filename=file["name"], content_type=file["type"]
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cache-Control"] = "private, no-store"
        return response


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def fingerprints(attached: Iterable[Attachment]) -> list[str]:
    """What an act says of its files."""
    return [f"{file.name}:{digest(file.content)}" for file in attached]
