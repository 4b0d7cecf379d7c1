"""Code in pages: coloured by class, whole, readable in both themes."""

import re
from html import unescape
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from preau.common import highlight
from preau.common.markdown import render

SHEET = Path(highlight.__file__).parent / "static" / "common" / "code.css"
ample = settings(deadline=None)  # the first example of a language pays for its lexer


def test_code_is_coloured_by_class_and_shown_plain_in_an_unknown_language() -> None:
    html = render('```python title="x"\ndef f(): return "<b>"\n```\n\n```unheard\n<b>\n```\n\n    <i>').html
    assert '<span class="k">def</span> <span class="f">f</span>' in html
    assert '<span class="s">"&lt;b&gt;"</span>' in html
    assert "<code>&lt;b&gt;\n</code>" in html
    assert "<code>&lt;i&gt;" in html


TEXTS = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=60)


def test_only_so_much_code_is_coloured_in_one_text() -> None:
    fence = "```python\nx = 1 # " + "one two " * 50 + "\n```\n\n"
    html = render(fence * 200).html
    assert 0 < html.count('<span class="c">') * len(fence) <= highlight.MOST + len(fence) * 10
    assert html.count("<pre") == 200


@ample
@given(st.sampled_from(sorted(highlight.LANGUAGES)), TEXTS)
def test_colouring_changes_no_character_of_the_code(language: str, code: str) -> None:
    html = highlight.highlight(code, language)
    assert unescape(re.sub(r"<[^>]*>", "", html)) == code


def test_the_sheet_is_small_in_step_and_readable_on_both_grounds() -> None:
    assert SHEET.read_text(encoding="utf-8") == highlight.highlight_css()
    assert len(SHEET.read_bytes()) <= 2048
    assert set(highlight.LIGHT) == set(highlight.DARK)
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in highlight.LIGHT.values())
    assert all(contrast(colour, highlight.SLATE) >= 4.5 for colour in highlight.DARK.values())


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
