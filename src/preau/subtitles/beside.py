"""What this room does for the videos of a course: reads files beside them, offers captions, stands under players."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string

from preau.common import languages
from preau.content.companions import Passage, Placed
from preau.content.models import Cut, Version
from preau.content.outline import Outline, UnitFacts
from preau.content.players import Caption, Player
from preau.content.source import Problem
from preau.subtitles import anchoring, delivering, reading, srt, webvtt, words
from preau.subtitles.anchoring import Anchor
from preau.subtitles.delivering import File
from preau.subtitles.models import Cue, Suggestion, Track
from preau.subtitles.reading import Words
from preau.subtitles.tracks import Track as Read

AUTOMATIC = frozenset({"auto", "automatic", "asr"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,4})?")


def read(name: str, data: bytes) -> Read:
    """A file by its name; SBV and whatever people call SRT are read alike."""
    return webvtt.parse(data) if name.lower().endswith(".vtt") else srt.parse(data)


class Beside:
    """See `content.companions.Companion`."""

    suffixes = frozenset({".vtt", ".srt", ".sbv"})

    def read(self, name: str, data: bytes) -> tuple[int, list[Problem]]:
        found = read(name, data)
        said = [Problem(name, line, words.DROPPED[what]) for line, what in found.dropped]
        said += [Problem(name, line, words.ODDITIES[what]) for line, what in found.oddities]
        return len(found.cues), said

    def store(self, version: Version, files: Sequence[Placed], *, by: UUID | None, now: datetime) -> list[Problem]:
        source = version.meta["languages"][0]
        cuts = {cut.digest: cut for cut in Cut.objects.filter(digest__in={one.digest for one in files})}
        files = sorted(files, key=lambda one: (language(one) != source, not AUTOMATIC.isdisjoint(one.said), one.name))
        said: list[Problem] = []
        taken: dict[tuple[UUID, str, str], str] = {}
        for one in files:
            found = read(one.name, one.data)
            if not found.cues:
                continue
            spoken = language(one)
            if (first := taken.setdefault((one.video.pk, one.digest, spoken), one.name)) != one.name:
                said.append(Problem(one.name, 0, words.another(first)))
                continue
            automatic = not AUTOMATIC.isdisjoint(one.said)
            file = File(one.video, cuts[one.digest], spoken, one.name, one.data, found, automatic)
            of = _track(file, source) if spoken != source else None
            said += delivering.deliver(file, source=of, by=by, now=now)[1]
        return said

    def written(self, cuts: Mapping[UUID, str]) -> Mapping[UUID, Mapping[str, bytes]]:
        return {
            video: {
                f"{row.language}{'.auto' if row.automatic else ''}.vtt": reading.written(reading.now(row), "vtt")
                for row in rows
            }
            for video, rows in offered(cuts).items()
        }

    def captions(self, cuts: Mapping[UUID, str]) -> Mapping[UUID, tuple[Caption, ...]]:
        return {
            video: tuple(Caption(row.language, row.automatic) for row in rows) for video, rows in offered(cuts).items()
        }

    def passage(self, video: UUID, language: str, key: str) -> Passage | None:
        for row in offered_anywhere(video, language):
            present = reading.now(row)
            if key in present.by_key:
                return Passage(video, language, key, *present.around(key))
        return None

    def moments(self, places: Sequence[Passage], cuts: Mapping[UUID, str]) -> Sequence[float | None]:
        rows = offered({one.video: cuts[one.video] for one in places if one.video in cuts})
        shown = {(row.video_id, row.language): reading.now(row) for found in rows.values() for row in found}
        return [_moment(one, shown.get((one.video, one.language))) for one in places]

    def place(self, unit: UnitFacts, outline: Outline, player: Player) -> str:
        if player.video is None:
            return ""
        spoken = [one.language for one in player.captions]
        chosen = unit.language if unit.language in spoken else next(iter(spoken), "")
        base = f"/e/{outline.slug}/video/{player.video}/"
        return render_to_string("subtitles/place.html", {"base": base, "language": chosen, "captions": player.captions})


def _moment(place: Passage, present: Words | None) -> float | None:
    """When it is said, in seconds."""
    if present is None:
        return None
    anchor = Anchor(place.key, place.quote, place.before, place.after)
    line = present.line(anchoring.find(anchor, [(one.key, one.said) for one in present.lines]) or "")
    return line.seconds if line else None


def offered_anywhere(video: UUID, language: str) -> Sequence[Track]:
    """The tracks of a video in a language, of whichever cut, the latest first."""
    rows = Track.objects.select_related("source").filter(video=video, language=language)
    return list(rows.order_by("-made_at", "-pk"))


def language(file: Placed) -> str:
    """What its name says (`pert.en.vtt`), else the language of the texts beside it."""
    said = [word for word in file.said if word not in AUTOMATIC and _is_language(word)]
    return said[-1][:8] if said else file.language


def _is_language(word: str) -> bool:
    """Is it a language's code, and not what a cut is called (`pert.hd.vtt`)?"""
    return _LANGUAGE.fullmatch(word) is not None and languages.named(word, "en") != word


def _track(file: File, spoken: str) -> Track | None:
    return Track.objects.filter(video=file.video, cut=file.cut, language=spoken).first()


def offered(cuts: Mapping[UUID, str], *, begun: bool = False) -> Mapping[UUID, list[Track]]:
    """The tracks that say something, by video and language: of the cut that is shown, else of the latest that has
    any; that of the course's language first. With `begun`, translations too of which lines wait and none stands."""
    something = Q(Exists(Cue.objects.filter(track=OuterRef("pk"), until=None)))
    if begun:
        something |= Q(Exists(Suggestion.objects.filter(track=OuterRef("pk"), state=Suggestion.State.OPEN)))
    rows = Track.objects.select_related("cut", "source").filter(something, video__in=cuts).order_by("made_at", "pk")
    found: dict[UUID, dict[str, Track]] = {}
    for row in sorted(rows, key=lambda row: row.cut.digest == cuts[row.video_id]):
        found.setdefault(row.video_id, {})[row.language] = row
    return {video: sorted(rows.values(), key=_first) for video, rows in found.items()}


def _first(row: Track) -> tuple[bool, str]:
    return row.source_id is not None, row.language
