"""What was changed in a subtitle, word by word."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.subtitles.differences import LONGEST, Piece, words

texts = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["le", "réseau", "de", "neurones", "l'", "été", ",", ".", " ", "  ", "\n", "\u00a0", "!", "é\u0301"]
    ),
    max_size=25,
).map("".join)


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "gone": "[-{}]", "new": "[+{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in words(before, after))


@given(texts, texts)
def test_both_texts_can_be_read_in_a_difference(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert words(text, text) == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("Un réseau de neurone", "Un réseau de neurones", "Un réseau de [-neurone][+neurones]"),
        ("les chat dort", "les chats dorment bien", "les [-chat dort][+chats dorment bien]"),
        ("Le chat noir dort.", "Le chat dort.", "Le chat [-noir ]dort."),
        ("Qu'est ce que c'est ?", "Qu'est-ce que c'est ?", "Qu'est[- ][+-]ce que c'est ?"),
        ("Dans cette vidéo,\nnous verrons", "Dans cette vidéo, nous verrons", "Dans cette vidéo,[-\n][+ ]nous verrons"),
        ("Bonjour", "Bonjour à tous", "Bonjour[+ à tous]"),
        ("", "Bonjour", "[+Bonjour]"),
        ("Il fait beau ici", "Nous partons demain", "[-Il fait beau ici][+Nous partons demain]"),
        ("BURT est un modèle", "BERT est un modèle", "[-BURT][+BERT] est un modèle"),
    ],
)
def test_people_see_which_words_changed(before: str, after: str, difference: str) -> None:
    assert shown(before, after) == difference


def test_two_sentences_that_share_a_comma_share_nothing() -> None:
    before, after = "Prenons un exemple, très simple et connu", "Voici donc, mesdames, quelque chose d'autre"
    assert words(before, after) == [Piece("gone", before), Piece("new", after)]


def test_a_text_that_is_too_long_is_not_compared() -> None:
    before = "mot " * (LONGEST // 4)
    assert words(before, before + "fin")[0].kind == "gone"
    assert words(before[4:], before[4:] + "fin")[0].kind == "same"
    assert words(before + "fin", before + "fin") == [Piece("same", before + "fin")]


@settings(max_examples=10)
@given(st.text("ab ,!", min_size=LONGEST, max_size=LONGEST), st.text("ab ,!", min_size=LONGEST, max_size=LONGEST))
def test_the_most_tangled_texts_are_still_read(before: str, after: str) -> None:
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
