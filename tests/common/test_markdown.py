"""Markdown to pages: what it gives, what it reports, and what never gets through."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.common import formulas, markup
from preau.common.markdown import LONGEST, render, render_inline

ample = settings(deadline=None)  # the first example of some pays for imports
VOID = {"br", "hr", "img"}


class Reader(HTMLParser):
    """Every start tag with its attributes; notes what is not closed in order, and comments and declarations."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.faults.append(data)

    def handle_decl(self, decl: str) -> None:
        self.faults.append(decl)


def harmless(html: str) -> None:
    reader = Reader(html)
    assert not reader.faults
    for tag, attributes in reader.tags:
        assert tag not in {"script", "style", "iframe", "object", "embed", "form", "svg", "link", "meta", "base", "h1"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "srcset", "formaction", "xlink:href", "srcdoc"}
            address = re.sub(r"[\s\x00-\x20]", "", value).lower()
            assert not (name in {"href", "src"} and re.match(r"(javascript|vbscript|data|file|blob):", address))
        assert tag != "img" or not re.match(r"(https?:)?//", attributes.get("src", ""))
    assert not set(markup.HIDDEN) & set(map(ord, html))
    assert markup.clean(html) == html


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<div style='position:fixed'>x</div>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](java%0ascript:alert(1))",
    "[x](vbscript:x) [x](data:text/html,<script>alert(1)</script>) [x](file:///etc/passwd)",
    "<javascript:alert(1)> <data:text/html;base64,PHNjcmlwdD4=>",
    "![x](javascript:alert(1)) ![x](data:image/svg+xml;base64,PHN2Zy8+) ![x](//evil.example/p.gif)",
    "![x](https://evil.example/p.gif 'a\" onerror=\"alert(1)')",
    '!["><script>alert(1)</script>](x.png)',
    "[x]: javascript:alert(1)\n\n[x] ![x]",
    "[a](b \"' onmouseover='alert(1)\")",
    '# <script>alert(1)</script> " onclick=alert(1)',
    "```<script>\nx\n```",
    '```"onload="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "```html\n<script>alert(1)</script><style>*{}</style>\n```",
    "$\\href{javascript:alert(1)}{x}$ $\\style{color:red}{x}$ $\\class{evil}{x}$",
    "$\\text{</math><script>alert(1)</script>}$ $\\hbox{<img src=x onerror=alert(1)>}$",
    "$</math><script>alert(1)</script>$ $\\unicode{x3c}script$",
    "$$\n\\mathrm{<style>}\n$$",
    "[^x]: </section><script>\n\nA[^x]",
    '[^"><script>]: x\n\nA[^"><script>]',
    "> [!NOTE] <script>alert(1)</script>\n> x",
    "- [ ] <script>alert(1)</script>",
    "| <script> | b |\n|:-:|--|\n| onclick=alert(1) | style=x |",
    "Term <script>\n: <img src=x onerror=1>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt; &#60;script&#62; %3Cscript%3E",
    "\u202egnp.exe\u202c \u2066x\u2069 &#x202E;y \x00 &#0; \x1b[31m",
    'https://a.example/"onmouseover=alert(1)',
    '<https://a.example/"onmouseover="alert(1)>',
    '![a](x.png "</figcaption><script>alert(1)</script>")',
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("around", ["{}", "- a\n\n  {}", "> {}", "# {}", "*{}*", "[{}](b)", "| a |\n|--|\n| {} |"])
def test_an_attack_comes_out_as_text(attack: str, around: str) -> None:
    text = around.format(attack)
    harmless(render(text).html)
    harmless(render(text, address=lambda url: f"/files/{url}").html)
    harmless(render(text, anchors=False, trusted_images=False).html)
    harmless(render_inline(text))


MARKS = """\n|\n\n|    |> |- |1. |`|```|$|$$|*|_|[|](|)|!|\\|~~|# |[^1]|[^1]: |: |<|>|"|'|&|é|a| |[!TIP]|[x] |--|{|}"""
PIECES = st.sampled_from([*ATTACKS, *MARKS.split("|"), "|", "|--|\n"])


@ample
@given(st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join))
def test_no_mixture_of_markup_gets_through(text: str) -> None:
    rendered = render(text)
    harmless(rendered.html)
    harmless(render_inline(text))
    assert render(text) == rendered
    assert len({heading.id for heading in rendered.headings}) == len(rendered.headings)
    assert all(1 <= line <= len(re.split(r"\r\n|\n|\r", text)) for line, _ in rendered.problems)


LATEX = r"a b x 1 2 \ { } ^ _ & < > ' ( ) [ ] $ \frac \text{ \left( \right) \begin{matrix} \end{matrix} \sqrt \foo"


@ample
@given(st.lists(st.sampled_from([*LATEX.split(), " ", "\n"])).map("".join))
def test_a_formula_is_mathml_or_refused_with_its_reason(latex: str) -> None:
    html, why = markup.formula_html(latex, True)
    assert html.startswith("<code>" if why else "<math")
    harmless(markup.clean(html))


def pathological() -> Iterator[tuple[str, str]]:
    for piece in (
        "[",
        "![",
        "[](",
        ">",
        "> ",
        "- ",
        "*",
        "`",
        "$",
        "$a ",
        "\\$",
        "<",
        "&",
        "|",
        "[^",
        "](",
        ":",
        "http://",
    ):
        yield piece, piece * (100_000 // len(piece))
    yield "quotes by line", "\n".join(">" * depth for depth in range(400))
    yield "lists by line", "\n".join(" " * depth + "- a" for depth in range(400))
    yield "footnotes", "[^a]: x\n\n" + "[^" * 50_000
    yield "table", "|a" * 300 + "\n" + "|-" * 300 + "\n" + "|\n" * 40_000
    yield "braces", "$" + "{" * 900 + "x" + "}" * 900 + "$"
    yield "blanks in code", "```c\n" + "\t" * 9_000
    yield "lines of code", "```java\n" + "a\n" * 40_000
    yield "one line of code", "```perl\n" + "s{" * 5_000
    yield "strings of code", "```python\n" + '"' * 90_000


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in pathological()])
def test_a_tangle_is_rendered_within_its_bounds(text: str) -> None:
    rendered = render(text)
    harmless(rendered.html)
    assert len(rendered.html) < 12 * len(text) + 10_000


def test_text_beyond_the_limit_is_shown_as_typed() -> None:
    rendered = render("*" * (LONGEST + 1))
    assert rendered.html.count("*") == LONGEST + 1
    assert rendered.problems[0][0] == 1


def test_what_is_nested_too_deeply_is_reported() -> None:
    rendered = render("fine\n\n" + "> " * 60 + "deep")
    assert rendered.problems == ((3, "nested deeper than 24 levels: what is deeper is left out"),)


def test_template_syntax_is_text() -> None:
    assert render("{{ user.password }} {% load x %}").html == "<p>{{ user.password }} {% load x %}</p>\n"


def test_control_characters_that_reorder_text_are_dropped_and_reported() -> None:
    rendered = render("fine\n\nevil\u202etxt.exe and &#x202E;x and `a\u2066b`")
    assert rendered.html == "<p>fine</p>\n<p>eviltxt.exe and x and <code>ab</code></p>\n"
    assert rendered.problems == ((3, "invisible control character left out"),)


def test_the_last_door_drops_hidden_characters_written_as_entities() -> None:
    assert markup.clean("<p>a&#x202E;b</p>") == "<p>ab</p>"


def test_headings_go_down_one_level_and_have_stable_ids_of_their_own() -> None:
    rendered = render("# Été : *le* `plan`\n\n# Été : le plan\n\n###### x\n\nПлан\n===\n\n# !\n")
    assert [(h.level, h.id, h.text) for h in rendered.headings] == [
        (2, "s-ete-le-plan", "Été : le plan"),
        (2, "s-ete-le-plan-2", "Été : le plan"),
        (6, "s-x", "x"),
        (2, "s-план", "План"),
        (2, "s-section", "!"),
    ]
    assert all(f'id="{heading.id}"' in rendered.html for heading in rendered.headings)
    assert "id=" not in render("# a\n\nb[^1]\n\n[^1]: c", anchors=False).html


def test_a_link_to_a_heading_finds_it_however_it_is_written_or_is_reported() -> None:
    rendered = render("# Été : le plan\n\n[a](#ete-le-plan) [b](#été-le-plan) [c](#s-ete-le-plan)\n[d](#nowhere)")
    assert rendered.html.count('href="#s-ete-le-plan"') == 3
    assert rendered.problems == ((4, "no heading for the link #nowhere"),)


def test_relative_addresses_are_resolved_and_missing_ones_reported_by_line() -> None:
    known = {"plan été.pdf": "/files/1", "../w2/gantt.md": "/w2/gantt/"}
    rendered = render(
        "[a](<plan été.pdf>) [b](../w2/gantt.md#Le-plan)\nsecond [gone **x**](no.pdf)\n\n![alt](no.png)",
        address=known.get,
    )
    assert 'href="/files/1"' in rendered.html
    assert 'href="/w2/gantt/#s-le-plan"' in rendered.html
    assert "second gone <strong>x</strong></p>" in rendered.html
    assert "<p>alt</p>" in rendered.html
    assert rendered.problems == ((2, "missing attachment: no.pdf"), (4, "missing attachment: no.png"))


def test_an_address_function_that_gives_a_script_gives_no_link() -> None:
    harmless(render("[a](b) ![c](d)", address=lambda url: "javascript:alert(1)").html)


def test_links_to_other_sites_are_marked_and_other_schemes_refused() -> None:
    assert render("https://e.org/a_(b). <ana@e.org>").html == (
        '<p><a href="https://e.org/a_(b)" rel="nofollow noopener">https://e.org/a_(b)</a>. '
        '<a href="mailto:ana@e.org">ana@e.org</a></p>\n'
    )
    assert render("a\n[b](ftp://x)").problems == ((2, "address not allowed: ftp://x"),)


def test_a_picture_on_another_site_is_a_link_that_says_so() -> None:
    html = render("![A tree](https://far.example/t.png)").html
    assert html == (
        '<p><a href="https://far.example/t.png" rel="nofollow noopener" class="remote">'
        "A tree (picture on far.example, another site)</a></p>\n"
    )
    assert render("[![A](//far.example/t.png)](/there)").html == (
        '<p><a href="/there">A (picture on far.example, another site)</a></p>\n'
    )
    assert "<img" not in render("![A](t.png)", trusted_images=False).html


def test_a_picture_alone_with_a_title_is_a_figure() -> None:
    assert render('![Lime](lime.png "A *lime* tree")').html == (
        '<figure><img src="lime.png" alt="Lime" loading="lazy"><figcaption>A *lime* tree</figcaption></figure>\n'
    )
    assert "<figure" not in render('See ![Lime](lime.png "A lime tree")').html


def test_a_table_scrolls_by_keyboard_and_aligns_by_class() -> None:
    html = render("|a|b|c|\n|:-|:-:|-:|\n|1|2|3|\n\nx\n\n|d|\n|-|\n").html
    assert html.startswith('<div class="scroll" tabindex="0" role="region" aria-label="Table 1"><table>')
    assert '<td class="left">1</td>\n<td class="center">2</td>\n<td class="right">3</td>' in html
    assert 'aria-label="Table 2"' in html
    assert "<th>d</th>" in html


@pytest.mark.parametrize(
    ("mark", "name", "title"),
    [
        ("NOTE", "note", "Note"),
        ("tip", "note tip", "Tip"),
        ("WARNING", "note warning", "Attention"),
        ("CAUTION Read *this*", "note warning", "Read *this*"),
    ],
)
def test_a_marked_quote_is_an_aside_with_its_kind_in_words(mark: str, name: str, title: str) -> None:
    kind, _, rest = mark.partition(" ")
    html = render(f"> [!{kind}] {rest}\n> Text\n\n> quote", words=markup.Words(warning="Attention")).html
    assert html == (
        f'<aside class="{name}">\n<p class="note-title">{title}</p>\n<p>Text</p>\n</aside>\n'
        "<blockquote>\n<p>quote</p>\n</blockquote>\n"
    )


def test_formulas_become_mathml_in_a_line_and_alone() -> None:
    html = render("so $x^2$.\n\n$$\n\\frac{a}{b}\n$$\n\n$$c$$").html
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>.' in html
    assert (
        '<math display="block"><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac></mrow></math>'
        in html
    )
    assert html.count('class="scroll formula"') == 2


@pytest.mark.parametrize("text", ["5$ and 6$", "$5 and $6", "US$5 or CA$6", "\\$x\\$", "a $ b $ c", "`$x$`"])
def test_money_is_not_a_formula(text: str) -> None:
    assert "<math" not in render(text).html


def test_a_formula_before_a_digit_at_the_end_is_still_one() -> None:
    assert "<math" in render("$x$ is 5").html


def test_a_formula_that_cannot_be_read_is_shown_as_code_and_reported_by_line() -> None:
    rendered = render("a\nb $\\foo{x}$\n\n$$\n\\frac{\n$$\n")
    assert "<code>\\foo{x}</code>" in rendered.html
    assert "<code>\\frac{</code>" in rendered.html
    assert rendered.problems == (
        (2, "formula shown as code: unknown command \\foo"),
        (4, "formula shown as code: brace not closed"),
    )


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}",
        r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\sqrt[3]{x} \le \left( \alpha + \beta \right)",
        r"\overline{x} \quad \hat{y} \quad \mathbb{R} \quad \text{si } x > 0",
        r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        r"\binom{n}{k} \to \lim_{n \to \infty} a_n",
    ],
)
def test_mathml_passes_the_allow_list_whole(latex: str) -> None:
    def tags(html: str) -> list[tuple[str, dict[str, str]]]:
        return Reader(re.sub(r"<(\w+)([^<>]*?) ?/>", r"<\1\2></\1>", html)).tags

    html = formulas.mathml(latex, True)
    assert tags(markup.clean(html)) == tags(html)


def test_footnotes_lists_of_terms_and_tasks_are_read() -> None:
    html = render("A[^1] B[^1]\n\n[^1]: Note\n\nTerm\n: Meaning\n\n- [ ] open\n- [x] closed").html
    assert '<a href="#fn-1" id="fnref-1-2" aria-label="Footnote 1">1</a>' in html
    assert html.count("↩") == 2
    assert "<dt>Term</dt>\n<dd>Meaning</dd>" in html
    assert '<li class="task"><span class="box" role="img" aria-label="to do">☐</span> open</li>' in html
    assert html.count("☑") == 1


def test_one_line_has_no_block_around_it() -> None:
    assert render_inline("# *a* $x$") == '# <em>a</em> <math display="inline"><mrow><mi>x</mi></mrow></math>'
    assert render_inline("![Lime](a b.png)") == "![Lime](a b.png)"
    assert render_inline("![Lime](a.png)") == '<a href="a.png">Lime</a>'
    assert "<img" in render_inline("![Lime](a.png)", trusted_images=True)


@pytest.mark.inputs
def test_a_real_course_s_pages_come_through_whole(inputs: Path) -> None:
    pages = sorted((inputs / "hf-course-fr").rglob("*.mdx"))
    assert len(pages) >= 30
    for page in pages:
        rendered: Any = render(page.read_text(encoding="utf-8"), address=lambda url: url)
        harmless(rendered.html)
        assert rendered.headings
        assert not [reason for _, reason in rendered.problems if "formula" in reason or "nested" in reason]


def test_an_empty_cell_of_a_head_heads_nothing() -> None:
    html = render("| | durée |\n|---|---|\n| a | b |\n").html
    assert html.count("<th>") == 1
    assert html.count("<td") == 3


def test_a_heading_that_is_a_formula_alone_says_its_source() -> None:
    html = render('| Lot | $o_1 < "2"$ | et $p$ |\n|---|---|---|\n| A | 1 | 2 |\n').html
    assert '<th aria-label="o_1 &lt; &quot;2&quot;">' in html
    assert html.count("aria-label=") == 2  # the table's own, and that one
