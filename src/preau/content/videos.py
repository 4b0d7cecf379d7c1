"""From the file that a producer added to what a phone plays: two sizes, the sound alone, a picture. A chore of the
worker, one file at a time.

ffmpeg runs in a process of its own, bounded and without a network (`confined`). What it made is kept at once, so that
a kill costs what was being made and nothing before it. After TRIES the file is refused, with what to do; where ffmpeg
is not installed it waits, and pages offer it as it came. A disk without room, a bucket that does not answer are no
fault of the file: it waits, and no try is counted.
"""

import logging
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from preau.common import confined
from preau.common.beside import Beside
from preau.common.confined import Bounds
from preau.content import ffmpeg, media, printing
from preau.content.ffmpeg import Facts, Unfit
from preau.content.models import Cut, MediaFile, Printing, Video
from preau.courses.models import Course, Edition

logger = logging.getLogger(__name__)
PACE = timedelta(seconds=5)  # between two looks at what waits
REPRINT = timedelta(seconds=20)  # between two looks at what is to be printed again
TRIES = 3
LEASE = timedelta(minutes=5)  # a worker that took a file and said nothing for so long was killed
PAUSE = timedelta(minutes=2)  # between two tries of a worker that lives
LOOK = timedelta(seconds=3)  # between two words on how far it is
MEMORY = 1536 * confined.MB
LARGEST = 4096 * confined.MB  # bytes of what comes out


class Stopped(Exception):
    """ffmpeg ran out of time or memory, or was killed: perhaps by the file, perhaps by a machine that is busy."""


def installed() -> bool:
    """Are ffmpeg and ffprobe here?"""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def enter(
    course: Course, files: Iterable[media.Stored], paths: Mapping[str, PurePosixPath], *, now: datetime
) -> Mapping[str, Video]:
    """The videos among the files of a version that comes in, and their cuts, inside the import's transaction; by the
    name that texts use. `paths` says where each file lies: a translation shares the video of its source."""
    found = [file for file in files if ffmpeg.is_video(file.name)]
    stems = {file.name: str(paths[file.name].with_suffix("")) for file in found}
    Video.objects.bulk_create([Video(course=course, name=name) for name in stems.values()], ignore_conflicts=True)
    cuts = {
        file.digest: Cut(digest=file.digest, suffix=Path(file.name).suffix.lower(), size=file.size, added_at=now)
        for file in found
    }
    Cut.objects.bulk_create(cuts.values(), ignore_conflicts=True)
    rows = {row.name: row for row in Video.objects.filter(course=course, name__in=stems.values())}
    return {name: rows[stem] for name, stem in stems.items()}


def stuck() -> int:
    """How many files wait for ffmpeg, which is not here."""
    return 0 if installed() else Cut.objects.filter(state=Cut.State.WAITING).count()


def encode_waiting(*, now: datetime) -> bool:
    """Make what is missing of the next file that waits; False when none does."""
    pk = _take(now) if installed() else None
    if pk is not None:
        encode(pk, now=now)
    return pk is not None


encode_beside = Beside(encode_waiting, "encoding", at_once=20)


def _take(now: datetime) -> UUID | None:
    """The next file, its try counted before it begins: what kills its worker is not tried for ever."""
    free = Q(tried_at=None) | Q(tried_at__lte=now - LEASE)
    waiting = Cut.objects.filter(free, state=Cut.State.WAITING)
    for pk in waiting.order_by("added_at", "pk").values_list("pk", flat=True)[:5]:
        if waiting.filter(pk=pk).update(tries=F("tries") + 1, tried_at=now):
            return pk
    return None


def encode(pk: UUID, *, now: datetime) -> None:
    """Make everything that is missing of one file, or refuse it. One that no longer waits is left alone."""
    row = Cut.objects.get(pk=pk)
    if row.tries > TRIES:
        _refuse(row, "broken")
        return
    with confined.workshop(Path(settings.STATE) / ".encoding" / str(pk)) as folder:
        try:
            source = media.local(row.digest, row.suffix, folder, Sign(row))
            found = looked_at(source, folder)
            for what in ffmpeg.wanted(found):
                if what not in row.made:
                    _make(row, what, found, source, folder)
        except Unfit as unfit:
            _refuse(row, unfit.reason)
        except Stopped:
            if row.tries >= TRIES:
                _refuse(row, "broken")
            else:
                Cut.objects.filter(pk=pk).update(tried_at=now - LEASE + PAUSE)
        except OSError as error:
            logger.warning("the video %s waits: %s", row.digest, error)
            Cut.objects.filter(pk=pk).update(tries=max(0, row.tries - 1), tried_at=now - LEASE + PAUSE)
        else:
            _ready(row, found, now)


def _make(row: Cut, what: str, found: Facts, source: Path, folder: Path) -> None:
    """Make one thing and keep it; a film of which no picture can be made plays without one."""
    try:
        path = made(row, what, found, source, folder)
    except Unfit:
        if what != "poster":
            raise
        logger.warning("no picture could be made of the video %s", row.digest)
    else:
        _keep(row, what, path, found)


def looked_at(source: Path, folder: Path) -> Facts:
    """What a file is. Raises Unfit, Stopped."""
    if not source.stat().st_size:
        raise Unfit("not a video")
    target = folder / "said.json"
    bounds = Bounds(seconds=60, cpu=30, memory=MEMORY, file=10 * confined.MB)
    ended = confined.run((_program("ffprobe"), *ffmpeg.probe(source.resolve(), target)), folder, bounds)
    if ended.late:
        raise Stopped
    return ffmpeg.facts(target.read_text(encoding="utf-8", errors="replace") if target.is_file() else "")


def made(row: Cut, what: str, found: Facts, source: Path, folder: Path) -> Path:
    """One of the things that are made, in the folder. Raises Unfit, Stopped."""
    target = folder / f"{what}{ffmpeg.SUFFIXES[what]}"
    progress = folder / f"{what}.progress"
    bounds = Bounds(seconds=300 + int(4 * found.seconds), cpu=600 + int(8 * found.seconds), memory=MEMORY, file=LARGEST)
    words = ffmpeg.command(what, found, source.resolve(), target, progress)
    ended = confined.run((_program("ffmpeg"), *words), folder, bounds, watch=Watch(row, what, found, progress))
    if ended.late or ended.code < 0:
        raise Stopped
    if not ended.well or not target.is_file() or not target.stat().st_size:
        raise Unfit("broken")
    return target


def _program(name: str) -> str:
    return shutil.which(name) or name


class Sign:
    """Says that somebody is at work, while bytes come or go."""

    def __init__(self, row: Cut) -> None:
        self.row, self.said = row, timezone.now()

    def __call__(self) -> None:
        now = timezone.now()
        if now - self.said >= LOOK:
            self.said = now
            self.say(now)

    def say(self, now: datetime) -> None:
        """Renew the lease."""
        Cut.objects.filter(pk=self.row.pk).update(tried_at=now)


class Watch(Sign):
    """Says how far it is, too, while ffmpeg runs."""

    def __init__(self, row: Cut, what: str, found: Facts, progress: Path) -> None:
        super().__init__(row)
        self.what, self.found, self.progress = what, found, progress

    def say(self, now: datetime) -> None:
        written = self.progress.read_text(encoding="ascii", errors="replace") if self.progress.is_file() else ""
        part = ffmpeg.done(written, self.found.seconds)
        percent = ffmpeg.percent(self.found, self.row.made, self.what, part)
        Cut.objects.filter(pk=self.row.pk).update(progress=percent, tried_at=now)


def _keep(row: Cut, what: str, path: Path, found: Facts) -> None:
    """Put what was made in its place, then say so; its tries begin again: a machine that restarts is not the file."""
    stored = media.keep(path.name, path, Sign(row))
    row.made[what] = {"digest": stored.digest, "suffix": path.suffix, "bytes": stored.size}
    row.progress, row.tries = ffmpeg.percent(found, row.made), 1
    row.save(update_fields=["made", "progress", "tries"])


@transaction.atomic
def _refuse(row: Cut, reason: str) -> None:
    Cut.objects.filter(pk=row.pk, state=Cut.State.WAITING).update(state=Cut.State.REFUSED, reason=reason)
    _mark_behind(row)


@transaction.atomic
def _ready(row: Cut, found: Facts, now: datetime) -> None:
    waiting = Cut.objects.filter(pk=row.pk, state=Cut.State.WAITING)
    waiting.update(state=Cut.State.READY, seconds=found.seconds, progress=100, ready_at=now)
    _mark_behind(row)


def _mark_behind(row: Cut) -> None:
    """The pages that show this file are compiled again at the worker's next look."""
    versions = MediaFile.objects.filter(digest=row.digest).values("version")
    Printing.objects.filter(current=True, version__in=versions).update(compiled_with=None)


def reprint_due(*, now: datetime) -> int:
    """Compile again the pages of the editions whose videos are ready since; how many editions."""
    editions = Edition.objects.filter(printings__current=True, printings__compiled_with=None)
    found = list(editions.order_by("-closes_at", "slug"))
    for edition in found:
        try:
            printing.reprint(edition, now=now)
        except Exception:  # an edition that cannot be printed must not keep the others from it
            logger.exception("%s could not be printed with its videos", edition.slug)
    return len(found)
