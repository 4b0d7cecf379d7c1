"""The HTML that Markdown becomes, and the list of what may leave: how each token is written, and the sanitizer. Pure.

`common.markdown` decides (addresses, headings, notes, problems) and marks the tokens; this file only writes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from preau.common import formulas, highlight

HIDDEN = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F))
"""Characters that nobody sees and that reorder what is read (Unicode TR 36), as a table for `str.translate`."""


Address = Callable[[str], str | None]
"""From what an author wrote (`plan.pdf`, `../week-2/gantt.md`) to an address of the site; None when there is none."""


@dataclass(frozen=True)
class Words:
    """What the renderer itself says to readers, in the language of the text. `{host}` and `{number}` are filled in."""

    note: str = "Note"
    tip: str = "Tip"
    warning: str = "Warning"
    remote_image: str = "picture on {host}, another site"
    table: str = "Table {number}"
    formula: str = "Formula"
    code: str = "Code"
    footnotes: str = "Footnotes"
    footnote: str = "Footnote {number}"
    back: str = "Back to the text"
    done: str = "done"
    to_do: str = "to do"


class HtmlWriter(RendererHTML):
    """Writes tokens as HTML without a style, a script or an event. `env["words"]` holds the Words."""

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["tables"] = env.get("tables", 0) + 1
        return _scroll(env["words"].table.format(number=env["tables"]), "region") + "<table>\n"

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # A screen reader finds no text in a formula alone: the heading then says its source.
        said = tokens[idx + 1].content.strip()
        alone = said.startswith("$") and said.endswith("$") and said.count("$") == 2
        label = f' aria-label="{escapeHtml(said.strip("$"))}"' if alone else ""
        return f"<th{_side(tokens[idx])}{label}>"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_side(tokens[idx])}>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        label = (tokens[idx].info.split() or [""])[0]
        env["coloured"] = env.get("coloured", 0) + len(tokens[idx].content)
        inside = highlight.highlight(tokens[idx].content, label if env["coloured"] <= highlight.MOST else "")
        return _pre(inside, env["words"].code)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _pre(escape(tokens[idx].content, quote=False), env["words"].code)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        shown = _void(
            "img", src=token.attrGet("src"), alt=token.meta["alt"], title=token.meta.get("title"), loading="lazy"
        )
        caption = token.meta.get("caption")
        return f"{shown}<figcaption>{escape(caption)}</figcaption>" if caption else shown

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return str(tokens[idx].meta["html"])

    def math_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"{_scroll(env['words'].formula, 'group', 'scroll formula')}{tokens[idx].meta['html']}</div>\n"

    def note_title(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<p class="note-title">{escape(tokens[idx].content)}</p>\n'

    def task(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        done: bool = tokens[idx].meta["done"]
        said = env["words"].done if done else env["words"].to_do
        return f'<span class="box" role="img" aria-label="{escape(said)}">{"☑" if done else "☐"}</span> '

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        number, which = _footnote(tokens[idx])
        said = escape(env["words"].footnote.format(number=number))
        link = f'<a href="#fn-{number}" id="fnref-{number}{which}" aria-label="{said}">{number}</a>'
        return f'<sup class="footnote-ref">{link}</sup>'

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<section class="footnotes" aria-label="{escape(env["words"].footnotes)}"><ol>\n'

    def footnote_block_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</ol></section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<li id="fn-{_footnote(tokens[idx])[0]}">'

    def footnote_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        number, which = _footnote(tokens[idx])
        return f' <a class="back" href="#fnref-{number}{which}" aria-label="{escape(env["words"].back)}">↩</a>'


WRITER_RULES: tuple[str, ...] = tuple(name for name in vars(HtmlWriter) if not name.startswith("_"))


def formula_html(latex: str, display: bool) -> tuple[str, str]:
    """The MathML of a formula and "", or its source as code and the reason why it is not shown as a formula."""
    try:
        return formulas.mathml(latex, display), ""
    except formulas.BadFormula as bad:
        return f"<code>{escape(latex.strip(), quote=False)}</code>", str(bad)


def plain_pre(text: str) -> str:
    """Text shown as it was typed, when it is too long or too tangled to be read as Markdown."""
    return clean(f'<pre class="code" tabindex="0"><code>{escape(text, quote=False)}</code></pre>\n')


def clean(html: str) -> str:
    """`html` through the allow-list: the last door, whatever the writer did. Cleaning twice changes nothing."""
    return _CLEANER.clean(html.translate(HIDDEN)).translate(HIDDEN)


def _footnote(token: Token) -> tuple[int, str]:
    again = int(token.meta.get("subId", 0))
    return int(token.meta["id"]) + 1, f"-{again + 1}" if again else ""


def _side(token: Token) -> str:
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f' class="{side}"' if side else ""


def _scroll(label: str, role: str, name: str = "scroll") -> str:
    return f'<div class="{name}" tabindex="0" role="{role}" aria-label="{escape(label)}">'


def _pre(inside: str, label: str) -> str:
    return f'<pre class="code" tabindex="0" role="group" aria-label="{escape(label)}"><code>{inside}</code></pre>\n'


def _void(tag: str, **attributes: Any) -> str:
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value is not None)
    return f"<{tag}{written}>"


_PLAIN = "p br hr strong em s code ul blockquote thead tbody tr sup figure figcaption dl dt dd aside section"


def _cleaner() -> nh3.Cleaner:
    headings = ("h2", "h3", "h4", "h5", "h6")
    plain = _PLAIN.split()
    focusable = {"tabindex", "role", "aria-label"}
    attributes: dict[str, set[str]] = {
        **{tag: set() for tag in plain},
        **{tag: {"id"} for tag in (*headings, "li")},
        **{tag: set(names) for tag, names in formulas.ATTRIBUTES.items()},
        "ol": {"start"},
        "section": {"aria-label"},
        "a": {"href", "title", "id", "aria-label"},
        "img": {"src", "alt", "title", "loading"},
        "span": {"role", "aria-label"},
        "div": focusable,
        "pre": focusable,
        "table": set(),
        "th": {"aria-label"},
        "td": set(),
    }
    return nh3.Cleaner(
        tags=set(attributes),
        attributes=attributes,
        tag_attribute_values={"a": {"rel": {"nofollow noopener"}}},
        allowed_classes={
            "aside": {"note", "tip", "warning"},
            "p": {"note-title"},
            "div": {"scroll", "formula"},
            "pre": {"code"},
            "span": {*highlight.LETTERS, "box"},
            "sup": {"footnote-ref"},
            "section": {"footnotes"},
            "a": {"back", "remote"},
            "li": {"task"},
            "th": {"left", "center", "right"},
            "td": {"left", "center", "right"},
        },
        url_schemes={"http", "https", "mailto"},
        url_relative="pass_through",
        link_rel=None,
    )


_CLEANER = _cleaner()
