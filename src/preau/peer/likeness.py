"""Which copies say the same. Pure: no Django.

Shingles of five words, winnowed to fingerprints (Schleimer, Wilkerson and Aiken, 2003). Two texts that share a run of
sixteen words (`WORDS + WINDOW - 1`) of which no five stand in the course share a fingerprint. That proves nothing of
anybody: a person reads the two texts side by side.
"""

import re
import struct
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, combinations

WORDS = 5  # of a shingle
WINDOW = 12  # shingles, of which one is kept
LEAST = 5  # fingerprints in common, about sixty words, below which nothing is said
SHARE = 0.2  # of the fingerprints of the shorter copy, from which two are alike
LONG = 30  # fingerprints in common, several hundred words, which are said whatever their share
STOCK = 30  # what stands in more copies than that is quoted by the class, from a source that all know
BUCKETS = 16  # of fingerprints, looked at one after the other, so that few are in memory at once

_NONE = 1 << 64  # above every shingle
_WORD = re.compile(r"\w+")

type Span = tuple[int, int]
"""A passage of a text: where its characters begin and end."""


@dataclass(frozen=True)
class Pair[Id]:
    """Two copies that are alike: `common` fingerprints, which are `share` of those of the shorter one."""

    first: Id
    second: Id
    common: int
    share: float


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, without case and accents, with where they stand."""
    return [(_plain(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


def _plain(word: str) -> str:
    folded = word.casefold()
    if folded.isascii():
        return folded
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(one for one in letters if not unicodedata.combining(one))


def shingles(text: str) -> list[int]:
    """One number of 64 bits for each run of five words, in the order of the text."""
    return _hashed([word for word, _start, _end in words(text)])


def _hashed(said: Sequence[str]) -> list[int]:
    return [
        int.from_bytes(blake2b(" ".join(said[place : place + WORDS]).encode(), digest_size=8).digest())
        for place in range(len(said) - WORDS + 1)
    ]


def stock(texts: Iterable[str]) -> frozenset[int]:
    """All shingles of texts that anybody may quote: the assignment itself, the course."""
    return frozenset(one for text in texts for one in shingles(text))


def fingerprint(text: str, known: AbstractSet[int] = frozenset()) -> list[int]:
    """What a text is recognised by, from the least: of each twelve shingles in a row the least that is not `known`."""
    found = [_NONE if one in known else one for one in shingles(text)] or [_NONE]
    least = {min(found[place : place + WINDOW]) for place in range(max(1, len(found) - WINDOW + 1))}
    return sorted(least - {_NONE})


def packed(prints: Sequence[int]) -> bytes:
    """Fingerprints as they are kept."""
    return struct.pack(f"<{len(prints)}Q", *prints)


def unpacked(kept: bytes) -> tuple[int, ...]:
    """The fingerprints that were kept."""
    return struct.unpack(f"<{len(kept) // 8}Q", kept)


def alike[Id: Hashable](
    new: Mapping[Id, Sequence[int]], old: Mapping[Id, Sequence[int]] | None = None
) -> list[Pair[Id]]:
    """The pairs of copies that are alike, at least one of them new, those that share most first. Fingerprints come from
    the least."""
    every = [*new.items(), *(old or {}).items()]
    found = []
    for (first, second), common in _counted([prints for _key, prints in every], len(new)).items():
        share = common / min(len(every[first][1]), len(every[second][1]))
        if common >= LONG or (common >= LEAST and share >= SHARE):
            found.append(Pair(every[first][0], every[second][0], common, share))
    return sorted(found, key=lambda pair: (-pair.share, -pair.common))


def _counted(prints: Sequence[Sequence[int]], new: int) -> Counter[tuple[int, int]]:
    """How many fingerprints each two have in common, the first of them among the first `new`."""
    counts: Counter[tuple[int, int]] = Counter()
    width = (1 << 64) // BUCKETS
    for bucket in range(BUCKETS):
        low, high = bucket * width, (bucket + 1) * width
        parts = [one[bisect_left(one, low) : bisect_left(one, high)] for one in prints]
        held = Counter(chain.from_iterable(parts))
        shared = {number for number, times in held.items() if 1 < times <= STOCK}
        holders: dict[int, list[int]] = defaultdict(list)
        for place, part in enumerate(parts):
            for number in shared.intersection(part):
                holders[number].append(place)
        for places in holders.values():
            counts.update(pair for pair in combinations(places, 2) if pair[0] < new)
    return counts


def passages(first: str, second: str, known: AbstractSet[int] = frozenset()) -> tuple[list[Span], list[Span]]:
    """Where two texts say the same, in each of them, for five words at least that are not `known`."""
    one, other = words(first), words(second)
    of_one, of_other = _hashed([word for word, *_ in one]), _hashed([word for word, *_ in other])
    common = (set(of_one) & set(of_other)) - known
    return _spans(one, of_one, common), _spans(other, of_other, common)


def _spans(said: Sequence[tuple[str, int, int]], found: Sequence[int], common: Collection[int]) -> list[Span]:
    """The runs of words covered by common shingles; those that touch are one."""
    spans: list[Span] = []
    until = -1  # the place of the word after the last run
    for place, number in enumerate(found):
        if number in common:
            end = said[place + WORDS - 1][2]
            begins = spans.pop()[0] if place <= until else said[place][1]
            spans.append((begins, end))
            until = place + WORDS
    return spans


def pieces(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """A text cut at its passages: each piece, and whether it is in common."""
    at = 0
    for begin, end in spans:
        if begin > at:
            yield text[at:begin], False
        yield text[begin:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def covered(text: str, spans: Sequence[Span]) -> float:
    """The share of a text's words that stands in these passages."""
    whole = len(_WORD.findall(text))
    return sum(len(_WORD.findall(text[begin:end])) for begin, end in spans) / whole if whole else 0.0
