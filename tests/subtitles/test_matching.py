"""Which subtitles of a new file continue which of the former one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.matching import match

FILM = [
    "Dans cette vidéo, nous allons étudier",
    "l'architecture de l'encodeur.",
    "Un exemple populaire est BERT,",
    "le modèle le plus connu de ce type.",
    "Commençons par comprendre comment il fonctionne.",
    "Nous allons prendre un petit exemple.",
]

LINES = ["oui", "Oui.", "oui et non", "non merci", "merci", "♪", "", "un deux trois", "deux"]
lines = st.lists(st.sampled_from(LINES), max_size=12)
distinct = st.lists(st.text("abcdefgh ", min_size=1, max_size=20), max_size=12)


def one_to_one(count: int) -> list[tuple[int, ...]]:
    return [(place,) for place in range(count)]


@given(lines | distinct)
def test_a_file_continues_itself(texts: list[str]) -> None:
    assert match(texts, texts) == one_to_one(len(texts))


@given(lines | distinct, lines | distinct)
def test_the_order_is_kept(old: list[str], new: list[str]) -> None:
    found = match(old, new)
    assert len(found) == len(new)
    assert all(list(one) == sorted(set(one)) and set(one) <= set(range(len(old))) for one in found)
    known = [one for one in found if one]
    assert all(one[0] <= other[0] and one[-1] <= other[-1] for one, other in pairwise(known))


@given(st.data())
def test_what_only_lost_cues_keeps_the_others(data: st.DataObject) -> None:
    kept = [place for place in range(len(FILM)) if data.draw(st.booleans())]
    assert match(FILM, [FILM[place] for place in kept]) == [(place,) for place in kept]


@given(st.integers(0, len(FILM)), st.lists(st.sampled_from(["Bienvenue !", "À bientôt", "♪"]), min_size=1, max_size=3))
def test_what_only_gained_cues_keeps_the_others(place: int, more: list[str]) -> None:
    found = match(FILM, FILM[:place] + more + FILM[place:])
    assert [one for one in found if one] == one_to_one(len(FILM))
    assert found[place : place + len(more)] == [()] * len(more)


def test_punctuation_case_and_spaces_say_nothing() -> None:
    new = [text.upper().replace(".", " !").replace(" ", "  ") for text in FILM]
    assert match(FILM, new) == one_to_one(len(FILM))


def test_an_accent_makes_another_word() -> None:
    assert match(["pêche"], ["PÊCHE !"]) == [(0,)]
    assert match(["pêche"], ["pe\u0302che"]) == [(0,)]
    assert match(["pêche"], ["péché"]) == [()]


def test_a_cue_that_was_split_is_continued_by_its_pieces() -> None:
    new = [FILM[0], "l'architecture", "de l'encodeur.", *FILM[2:]]
    assert match(FILM, new) == [(0,), (1,), (1,), (2,), (3,), (4,), (5,)]


def test_cues_that_were_merged_are_continued_by_one() -> None:
    new = [f"{FILM[0]}\n{FILM[1]}", *FILM[2:4], f"{FILM[4]} {FILM[5]}"]
    assert match(FILM, new) == [(0, 1), (2,), (3,), (4, 5)]


def test_a_film_that_was_cut_anew_is_followed_word_by_word() -> None:
    said = " ".join(FILM).split()
    new = [" ".join(said[place : place + 4]) for place in range(0, len(said), 4)]
    found = match(FILM, new)
    assert all(found)
    assert {index for one in found for index in one} == set(range(len(FILM)))


def test_a_cue_that_was_reworded_in_part_is_found() -> None:
    new = [*FILM[:2], "Un exemple très connu est BERT,", "modèle le plus connu de son type.", *FILM[4:]]
    assert match(FILM, new) == one_to_one(len(FILM))


def test_a_cue_that_was_reworded_wholly_is_found_between_its_neighbours() -> None:
    new = [*FILM[:3], "celui que tout le monde utilise.", *FILM[4:]]
    assert match(FILM, new) == one_to_one(len(FILM))


def test_where_nothing_else_is_a_third_of_the_words_is_enough() -> None:
    new = [*FILM[:5], "Voyons ensemble un exemple très simple."]
    assert match(FILM, new) == one_to_one(len(FILM))
    assert match(FILM, [*FILM[:5], "Voyons ensemble un cas très simple."])[5] == ()


def test_two_cues_reworded_wholly_are_new() -> None:
    new = [*FILM[:2], "Citons ici un cas", "que chacun utilise.", *FILM[4:]]
    assert match(FILM, new) == [(0,), (1,), (), (), (4,), (5,)]


def test_at_the_ends_of_a_film_other_words_are_another_cue() -> None:
    assert match(["[Musique]", *FILM], ["Bonjour à tous", *FILM]) == [(), *[(place + 1,) for place in range(len(FILM))]]


def test_a_chorus_is_told_apart_by_its_place() -> None:
    old = ["refrain", "premier couplet", "refrain", "deuxième couplet", "refrain"]
    assert match(old, ["refrain", "deuxième couplet", "refrain"]) == [(2,), (3,), (4,)]


def test_languages_without_spaces_are_compared_sign_by_sign() -> None:
    assert match(["我们将研究编码器的架构", "谢谢"], ["我们将研究", "编码器的架构", "谢谢"]) == [(0,), (0,), (1,)]


@pytest.mark.parametrize("count", [20_000])
def test_a_day_of_film_is_matched(count: int) -> None:
    """The same line over and over, three words over and over, and each line another: none costs the square."""
    assert match(["oui"] * count, ["oui"] * count) == one_to_one(count)
    few = [("oui", "non", "merci")[place * place % 7 % 3] for place in range(count)]
    assert sum(map(bool, match(few, few[::-1]))) > count / 2
    each = [f"phrase {place} du film" for place in range(count)]
    assert match(each, [f"{text} bien" for text in each]) == one_to_one(count)
