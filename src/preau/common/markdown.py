"""Markdown to the HTML of a page, with what its author must be told. Pure: no Django.

CommonMark and tables, ~~strikethrough~~, footnotes, definition lists, task lists, notes (`> [!TIP]`), formulas
between dollars, coloured code. Raw HTML is shown as text. Nothing that comes out runs, styles, or asks another site for
anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from preau.common.addresses import Heading, Page, bare_address, check_local, plain_text, settle_image, settle_link, slug
from preau.common.markup import HIDDEN, WRITER_RULES, Address, HtmlWriter, Words, clean, formula_html, plain_pre

LONGEST = 400_000  # characters; longer text is shown as it was typed
DEEPEST = 24  # nested quotes and lists; what is deeper is left out and reported

_NEWLINE = re.compile(r"\r\n|\n|\r")
_NOTE = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*([^\n]*)\n?", re.IGNORECASE)
_NOTE_KINDS = {"note": "note", "important": "note", "tip": "tip", "warning": "warning", "caution": "warning"}
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_INLINE_MATH = re.compile(
    r"\$\$(?P<display>(?:[^$\\]|\\.){1,2000}?)\$\$|\$(?=\S)(?P<inline>(?:[^$\\]|\\.){1,2000})(?<=\S)\$(?!\d)", re.DOTALL
)


@dataclass(frozen=True)
class Rendered:
    """`html` is safe to put in a page. `problems` are (line from 1, reason), in the order of the lines."""

    html: str
    headings: tuple[Heading, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()


def render(
    text: str,
    *,
    address: Address | None = None,
    anchors: bool = True,
    trusted_images: bool = True,
    words: Words | None = None,
) -> Rendered:
    """The HTML of a whole text, its headings and its problems.

    `address` receives each relative address as the author wrote it (decoded, without its `#part`) and returns where it
    is on the site, or None: the link is then left out, its text kept, and the problem reported. Without `address`
    relative addresses stand as written. A link to `#part` finds the heading of that id, with or without the prefix.
    `anchors=False` is for texts that share a page (posts): no ids, hence no footnotes. `trusted_images=False` shows no
    picture at all, only links to them; a picture on another site is always such a link. `words` are in the text's
    language. The highest heading becomes h2, whichever
    it is, since the page's title is its only h1. A text longer than LONGEST is shown as typed, with
    a problem.
    """
    if len(text) > LONGEST:
        return Rendered(plain_pre(text), problems=((1, f"longer than {LONGEST} characters: shown as typed"),))
    page = Page(address, anchors, trusted_images, words or Words())
    _report_hidden(text, page)
    parser = _WITH_ANCHORS if anchors else _WITHOUT
    tokens = parser.parse(text.translate(HIDDEN), {})
    _report_depth(tokens, page)
    _mark_notes(tokens, page)
    page.top = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for index, token in enumerate(tokens):
        _block(tokens, index, token, page)
    check_local(page)
    html = clean(_write(parser, tokens, page))
    return Rendered(html, tuple(page.headings), tuple(sorted(page.problems)))


def render_inline(
    text: str, *, address: Address | None = None, trusted_images: bool = False, words: Words | None = None
) -> str:
    """The HTML of one line (a title, a choice): no block, no id, pictures only as links unless they are trusted.
    Problems are not reported here."""
    page = Page(address, anchors=False, trusted_images=trusted_images, words=words or Words())
    if len(text) > LONGEST:
        return plain_pre(text)
    tokens = _WITHOUT.parseInline(text.translate(HIDDEN), {})
    for token in tokens:
        token.children = list(_inline(token, page))
    return clean(_write(_WITHOUT, tokens, page))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Every address is accepted here so that a refused one is reported by line: `settle_link` refuses."""
        return True


def _parser(anchors: bool) -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": DEEPEST}, renderer_cls=HtmlWriter)
    parser.enable(["table", "strikethrough"])
    parser.use(deflist_plugin)
    parser.inline.ruler.push("bare_address", bare_address)
    if anchors:
        parser.use(footnote_plugin, inline=False)
        parser.inline.ruler.at("footnote_ref", _bounded_footnote)
    parser.inline.ruler.before("escape", "math_inline", _dollars)
    parser.block.ruler.before(
        "fence",
        "math_block",
        math_block_dollar(allow_labels=False),
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    writer = parser.renderer
    assert isinstance(writer, HtmlWriter)
    # The footnote plugin has put rules of its own in place of the writer's.
    writer.rules.update({name: getattr(writer, name) for name in WRITER_RULES})
    return parser


def _write(parser: MarkdownIt, tokens: list[Token], page: Page) -> str:
    return str(parser.renderer.render(tokens, parser.options, {"words": page.words}))


def _bounded_footnote(state: StateInline, silent: bool) -> bool:
    """The plugin looks for the closing bracket through the whole text at each opening one; 100 characters will do."""
    if not state.src.startswith("[^", state.pos) or state.src.find("]", state.pos, state.pos + 100) < 0:
        return False
    return footnote_ref(state, silent)


def _dollars(state: StateInline, silent: bool) -> bool:
    """`$x$` and `$$x$$` in a line. As in Pandoc a space inside either dollar or a digit after it makes it money; so
    does a letter or a digit before it."""
    if state.src[state.pos] != "$" or (state.pos and state.src[state.pos - 1].isalnum()):
        return False
    found = _INLINE_MATH.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = found["display"] or found["inline"]
        token.markup = "$$" if found["display"] else "$"
    state.pos = found.end()
    return True


def _report_hidden(text: str, page: Page) -> None:
    if text.translate(HIDDEN) == text:
        return
    for number, line in enumerate(_NEWLINE.split(text), 1):
        if line.translate(HIDDEN) != line:
            page.problem(number, "invisible control character left out")


def _report_depth(tokens: list[Token], page: Page) -> None:
    deep = next((token for token in tokens if token.level >= DEEPEST - 1), None)
    if deep:
        page.problem(_line(deep), f"nested deeper than {DEEPEST} levels: what is deeper is left out")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _block(tokens: list[Token], index: int, token: Token, page: Page) -> None:
    """Settles one block token; an inline token after its heading, paragraph or list item has been seen."""
    if token.type == "math_block":
        html, why = formula_html(token.content, True)
        token.meta = {"html": html}
        if why:
            page.problem(_line(token), f"formula shown as code: {why}")
    elif token.type == "heading_open":
        _heading(tokens, index, page)
    elif token.type == "th_open" and not tokens[index + 1].content.strip():
        token.type, tokens[index + 2].type = "td_open", "td_close"  # an empty header cell heads nothing
    elif token.type == "inline":
        token.children = list(_inline(token, page))
        _figure(tokens, index)
        _task(tokens, index)


def _heading(tokens: list[Token], index: int, page: Page) -> None:
    opening, inline, closing = tokens[index : index + 3]
    level = min(int(opening.tag[1]) - page.top + 2, 6)
    opening.tag = closing.tag = f"h{level}"
    text = " ".join(plain_text(inline).translate(HIDDEN).split())
    ident = _unique(slug(text), page.ids) if page.anchors else ""
    if ident:
        opening.attrSet("id", ident)
    page.headings.append(Heading(level, ident, text))


def _unique(base: str, ids: dict[str, int]) -> str:
    ident = base
    while ident in ids:
        ids[base] += 1
        ident = f"{base}-{ids[base]}"
    ids[ident] = 1
    return ident


def _mark_notes(tokens: list[Token], page: Page) -> None:
    """`> [!TIP] Title` at the head of a quote makes it an aside, titled by the author or by the kind's name."""
    open_quotes: list[tuple[Token, bool]] = []
    added: list[tuple[int, Token]] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            found = _NOTE.match(tokens[index + 2].content) if _begins_with_words(tokens, index) else None
            open_quotes.append((token, bool(found)))
            if found:
                kind = _NOTE_KINDS[found[1].lower()]
                token.tag = "aside"
                token.attrSet("class", "note" if kind == "note" else f"note {kind}")
                title = Token("note_title", "p", 0, content=found[2].strip() or getattr(page.words, kind), block=True)
                added.append((index + 1, title))
                _drop_first_line(tokens, index + 2)
        elif token.type == "blockquote_close" and open_quotes:
            token.tag = "aside" if open_quotes.pop()[1] else token.tag
    for index, title in reversed(added):
        tokens.insert(index, title)


def _begins_with_words(tokens: list[Token], index: int) -> bool:
    return [t.type for t in tokens[index + 1 : index + 3]] == ["paragraph_open", "inline"]


def _drop_first_line(tokens: list[Token], index: int) -> None:
    children = tokens[index].children or []
    end = next((i for i, child in enumerate(children) if child.type in ("softbreak", "hardbreak")), None)
    if end is None:
        tokens[index].children = []
        tokens[index - 1].hidden = tokens[index + 1].hidden = True
        return
    tokens[index].children = children[end + 1 :]
    if tokens[index].map:
        tokens[index].map = [_line(tokens[index]), (tokens[index].map or [0, 0])[1]]


def _figure(tokens: list[Token], index: int) -> None:
    """A picture alone in its paragraph, with a title, is a figure and the title its caption."""
    children = tokens[index].children or []
    if len(children) == 1 and children[0].type == "image" and tokens[index - 1].type == "paragraph_open":
        title = children[0].meta.pop("title", None)
        if title:
            children[0].meta["caption"] = title
            tokens[index - 1].tag = tokens[index + 1].tag = "figure"
            tokens[index - 1].hidden = tokens[index + 1].hidden = False


def _task(tokens: list[Token], index: int) -> None:
    children = tokens[index].children or []
    if index < 2 or tokens[index - 2].type != "list_item_open" or not children or children[0].type != "text":
        return
    found = _TASK.match(children[0].content)
    if found:
        children[0].content = children[0].content[found.end() :]
        children.insert(0, Token("task", "", 0, meta={"done": found[1] != " "}))
        tokens[index - 2].attrSet("class", "task")


def _inline(token: Token, page: Page) -> Iterator[Token]:
    """The children of an inline token, addresses and formulas settled, counting lines as they pass."""
    line = _line(token)
    links: list[bool] = []  # whether each link under way is kept
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        if child.type == "link_open":
            links.append(settle_link(child, line, page))
            if not links[-1]:
                continue
        elif child.type == "link_close":
            if links and not links.pop():
                continue
        elif child.type == "image":
            yield from settle_image(child, line, any(links), page)
            continue
        elif child.type == "math_inline":
            html, why = formula_html(child.content, child.markup == "$$")
            child.meta = {"html": html}
            if why:
                page.problem(line, f"formula shown as code: {why}")
            line += child.content.count("\n")
        yield child


_WITH_ANCHORS = _parser(anchors=True)
_WITHOUT = _parser(anchors=False)
