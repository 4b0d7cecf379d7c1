"""When each line of a film is said and each picture shown; what the subtitles are. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from preau.config.films.script import ROW, Line, Script
from preau.subtitles import webvtt
from preau.subtitles.tracks import Cue, Track

LEAD = 0.5  # seconds before the first word
PAUSE = 0.35  # after a line
TURN = 0.9  # after the last line of a slide
END = 1.5  # after the last of all
EARLY = 0.2  # a picture is there so long before its line begins


@dataclass(frozen=True)
class Timed:
    """A line with its times in seconds: when it is said, and from when until when its picture shows."""

    line: Line
    start: float
    end: float
    shown: float
    until: float


def timed(script: Script, lengths: Sequence[float]) -> list[Timed]:
    """The lines of a script, each said for so many seconds."""
    said: list[tuple[Line, float, float]] = []
    now = LEAD
    for (line, pause), length in zip(pauses(script), lengths, strict=True):
        said.append((line, now, now + length))
        now += length + pause
    begins = [0.0, *(start - EARLY for _, start, _ in said[1:]), now]
    return [Timed(*one, begins[number], begins[number + 1]) for number, one in enumerate(said)]


def pauses(script: Script) -> Iterator[tuple[Line, float]]:
    """Each line, and the silence after it."""
    for slide in script.slides:
        for line in slide.lines:
            last = line is slide.lines[-1]
            yield line, END if last and slide is script.slides[-1] else TURN if last else PAUSE


def subtitles(script: Script, lines: Sequence[Timed]) -> dict[str, bytes]:
    """What stands before `.vtt` in the name of each subtitle file, and the file."""
    french = "fr.auto" if script.automatic else "fr"
    texts = {french: [one.line.heard or one.line.fr for one in lines], "en": [one.line.en for one in lines]}
    return {
        name: webvtt.serialise(
            Track(tuple(Cue("", one.start, one.end, rows(text)) for one, text in zip(lines, words, strict=True)))
        )
        for name, words in texts.items()
    }


def rows(text: str) -> str:
    """Cue text of one or two rows."""
    return escape(broken(text), quote=False)


def broken(text: str) -> str:
    """A text in one or two rows, two of about the same length."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if len(text) > ROW and spaces:
        middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
        return f"{text[:middle]}\n{text[middle + 1 :]}"
    return text
