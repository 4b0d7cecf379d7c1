"""What a proposal may be, who is trusted, what is stale: by properties."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles import rules
from preau.subtitles.rules import Bounds, Nonsense, Piece

counts = st.integers(0, 1000)
times = st.integers(0, 10**7)
keys = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)
texts = st.text(min_size=1, max_size=rules.LONGEST_TEXT).filter(str.strip)
lengths = st.integers(rules.SHORTEST_CUE, rules.LONGEST_CUE)


@st.composite
def cues(draw: st.DrawFn) -> Piece:
    start = draw(times)
    return Piece(start, start + draw(lengths), draw(texts))


def refused(what: str) -> "pytest.RaisesExc[Nonsense]":
    return pytest.raises(Nonsense, match=f"^{what}$")


@given(counts, counts)
def test_it_is_enough_at_three_more_for_than_against(for_it: int, against: int) -> None:
    assert rules.enough(for_it, against) == (for_it >= against + 3)


@given(st.booleans(), counts, counts)
def test_who_works_or_was_accepted_is_trusted_until_refused_too_often(works: bool, accepted: int, refused: int) -> None:
    trusted = rules.trusted(has_result=works, accepted=accepted, refused=refused)
    assert trusted == ((works or accepted >= 1) and not (refused >= 3 and refused > accepted))


@given(st.integers(1, 1000), st.booleans())
def test_two_refusals_never_take_trust_away(accepted: int, works: bool) -> None:
    assert rules.trusted(has_result=works, accepted=accepted, refused=2)
    assert rules.trusted(has_result=works, accepted=accepted, refused=accepted)


def test_only_a_reviewer_decides_and_never_about_their_own() -> None:
    assert {(r, o) for r in (True, False) for o in (True, False) if rules.may_decide(reviews=r, own=o)} == {
        (True, False)
    }


@given(times, st.dictionaries(st.sampled_from("abcdef"), times), keys)
def test_what_changed_later_or_is_gone_makes_stale(base: int, since: dict[str, int], about: list[str]) -> None:
    fresh = all(key in since and since[key] <= base for key in about)
    assert rules.stale(base, since, about) == (not fresh)


@given(times, keys)
def test_what_others_cues_become_makes_nothing_stale(base: int, about: list[str]) -> None:
    since = dict.fromkeys(about, base)
    assert not rules.stale(base, since | {"another": base + 1}, about)
    assert rules.stale(base, since | {about[0]: base + 1}, about)


@given(st.integers(0, 100 * 3600 * 1000))
def test_a_time_is_read_as_it_is_written(milliseconds: int) -> None:
    assert rules.read_time(rules.write_time(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("typed", "milliseconds"),
    [
        ("1:02.5", 62_500),
        ("62,5", 62_500),
        ("0:01:02.500", 62_500),
        (" 1:02:03.004 ", 3_723_004),
        ("7", 7_000),
        ("0", 0),
        ("1:02.05", 62_050),
        ("10:00", 600_000),
    ],
)
def test_times_as_people_type_them(typed: str, milliseconds: int) -> None:
    assert rules.read_time(typed) == milliseconds


@pytest.mark.parametrize("typed", ["", "a", "1:", ":1", "1:2:3:4", "-1", "1.2345", "1e3", "NaN", "1 2", "٣", "9" * 9])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with refused("time"):
        rules.read_time(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_time_or_refused(typed: str) -> None:
    with suppress(Nonsense):
        assert rules.read_time(typed) >= 0


@given(cues(), texts)
def test_other_words_keep_the_times(cue: Piece, text: str) -> None:
    if text == cue.text:
        with refused("same"):
            rules.reworded(cue, text)
    else:
        assert rules.reworded(cue, text) == (Piece(cue.start, cue.end, text),)


@given(cues(), st.sampled_from(["", " ", "\n\t"]))
def test_no_words_are_refused(cue: Piece, text: str) -> None:
    with refused("empty"):
        rules.reworded(cue, text)


@given(cues())
def test_words_without_end_are_refused(cue: Piece) -> None:
    with refused("long"):
        rules.reworded(cue, "x" * (rules.LONGEST_TEXT + 1))


@given(cues(), times, st.integers(-10, 2 * rules.LONGEST_CUE), st.none() | times, st.none() | times)
def test_other_times_keep_the_words_and_their_order(
    cue: Piece, start: int, length: int, before: int | None, after: int | None
) -> None:
    end, bounds = start + length, Bounds(before, after)
    early, late = before is not None and start < before, after is not None and end > after
    if (start, end) == (cue.start, cue.end):
        expected = "same"
    elif early or late:
        expected = "order"
    elif length < rules.SHORTEST_CUE:
        expected = "short"
    else:
        expected = "lasting" if length > rules.LONGEST_CUE else ""
    if expected:
        with refused(expected):
            rules.retimed(cue, start, end, bounds)
    else:
        assert rules.retimed(cue, start, end, bounds) == (Piece(start, end, cue.text),)


@given(cues(), st.integers(-500, rules.LONGEST_CUE + 500), texts, texts)
def test_a_split_shares_the_time(cue: Piece, after: int, first: str, second: str) -> None:
    at = cue.start + after
    if after < rules.SHORTEST_CUE or at > cue.end - rules.SHORTEST_CUE:
        with refused("split"):
            rules.split(cue, at, first, second)
        return
    one, two = rules.split(cue, at, first, second)
    assert (one, two) == (Piece(cue.start, at, first), Piece(at, cue.end, second))


def test_a_split_needs_words_on_both_sides() -> None:
    cue = Piece(0, 2000, "un deux")
    for first, second in (("", "deux"), ("un", " ")):
        with refused("empty"):
            rules.split(cue, 1000, first, second)


@given(cues(), cues(), texts)
def test_two_become_one_that_lasts_as_long_as_both(one: Piece, two: Piece, text: str) -> None:
    start, end = min(one.start, two.start), max(one.end, two.end)
    if end - start > rules.LONGEST_CUE:
        with refused("lasting"):
            rules.merged([one, two], text)
    else:
        assert rules.merged([one, two], text) == (Piece(start, end, text),)


@given(cues(), texts)
def test_one_alone_or_three_cannot_be_merged(cue: Piece, text: str) -> None:
    for many in (0, 1, 3):
        with refused("merge"):
            rules.merged([cue] * many, text)


@given(st.lists(cues(), max_size=3))
def test_a_proposal_is_kept_whole(proposed: list[Piece]) -> None:
    assert rules.pieces([piece.as_json() for piece in proposed]) == tuple(proposed)
