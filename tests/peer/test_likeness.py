"""Which copies say the same: what two texts share is found wherever it stands, and nothing else is."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import likeness
from preau.peer.likeness import LEAST, STOCK, WINDOW, WORDS

RUN = WORDS + WINDOW - 1  # words in a row that cannot be missed
VOCABULARY = [f"{letter}{number}" for letter in ("mot", "Été", "plan", "ça") for number in range(60)]
said = st.lists(st.sampled_from(VOCABULARY), min_size=0, max_size=80)
text = said.map(" ".join)


def own(letter: str, length: int) -> str:
    """A text that shares nothing with one of another letter."""
    return " ".join(f"{letter}{number}" for number in range(length))


@given(said, said, said, said, st.lists(st.sampled_from(VOCABULARY), min_size=RUN, max_size=60))
def test_a_run_of_sixteen_words_is_found_wherever_it_stands(
    a: Sequence[str], b: Sequence[str], c: Sequence[str], d: Sequence[str], run: Sequence[str]
) -> None:
    first, second = " ".join([*a, *run, *b]), " ".join([*c, *run, *d])
    assert set(likeness.fingerprint(first)) & set(likeness.fingerprint(second))
    for whole, spans in zip((first, second), likeness.passages(first, second), strict=True):
        assert any(len(whole[begin:end].split()) >= RUN for begin, end in spans)


@given(text, text)
def test_passages_are_in_both_and_pieces_make_the_text_again(first: str, second: str) -> None:
    found = likeness.passages(first, second)
    assert found == tuple(reversed(likeness.passages(second, first)))
    for whole, spans in zip((first, second), found, strict=True):
        pieces = list(likeness.pieces(whole, spans))
        assert "".join(piece for piece, _common in pieces) == whole
        assert [piece for piece, common in pieces if common] == [whole[begin:end] for begin, end in spans]
        assert all(begin < end for begin, end in spans)
        assert all(left[1] < right[0] for left, right in pairwise(spans))
        assert 0 <= likeness.covered(whole, spans) <= 1
    known = set(likeness.shingles(second))
    for begin, end in found[0]:
        assert set(likeness.shingles(first[begin:end])) <= known | set(likeness.shingles(first))


@given(text)
def test_what_the_course_says_is_no_likeness(quoted: str) -> None:
    known = likeness.stock([quoted])
    assert likeness.fingerprint(quoted, known) == []
    assert likeness.passages(quoted, quoted, known) == ([], [])


@given(text)
def test_a_text_is_wholly_like_itself(one: str) -> None:
    prints = likeness.fingerprint(one)
    assert list(likeness.unpacked(likeness.packed(prints))) == prints == sorted(set(prints))
    found = likeness.alike({"a": prints, "b": prints})
    assert [(pair.share, pair.common) for pair in found] == ([(1.0, len(prints))] if len(prints) >= LEAST else [])


@given(st.lists(text, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_copies_does_not_matter(texts: list[str], random: Random) -> None:
    prints = {place: likeness.fingerprint(one) for place, one in enumerate(texts)}
    shuffled = list(prints.items())
    random.shuffle(shuffled)
    once = {(frozenset((pair.first, pair.second)), pair.common, pair.share) for pair in likeness.alike(prints)}
    again = {(frozenset((pair.first, pair.second)), pair.common, pair.share) for pair in likeness.alike(dict(shuffled))}
    assert once == again


def test_case_accents_and_punctuation_change_nothing() -> None:
    plain = likeness.shingles("l ete dernier nous avons ecrit un plan")
    assert likeness.shingles("**L'Été** dernier,\n\nnous avons écrit un « plan ».") == plain


def test_two_earlier_copies_are_not_compared_again() -> None:
    prints = likeness.fingerprint(own("a", 300))
    assert likeness.alike({"new": likeness.fingerprint(own("b", 300))}, {"x": prints, "y": prints}) == []
    (pair,) = likeness.alike({"new": prints}, {"x": prints})
    assert (pair.first, pair.second) == ("new", "x")


@pytest.mark.parametrize(("words", "found"), [(0, False), (40, False), (200, True), (400, True)])
def test_little_in_common_is_not_told(words: int, found: bool) -> None:
    quote = own("q", words)
    first, second = (likeness.fingerprint(f"{own(letter, 400)} {quote}") for letter in "ab")
    assert bool(likeness.alike({1: first, 2: second})) == found


def test_a_long_passage_in_long_copies_is_told_though_it_is_a_small_share() -> None:
    quote = own("q", 600)
    first, second = (likeness.fingerprint(f"{own(letter, 6000)} {quote}") for letter in "ab")
    (pair,) = likeness.alike({1: first, 2: second})
    assert pair.share < likeness.SHARE


def test_what_the_whole_class_quotes_is_no_likeness() -> None:
    quote = likeness.fingerprint(own("q", 300))
    assert likeness.alike(dict.fromkeys(range(STOCK + 1), quote)) == []
    assert len(likeness.alike(dict.fromkeys(range(3), quote))) == 3
