"""Files that a course refers to, and what is made of its videos: kept by their content, as `<two>/<digest><suffix>`,
never changed. On the disk under `MEDIA_ROOT`, or in a bucket (`content.bucket`) where STORAGES has the alias "courses".

The disk is a class of ours and not Django's: a `FileSystemStorage` writes under the final name, so that a kill leaves
half a file behind a digest.
"""

import hashlib
import mimetypes
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import storages

from preau.common import ranges
from preau.common.ids import new_id
from preau.content.models import MediaFile, Version
from preau.content.source import SourceCourse

COURSES = "courses"  # the alias of a bucket in STORAGES
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
}
# What never comes from the bucket's own address: a drawing may carry a script, which our sandbox holds.
OURS = {"image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"

mimetypes.add_type("audio/mp4", ".m4a")  # a machine without a list of its own knows neither
mimetypes.add_type("image/webp", ".webp")

type Watch = Callable[[], object]


class Away(OSError):
    """The bucket does not answer, or not as it should: no file is at fault, and the same may work in a minute."""


class Place(Protocol):
    """Where contents are. `name` is `<two>/<digest><suffix>`; `watch` is called now and then while bytes are moved.
    What is not there raises FileNotFoundError, a place that cannot be reached `Away`, a disk without room OSError."""

    def keep(self, path: Path, watch: Watch) -> tuple[str, int]:
        """Keep a file's content unless it is there, whole or not at all; its digest and size."""

    def size(self, name: str) -> int:
        """Its size in bytes."""

    def part(self, name: str, first: int, count: int) -> Iterable[bytes]:
        """So many bytes from one on, in pieces; nothing of it is held whole. If it has `close`, the reader calls it."""

    def local(self, name: str, folder: Path, watch: Watch) -> Path:
        """The content as a file that a program can read; written into `folder` where it is not on the disk."""

    def fetch(self, name: str, target: Path, watch: Watch) -> None:
        """Copy it to `target`."""

    def absent(self, names: Iterable[str]) -> list[str]:
        """Which of them are not there; nothing is downloaded."""


class Disk:
    """The media folder. A file gets its name once it is whole and on the disk."""

    def keep(self, path: Path, watch: Watch) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        place = Path(settings.MEDIA_ROOT)
        place.mkdir(parents=True, exist_ok=True)
        fresh = place / f".{new_id()}"
        try:
            with path.open("rb") as source, fresh.open("wb") as target:
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
                    target.write(chunk)
                    size += len(chunk)
                    watch()
                target.flush()
                os.fsync(target.fileno())
            final = file_of(digest.hexdigest(), path.suffix.lower())
            final.parent.mkdir(exist_ok=True)
            fresh.replace(final)
        finally:
            fresh.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def size(self, name: str) -> int:
        return _there(name).stat().st_size

    def part(self, name: str, first: int, count: int) -> Iterable[bytes]:
        return ranges.pieces(_there(name), first, count)

    def local(self, name: str, folder: Path, watch: Watch) -> Path:
        return _there(name)

    def fetch(self, name: str, target: Path, watch: Watch) -> None:
        shutil.copyfile(_there(name), target)

    def absent(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if not (Path(settings.MEDIA_ROOT) / name).is_file()]


def _there(name: str) -> Path:
    path = Path(settings.MEDIA_ROOT) / name
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


def place() -> Place:
    """Where course files are on this site."""
    return cast(Place, storages[COURSES]) if in_bucket() else Disk()


def in_bucket() -> bool:
    """Are course files in a bucket?"""
    return COURSES in settings.STORAGES


def where() -> str:
    """In words, for operators: the folder, or the bucket and who has it."""
    if not in_bucket():
        return str(settings.MEDIA_ROOT)
    said = settings.STORAGES[COURSES].get("OPTIONS", {})
    host = urlsplit(said.get("endpoint_url") or "").netloc
    return f"the bucket {said.get('bucket_name')}" + (f" at {host}" if host else "")


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
    """Keep every file that the course refers to; raises OSError when the disk or the bucket refuses."""
    return [keep(name, root / path) for name, path in source.files.items()]


def keep(name: str, path: Path, watch: Watch = int) -> Stored:
    """Keep one file by its content, once; whole or not at all, so that a kill leaves no half file behind a name. Raises
    OSError."""
    digest, size = place().keep(path, watch)
    return Stored(name, digest, kind_of(path.name), size)


def size(digest: str, suffix: str) -> int:
    """The size of a content in bytes. Raises FileNotFoundError, `Away`."""
    return place().size(name_of(digest, suffix))


def part(digest: str, suffix: str, first: int, count: int) -> Iterable[bytes]:
    """So many bytes of a content from one on, in pieces. Raises FileNotFoundError, `Away`."""
    return place().part(name_of(digest, suffix), first, count)


def local(digest: str, suffix: str, folder: Path, watch: Watch = int) -> Path:
    """A content as a file on this machine: where it lies, or fetched into `folder`. Raises OSError."""
    return place().local(name_of(digest, suffix), folder, watch)


def fetch(digest: str, suffix: str, target: Path) -> None:
    """Copy a content to `target`. Raises OSError."""
    place().fetch(name_of(digest, suffix), target, int)


def absent(names: Iterable[str]) -> set[str]:
    """Which of these names (`name_of`) have no content. Raises `Away`."""
    return set(place().absent(names))


def public(digest: str, suffix: str) -> str:
    """The address of a content in the bucket itself; empty where it comes from us."""
    if not settings.S3_PUBLIC_URL or not in_bucket() or kind_of(f"x{suffix}") in OURS:
        return ""
    return f"{settings.S3_PUBLIC_URL}/{name_of(digest, suffix)}"


def kind_of(name: str) -> str:
    """The media type that a file is served as, by its suffix."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def disposition(kind: str) -> str:
    """Shown in the page, or offered as a download."""
    return "inline" if kind in SHOWN else "attachment"


def name_of(digest: str, suffix: str) -> str:
    """What a content is called in its place."""
    return f"{digest[:2]}/{digest}{suffix}"


def file_of(digest: str, suffix: str) -> Path:
    """Where a content lies on the disk."""
    return Path(settings.MEDIA_ROOT) / name_of(digest, suffix)


def addresses(version: Version) -> Mapping[str, str]:
    """The public address of each file of a version, by the name that its texts use."""
    rows = MediaFile.objects.filter(version=version).values_list("name", "digest")
    return {name: f"/media/{digest}{Path(name).suffix.lower()}" for name, digest in rows}
