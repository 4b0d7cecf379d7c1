"""Files that a course refers to, kept once by their content: `MEDIA_ROOT/<two>/<digest><suffix>`, never changed."""

import hashlib
import mimetypes
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from preau.common.ids import new_id
from preau.content.models import MediaFile, Version
from preau.content.source import SourceCourse

# What is shown in a page; everything else is offered as a download, whatever it says it is.
SHOWN = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "application/pdf",
    "text/vtt",
}


@dataclass(frozen=True)
class Stored:
    name: str
    digest: str
    type: str
    size: int

    def row(self) -> dict[str, Any]:
        """The fields of its `MediaFile`."""
        return {"name": self.name, "digest": self.digest, "type": self.type, "size": self.size}


def keep_all(source: SourceCourse, root: Path) -> list[Stored]:
    """Copy every file that the course refers to into the media folder; raises OSError when the disk refuses."""
    return [keep(name, root / path) for name, path in source.files.items()]


def keep(name: str, path: Path) -> Stored:
    """Copy one file unless its content is there; whole or not at all, so that a kill leaves no half file behind a
    name."""
    digest = hashlib.sha256()
    place = Path(settings.MEDIA_ROOT)
    place.mkdir(parents=True, exist_ok=True)
    fresh = place / f".{new_id()}"
    size = 0
    try:
        with path.open("rb") as source, fresh.open("wb") as target:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
            target.flush()
            os.fsync(target.fileno())
        final = file_of(digest.hexdigest(), path.suffix.lower())
        final.parent.mkdir(exist_ok=True)
        fresh.replace(final)
    finally:
        fresh.unlink(missing_ok=True)
    return Stored(name, digest.hexdigest(), mimetypes.guess_type(path.name)[0] or "application/octet-stream", size)


def file_of(digest: str, suffix: str) -> Path:
    """Where a content lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / f"{digest}{suffix}"


def addresses(version: Version) -> Mapping[str, str]:
    """The public address of each file of a version, by the name that its texts use."""
    rows = MediaFile.objects.filter(version=version).values_list("name", "digest")
    return {name: f"/media/{digest}{Path(name).suffix.lower()}" for name, digest in rows}
