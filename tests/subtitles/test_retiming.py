"""Where a time of the former film lies in the new one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.retiming import Clock, Knot, Span, moved

moments = st.integers(0, 10_000)
knots = st.lists(st.builds(Knot, moments, st.booleans(), moments), max_size=8)
spans = st.lists(st.tuples(moments, st.integers(0, 4000), st.integers(1, 6)), min_size=1, max_size=6).map(
    lambda rows: [Span(start, start + lasts, weight) for start, lasts, weight in sorted(rows)]
)


@given(knots, st.lists(moments, max_size=10))
def test_a_clock_never_runs_backwards(found: list[Knot], times: list[int]) -> None:
    clock = Clock(found)
    assert all(clock.start(one) <= clock.start(other) for one, other in pairwise(sorted(times)))
    assert all(clock.end(one) <= clock.end(other) for one, other in pairwise(sorted(times)))
    assert all(clock.end(time) <= clock.start(time) for time in times)


@given(st.lists(moments, max_size=8), moments)
def test_a_film_that_was_not_changed_keeps_its_times(found: list[int], time: int) -> None:
    clock = Clock(Knot(moment, starts, moment) for moment in found for starts in (True, False))
    assert clock.start(time) == clock.end(time) == time


def test_between_two_knots_time_is_shared_and_outside_it_is_shifted() -> None:
    clock = Clock([Knot(1000, True, 5000), Knot(2000, False, 9000), Knot(2000, True, 9500)])
    assert [clock.start(time) for time in (500, 1000, 1250, 2000, 2300)] == [4500, 5000, 6000, 9500, 9800]
    assert [clock.end(time) for time in (1000, 1250, 2000)] == [5000, 6000, 9000]


@given(spans, spans)
def test_what_was_cut_anew_is_said_within_the_new_times(old: list[Span], new: list[Span]) -> None:
    found = moved(old, new)
    assert len(found) == len(old)
    assert all(
        min(span.start for span in new) <= time <= max(span.end for span in new) for one in found for time in one
    )
    assert (found[0][0], found[-1][1]) == (new[0].start, new[-1].end)


def test_it_is_looked_for_where_as_many_words_were_said() -> None:
    old = [Span(0, 1000, 2), Span(1000, 2000, 2)]
    assert moved(old, [Span(10_000, 14_000, 4)]) == [(10_000, 12_000), (12_000, 14_000)]
    assert moved(old, [Span(0, 900, 1), Span(5000, 8000, 3)]) == [(0, 6000), (6000, 8000)]
    assert moved(old, [Span(0, 900, 3), Span(5000, 6000, 3)]) == [(0, 900), (5000, 6000)]
