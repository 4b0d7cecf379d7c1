"""The text of a cue: its tree, its words, its HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given

from preau.subtitles.cuetext import End, Start, Timestamp, html, nodes, plain
from tests.subtitles import strategies


def test_tags_become_a_tree_in_document_order() -> None:
    assert nodes("a<c.red.big>b<00:01.500>c</c><v.loud Ana &amp;\n B>d") == [
        "a", Start("c", ("red", "big")), "b", Timestamp(1.5), "c", End("c"),
        Start("v", ("loud",), "Ana & B"), "d", End("v"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("<i><b>x</i>y", [Start("i"), Start("b"), "x", "y", End("b"), End("i")]),
        ("<rt>x", ["x"]),
        ("<ruby>x<rt>y</ruby>z", [Start("ruby"), "x", Start("rt"), "y", End("rt"), End("ruby"), "z"]),
        ("<I>x</I>< i>y<>", ["x", "y"]),
        ("x<i", ["x", Start("i"), End("i")]),
        ("<00:01>x<00:01.000 >y", ["x", "y"]),
        ("<c..a.>x", [Start("c", ("a",)), "x", End("c")]),
        ("<lang  fr >x", [Start("lang", (), "fr"), "x", End("lang")]),
        ("<b title='x'>x", [Start("b"), "x", End("b")]),
    ],
)
def test_what_is_not_closed_or_not_known(text: str, tree: list[object]) -> None:
    assert nodes(text) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("&amp;&lt;&gt;&nbsp;&lrm;", "&<>\xa0\u200e"),
        ("&amp &notit; &notin;", "& ¬it; ∉"),
        ("&eacute;&#233;&#xE9;&#XE9", "éééé"),
        ("& &; &foo; &#; &#x; &1;", "& &; &foo; &#; &#x; &1;"),
        ("&#0;&#xD800;&#x110000;&#99999999999;", "\ufffd" * 4),
        ("&#150;&#x80;&#x81;", "–€\x81"),
        ("&#128512;&ClockwiseContourIntegral;", "😀∲"),
        ("&<i>amp;", "&amp;"),
    ],
)
def test_character_references_are_those_of_html(text: str, said: str) -> None:
    assert plain(text) == said


def test_html_has_a_voice_as_title_and_a_language() -> None:
    text = '<v Ana "<A">1 &lt; 2</v> <lang fr>oui</lang> <c.x>c</c><ruby>a<rt>b'
    assert html(text) == (
        '<span title="Ana &quot;&lt;A&quot;">1 &lt; 2</span> <span lang="fr">oui</span> <span>c</span>'
        "<ruby>a<rt>b</rt></ruby>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b onclick=alert(1)>x</b>",
        "<v x\" onload='y'>z",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<lang \"><script>x</script>",
        "<i/onmouseover=x>y",
        "<c.\"onclick='x'>y",
    ],
)  # fmt: skip
def test_no_script_survives(text: str) -> None:
    assert_safe(text)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def assert_safe(text: str) -> None:
    seen = Seen()
    seen.feed(html(text))
    seen.close()
    assert seen.tags <= {"i", "b", "u", "ruby", "rt", "span"}
    assert seen.attributes <= {"title", "lang"}
    assert "".join(seen.words) == plain(text)


@given(strategies.any_text)
def test_any_text_makes_safe_html_that_says_the_same(text: str) -> None:
    assert_safe(text)


@given(strategies.any_text)
def test_each_element_is_closed_in_its_place(text: str) -> None:
    current: list[str] = []
    for node in nodes(text):
        if isinstance(node, Start):
            current.append(node.name)
        elif isinstance(node, End):
            assert current.pop() == node.name
    assert not current
