"""What the team's desk shows of subtitles: for each video and language how many lines stand, whether a machine wrote
them, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from preau.common import languages
from preau.content.showing import Shown
from preau.subtitles import beside
from preau.subtitles.models import Cue, Suggestion, Track


@dataclass(frozen=True)
class Standing:
    """One language of a video."""

    track: Track
    lines: int
    waits: int
    unclear: int

    @property
    def name(self) -> str:
        """The language's."""
        return languages.named(self.track.language)


def of_version(shown: Mapping[UUID, Shown]) -> Mapping[UUID, Sequence[Standing]]:
    """The languages of each video that a version shows: three queries."""
    tracks = beside.offered({video: one.digest for video, one in shown.items()})
    ids = [track.pk for rows in tracks.values() for track in rows]
    living = Cue.objects.filter(track__in=ids, until=None).values("track").annotate(n=Count("pk")).order_by()
    lines = dict(living.values_list("track", "n"))
    open_ones = Suggestion.objects.filter(track__in=ids, state=Suggestion.State.OPEN).values("track")
    unclear = Q(kind=Suggestion.Kind.UNCLEAR)
    waits = {
        row["track"]: (row["n"], row["unclear"])
        for row in open_ones.annotate(n=Count("pk", filter=~unclear), unclear=Count("pk", filter=unclear)).order_by()
    }
    return {
        video: [Standing(track, lines.get(track.pk, 0), *waits.get(track.pk, (0, 0))) for track in rows]
        for video, rows in tracks.items()
    }
