"""The videos that a reader may watch in an edition, and the moments at which something is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from preau.accounts.models import Person
from preau.common import languages
from preau.content import showing
from preau.content.models import Cut
from preau.content.outline import UnitFacts
from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.subtitles import access, beside, cuetext, finding, proposals
from preau.subtitles.models import Track
from preau.subtitles.proposals import Waiting


@dataclass(frozen=True)
class Told:
    """One language of a video: how many suggestions wait there."""

    track: Track
    waits: int

    @property
    def name(self) -> str:
        """The language's."""
        return languages.named(self.track.language)


@dataclass(frozen=True)
class Listed:
    """A video on the first page that shows it; `minutes` 0 while nobody looked into the file."""

    video: UUID
    unit: UnitFacts
    minutes: float
    told: Sequence[Told]
    base: str

    @property
    def target(self) -> str:
        """The language that it is translated into, of those of the interface."""
        source = self.told[0].track.language if self.told else ""
        return next(code for code in sorted(languages.CODES) if code != source)


@dataclass(frozen=True)
class Found:
    """A moment at which what was looked for is said; seconds."""

    listed: Listed
    track: Track
    key: str
    at: float
    said: str


def of(visitor: Visitor, slug: str, language: str, asked: str, *, now: datetime) -> dict[str, Any]:
    """What the page shows: every video, or the moments that were asked for."""
    row, outline = access.edition(visitor, slug, language, now=now)
    ahead = isinstance(visitor, Person) and courses.may(visitor, access.HELPERS, row, now=now)
    shown = showing.videos(outline.version_id)
    first: dict[UUID, UnitFacts] = {}
    for unit in access.readable(outline, now, ahead=ahead):
        for video in (one for one, there in shown.items() if unit.id in there.units):
            first.setdefault(video, unit)
    tracks = beside.offered({video: shown[video].digest for video in first}, begun=True)
    listed = _listed(slug, first, {video: shown[video].digest for video in first}, tracks)
    found = _found(listed, tracks, asked) if asked else ()
    return {"edition": row, "outline": outline, "listed": listed, "found": found}


def _listed(
    slug: str,
    first: Mapping[UUID, UnitFacts],
    digests: Mapping[UUID, str],
    tracks: Mapping[UUID, Sequence[Track]],
) -> Sequence[Listed]:
    seconds = dict(Cut.objects.filter(digest__in=digests.values()).values_list("digest", "seconds"))
    waits = proposals.waiting(first)
    return [
        Listed(
            video,
            unit,
            (seconds.get(digests[video]) or 0) / 60,
            [Told(track, _waits(waits.get((video, track.language)))) for track in tracks.get(video, ())],
            f"/e/{slug}/video/{video}/",
        )
        for video, unit in first.items()
    ]


def _waits(found: Waiting | None) -> int:
    return found.suggestions + found.unclear if found else 0


def _found(listed: Sequence[Listed], tracks: Mapping[UUID, Sequence[Track]], asked: str) -> Sequence[Found]:
    places = {track.pk: (one, track) for one in listed for track in tracks.get(one.video, ())}
    order = {pk: place for place, pk in enumerate(places)}
    moments = sorted(finding.moments(places, asked), key=lambda one: (order[one.track], one.start))
    return [Found(*places[one.track], one.key, one.start / 1000, cuetext.plain(one.text)) for one in moments]
