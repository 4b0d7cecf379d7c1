"""A video for a unit, by file, at the desk: a new version of the course, shown at once; its lighter files follow."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts
from preau.audit.http import Refused
from preau.content import ffmpeg, filming, importing, media
from preau.content.models import Printing
from preau.courses.models import Edition
from preau.desk import correcting

LARGEST = 2048  # MB


def keep(file: Any) -> media.Stored:
    """Keep an upload by its content, whatever becomes of it. Refuses what is no video by its name, an empty file and
    one that is too large; whether it really is one, the encoder says."""
    suffix = PurePosixPath(file.name or "").suffix.lower()
    if not ffmpeg.is_video(f"x{suffix}"):
        raise Refused(_("This is no video by its name: MP4, MOV, WebM, MKV, AVI and MPEG are taken."))
    if not file.size or file.size > LARGEST * 1024 * 1024:
        raise Refused(_("A video of {most} MB at most is expected, and not an empty file.").format(most=LARGEST))
    with on_disk(file, suffix) as path:
        return media.keep(f"video{suffix}", path)


def give(
    *, act: acts.Act, edition: Edition, unit: str, stored: media.Stored, by: Person, now: datetime, force: str = ""
) -> acts.Outcome:
    """Make a kept file the video of a unit and show it. Raises `Frozen` near a deadline, unless `force` says why it
    cannot wait."""

    def work() -> acts.Outcome:
        version = Printing.objects.select_related("version__course").get(edition=edition, current=True).version
        try:
            ready = filming.prepare(version, unit, PurePosixPath(stored.name).suffix, stored)
        except (LookupError, importing.BadCourse) as error:
            raise Refused(_("This video cannot be shown there.")) from error
        shown = correcting.Shown(edition, version.pk, ready, "video.given", {"unit": unit})
        return correcting.show(shown, by=by, now=now, force=force)

    return acts.once(act, by.pk, work)


@contextmanager
def on_disk(file: Any, suffix: str) -> Iterator[Path]:
    """An upload as a file: a large one lies on the disk already."""
    if hasattr(file, "temporary_file_path") and Path(file.temporary_file_path()).suffix.lower() == suffix:
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=suffix) as target:
        for chunk in file.chunks():
            target.write(chunk)
        target.flush()
        yield Path(target.name)
