"""A course's ZIP, uploaded: kept for the time between looking at its report and confirming it, then imported. A CSV of
former people is kept the same way.

Foreign formats come in by the command; here a course is Markdown and GIFT.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from preau.common import archives
from preau.common.ids import new_id
from preau.content import importing
from preau.content.folder import slug as named
from preau.content.reading import read_course
from preau.content.source import Problem, SourceCourse
from preau.grades import checking
from preau.quizzes import gift

KEPT = 86_400  # seconds that an unconfirmed upload stays


def keep(file: "UploadedFile[bytes]", person_id: UUID, suffix: str = ".zip") -> UUID:
    """Write an upload where only its sender finds it; returns its token. Old ones go."""
    _sweep()
    token = new_id()
    folder = _folder(person_id, token)
    folder.mkdir(parents=True)
    # A course whose source names itself nowhere is called like its ZIP.
    with (folder / f"{named(Path(file.name or '').stem, 60)}{suffix}").open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return token


def kept(person_id: UUID, token: UUID, suffix: str = ".zip") -> Path:
    """An upload of this person's own; 404 when it is another's, was confirmed, or is gone."""
    path = next(_folder(person_id, token).glob(f"*{suffix}"), None)
    if path is None:
        raise Http404
    return path


def forget(person_id: UUID, token: UUID) -> None:
    """Drop an upload."""
    shutil.rmtree(_folder(person_id, token), ignore_errors=True)


def _folder(person_id: UUID, token: UUID) -> Path:
    return Path(settings.STATE) / "uploads" / str(person_id) / str(token)


def _sweep() -> None:
    """Drop what nobody confirmed."""
    root = Path(settings.STATE) / "uploads"
    before = time.time() - KEPT
    for folder in root.glob("*/*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder)


def import_zip(
    path: Path, *, slug: str, by: UUID, now: datetime, dry_run: bool, largest: archives.Limits = archives.LIMITS
) -> importing.Report:
    """Import a ZIP as a version of the course `slug`. Raises `BadCourse` (nothing was changed) with every problem."""
    with _opened(path, slug, largest) as (source, root):
        return importing.import_course(source, root, by=by, now=now, dry_run=dry_run)


def look(path: Path, *, now: datetime) -> importing.Report:
    """What a ZIP would bring, and what it calls its course. Raises `BadCourse` with every problem."""
    with _opened(path, None, archives.LIMITS) as (source, root):
        return importing.import_course(source, root, by=None, now=now, dry_run=True)


def prepare(path: Path, *, slug: str) -> importing.Ready:
    """A ZIP read and judged, to be stored as the course `slug`. Raises `BadCourse` with every problem."""
    with _opened(path, slug, archives.LIMITS) as (source, root):
        return importing.prepare(source, root)


@contextmanager
def _opened(path: Path, slug: str | None, largest: archives.Limits) -> Iterator[tuple[SourceCourse, Path]]:
    try:
        with archives.open_folder(path, largest) as root:
            yield checking.judged(read_course(root, slug=slug, is_question=gift.is_question_fence)), root
    except archives.Refused as refused:
        raise importing.BadCourse([Problem(refused.name, 0, refused.reason)]) from refused
