"""`./preau restore`: everything from an archive, onto an empty installation or in place of another; who was erased
since stays erased."""

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.config import archive, command, dumping, env, erasures, setup
from preau.config.archive import BadArchive, Manifest
from preau.config.backup import counted
from preau.config.erasures import Erased
from preau.content import media, shelf
from preau.courses.models import Postponement
from preau.mail.models import Message
from preau.mail.rules import TRIES
from preau.support.models import Announcement

STAGING = ".restore-"
HELD = "not sent: it waited when the backup was made, and may have gone since"


class RestoreError(Exception):
    """It was not restored; the message says why, and whether something was changed."""


def restore(path: Path, *, replace: bool, erased: Path | None, now: datetime, say: Callable[[str], None]) -> list[str]:
    """Bring back an archive; returns sentences that the operator must read. Until all of it was checked nothing is
    changed. Raises `RestoreError`."""
    if not path.is_file():
        raise RestoreError(f"there is no archive {path}")
    try:
        asked = erasures.read(erased, strict=True) if erased else {}
        if erased and not erased.is_file():
            raise RestoreError(f"there is no file {erased}")
        with alone(Path(settings.STATE)), staging(Path(settings.STATE)) as folder:
            say(f"checking {path.name}")
            manifest = archive.unpack(path, folder, counted(say, "archive"))
            say(f"it is {manifest.told()}")
            people = check(folder, manifest, replace=replace)
            remembered = known(people is not None)
            everybody = erasures.union([remembered, erasures.read(folder / archive.LEDGER), asked])
            return bring_back(folder, manifest, everybody, now, say)
    except (BadArchive, dumping.DumpError, erasures.BadLedger) as error:
        raise RestoreError(f"{error}\nNothing was restored.") from error
    except (OSError, DatabaseError) as error:
        raise RestoreError(f"it could not be restored: {str(error).strip()}") from error


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Holds the state folder as a server would. Raises `RestoreError` when one is running."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "serve.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise RestoreError(f"{state} is served by {handle.read().strip()}: stop it first") from None
        handle.truncate(0)
        handle.write(f"./preau restore, process {os.getpid()}\n")
        handle.flush()
        yield


@contextmanager
def staging(state: Path) -> Iterator[Path]:
    """A folder on the same disk, gone at the end; those of killed restores go now."""
    for left in state.glob(f"{STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = state / f"{STAGING}{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check(folder: Path, manifest: Manifest, *, replace: bool) -> int | None:
    """Everything that could refuse, before anything is changed; returns how many people are here now, None where there
    is no database of ours."""
    if manifest.engine != connection.vendor:
        raise RestoreError(
            f"the archive holds a database of {manifest.server}, and this installation uses {connection.vendor}: "
            "an archive goes back into the engine that it came from (DATABASE_URL). Nothing was restored."
        )
    ours = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    rooms = {app for app, _name in ours}
    newer = [f"{app} {name}" for app, name in manifest.migrations if app in rooms and (app, name) not in ours]
    if newer:
        raise RestoreError(
            f"the archive was made by a newer release ({archive.shown(manifest.release)}), which knows "
            f"{archive.shown(', '.join(newer[:3]))}: bring the program up to date first. Nothing was restored."
        )
    check_secret(folder)
    packed = folder / archive.DATABASES[manifest.engine]
    if connection.vendor == "sqlite":
        dumping.unpack_sqlite(packed, manifest.database_bytes)
    else:
        dumping.check_postgresql(packed)
        if others := dumping.others():
            raise RestoreError(
                f"{others} other connections use the database: stop the site on every machine first. "
                "Nothing was restored."
            )
    people = living()
    unfinished = (Path(settings.STATE) / setup.RESTORING).exists()
    if people and not replace and not unfinished:
        raise RestoreError(
            f"there are {people} people here: --replace puts the archive in place of them. Nothing was restored."
        )
    return people


def check_secret(folder: Path) -> None:
    """The secret of the archive must be the one that the site will run with."""
    given, place = env.text("SECRET_KEY"), folder / archive.SECRET
    if given and place.exists() and place.read_text(encoding="utf-8") != settings.SECRET_KEY:
        raise RestoreError(
            "SECRET_KEY is another one than the archive's, and could not open the keys of the certificates: leave "
            "the setting out, or give it the archive's. Nothing was restored."
        )


def living() -> int | None:
    """How many people have an account here; None where there is no database of ours yet."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return None
    if Person._meta.db_table not in connection.introspection.table_names():
        return None
    return Person.objects.filter(erased_at=None).count()


def known(database: bool) -> Erased:
    """Who was erased here, by the ledger and, where there is one, the database that is about to go."""
    ledger = erasures.read(erasures.path())
    if database:
        with contextlib.suppress(DatabaseError):  # of another release, perhaps; the ledger knows the same
            return erasures.union([ledger, erasures.recorded()])
    return ledger


def bring_back(
    folder: Path, manifest: Manifest, erased: Erased, now: datetime, say: Callable[[str], None]
) -> list[str]:
    """The changes themselves. A kill in between leaves a mark: `serve` then refuses until a restore came to its end."""
    state = Path(settings.STATE)
    erasures.append(erased)
    (state / setup.RESTORING).write_text(f"{manifest.made_at}\n", encoding="utf-8")
    say("putting the database in place")
    packed = folder / archive.DATABASES[manifest.engine]
    if connection.vendor == "sqlite":
        dumping.load_sqlite(packed.with_suffix(""))
    else:
        dumping.load_postgresql(packed)
    say("putting the files in place")
    put_files(folder / archive.FILES, state)
    put_secret(folder / archive.SECRET, state)
    connections.close_all()
    command.migrate()
    said = [*forget(erased, now, say), *hold_mail(), *hold_announcements(now), *hold_notices()]
    say("making the pages again")
    shelf.refresh()
    (state / setup.RESTORING).unlink()
    return [*said, *elsewhere(folder, manifest)]


def put_files(source: Path, state: Path) -> None:
    """Each file by a rename; what is here under another name stays."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            target = state / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o644)
            path.replace(target)


def put_secret(source: Path, state: Path) -> None:
    """The secret, here and in this process, which has yet to open what it protects."""
    if source.exists() and not env.text("SECRET_KEY"):
        settings.SECRET_KEY = source.read_text(encoding="utf-8")
        source.replace(state / archive.SECRET)


def forget(erased: Erased, now: datetime, say: Callable[[str], None]) -> list[str]:
    """Erase again whoever was erased after the backup; returns what was done, and who could not be and why."""
    rows = Person.objects.filter(pk__in=erased, erased_at=None).order_by("pk")
    done, refused = 0, []
    for person in rows:
        try:
            accounts.erase(person, by=person.pk, now=erased[person.pk])
            done += 1
        except Refused as refusal:
            refused.append(f"{person.pk} was erased since and could not be again: {refusal.reason}")
    if done:
        say(f"erased again: {done} people")
    words = [f"{done} people who were erased after the backup were erased again."] if done else []
    return [*words, *refused]


def hold_mail() -> list[str]:
    """Messages that waited at the backup may have gone since: they are held, for the operator to send or not."""
    waiting = Message.objects.filter(sent_at=None, stopped="", failures__lt=TRIES)
    held = waiting.update(failures=TRIES, error=HELD, claimed_at=None, claimed_by="")
    if not held:
        return []
    words = "messages waited when the backup was made and may have gone since: they are held, and can be sent from"
    return [f"{held} {words} the operator's page."]


def hold_announcements(now: datetime) -> list[str]:
    """Announcements that were due or under way went to their people since: they are drafts again."""
    under_way = Announcement.objects.filter(state=Announcement.State.SENDING)
    due = Announcement.objects.filter(state=Announcement.State.SCHEDULED, send_at__lte=now)
    held = (under_way | due).update(state=Announcement.State.DRAFT)
    return (
        [f"{held} announcements were due or under way and may have gone since: they are drafts again."] if held else []
    )


def hold_notices() -> list[str]:
    """People who were being told of a deadline act were told since, perhaps."""
    held = Postponement.objects.exclude(telling="").update(telling="")
    return [f"{held} deadline acts were being told to their people, and may have been since."] if held else []


def elsewhere(folder: Path, manifest: Manifest) -> list[str]:
    """What differs between the archive's home and here."""
    said = []
    if manifest.site_url != settings.SITE_URL:
        said.append(
            f"the archive is of {manifest.site_url}, which its certificates name; SITE_URL here is {settings.SITE_URL}."
        )
    here = media.where() if media.in_bucket() else ""
    if manifest.bucket and manifest.bucket != here:
        said.append(
            f"course files are not in the archive: they were in {archive.shown(manifest.bucket)}, and this "
            f"installation looks in {media.where()}. ./preau doctor names those that are missing."
        )
    if here and not manifest.bucket:
        said.append(
            f"the archive's course files are in {settings.MEDIA_ROOT} now, and this installation looks in {here}: copy "
            "them there (docs/operator/settings.md)."
        )
    if archive.SECRET not in manifest.members:
        said.append(
            "the archive holds no secret: put yours in place (SECRET_KEY), or the certificates' keys stay shut."
        )
    return said
