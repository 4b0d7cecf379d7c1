"""What a page offers of a video: the sizes, the sound, a picture, and what each costs. The same for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _

from preau.common import languages
from preau.content import ffmpeg
from preau.content.models import Cut, MediaFile, Printing, Version
from preau.courses.models import Edition

SPEEDS = ("0.75", "1", "1.25", "1.5", "2")


@dataclass(frozen=True)
class File:
    """A file to play or to fetch: its address, its size in bytes."""

    address: str
    bytes: int


@dataclass(frozen=True)
class Caption:
    """Words of a video in one language; `automatic`: a machine wrote them and nobody has reviewed them."""

    language: str
    automatic: bool

    @property
    def label(self) -> str:
        """What the browser's menu of captions says."""
        name = languages.named(self.language)
        return _("{language} (automatic, not reviewed)").format(language=name) if self.automatic else name


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
    state: str  # waiting, ready, refused; "" for a file that nothing is made of
    reason: str = ""
    progress: int = 0
    video: UUID | None = None
    digest: str = ""  # of the file as it came
    captions: tuple[Caption, ...] = ()

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


def of_edition(edition: Edition) -> list[Player]:
    """The videos of the version that an edition shows, by name, each file once: a translation shows its source's."""
    printing = Printing.objects.select_related("version").filter(edition=edition, current=True).first()
    found = of(printing.version) if printing else {}
    return sorted({one.original.address: one for one in found.values()}.values(), key=lambda one: one.name)


def of(version: Version) -> Mapping[str, Player]:
    """The videos of a version by the name of their file."""
    files = MediaFile.objects.filter(version=version).select_related("video")
    rows = [row for row in files if ffmpeg.is_video(row.name)]
    cuts = {cut.digest: cut for cut in Cut.objects.filter(digest__in={row.digest for row in rows})} if rows else {}
    return {row.name: _player(row, cuts.get(row.digest)) for row in rows}


def _player(row: MediaFile, cut: Cut | None) -> Player:
    """Without a cut, as a former release leaves it, the file as it came."""
    made = {what: _file(one["digest"], one["suffix"], one["bytes"]) for what, one in (cut.made if cut else {}).items()}
    poster = made.get("poster")
    return Player(
        name=row.video.name if row.video else row.name,
        original=_file(row.digest, PurePath(row.name).suffix.lower(), row.size),
        small=made.get("small"),
        large=made.get("large"),
        audio=made.get("audio"),
        poster=poster.address if poster else "",
        minutes=(cut.seconds or 0) / 60 if cut else 0,
        state=cut.state if cut else "",
        reason=cut.reason if cut else "",
        progress=cut.progress if cut else 0,
        video=row.video_id,
        digest=row.digest,
    )


def _file(digest: str, suffix: str, size: int) -> File:
    return File(f"/media/{digest}{suffix}", size)
