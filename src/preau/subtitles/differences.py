"""What was changed in a text, word by word, for people to see. No Django."""

import re
from typing import Literal, NamedTuple

from preau.subtitles.aligning import align
from preau.subtitles.wording import WORD

LONGEST = 2_000  # characters of a text: a cue has about a hundred
LEAST_KEPT = 0.15  # of the letters of the longer text, below which crumbs of it would only confuse

_LEADING = re.compile(r"\s*")
_TOKEN = re.compile(rf"({WORD}|\S)(\s*)")

type Kind = Literal["same", "gone", "new"]
type Token = tuple[str, str]
"""A word or a sign, and the space after it."""


class Piece(NamedTuple):
    """A passage: in both texts, in the former one only, or in the new one only. Plain text, never empty."""

    kind: Kind
    text: str


def words(before: str, after: str) -> list[Piece]:
    """How `before` became `after`, both plain: what is same and gone, joined, is the one, same and new the other.

    At a place that changed, what is gone comes first. Where a text is over 2,000 characters, or where under 15 % of its
    letters stayed, all is gone and all is new.
    """
    if before == after:
        return _pieces([("same", before)])
    if max(len(before), len(after)) > LONGEST:
        return _pieces([("gone", before), ("new", after)])
    old, new = _tokens(before), _tokens(after)
    pairs = align([word for word, _space in old], [word for word, _space in new])
    kept = sum(len(old[here][0]) for here, _there in pairs)
    if kept < LEAST_KEPT * max(_letters(old), _letters(new)):
        return _pieces([("gone", before), ("new", after)])
    return _pieces(_passages(old, new, pairs))


def _tokens(text: str) -> list[Token]:
    leading = _LEADING.match(text)
    tokens = [(found[1], found[2]) for found in _TOKEN.finditer(text)]
    return [("", leading.group()), *tokens] if leading and leading.group() else tokens


def _letters(tokens: list[Token]) -> int:
    return sum(len(word) for word, _space in tokens)


def _passages(old: list[Token], new: list[Token], pairs: list[tuple[int, int]]) -> list[tuple[Kind, str]]:
    passages: list[tuple[Kind, str]] = []
    at = other = 0
    for here, there in [*pairs, (len(old), len(new))]:
        passages += _changed(_joined(old[at:here]), _joined(new[other:there]))
        if here < len(old):
            word, space = old[here]
            passages.append(("same", word))
            passages += _changed(space, new[there][1])
        at, other = here + 1, there + 1
    return passages


def _joined(tokens: list[Token]) -> str:
    return "".join(word + space for word, space in tokens)


def _changed(gone: str, new: str) -> list[tuple[Kind, str]]:
    """The two passages of a place, without the space that both end with: that has stayed."""
    common = 0
    while common < min(len(gone), len(new)) and gone[-1 - common] == new[-1 - common] and gone[-1 - common].isspace():
        common += 1
    return [
        ("gone", gone[: len(gone) - common]),
        ("new", new[: len(new) - common]),
        ("same", gone[len(gone) - common :]),
    ]


def _pieces(passages: list[tuple[Kind, str]]) -> list[Piece]:
    """Passages joined with those of their kind; within one change, all that is gone before all that is new."""
    pieces: list[Piece] = []
    gone = new = same = ""
    for kind, text in passages:
        if kind == "same":
            if text and gone + new:
                pieces += _filled(("same", same), ("gone", gone), ("new", new))
                gone = new = same = ""
            same += text
        elif kind == "gone":
            gone += text
        else:
            new += text
    return pieces + _filled(("same", same), ("gone", gone), ("new", new))


def _filled(*passages: tuple[Kind, str]) -> list[Piece]:
    return [Piece(kind, text) for kind, text in passages if text]
