"""Videos made light and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from preau.content import media, videos
from preau.content.models import Cut
from tests import cast
from tests.content import films
from tests.faults import forks


def prepare() -> None:
    """A course with a video that waits."""
    with tempfile.TemporaryDirectory() as folder:
        cast.version(films.course(Path(folder), cast.THIN, films.film(20)))


def work(turn: int) -> None:
    """The chore, so many leases later."""
    videos.encode_waiting(now=timezone.now() + turn * (videos.LEASE + timedelta(minutes=1)))


def killed(turn: int, calls: int) -> dict[str, Any]:
    """A worker that makes so many files and is killed in the middle of the next; what it leaves."""

    def die() -> None:
        forks.doom_call(videos, "made", calls)
        work(turn)

    forks.doomed(forks.fork(die))
    return report()


def report() -> dict[str, Any]:
    """The file's state, what was made of it by its digest, whether that is whole, what lies about, who still runs."""
    row = Cut.objects.get()
    files = {what: media.file_of(one["digest"], one["suffix"]) for what, one in row.made.items()}
    place = (Path(settings.STATE) / ".encoding").resolve()
    folders = [os.path.realpath(one / "cwd") for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return {
        "state": row.state,
        "tries": row.tries,
        "made": {what: one["digest"] for what, one in row.made.items()},
        "whole": all(path.stat().st_size == row.made[what]["bytes"] for what, path in files.items()),
        "lengths": [float(films.streams(path)[0]["duration"]) for what, path in files.items() if what != "poster"],
        "left": sorted(os.listdir(place)),
        "halves": [one.name for one in Path(settings.MEDIA_ROOT).glob(".*")],
        "running": sum(folder.startswith(str(place)) for folder in folders),
    }
