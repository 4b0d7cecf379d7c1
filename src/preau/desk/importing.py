"""A course's ZIP, uploaded: kept for the time between looking at its report and confirming it, then imported.

Foreign formats come in by the command; here a course is Markdown and GIFT.
"""

import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from preau.common import archives
from preau.common.ids import new_id
from preau.content import importing
from preau.content.reading import read_course
from preau.content.source import Problem
from preau.grades import checking
from preau.quizzes import gift

KEPT = 86_400  # seconds that an unconfirmed upload stays


def keep(file: "UploadedFile[bytes]", person_id: UUID) -> UUID:
    """Write an upload where only its sender finds it; returns its token. Old ones go."""
    _sweep()
    token = new_id()
    path = _path(person_id, token)
    path.parent.mkdir(parents=True)
    with path.open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return token


def kept(person_id: UUID, token: UUID) -> Path:
    """An upload of this person's own; 404 when it is another's, was confirmed, or is gone."""
    path = _path(person_id, token)
    if not path.is_file():
        raise Http404
    return path


def forget(person_id: UUID, token: UUID) -> None:
    """Drop an upload."""
    shutil.rmtree(_path(person_id, token).parent, ignore_errors=True)


def _path(person_id: UUID, token: UUID) -> Path:
    return Path(settings.STATE) / "uploads" / str(person_id) / str(token) / "course.zip"


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
    try:
        with archives.open_folder(path, largest) as root:
            source = read_course(root, slug=slug, is_question=gift.is_question_fence)
            return importing.import_course(checking.judged(source), root, by=by, now=now, dry_run=dry_run)
    except archives.Refused as refused:
        raise importing.BadCourse([Problem(refused.name, 0, refused.reason)]) from refused
