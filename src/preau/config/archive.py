"""The archive of a whole installation: a tar with the database, the files, the secret and, last, a manifest that says
what each of them must be. Written beside its place and renamed once whole; read as if a stranger had made it."""

import hashlib
import io
import json
import os
import tarfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from preau.common.archives import Limits as NameLimits
from preau.common.archives import bad_name

FORMAT = 1
MANIFEST, SECRET, LEDGER, FILES = "manifest.json", "secret", "erased.jsonl", "files/"
DATABASES = {"sqlite": "database.sqlite3.gz", "postgresql": "database.pgdump"}
CHUNK = 1 << 20
LONGEST_MANIFEST = 512 << 20  # bytes: a million files have one of a tenth of that

# Of the state folder, what makes itself again or has nothing to do elsewhere. Whatever is not named here is kept, so
# that a folder which another release adds is in the archives without a thought.
REMADE = {"pages", "static", "uploads", "demo", "films", "mail", "credentials", "postman", "watch"}
PASSING = (".lock", ".log", ".stamp", ".tar", ".partial")
OWN = {SECRET, LEDGER, "backup.json", "restoring"}


class BadArchive(Exception):
    """The archive cannot be trusted; the message says why, in plain English."""


@dataclass
class Manifest:
    """What an archive says of itself. `members` is {name: {"bytes", "sha256"}}; `database_bytes` the database's size
    unpacked; `migrations` those that it had taken; `bucket`, where course files are that are not in it, else empty."""

    format: int
    release: str
    made_at: str
    engine: str
    server: str
    site_url: str
    database_bytes: int
    people: int
    migrations: list[list[str]]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    bucket: str = ""

    def told(self) -> str:
        """What an operator wants to know of it, in a line."""
        files = [one for name, one in self.members.items() if name.startswith(FILES)]
        size = sum(int(one["bytes"]) for one in files)
        secret = "the secret" if SECRET in self.members else "no secret"
        bucket = f"; course files are in {shown(self.bucket)}, not in it" if self.bucket else ""
        return (
            f"of {self.made_at}, {self.site_url}: database ({self.engine}, {megabytes(self.database_bytes)}), "
            f"{self.people} people, {len(files)} files ({megabytes(size)}), {secret}{bucket}"
        )


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1_000_000:.1f} MB"


def kept(name: str) -> bool:
    """Does a file of the state folder, named from it with slashes, belong in an archive?"""
    first = name.partition("/")[0]
    passing = first in REMADE or first in OWN or first.startswith(".") or ".sqlite3" in first
    return not passing and not first.endswith(PASSING) and not any(part.startswith(".") for part in name.split("/"))


def state_files(state: Path) -> Iterator[tuple[str, Path]]:
    """(name from the state folder, path) of every regular file that an archive keeps; links are passed over."""
    for folder, folders, names in os.walk(state):
        root = Path(folder)
        folders[:] = sorted(one for one in folders if kept((root / one).relative_to(state).as_posix()))
        for one in sorted(names):
            path = root / one
            name = path.relative_to(state).as_posix()
            if kept(name) and path.is_file() and not path.is_symlink():
                yield name, path


class Source(Protocol):
    """Whatever bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""


class Writer:
    """An archive being written: members in any order, then `finish`."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(descriptor, "wb")
        self.tar = tarfile.open(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115  see `finish`
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, source: Source, size: int) -> None:
        """One member of exactly `size` bytes; OSError when the source has fewer."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        digest = Digested(source)
        self.tar.addfile(entry, digest)
        self.members[name] = {"bytes": size, "sha256": digest.total.hexdigest()}

    def add_file(self, name: str, path: Path) -> None:
        """A file as a member."""
        with path.open("rb") as source:
            self.add(name, source, os.fstat(source.fileno()).st_size)

    def finish(self, manifest: Manifest) -> None:
        """The manifest, last: an archive without one is a part of one. On disk when this returns."""
        manifest.members = self.members
        said = asdict(manifest)
        if not manifest.bucket:  # a former release knows no such line
            del said["bucket"]
        body = json.dumps(said, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(body), 0o600
        self.tar.addfile(entry, io.BytesIO(body))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def close(self) -> None:
        """Let go of the file, whole or not."""
        self.file.close()


class Digested:
    """A source that is hashed while it is read."""

    def __init__(self, source: Source) -> None:
        self.source, self.total = source, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """As the source's own."""
        chunk = self.source.read(size)
        self.total.update(chunk)
        return chunk


def unpack(archive: Path, folder: Path, tell: Callable[[int, int], None]) -> Manifest:
    """Unpack an archive into an empty folder and check all of it: names, kinds, sizes, hashes. `tell` hears bytes done
    and to do. Raises `BadArchive`; nothing outside the folder is ever written."""
    try:
        with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:", errors="strict") as tar:
            total, seen = archive.stat().st_size, dict[str, dict[str, Any]]()
            for entry in tar:
                _check_entry(entry, seen)
                seen[entry.name] = _write(tar, entry, folder / entry.name)
                tell(raw.tell(), total)
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise BadArchive(f"{archive.name} is cut or is no archive of ours: {error}") from error
    except OSError as error:
        raise BadArchive(f"{archive.name} cannot be unpacked: {error.strerror or error}") from error
    if MANIFEST not in seen:
        raise BadArchive(f"{archive.name} has no manifest: it was cut, or is no archive of ours")
    manifest = _manifest(folder / MANIFEST)
    _compare(manifest, {name: one for name, one in seen.items() if name != MANIFEST})
    return manifest


def _check_entry(entry: tarfile.TarInfo, seen: dict[str, dict[str, Any]]) -> None:
    name = entry.name
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise BadArchive(f"{shown(name)} is a link, a folder or a device: an archive of ours holds files only")
    known = {MANIFEST, SECRET, LEDGER, *DATABASES.values()}
    if name not in known:
        inside = name.removeprefix(FILES)
        reason = bad_name(inside, NameLimits()) or ("" if kept(inside) else "no archive of ours holds such a file")
        if not name.startswith(FILES) or name.endswith("/") or reason:
            raise BadArchive(f"{shown(name)} is refused: {reason or 'its place is none of an archive'}")
    if name in seen:
        raise BadArchive(f"{shown(name)} is in it twice")
    if name == MANIFEST and entry.size > LONGEST_MANIFEST:
        raise BadArchive("its manifest is too long")


def shown(name: str) -> str:
    """A name from outside that cannot disturb a terminal."""
    plain = "".join(c if unicodedata.category(c)[0] != "C" else "?" for c in name[:120])
    return f"“{plain}”"


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> dict[str, Any]:
    source = tar.extractfile(entry)
    assert source is not None  # a regular file
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with source, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            sink.write(chunk)
        sink.flush()
        os.fsync(sink.fileno())
    if size != entry.size:
        raise BadArchive(f"{shown(entry.name)} is cut")
    return {"bytes": size, "sha256": digest.hexdigest()}


def _manifest(path: Path) -> Manifest:
    try:
        said = json.loads(path.read_bytes())
        if said["format"] != FORMAT:
            raise BadArchive(f"its format is {shown(str(said['format']))}; this release reads {FORMAT}")
        made = Manifest(**said)
        sound = (
            made.engine in DATABASES
            and isinstance(made.database_bytes, int)
            and isinstance(made.people, int)
            and all(
                isinstance(text, str) for text in (made.release, made.made_at, made.server, made.site_url, made.bucket)
            )
            and all(isinstance(app, str) and isinstance(name, str) for app, name in made.migrations)
            and all(isinstance(one["bytes"], int) and isinstance(one["sha256"], str) for one in made.members.values())
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadArchive(f"its manifest cannot be read: {type(error).__name__}") from error
    if not sound:
        raise BadArchive("its manifest cannot be read: a value is of another kind")
    return made


def _compare(manifest: Manifest, seen: dict[str, dict[str, Any]]) -> None:
    if DATABASES[manifest.engine] not in seen:
        raise BadArchive("it holds no database")
    for name in sorted(manifest.members.keys() | seen.keys()):
        if name not in seen:
            raise BadArchive(f"{shown(name)} is missing from it")
        if name not in manifest.members:
            raise BadArchive(f"{shown(name)} is in it and not in its manifest")
        if manifest.members[name] != seen[name]:
            raise BadArchive(f"{shown(name)} is not what the manifest says: its content was changed")
