"""Where something is said: words looked for in what stands, across the videos that a reader may see."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from preau.subtitles.models import Cue

NEAR = 15_000  # milliseconds within which all words are said
MOST = 50  # moments that are shown
LOOKED_AT = 2_000  # cues with one of the words
LONGEST = 80  # characters looked for


def folded(text: str) -> str:
    """Plain words on one line without accents and capitals."""
    small = unicodedata.normalize("NFKD", text).casefold()  # a letter of another script's alphabet may become a capital
    plain = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return " ".join(plain.replace("\u2019", "'").replace("œ", "oe").replace("æ", "ae").split())


@dataclass(frozen=True)
class Moment:
    """A cue at which something is said; milliseconds."""

    track: UUID
    key: str
    start: int
    text: str


def moments(tracks: Iterable[UUID], asked: str) -> Sequence[Moment]:
    """Where all the words are said within a quarter of a minute, in the order of each track: one query a word."""
    words = list(dict.fromkeys(folded(asked[:LONGEST]).split()))
    ids = list(tracks)
    if not words or not ids:
        return []
    by_word = [_said(ids, word) for word in words[:6]]
    first, others = by_word[0], [_starts(found) for found in by_word[1:]]
    kept: list[Moment] = []
    for one in first:
        near = kept and kept[-1].track == one.track and one.start - kept[-1].start < NEAR
        if not near and all(_near(one, starts) for starts in others):
            kept.append(one)
    return kept[:MOST]


def _said(tracks: Sequence[UUID], word: str) -> list[Moment]:
    rows = Cue.objects.filter(track__in=tracks, until=None, folded__contains=word).order_by("track", "start")
    return [Moment(*row) for row in rows.values_list("track", "key", "start", "text")[:LOOKED_AT]]


def _starts(found: Iterable[Moment]) -> dict[UUID, list[int]]:
    starts: dict[UUID, list[int]] = {}
    for one in found:
        starts.setdefault(one.track, []).append(one.start)
    return starts


def _near(one: Moment, starts: dict[UUID, list[int]]) -> bool:
    return any(abs(start - one.start) < NEAR for start in starts.get(one.track, ()))
