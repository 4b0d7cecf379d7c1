"""`./preau backup`: one archive of everything that does not make itself again, while the site runs."""

import contextlib
import io
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from preau.accounts.models import Person
from preau.config import archive, dumping, erasures, processes, release
from preau.config.archive import Manifest
from preau.content import media

PREFIX = ".preau-backup-"
LATEST = "backup.json"


class BackupError(Exception):
    """No archive was made; the message says why. Nothing is left where it would have been."""


def backup(path: Path, *, secret: bool, now: datetime, say: Callable[[str], None]) -> tuple[Path, Manifest]:
    """Write an archive at `path` (in it, under a name with the date, when it is a folder); returns where it is and what
    it holds. `secret`: with the key that opens the certificates' keys. Raises `BackupError`."""
    target = path / f"preau-{now:%Y%m%d-%H%M%S}.tar" if path.is_dir() else path
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} is there already: a backup overwrites nothing")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")
    try:
        with workplace(target.parent) as work:
            manifest = write(work, secret=secret, now=now, say=say)
            os.link(work / "archive", target)  # unlike a rename it fails where somebody put a file meanwhile
            sync(target.parent)
    except FileExistsError as error:
        raise BackupError(f"{target} is there already: a backup overwrites nothing") from error
    except (OSError, DatabaseError, dumping.DumpError) as error:
        raise BackupError(f"nothing was backed up: {error}") from error
    remember(target, now)
    return target, manifest


@contextmanager
def workplace(parent: Path) -> Iterator[Path]:
    """A folder beside the archive-to-be, gone at the end; those of killed backups go now."""
    for left in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(ValueError):
            if not processes.alive(int(left.name.removeprefix(PREFIX).partition("-")[0])):
                shutil.rmtree(left, ignore_errors=True)
    work = parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write(work: Path, *, secret: bool, now: datetime, say: Callable[[str], None]) -> Manifest:
    """The archive in `work`: the database first and the files after it, which are only ever added, so that every file
    that the copy of the database knows is there."""
    manifest = described(now)
    database = work / archive.DATABASES[connection.vendor]
    say(f"copying the database ({archive.megabytes(dumping.size())})")
    manifest.database_bytes = dumping.dump(database, counted(say, "database"))
    writer = archive.Writer(work / "archive")
    try:
        writer.add_file(database.name, database)
        database.unlink()
        files = list(archive.state_files(Path(settings.STATE)))
        tell = counted(say, "files")
        for number, (name, path) in enumerate(files, 1):
            with contextlib.suppress(FileNotFoundError):  # replaced or swept while we came to it
                writer.add_file(f"{archive.FILES}{name}", path)
            tell(number, len(files))
        if erasures.path().exists():
            writer.add_file(archive.LEDGER, erasures.path())
        if secret:
            key = settings.SECRET_KEY.encode()
            writer.add(archive.SECRET, io.BytesIO(key), len(key))
        writer.finish(manifest)
    finally:
        writer.close()
    return manifest


def described(now: datetime) -> Manifest:
    """What the archive says of where it comes from. Raises a database error where there is none of ours."""
    erasures.catch_up()
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        format=archive.FORMAT,
        release=release.name(),
        made_at=now.isoformat(timespec="seconds"),
        engine=connection.vendor,
        server=dumping.server(),
        site_url=settings.SITE_URL,
        database_bytes=0,
        people=Person.objects.filter(erased_at=None).count(),
        migrations=sorted([app, name] for app, name in applied),
        bucket=media.where() if media.in_bucket() else "",
    )


def counted(say: Callable[[str], None], what: str) -> Callable[[int, int], None]:
    """Tells every tenth that is done, once."""
    told = [0]

    def tell(done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > told[0]:
            told[0] = tenth
            say(f"{what}: {tenth * 10} %")

    return tell


def sync(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remember(target: Path, now: datetime) -> None:
    """For the operator's page; a state folder that takes no file is no reason to lose the backup."""
    said = {"at": now.isoformat(timespec="seconds"), "path": str(target.resolve()), "bytes": target.stat().st_size}
    with contextlib.suppress(OSError):
        (Path(settings.STATE) / LATEST).write_text(json.dumps(said), encoding="utf-8")


def latest() -> dict[str, Any] | None:
    """{at, path, bytes} of the latest backup, `at` a datetime; None when there was none."""
    try:
        said: dict[str, Any] = json.loads((Path(settings.STATE) / LATEST).read_text(encoding="utf-8"))
        return {**said, "at": datetime.fromisoformat(said["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
