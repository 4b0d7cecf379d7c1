"""A subtitle file that the team gives for a video at its desk: read and written again like one of a course's folder."""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content.models import Cut, Video
from preau.subtitles import beside, delivering
from preau.subtitles.access import Film
from preau.subtitles.delivering import File
from preau.subtitles.models import Track

LARGEST = 5_000_000  # bytes


@dataclass(frozen=True)
class Uploaded:
    """What came with the form; `automatic`: a machine wrote it and nobody has reviewed it."""

    language: str
    name: str
    data: bytes
    automatic: bool

    def said(self) -> dict[str, object]:
        """What the act depends on."""
        digest = sha256(self.data).hexdigest()
        return {"language": self.language, "file": self.name, "digest": digest, "automatic": self.automatic}


def put(*, act: acts.Act, at: Film, by: Person, source: str, given: Uploaded) -> acts.Outcome:
    """Make it the video's subtitles in its language, merged with what people made of the former. `source` is the
    course's language. Refuses a file that is too large or in which no subtitle can be read."""

    def work() -> acts.Outcome:
        if len(given.data) > LARGEST:
            raise Refused(_("This file is too large for subtitles: 5 MB at most."))
        read = beside.read(given.name, given.data)
        if not read.cues:
            raise Refused(_("No subtitle could be read in this file: WebVTT (.vtt), SRT (.srt) and SBV (.sbv) are."))
        video, cut = Video.objects.get(pk=at.video), Cut.objects.get(digest=at.shown.digest)
        file = File(video, cut, given.language, given.name, given.data, read, given.automatic)
        of = Track.objects.filter(video=video, cut=cut, language=source).first() if given.language != source else None
        track, said = delivering.deliver(file, source=of, by=by.pk, now=at.now)
        journal.log("subtitles.put", by=by.pk, about="track", about_id=track.pk, at=at.now, **given.said())
        dropped, odd = len(read.dropped), len(read.oddities)
        return {"cues": len(read.cues), "dropped": dropped, "odd": odd, "said": [one.reason for one in said]}

    return acts.once(act, by.pk, work)
