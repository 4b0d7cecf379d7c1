"""What the team's desk shows of subtitles: for each video and language how many lines stand, whether a machine wrote
them, whether they were made for a former cut, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from preau.common import languages
from preau.content.showing import Shown
from preau.subtitles import beside, proposals
from preau.subtitles.models import Cue, Track
from preau.subtitles.proposals import Waiting


@dataclass(frozen=True)
class Standing:
    """One language of a video. `former`: its times are those of a cut that is not shown any more."""

    track: Track
    lines: int
    former: bool
    waits: Waiting

    @property
    def name(self) -> str:
        """The language's."""
        return languages.named(self.track.language)


def of_version(shown: Mapping[UUID, Shown]) -> Mapping[UUID, Sequence[Standing]]:
    """The languages of each video that a version shows, translations that were only begun too: three queries."""
    tracks = beside.offered({video: one.digest for video, one in shown.items()}, begun=True)
    ids = [track.pk for rows in tracks.values() for track in rows]
    living = Cue.objects.filter(track__in=ids, until=None).values("track").annotate(n=Count("pk")).order_by()
    lines = dict(living.values_list("track", "n"))
    waits = proposals.waiting(shown)
    return {
        video: [
            Standing(
                track,
                lines.get(track.pk, 0),
                track.cut.digest != shown[video].digest,
                waits.get((video, track.language), Waiting()),
            )
            for track in rows
        ]
        for video, rows in tracks.items()
    }
