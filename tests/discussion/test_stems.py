"""Words as the search knows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.discussion import stems

WORDS = st.text(min_size=1, max_size=60)
HOSTILE = st.sampled_from(
    ["NEAR(", '"', "a* OR b", "\0", "\ud800", "'" * 50, "[" * 50, "a." * 60, "🧗🏽‍♀️", "\u202eabc", "ﷺ"]
)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("compétences", "competence"),
        ("La compétence", "COMPÉTENCES"),
        ("planifiée", "planifier"),
        ("planifiées", "planifiees"),
        ("l'arbre des tâches", "arbre"),
        ("d’après l’équipe", "equipes"),
        ("qu'une réunion", "réunions"),
        ("scheduling projects", "schedule project"),
        ("un cœur", "coeur"),
        ("installer node.js", "node.js"),
        ("installer node.js", "Node"),
        ("C++ et C#", "c++"),
        ("dans `max_value` ici", "max_value"),
        ("la version v2.1.", "v2.1"),
        ("sous-tâche", "tache"),
        ("de\u0301but", "début"),
    ],
)
def test_what_is_typed_finds_what_was_written(written: str, typed: str) -> None:
    kept, asked = set(stems.stems(written)), stems.asked(typed)
    assert asked
    assert all(kept.intersection(group) for group in asked)


@pytest.mark.parametrize(("written", "typed"), [("projet", "produit"), ("max_value", "min_value"), ("budget", "gantt")])
def test_another_word_does_not(written: str, typed: str) -> None:
    kept = set(stems.stems(written))
    assert not all(kept.intersection(group) for group in stems.asked(typed))


def test_stop_words_of_both_languages_leave_nothing() -> None:
    assert stems.stems("Comment est-ce que l'on était à la ... of the which") == ()
    assert stems.asked("le la les de of the and qu'il") == ()


@given(st.lists(st.one_of(WORDS, HOSTILE), max_size=30).map(" ".join))
def test_stems_hold_nothing_that_an_engine_could_misread(text: str) -> None:
    found = [*stems.stems(text), *(stem for group in stems.asked(text) for stem in group)]
    for stem in found:
        assert 0 < len(stem) <= stems.LONGEST
        assert all(c.isalnum() or c in stems.CODE for c in stem)
        assert stem.isprintable()


@given(st.lists(WORDS, max_size=20).map(" ".join))
def test_every_text_is_found_by_each_word_of_itself(text: str) -> None:
    kept = set(stems.stems(text))
    assert all(kept.intersection(group) for group in stems.asked(text))


@given(st.text(max_size=300))
def test_an_excerpt_is_made_of_the_text_and_marks_only_what_was_asked(text: str) -> None:
    asked = stems.asked(text[-20:])
    wanted = {stem for group in asked for stem in group}
    pieces = stems.excerpt(text, asked)
    assert all(not hit or wanted.intersection(stems.stems(piece)) for piece, hit in pieces)
    assert sum(len(piece) for piece, _hit in pieces) <= 4 * stems.AROUND + 10


def test_a_text_and_a_query_are_bounded() -> None:
    many = " ".join(f"mot{n}" for n in range(50_000))
    assert len(stems.stems(many)) == stems.MOST
    assert len(stems.asked(many)) == stems.ASKED
    assert all(len(stem) <= stems.LONGEST for stem in stems.stems("z" * 100_000))


def test_an_excerpt_shows_the_place_of_the_word() -> None:
    text = "Bonjour. " * 60 + "La **marge** est [libre](https://example.org/x). " + "Merci. " * 60
    pieces = stems.excerpt(text, stems.asked("marges"))
    assert [piece for piece, hit in pieces if hit] == ["marge"]
    whole = "".join(piece for piece, _hit in pieces)
    assert "La marge est libre" in whole
    assert "example.org" not in whole


def test_a_title_counts_more_than_words_and_early_words_more_than_late_ones() -> None:
    asked = stems.asked("marge")
    filler = " ".join(f"x{n}" for n in range(80))
    titled, early, late = (
        stems.weight(asked, title, words)
        for title, words in (("marg", filler), ("", f"marg {filler}"), ("", f"{filler} marg"))
    )
    assert titled > early > late > 0
