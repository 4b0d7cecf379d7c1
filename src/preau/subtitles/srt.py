"""SubRip (SRT), which no standard describes, read as people and programs write it; written as any player reads it.

Also read under this name: YouTube's SBV (`0:00:05.440,0:00:09.360`) and WebVTT. No Django. Nothing raises: what is lost
is in `Track.dropped`, what was strange and understood in `Track.oddities`, both by line.

A text becomes WebVTT cue text: `<i>`, `<b>`, `<u>` are kept, `<font>` and codes in braces (`{\\an8}`) are not, and all
else is text, so that a course may speak of `<s>` and `&`. A cue at the top, `{\\an7}` to `{\\an9}`, keeps that place.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import NamedTuple

from preau.subtitles import cuetext, webvtt
from preau.subtitles.timing import seconds, write_timestamp
from preau.subtitles.tracks import (
    LONGEST_FILE,
    MOST_CUES,
    Cue,
    Dropped,
    Notices,
    Oddity,
    Settings,
    Track,
    normalise_newlines,
    order,
)

ARROW = "-->"
_TIME = re.compile(r"(?:([0-9]+):)?([0-9]{1,2}):([0-9]{1,2})(?:([.,])([0-9]{1,9}))?")
_SBV = re.compile(r"([0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3}),([0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3})")
_NUMBER = re.compile(r"[0-9]+")
_MARKUP = re.compile(r"<(?P<close>/?)(?P<tag>[ibu]|font)(?:\s[^<>]*)?>|\{\\(?P<code>[^{}]*)\}", re.IGNORECASE)
_TOP = re.compile(r"an[789]")
_KEPT = {"i", "b", "u"}


def parse(data: bytes) -> Track:
    """The track of a file in SRT, or in what goes by that name. Linear in its length; never raises.

    UTF-8 or UTF-16 by its mark, else UTF-8, else windows-1252 (which holds Latin-1). The limits are WebVTT's. Without
    a single line of times there are no cues, and line 1 is dropped for its signature.
    """
    oddities, dropped = Notices(Oddity.MORE), Notices(Dropped.MORE)
    text = _decode(data, oddities, dropped)
    if text.startswith("WEBVTT"):
        oddities.add(1, Oddity.WEBVTT)
        track = webvtt.parse(text.encode())
        return replace(track, oddities=oddities.all() + track.oddities)
    return _Parser(text.split("\n"), oddities, dropped).track()


def _decode(data: bytes, oddities: Notices, dropped: Notices) -> str:
    most = 4 * LONGEST_FILE
    # cut at a line's end: half a character would make UTF-8 look like another encoding
    whole = data if len(data) <= most else data[:most].rpartition(b"\n")[0]
    text = normalise_newlines(_characters(whole, oddities)).replace("\0", "\ufffd")
    if len(text) <= LONGEST_FILE and len(data) <= most:
        return text
    text = text[:LONGEST_FILE].rpartition("\n")[0]
    dropped.add(text.count("\n") + 2, Dropped.TOO_LONG)
    return text


def _characters(data: bytes, oddities: Notices) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        oddities.add(1, Oddity.UTF16)
        return data.decode("utf-16", "replace")
    try:
        return data.removeprefix(webvtt.BOM).decode()
    except UnicodeDecodeError:
        oddities.add(1, Oddity.LATIN)
        return data.decode("cp1252", "replace")


class _Parser:
    """Finds the lines of times first: what stands between two of them is the text of the first and the number of the
    second, whatever blank lines there are."""

    def __init__(self, lines: list[str], oddities: Notices, dropped: Notices) -> None:
        self.lines = lines
        self.oddities = oddities
        self.dropped = dropped

    def track(self) -> Track:
        timings = starts = self._sbv_lines()
        if not timings:
            timings = self._timing_lines()
            starts = self._starts(timings)
        if not timings:
            self.dropped.add(1, Dropped.SIGNATURE)
        cues = tuple(self._cues(timings, starts))
        return Track(cues, dropped=self.dropped.all(), oddities=self.oddities.all())

    def _cues(self, timings: list[int], starts: list[int]) -> Iterator[Cue]:
        """The cues whose times stand on these lines, as far as the limits allow. Nothing before the first is one."""
        for index in range(starts[0] if starts else 0):
            if self.lines[index].strip():
                self.dropped.once(index + 1, Dropped.NO_TIMING)
        room, count = webvtt.ROOM, 0
        latest = (0.0, -math.inf)
        for timing, (start, end) in zip(timings, pairwise([*starts, len(self.lines)]), strict=True):
            number = self.lines[start].strip() if start < timing else ""
            cue = self._cue(timing, number, self.lines[timing + 1 : end])
            if cue is None:
                continue
            room, count = room - webvtt.length(cue), count + 1
            if room < 0 or count > MOST_CUES:
                self.dropped.once(timing + 1, Dropped.TOO_LONG if room < 0 else Dropped.TOO_MANY)
                return
            if order(cue) < latest:
                self.oddities.add(timing + 1, Oddity.ORDER)
            latest = order(cue)
            yield cue

    def _sbv_lines(self) -> list[int]:
        """The lines of times of a file in SBV, which begins with one."""
        first = next((line for line in self.lines if line.strip()), "")
        if not _SBV.fullmatch(first.strip()):
            return []
        found = [index for index, line in enumerate(self.lines) if _SBV.fullmatch(line.strip())]
        self.oddities.add(found[0] + 1, Oddity.SBV)
        return found

    def _timing_lines(self) -> list[int]:
        """Where times stand, or ought to: at an arrow, a line that begins with a digit and can begin a cue."""
        arrows = (index for index, line in enumerate(self.lines) if ARROW in line)
        return [index for index in arrows if _read_times(self.lines[index]) or self._ought_to_be_times(index)]

    def _ought_to_be_times(self, index: int) -> bool:
        before = self.lines[index - 1].strip() if index else ""
        can_begin = not before or _NUMBER.fullmatch(before)
        return bool(can_begin and _NUMBER.match(self.lines[index].strip()))

    def _starts(self, timings: list[int]) -> list[int]:
        """Where each cue begins: at its number, which stands alone on the line before its times, or at its times.

        Digits right below a text are its last line, unless they are the number that is due.
        """
        starts = []
        due, previous = 1, -1
        for timing in timings:
            digits = self.lines[timing - 1].strip() if timing - 1 > previous else ""
            apart = timing - 2 <= previous or not self.lines[timing - 2].strip()
            numbered = bool(_NUMBER.fullmatch(digits)) and (apart or digits == str(due))
            if numbered and not apart:
                self.oddities.add(timing, Oddity.NO_BLANK)
            if digits != str(due):
                self.oddities.once(timing + 1, Oddity.NUMBER)
            due = int(digits) + 1 if numbered and len(digits) < 10 else due + 1
            starts.append(timing - 1 if numbered else timing)
            previous = timing
        return starts

    def _cue(self, timing: int, number: str, lines: list[str]) -> Cue | None:
        """The cue whose times stand on that line, counted from 0; None where they cannot be read."""
        times = _read_times(self.lines[timing])
        if times is None:
            self.dropped.add(timing + 1, Dropped.TIMING)
            return None
        for oddity in times.once:
            self.oddities.once(timing + 1, oddity)
        if times.uneven:
            self.oddities.add(timing + 1, Oddity.THOUSANDTHS)
        if times.end <= times.start:
            self.oddities.add(timing + 1, Oddity.BACKWARDS)
        if times.rest:
            self.dropped.add(timing + 1, Dropped.SETTING)
        return self._with_text(Cue(number, times.start, times.end, "\n".join(lines).strip()), timing + 1)

    def _with_text(self, cue: Cue, line: int) -> Cue:
        """The cue with its text, which is as the file has it, made WebVTT's."""
        if not cue.text:
            self.oddities.add(line, Oddity.NO_TEXT)
        if _without_blank_lines(cue.text) != cue.text:
            self.oddities.add(line, Oddity.BLANK)
        text, at_top, lost = _reduce(cue.text)
        if lost:
            self.dropped.add(line, Dropped.MARKUP)
        return replace(cue, text=text, settings=Settings(line=0.0) if at_top else cue.settings)


class _Times(NamedTuple):
    """What a line of times says: seconds, what stands behind, and what is strange in how it is written."""

    start: float
    end: float
    rest: str
    once: tuple[Oddity, ...]
    uneven: bool


def _read_times(line: str) -> _Times | None:
    """`00:00:05,440 --> 00:00:09,360`, with or without hours and decimals, or SBV's `0:00:05.440,0:00:09.360`."""
    sbv = _SBV.fullmatch(line.strip())
    first, last = (sbv[1], sbv[2]) if sbv else line.split(ARROW, 1)
    last, *rest = last.split(maxsplit=1) or [""]
    found = _TIME.fullmatch(first.strip()), _TIME.fullmatch(last)
    if not found[0] or not found[1]:
        return None
    start, end = _time(found[0]), _time(found[1])
    if start is None or end is None:
        return None
    written = [match.groups(default="") for match in found if match]
    point = not sbv and any(mark == "." for *_, mark, _ in written)
    hours = not sbv and any(len(digits) != 2 for digits, *_ in written)
    once = ((Oddity.POINT,) if point else ()) + ((Oddity.HOURS,) if hours else ())
    return _Times(start, end, "".join(rest).strip(), once, any(len(decimals) != 3 for *_, decimals in written))


def _time(found: re.Match[str]) -> float | None:
    hours, minutes, whole, _, decimals = found.groups(default="0")
    if int(minutes) > 59 or int(whole) > 59:
        return None
    return seconds(hours, minutes, whole, decimals.ljust(3, "0")[:3])


def _reduce(written: str) -> tuple[str, bool, bool]:
    """SRT's text as WebVTT cue text; whether it asks for the top of the picture; whether some markup was lost."""
    parts: list[str] = []
    position, at_top, lost = 0, False, False
    for found in _MARKUP.finditer(written):
        parts.append(escape(written[position : found.start()], quote=False))
        position = found.end()
        tag = (found["tag"] or "").lower()
        if tag in _KEPT:
            parts.append(f"<{found['close']}{tag}>")
        elif _TOP.fullmatch(found["code"] or ""):
            at_top = True
        else:
            lost = True
    parts.append(escape(written[position:], quote=False))
    return _without_blank_lines("".join(parts)), at_top, lost


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def cue_text(written: str) -> str:
    """What somebody typed as WebVTT cue text: `<i>`, `<b>`, `<u>` are kept, all else is text; no blank line."""
    return _reduce(normalise_newlines(written))[0]


def typed(text: str) -> str:
    """A cue's text as people type it: what `cue_text` reads back, as far as SRT has a word for it."""
    return _without_blank_lines(normalise_newlines("".join(_markup(node) for node in cuetext.nodes(text))))


def serialise(track: Track) -> bytes:
    """The cues as SRT in UTF-8, numbered from 1. `i`, `b`, `u` and a place on the first line are kept, the rest of the
    markup is not.

    SRT has no escapes: a text that speaks of `<i>` will be read as a tag, and an arrow `-->` is written `-- >`.
    """
    return "\n".join(_write(number, cue) for number, cue in enumerate(track.cues, start=1)).encode("utf-8", "replace")


def _write(number: int, cue: Cue) -> str:
    top = "{\\an8}" if cue.settings.line == 0 else ""
    text = typed(cue.text).replace(ARROW, "-- >")
    return f"{number}\n{write_timestamp(cue.start, ',')} {ARROW} {write_timestamp(cue.end, ',')}\n{top}{text}\n"


def _markup(node: cuetext.Node) -> str:
    match node:
        case str():
            return node
        case cuetext.Start(name, _, _) if name in _KEPT:
            return f"<{name}>"
        case cuetext.End(name) if name in _KEPT:
            return f"</{name}>"
        case _:
            return ""
