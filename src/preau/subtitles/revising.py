"""The one way in which the words of a track change: some rows end, some begin, and a revision says why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from preau.content.models import MediaFile, Printing
from preau.subtitles import cuetext, finding
from preau.subtitles.models import Cue, Revision, Track


@dataclass(frozen=True)
class Row:
    """A cue that begins to stand."""

    key: str
    start: int
    end: int
    text: str
    settings: str = ""
    origins: tuple[str, ...] = ()
    of: int | None = None
    by: UUID | None = None


@dataclass(frozen=True)
class Why:
    """What makes a revision, and whom it thanks."""

    what: Revision.What
    by: UUID | None
    at: datetime
    suggestion: UUID | None = None
    details: Mapping[str, Any] | None = None


def locked(track: UUID) -> Track:
    """The track, held until the end of the transaction: revisions come one after the other. Held with it, and always in
    the same order, are those of the other cuts in its language: what is accepted on one follows to them."""
    one = Track.objects.filter(pk=track)
    alike = Track.objects.filter(video__in=one.values("video"), language__in=one.values("language"))
    return next(row for row in alike.select_for_update(no_key=True).order_by("pk") if row.pk == track)


def revise(track: Track, *, end: Sequence[str], begin: Iterable[Row], why: Why) -> int:
    """End the living cues of these keys, begin others; `track` is held by its lock. Returns the revision's number.

    Costs what it touches, whatever the track has lived through."""
    number = track.revision + 1
    if end:
        Cue.objects.filter(track=track, until=None, key__in=end).update(until=number)
    Cue.objects.bulk_create([_cue(track, row, number) for row in begin], batch_size=500)
    Revision.objects.create(
        track=track,
        number=number,
        at=why.at,
        what=why.what,
        by_id=why.by,
        suggestion_id=why.suggestion,
        details=dict(why.details or {}),
    )
    track.revision = number
    track.save(update_fields=["revision"])
    return number


def _cue(track: Track, row: Row, number: int) -> Cue:
    return Cue(
        track=track,
        key=row.key,
        since=number,
        start=row.start,
        end=row.end,
        text=row.text,
        folded=finding.folded(cuetext.plain(row.text)),
        settings=row.settings,
        origins=list(row.origins),
        of=row.of,
        by_id=row.by,
    )


def mark_pages(track: Track) -> None:
    """What pages say of a track (that it is there, that it is automatic) changed: the worker compiles them again."""
    versions = MediaFile.objects.filter(video=track.video_id).values("version")
    Printing.objects.filter(current=True, version__in=versions).update(compiled_with=None)
