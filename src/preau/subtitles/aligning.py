"""Which members of one sequence are those of another, in order: what a comparison of lines or of words begins with.

Patience first: what is there once on both sides, in the longest run that keeps the order. Between those, the shortest
edit script, looked for only so far (Myers, 1986): what is very different costs no more than what is alike. No Django.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

STEPS = 4_000_000  # of the search for an edit script, over a whole alignment
MOST_EDITS = 256  # in one stretch of a script, after which the furthest place reached is kept
LEAST_EDITS = 4
DEEPEST = 8  # times that what is unique is looked for again between what was

type Pair = tuple[int, int]
type Trail = tuple[int, int, int, Trail] | None
"""Runs of equal members, the last one first: where it begins on both sides, how long it is."""

_NOWHERE: tuple[int, Trail] = (-1, None)


class Gap(NamedTuple):
    """What is not yet aligned: from `old` to before `old_end`, from `new` to before `new_end`."""

    old: int
    old_end: int
    new: int
    new_end: int


def align[Member: Hashable](old: Sequence[Member], new: Sequence[Member]) -> list[Pair]:
    """(index in `old`, index in `new`) of equal members, both increasing.

    Time grows as n log n, memory as n: members that are all the same, or all different, are no exception.
    """
    pairs: list[Pair] = []
    edits = max(LEAST_EDITS, min(MOST_EDITS, STEPS // (len(old) + len(new) + 1)))
    open_gaps = [(Gap(0, len(old), 0, len(new)), 0)]
    while open_gaps:
        gap, depth = open_gaps.pop()
        # anchors before ends: beside a line that is there once, another is surer than at the end of a file
        anchors = _unique(old, new, gap) if depth < DEEPEST else []
        pairs += anchors
        for between in _between(gap, anchors):
            rest = _trim(old, new, between, pairs, first=bool(anchors) and between.old == gap.old)
            if rest.old == rest.old_end or rest.new == rest.new_end:
                continue
            if anchors or rest != gap:
                open_gaps.append((rest, depth + 1))
            else:
                pairs += _edit(old, new, rest, edits)
    return sorted(pairs)


def _trim[Member: Hashable](
    old: Sequence[Member], new: Sequence[Member], gap: Gap, pairs: list[Pair], *, first: bool
) -> Gap:
    """What remains of a gap without what is equal at both its ends, which goes to `pairs`.

    `first`: only its end lies beside an anchor, and goes first.
    """
    start, old_end, other, new_end = gap
    if first:
        while start < old_end and other < new_end and old[old_end - 1] == new[new_end - 1]:
            old_end, new_end = old_end - 1, new_end - 1
            pairs.append((old_end, new_end))
    while start < old_end and other < new_end and old[start] == new[other]:
        pairs.append((start, other))
        start, other = start + 1, other + 1
    while start < old_end and other < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
        pairs.append((old_end, new_end))
    return Gap(start, old_end, other, new_end)


def _unique[Member: Hashable](old: Sequence[Member], new: Sequence[Member], gap: Gap) -> list[Pair]:
    """Members that a gap has once on both sides, as many as keep the order."""
    once_old, once_new = Counter(old[gap.old : gap.old_end]), Counter(new[gap.new : gap.new_end])
    where = {old[index]: index for index in range(gap.old, gap.old_end) if once_old[old[index]] == 1}
    both = (index for index in range(gap.new, gap.new_end) if once_new[new[index]] == 1 and new[index] in where)
    return _increasing([(where[new[index]], index) for index in both])


def _increasing(pairs: list[Pair]) -> list[Pair]:
    """The most of pairs, sorted by their second, whose first increases too (patience sorting)."""
    tops: list[int] = []  # the least first that ends a run of each length
    ends: list[int] = []  # whose it is
    before: list[int | None] = []
    for place, (first, _second) in enumerate(pairs):
        pile = bisect_left(tops, first)
        before.append(ends[pile - 1] if pile else None)
        tops[pile : pile + 1] = [first]
        ends[pile : pile + 1] = [place]
    kept: list[Pair] = []
    at = ends[-1] if ends else None
    while at is not None:
        kept.append(pairs[at])
        at = before[at]
    return kept[::-1]


def _between(gap: Gap, anchors: list[Pair]) -> Iterator[Gap]:
    old, new = gap.old, gap.new
    for here, there in [*anchors, (gap.old_end, gap.new_end)]:
        if old < here and new < there:
            yield Gap(old, here, new, there)
        old, new = here + 1, there + 1


def _edit[Member: Hashable](old: Sequence[Member], new: Sequence[Member], gap: Gap, edits: int) -> Iterator[Pair]:
    """The pairs of a short edit script of a gap, stretch by stretch; members that the other side lacks are passed."""
    shared = set(old[gap.old : gap.old_end]) & set(new[gap.new : gap.new_end])
    left = [index for index in range(gap.old, gap.old_end) if old[index] in shared]
    right = [index for index in range(gap.new, gap.new_end) if new[index] in shared]
    ours, theirs = [old[index] for index in left], [new[index] for index in right]
    start = other = 0
    while start < len(ours) and other < len(theirs):
        start, other, trail = _stretch(ours, theirs, start, other, edits)
        while trail is not None:
            first, second, length, trail = trail
            for step in range(length):
                yield left[first + step], right[second + step]


def _stretch[Member: Hashable](
    ours: list[Member], theirs: list[Member], start: int, other: int, edits: int
) -> tuple[int, int, Trail]:
    """The furthest place that a number of edits leads to from (`start`, `other`), and what is equal on the way.

    Of each diagonal (`k`: how far ahead we are of them) the furthest place is kept, edit by edit.
    """
    most, last = len(ours), len(theirs)
    reach: dict[int, tuple[int, Trail]] = {1: (start, None)}
    for edit in range(edits + 1):
        for k in range(-edit, edit + 1, 2):
            down, right = reach.get(k + 1, _NOWHERE), reach.get(k - 1, _NOWHERE)
            if down is right:
                continue  # both are nowhere: beyond the end of a side
            x, trail = down if down[0] > right[0] else (right[0] + 1, right[1])
            y = x - start - k + other
            if x > most or y > last:
                reach.pop(k, None)
                continue
            begun = x
            while x < most and y < last and ours[x] == theirs[y]:
                x, y = x + 1, y + 1
            if x > begun:
                trail = begun, y - (x - begun), x - begun, trail
            if x == most and y == last:
                return x, y, trail
            reach[k] = x, trail
    k, (x, trail) = max(reach.items(), key=lambda item: (2 * item[1][0] - item[0], item[0]))
    return x, x - start - k + other, trail
