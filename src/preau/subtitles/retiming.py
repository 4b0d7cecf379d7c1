"""Where a time of the former film lies in the new one. No Django. All times are milliseconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """When something is said, and how many words it has, at least one."""

    start: int
    end: int
    weight: int


class Knot(NamedTuple):
    """A time of the former film, whether something starts there, and its time in the new one."""

    old: int
    starts: bool
    new: int


def moved(old: Sequence[Span], new: Sequence[Span]) -> list[tuple[int, int]]:
    """For each former span its start and end in the new film, where `new` says what `old` said.

    One for one they are the new one's; else they are looked for where as many of the words were said.
    """
    if len(old) == len(new) == 1:
        return [(new[0].start, new[0].end)]
    # in whole numbers, so that a cue which starts where another does is not put at the end of the one before
    all_old, all_new = sum(span.weight for span in old), sum(span.weight for span in new)
    ends = list(accumulate(span.weight * all_old for span in new))
    spans, said = [], 0
    for span in old:
        first = bisect_right(ends, said)
        start = _at(new[first], ends[first] - said, all_old)
        said += span.weight * all_new
        last = bisect_left(ends, said)
        spans.append((start, _at(new[last], ends[last] - said, all_old)))
    return spans


def _at(span: Span, left: int, unit: int) -> int:
    """The time in a span when so much of its weight, in parts of a unit, is left to say."""
    return span.end - (span.end - span.start) * left // (span.weight * unit)


class Clock:
    """Reads the times of the former film in the new one: between two knots by their shares, outside with their shift.

    It never runs backwards, and with the same time on both sides of each knot it changes nothing.
    """

    def __init__(self, knots: Iterable[Knot]) -> None:
        ordered = sorted(set(knots))
        self._old = [knot.old for knot in ordered]
        self._new = list(accumulate((knot.new for knot in ordered), max))

    def start(self, time: int) -> int:
        """When something starts that started then: with what starts there, where something else ends there."""
        after = bisect_right(self._old, time)
        return self._new[after - 1] if after and self._old[after - 1] == time else self._between(after, time)

    def end(self, time: int) -> int:
        """When something ends that ended then: with what ends there, where something else starts there."""
        after = bisect_left(self._old, time)
        if after < len(self._old) and self._old[after] == time:
            return self._new[after]
        return self._between(after, time)

    def _between(self, after: int, time: int) -> int:
        if not self._old:
            return time
        if after in {0, len(self._old)}:
            edge = min(after, len(self._old) - 1)
            return max(time + self._new[edge] - self._old[edge], 0)
        old, new = self._old[after - 1], self._new[after - 1]
        return new + (time - old) * (self._new[after] - new) // (self._old[after] - old)
