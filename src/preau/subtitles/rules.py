"""Who may decide what about a subtitle, and what a proposal may be. Pure: no Django."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ENOUGH = 3  # trusted people more for than against
AN_HOUR = 120  # suggestions of one person
LONGEST_TEXT = 500  # characters of a cue as people type it
LONGEST_COMMENT = 500
LONGEST_NOTE = 2000
LONGEST_CUE = 60_000  # milliseconds
SHORTEST_CUE = 200
NEAR = 200  # milliseconds within which two files mean the same moment
MOST_MERGED = 2


class Nonsense(ValueError):
    """A proposal that changes nothing or says what cannot be; `reason` is one of the codes of `words.NONSENSE`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Piece:
    """What would stand: times in milliseconds, WebVTT cue text."""

    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """As it is kept in a suggestion."""
        return {"start": self.start, "end": self.end, "text": self.text}


def pieces(proposal: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    """A kept proposal."""
    return tuple(Piece(one["start"], one["end"], one["text"]) for one in proposal)


def trusted(*, has_result: bool, accepted: int, refused: int) -> bool:
    """Does somebody's support count? Who works on the course (has a graded result), or was accepted before; no longer
    once they were refused more often than accepted and that three times."""
    return (has_result or accepted > 0) and refused < max(3, accepted + 1)


def enough(in_favour: int, against: int) -> bool:
    """Is it accepted by the trusted?"""
    return in_favour - against >= ENOUGH


def may_decide(*, reviews: bool, own: bool) -> bool:
    """A reviewer of the language decides, never about their own."""
    return reviews and not own


def stale(base: int, since: Mapping[str, int], keys: Sequence[str]) -> bool:
    """Has one of its cues changed after the revision that its author saw? `since` says of each living cue since when it
    stands; a cue that no longer lives has changed."""
    return any(key not in since or since[key] > base for key in keys)


_TIME = re.compile(r"(?:(?:([0-9]{1,3}):)?([0-9]{1,5}):)?([0-9]{1,5})(?:[.,]([0-9]{1,3}))?")


def read_time(typed: str) -> int:
    """`1:02.5`, `62,5` or `0:01:02.500` in milliseconds. Raises Nonsense."""
    found = _TIME.fullmatch(typed.strip())
    if not found:
        raise Nonsense("time")
    hours, minutes, seconds, part = found.groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(part.ljust(3, "0"))


def write_time(milliseconds: int) -> str:
    """As people read and type it: `1:02.5`."""
    minutes, rest = divmod(milliseconds, 60_000)
    seconds, part = divmod(rest, 1000)
    return f"{minutes}:{seconds:02}.{part:03}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Bounds:
    """The cues beside the ones that are touched: the start of the one before, the end of the one after; None at the
    ends of a track."""

    before: int | None = None
    after: int | None = None


def reworded(cue: Piece, text: str) -> tuple[Piece, ...]:
    """The same time with other words. Raises Nonsense."""
    if text == cue.text:
        raise Nonsense("same")
    return (_checked(Piece(cue.start, cue.end, text)),)


def retimed(cue: Piece, start: int, end: int, bounds: Bounds) -> tuple[Piece, ...]:
    """The same words at another time, in their order. Raises Nonsense."""
    if (start, end) == (cue.start, cue.end):
        raise Nonsense("same")
    if (bounds.before is not None and start < bounds.before) or (bounds.after is not None and end > bounds.after):
        raise Nonsense("order")
    return (_checked(Piece(start, end, cue.text)),)


def split(cue: Piece, at: int, first: str, second: str) -> tuple[Piece, ...]:
    """One cue as two. Raises Nonsense."""
    if not cue.start + SHORTEST_CUE <= at <= cue.end - SHORTEST_CUE:
        raise Nonsense("split")
    return _checked(Piece(cue.start, at, first)), _checked(Piece(at, cue.end, second))


def merged(cues: Sequence[Piece], text: str) -> tuple[Piece, ...]:
    """Two that follow each other as one. Raises Nonsense."""
    if len(cues) != MOST_MERGED:
        raise Nonsense("merge")
    return (_checked(Piece(min(cue.start for cue in cues), max(cue.end for cue in cues), text)),)


def _checked(piece: Piece) -> Piece:
    if not piece.text.strip():
        raise Nonsense("empty")
    if len(piece.text) > LONGEST_TEXT:
        raise Nonsense("long")
    if piece.end - piece.start < SHORTEST_CUE:
        raise Nonsense("short")
    if piece.end - piece.start > LONGEST_CUE:
        raise Nonsense("lasting")
    return piece
