"""What a subtitle file holds, whatever its format: cues, and what the file says about how to show them. No Django."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from preau.subtitles import cuetext

# Limits on what a file may make us keep; the rest of it is dropped, and that is said.
LONGEST_FILE = 5_000_000  # characters
MOST_CUES = 20_000
MOST_REGIONS = 100
MOST_STYLES = 100
MOST_NOTICES = 1_000


class Dropped(StrEnum):
    """Why something of a file is not in its track."""

    SIGNATURE = "signature"  # the file does not begin as its format must: nothing was read
    HEADER = "header"  # lines after the first and before the first blank one
    TIMING = "timing"  # a cue whose times cannot be read
    NO_TIMING = "no timing"  # a block that is no cue and no comment
    LATE = "late"  # a style or a region after the first cue
    SETTING = "setting"  # a setting of a cue or a region that cannot be read; the rest of it is kept
    MARKUP = "markup"  # a tag or a code that WebVTT has no word for; its text is kept
    TOO_LONG = "too long"  # the rest of the file, from here
    TOO_MANY = "too many"  # a cue, a region or a style beyond the limit
    MORE = "more"  # and there is more of the like


class Oddity(StrEnum):
    """What is strange in a file and was understood all the same."""

    LATIN = "latin-1"  # not UTF-8: read as windows-1252
    UTF16 = "utf-16"
    WEBVTT = "webvtt"  # WebVTT under the name of SRT
    SBV = "sbv"  # YouTube's SBV under the name of SRT
    NUMBER = "number"  # the first cue without its number, or with another than the next
    POINT = "point"  # the first time with a decimal point
    HOURS = "hours"  # the first time whose hours are not two digits
    THOUSANDTHS = "thousandths"  # a time whose decimals are not three digits
    NO_BLANK = "no blank line"  # a cue that follows the text of the last one at once
    BLANK = "blank line"  # inside a text
    NO_TEXT = "no text"
    ORDER = "order"  # a cue that players show before the one before it: a track puts it there
    BACKWARDS = "backwards"  # a cue that ends before it begins, or as it does
    MORE = "more"


class Notice(NamedTuple):
    """A line of the file, from 1, and what was found there."""

    line: int
    what: str


class Notices:
    """Gathers notices; of the first thousand all, of what follows only that there is more."""

    def __init__(self, more: str) -> None:
        self._more = more
        self._kept: list[Notice] = []
        self._said: set[str] = set()

    def add(self, line: int, what: str) -> None:
        if len(self._kept) < MOST_NOTICES:
            self._kept.append(Notice(line, what))
        else:
            self.once(line, self._more)

    def once(self, line: int, what: str) -> None:
        """For the habit of a whole file: only the first line counts."""
        if what not in self._said:
            self._said.add(what)
            self._kept.append(Notice(line, what))

    def all(self) -> tuple[Notice, ...]:
        return tuple(sorted(self._kept))


@dataclass(frozen=True, slots=True)
class Settings:
    """How a cue is placed, in the standard's terms; each default is the standard's.

    `line` counts lines when `snap_to_lines`, else it is a percentage like `position` and `size`; None is "auto".
    `region` is the identifier of one of the track's regions. `vertical` is "", "rl" or "lr".
    """

    vertical: str = ""
    line: float | None = None
    snap_to_lines: bool = True
    line_align: str = "start"
    position: float | None = None
    position_align: str = "auto"
    size: float = 100.0
    align: str = "center"
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the picture that cues scroll in; width and anchors in percent, `scroll` is "" or "up"."""

    id: str = ""
    width: float = 100.0
    lines: int = 3
    anchor: tuple[float, float] = (0.0, 100.0)
    viewport_anchor: tuple[float, float] = (0.0, 100.0)
    scroll: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: `start` and `end` in seconds, to the millisecond; `text` is WebVTT cue text, with its markup."""

    id: str
    start: float
    end: float
    text: str
    settings: Settings = Settings()

    def plain(self) -> str:
        """What it says: no tags, character references decoded. Text, not HTML."""
        return cuetext.plain(self.text)


@dataclass(frozen=True, slots=True)
class Track:
    """The cues of a file, its regions and style sheets (CSS as written).

    Cues are in HTML's "text track cue order": by start, then the one that lasts, then as they came.
    Two tracks are equal when what they hold is: `dropped` and `oddities` tell of the file that one was read from.
    """

    cues: tuple[Cue, ...] = ()
    regions: tuple[Region, ...] = ()
    styles: tuple[str, ...] = ()
    dropped: tuple[Notice, ...] = field(default=(), compare=False)
    oddities: tuple[Notice, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cues", tuple(sorted(self.cues, key=order)))


def order(cue: Cue) -> tuple[float, float]:
    """The key of HTML's "text track cue order": by start, then the one that lasts longest."""
    return cue.start, -cue.end


def normalise_newlines(text: str) -> str:
    """CRLF and CR as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
