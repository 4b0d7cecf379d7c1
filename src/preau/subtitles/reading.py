"""The words of a track as they are read: its lines, at present or at a revision; files of them. Read once for each
revision, and the same for everybody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from preau.subtitles import cuetext, placement, srt, transcript, webvtt
from preau.subtitles.models import Cue, Track
from preau.subtitles.tracks import Cue as Written
from preau.subtitles.tracks import Track as File


@dataclass(frozen=True)
class Line:
    """A cue that stands: times in milliseconds; `said` in plain words, `text` as WebVTT has it. `of`: see `Cue`."""

    key: str
    start: int
    end: int
    text: str
    said: str
    settings: str
    since: int
    of: int | None
    by: UUID | None

    @property
    def seconds(self) -> float:
        """When it begins."""
        return self.start / 1000

    @property
    def html(self) -> str:
        """Its words, safe in a page."""
        return cuetext.html(self.text)


@dataclass(frozen=True, eq=False)
class Words:
    """The lines of a track in the order of their times; `by_key` gives the place of each."""

    lines: tuple[Line, ...]
    by_key: Mapping[str, int]

    def around(self, key: str) -> tuple[str, str, str]:
        """A line's plain words, and those before and after: by which it is found again."""
        at = self.by_key[key]
        said = [line.said for line in self.lines]
        return said[at], said[at - 1] if at else "", said[at + 1] if at + 1 < len(said) else ""

    def line(self, key: str) -> Line | None:
        """The line of a key, while it stands."""
        at = self.by_key.get(key)
        return None if at is None else self.lines[at]

    def after(self, key: str) -> Line | None:
        """The line that follows."""
        at = self.by_key[key] + 1
        return self.lines[at] if at < len(self.lines) else None

    @property
    def paragraphs(self) -> list[list[Line]]:
        """The lines by paragraphs, as a text is read: those that say something."""
        spoken = [line for line in self.lines if line.said.strip()]
        return [spoken[start:end] for start, end in transcript.spans([_cue(line) for line in spoken])]

    @property
    def file(self) -> File:
        """As a file's content, without style sheets: what others are given."""
        return File(tuple(_cue(line) for line in self.lines))


def _cue(line: Line) -> Written:
    settings = placement.parse_cue_settings(line.settings, ())[0]
    return Written(line.key, line.start / 1000, line.end / 1000, cuetext.written(line.text), settings)


def now(track: Track) -> Words:
    """What stands."""
    source = track.source
    return _now(track.pk, track.revision, source.pk if source else None, source.revision if source else 0)


@lru_cache(maxsize=256)
def _now(track: UUID, revision: int, source: UUID | None, _source_revision: int) -> Words:
    lines = _lines(Cue.objects.filter(_at(revision), track=track))
    if source is None:
        return _words(lines)
    rows = Cue.objects.filter(track=source, until=None).values_list("key", "start", "end")
    times = {key: (start, end) for key, start, end in rows}
    return _words([_timed(line, times.get(line.key)) for line in lines])


def _at(revision: int) -> Q:
    return Q(since__lte=revision) & (Q(until=None) | Q(until__gt=revision))


def _timed(line: Line, times: tuple[int, int] | None) -> Line:
    """A line of a translation stands at the times of its source."""
    if times is None or times == (line.start, line.end):
        return line
    return Line(line.key, *times, line.text, line.said, line.settings, line.since, line.of, line.by)


def at(track: Track, revision: int) -> Words:
    """What stood at a revision."""
    return _words(_lines(Cue.objects.filter(_at(revision), track=track)))


def _lines(rows: Iterable[Cue]) -> list[Line]:
    return [
        Line(row.key, row.start, row.end, row.text, cuetext.plain(row.text), row.settings, row.since, row.of, row.by_id)
        for row in rows
    ]


def _words(lines: Sequence[Line]) -> Words:
    ordered = tuple(sorted(lines, key=lambda line: (line.start, -line.end, line.key)))
    return Words(ordered, {line.key: place for place, line in enumerate(ordered)})


FORMATS: Mapping[str, str] = {"vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain"}


@lru_cache(maxsize=256)
def _written(words: Words, kind: str) -> bytes:
    match kind:
        case "vtt":
            return webvtt.serialise(words.file)
        case "srt":
            return srt.serialise(words.file)
        case _:
            return transcript.plain_text(words.file).encode()


def written(words: Words, kind: str) -> bytes:
    """A track as a file: `vtt`, `srt` or `txt`."""
    return _written(words, kind)
