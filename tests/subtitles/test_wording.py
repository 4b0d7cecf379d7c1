"""The words of a subtitle, as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.wording import likeness, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L'été, déjà ?", ("l", "été", "déjà")),
        ("« Peut-être »…\n20 000 €", ("peut", "être", "20", "000", "€")),
        ("e\u0301te\u0301", ("été",)),
        ("Straße STRASSE", ("strasse", "strasse")),
        ("编码器 BERT。", ("编", "码", "器", "bert")),
        ("हिन्दी में", ("हिन्दी", "में")),
        ("(…)", ("(…)",)),
        (" \n", ()),
    ],
)
def test_words_are_found_in_any_script(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_mutual_and_a_share(one: str, other: str) -> None:
    like = likeness(words(one), words(other))
    assert like == likeness(words(other), words(one))
    assert 0 <= like <= 1
    assert likeness(words(one), words(one)) == 1


def test_likeness_counts_each_word_as_often_as_it_is_said() -> None:
    assert likeness(words("oui oui non"), words("oui")) == 0.5
    assert likeness(words("oui"), words("")) == 0
