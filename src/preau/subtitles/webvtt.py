"""WebVTT, read by the algorithm of its standard and written so that it reads back the same. No Django.

W3C WebVTT 1 (https://www.w3.org/TR/webvtt1/), section 6. Names in quotation marks are the standard's own. A file is
never refused whole for one bad cue, and no input raises: what is left out is in `Track.dropped`, by line.

Not kept: comments (`NOTE` blocks), which the algorithm passes over and which are not reported; the header's text.
Beyond the standard: a file's limits (`tracks`), and times of more than 99,999,999 hours, which are that many.
"""

import re

from preau.subtitles import cuetext
from preau.subtitles.placement import (
    parse_cue_settings,
    parse_region_settings,
    write_cue_settings,
    write_region_settings,
)
from preau.subtitles.pointer import WHITESPACE, Pointer
from preau.subtitles.timing import collect_timestamp, write_timestamp
from preau.subtitles.tracks import (
    LONGEST_FILE,
    MOST_CUES,
    MOST_REGIONS,
    MOST_STYLES,
    Cue,
    Dropped,
    Notices,
    Oddity,
    Region,
    Track,
    normalise_newlines,
)

__all__ = ["Cue", "Region", "Track", "html", "parse", "serialise"]

BOM = b"\xef\xbb\xbf"
ARROW = "-->"
_SIGNATURE = re.compile(r"WEBVTT([ \t].*)?")
_COMMENT = re.compile(r"NOTE([ \t].*)?")
_DEFINITION = re.compile(r"(STYLE|REGION)[\t\f ]*")
_FIRST = "WEBVTT\n\n"
_BETWEEN = "\n\n"
ROOM = LONGEST_FILE - len(_FIRST)  # for the blocks of a file
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")

Block = Cue | Region | str  # a style sheet is its text


def parse(data: bytes) -> Track:
    """The track of a file, by the "WebVTT parser algorithm". Linear in its length; never raises.

    Without a signature there are no cues, and line 1 is dropped as such. What exceeds 5,000,000 characters, 20,000
    cues, 100 regions or 100 style sheets is dropped.
    """
    return _Parser(data).track()


def html(cue: Cue) -> str:
    """A cue's text as HTML: see `cuetext.html`, which says what it may hold."""
    return cuetext.html(cue.text)


class _Parser:
    """The variables that the algorithms of the standard share; `index` counts lines where they count characters."""

    def __init__(self, data: bytes) -> None:
        self.dropped, self.oddities = Notices(Dropped.MORE), Notices(Oddity.MORE)
        self.lines = self._decode(data).split("\n")
        self.index = 0
        self.cues: list[Cue] = []
        self.regions: list[Region] = []
        self.region_ids: set[str] = set()
        self.styles: list[str] = []
        self.seen_cue = False

    def _decode(self, data: bytes) -> str:
        """By "UTF-8 decode" and the replacements of step 1; of a file that is too long, up to its last whole line."""
        most = 4 * LONGEST_FILE
        text = normalise_newlines(data[:most].removeprefix(BOM).decode("utf-8", "replace").replace("\0", "\ufffd"))
        if len(text) <= LONGEST_FILE and len(data) <= most:
            return text
        whole, newline, rest = text[:LONGEST_FILE].rpartition("\n")
        text = whole if newline else rest
        self.dropped.add(text.count("\n") + 2, Dropped.TOO_LONG)
        return text

    def track(self) -> Track:
        """The "WebVTT parser algorithm"."""
        if not _SIGNATURE.fullmatch(self.lines[0]):
            self.dropped.add(1, Dropped.SIGNATURE)
            return Track(dropped=self.dropped.all())
        self.index = 1
        self._header()
        self._block_loop()
        found = (tuple(self.cues), tuple(self.regions), tuple(self.styles))
        return Track(*found, dropped=self.dropped.all(), oddities=self.oddities.all())

    def _header(self) -> None:
        if self._lines_of_block(in_header=True):
            self.dropped.add(2, Dropped.HEADER)

    def _block_loop(self) -> None:
        """Keeps what the file defines, as long as it fits in a file when it is written again."""
        left = ROOM
        while self._skip_blank_lines():
            start = self.index
            block = self._collect_block()
            if block is None:
                continue
            left -= length(block)
            if left < 0:
                self.dropped.once(start + 1, Dropped.TOO_LONG)
                break
            if not self._keep(block):
                self.dropped.once(start + 1, Dropped.TOO_MANY)
                if isinstance(block, Cue):
                    break

    def _skip_blank_lines(self) -> bool:
        """Is there a block after them?"""
        while self.index < len(self.lines) and not self.lines[self.index]:
            self.index += 1
        return self.index < len(self.lines)

    def _keep(self, block: Block) -> bool:
        """Add a block to what the file holds; False when that is full."""
        match block:
            case Cue() if len(self.cues) < MOST_CUES:
                self.cues.append(block)
            case Region() if len(self.regions) < MOST_REGIONS:
                self.regions.append(block)
                self.region_ids.add(block.id)
            case str() if len(self.styles) < MOST_STYLES:
                self.styles.append(block)
            case _:
                return False
        return True

    def _collect_block(self) -> Block | None:
        """To "collect a WebVTT block": the cue, region or style sheet that the next lines define, if they do."""
        start = self.index
        lines = self._lines_of_block()
        timing = next((n for n, line in enumerate(lines) if ARROW in line), None)
        if timing is not None:
            return self._cue(start + timing + 1, "".join(lines[:timing]), lines[timing], lines[timing + 1 :])
        definition = _DEFINITION.fullmatch(lines[0])
        if definition and len(lines) > 1 and not self.seen_cue:
            return self._definition(start + 2, definition[1], lines[1:])
        if not _COMMENT.fullmatch(lines[0]):
            late = definition and len(lines) > 1
            self.dropped.add(start + 1, Dropped.LATE if late else Dropped.NO_TIMING)
        return None

    def _lines_of_block(self, *, in_header: bool = False) -> list[str]:
        """Up to a blank line, or to a line with an arrow that is not this block's own: that is its first or second
        line, and a header has none."""
        start = self.index
        seen_arrow = in_header
        while self.index < len(self.lines) and (line := self.lines[self.index]):
            if ARROW in line:
                if seen_arrow or self.index - start > 1:
                    break
                seen_arrow = True
            self.index += 1
        return self.lines[start : self.index]

    def _cue(self, line: int, identifier: str, timing: str, text: list[str]) -> Cue | None:
        """To "collect WebVTT cue timings and settings", which stand on that line of the file; None where that fails."""
        at = Pointer(timing)
        times = _collect_times(at)
        if times is None:
            self.dropped.add(line, Dropped.TIMING)
            return None
        self.seen_cue = True
        start, end = times
        if end <= start:
            self.oddities.add(line, Oddity.BACKWARDS)
        settings, ignored = parse_cue_settings(timing[at.position :], self.region_ids)
        if ignored:
            self.dropped.add(line, Dropped.SETTING)
        return Cue(identifier, start, end, "\n".join(text), settings)

    def _definition(self, line: int, what: str, lines: list[str]) -> Block:
        """A style sheet, whose rules nobody here reads, or a region; its text begins on that line of the file."""
        if what == "STYLE":
            return "\n".join(lines)
        region, ignored = parse_region_settings("\n".join(lines))
        if ignored:
            self.dropped.add(line, Dropped.SETTING)
        return region


def _collect_times(at: Pointer) -> tuple[float, float] | None:
    """Start and end, in seconds, of a timing line; None where the standard returns failure."""
    at.collect(WHITESPACE)
    start = collect_timestamp(at)
    at.collect(WHITESPACE)
    if start is None or not at.take(ARROW):
        return None
    at.collect(WHITESPACE)
    end = collect_timestamp(at)
    return None if end is None else (start, end)


def serialise(track: Track) -> bytes:
    """The file, in UTF-8: style sheets, regions, cues. What `parse` gave is read back equal.

    What a track made by hand holds and the format cannot, is neutralised: an arrow `-->` becomes `--&gt;` in a text
    and `-- >` elsewhere; blank lines inside a text or a style sheet are left out, line breaks in an identifier become
    spaces; U+0000 and lone surrogates become U+FFFD; times are rounded to the millisecond, negative ones are 0. A
    setting with a value that the standard does not know is written and will be ignored by readers. Style sheets are
    whatever the file's author wrote: whoever gives the file to others can leave them out with `replace(styles=())`.
    """
    blocks: list[Block] = [*track.styles, *track.regions, *track.cues]
    written = _FIRST + _BETWEEN.join(filter(None, map(_write, blocks)))
    return (_UNWRITABLE.sub("\ufffd", written).rstrip("\n") + "\n").encode()


def length(block: Block) -> int:
    """How many characters a cue, a region or a style sheet takes of the `ROOM` in a file."""
    return len(_write(block)) + len(_BETWEEN)


def _write(block: Block) -> str:
    match block:
        case Cue(identifier, start, end, text, settings):
            first = f"{_one_line(identifier)}\n" if identifier else ""
            times = f"{write_timestamp(start)} {ARROW} {write_timestamp(end)}"
            text = _without_blank_lines(text).replace(ARROW, "--&gt;")
            return f"{first}{times}{_one_line(write_cue_settings(settings))}\n{text}"
        case Region():
            return f"REGION\n{_one_line(write_region_settings(block))}"
        case _:
            rules = _without_blank_lines(block).replace(ARROW, "-- >")
            return f"STYLE\n{rules}" if rules else ""


def _one_line(text: str) -> str:
    return normalise_newlines(text).replace("\n", " ").replace(ARROW, "-- >")


def _without_blank_lines(text: str) -> str:
    return "\n".join(filter(None, normalise_newlines(text).split("\n")))
