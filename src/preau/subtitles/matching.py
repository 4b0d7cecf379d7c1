"""Which cues of a new file continue which cues of the former one. No Django.

First the cues that say the same, in order; between those, word by word, so that a cue that was split, merged or
reworded is found; last, what stands alone between two neighbours that were found.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from preau.subtitles.aligning import align
from preau.subtitles.wording import Words, words

HALF = 0.5  # of the words of one of the two, from which a cue continues another
THIRD = 1 / 3  # of them, when neither continues, or is continued by, any other

type Link = tuple[int, int]
"""The index of a former cue and that of a new one which continues it."""


def match(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, ...]]:
    """For each new cue the indexes of the old ones that it continues, in order; texts are plain.

    Usually one; several where it merges them; the same for several new ones where it was split; none where it is new.
    The first index never falls from one new cue to the next, nor does the last. Time grows nearly as the number of
    words, memory as that.
    """
    return match_words([words(text) for text in old], [words(text) for text in new])


def match_words(old: Sequence[Words], new: Sequence[Words]) -> list[tuple[int, ...]]:
    """As `match`, from the words of each cue."""
    equal = align(["".join(said) for said in old], ["".join(said) for said in new])
    links = set(equal)
    for gap in _gaps(equal, len(old), len(new)):
        links.update(_by_words(old, new, *gap))
    links.update(list(_left_alone(links, len(new))))
    continued = _by_new(links)
    return [tuple(continued.get(there, ())) for there in range(len(new))]


def _gaps(links: Iterable[Link], old: int, new: int) -> Iterator[tuple[range, range]]:
    """What lies between two links that follow each other, where both sides have something there."""
    for (here, there), (next_here, next_there) in pairwise([(-1, -1), *links, (old, new)]):
        if next_here - here > 1 and next_there - there > 1:
            yield range(here + 1, next_here), range(there + 1, next_there)


def _by_words(old: Sequence[Words], new: Sequence[Words], ours: range, theirs: range) -> list[Link]:
    """Links of a gap by the words that two cues share: half of the one's or half of the other's, and then a third."""
    left = [(index, word) for index in ours for word in old[index]]
    right = [(index, word) for index in theirs for word in new[index]]
    pairs = align([word for _index, word in left], [word for _index, word in right])
    shared = Counter((left[here][0], right[there][0]) for here, there in pairs)
    shares = {
        (here, there): max(count / len(old[here]), count / len(new[there])) for (here, there), count in shared.items()
    }
    found = [link for link, share in shares.items() if share >= HALF]
    taken, given = {here for here, _there in found}, {there for _here, there in found}
    # the best first: what two cues have in common decides, not which comes first
    for (here, there), share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        if share >= THIRD and here not in taken and there not in given:
            found.append((here, there))
            taken.add(here)
            given.add(there)
    return found


def _left_alone(links: set[Link], new: int) -> Iterator[Link]:
    """One cue on either side that nothing was found for, between neighbours that were: it was reworded wholly."""
    found = _by_new(links)
    for there in range(1, new - 1):
        before, after = found.get(there - 1), found.get(there + 1)
        if there not in found and before and after and after[0] - before[-1] == 2:
            yield before[-1] + 1, there


def _by_new(links: Iterable[Link]) -> dict[int, list[int]]:
    """For each new cue that continues any, these, in order."""
    found: dict[int, list[int]] = {}
    for here, there in sorted(links):
        found.setdefault(there, []).append(here)
    return found
