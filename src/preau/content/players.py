"""What a page offers of a video: the sizes, the sound, a picture, and what each costs. The same for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats

from preau.content import ffmpeg
from preau.content.models import Cut, MediaFile, Version

SPEEDS = ("0.75", "1", "1.25", "1.5", "2")


@dataclass(frozen=True)
class File:
    """A file to play or to fetch: its address, its size in bytes."""

    address: str
    bytes: int


@dataclass(frozen=True)
class Player:
    """A video by its files. `name` and `state` are its `Video`'s and its `Cut`'s; `original` is what came in, offered
    until the light ones are there."""

    name: str
    original: File
    small: File | None
    large: File | None
    audio: File | None
    poster: str
    minutes: float
    state: str  # waiting, ready, refused
    reason: str = ""
    progress: int = 0

    @property
    def speeds(self) -> list[tuple[str, str]]:
        """(value, words) of each speed that is offered."""
        return [(value, f"×\xa0{formats.number_format(value)}") for value in SPEEDS]

    @property
    def ways(self) -> tuple[File | None, ...]:
        """From the lightest to the heaviest."""
        return self.audio, self.small, self.large

    @property
    def plain(self) -> File:
        """What plays where nobody chose: the lightest there is."""
        return self.small or self.original


def of(version: Version) -> Mapping[str, Player]:
    """The videos of a version by the name of their file."""
    rows = list(MediaFile.objects.filter(version=version, video__isnull=False).select_related("video"))
    cuts = {cut.digest: cut for cut in Cut.objects.filter(digest__in={row.digest for row in rows})} if rows else {}
    return {row.name: _player(row, cuts[row.digest]) for row in rows if row.digest in cuts}


def _player(row: MediaFile, cut: Cut) -> Player:
    made = {what: _file(cut.made[what]) for what in ffmpeg.WEIGHTS if what in cut.made}
    poster = made.get("poster")
    return Player(
        name=row.video.name if row.video else row.name,
        original=_file({"digest": cut.digest, "suffix": cut.suffix, "bytes": row.size}),
        small=made.get("small"),
        large=made.get("large"),
        audio=made.get("audio"),
        poster=poster.address if poster else "",
        minutes=(cut.seconds or 0) / 60,
        state=cut.state,
        reason=cut.reason,
        progress=cut.progress,
    )


def _file(made: Mapping[str, Any]) -> File:
    return File(f"/media/{made['digest']}{made['suffix']}", made["bytes"])
