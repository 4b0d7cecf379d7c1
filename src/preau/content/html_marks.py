"""The HTML that people write inside Markdown, as Markdown: pages show raw HTML as text. Pure: no Django.

Emphasis, code, links and pictures become marks; comments and containers that only place things disappear; what is
neither stays as it is. Code is left alone, and every line keeps its number.
"""

import re
from collections.abc import Callable
from html import unescape
from itertools import groupby

from preau.content.markup import outline

Change = Callable[[str], str]

_MARKS = {"i": "*", "em": "*", "b": "**", "strong": "**", "s": "~~", "del": "~~"}
_PLACING = "div span center p figure figcaption section article font small u sup sub details summary picture"
_GONE = frozenset(_PLACING.split())
# What stands between two tags is bounded and never runs over another of the same kind: no text makes these slow.
_CODE = re.compile(r"<code>((?:(?!</?code>).){0,2000})</code>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"<a\b([^<>]*)>((?:(?!</?a\b).){0,2000})</a>", re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_EMBEDDED = re.compile(r"<(?:video|audio|iframe|embed|source)\b([^<>]*)>|</(?:video|audio|iframe)>", re.IGNORECASE)
_EMPHASIS = re.compile(r"<(i|em|b|strong|s|del)>([^<]*)</\1>", re.IGNORECASE)
_TAG = re.compile(r"</?([a-z]+)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:.|\n(?!\s*\n))+?(?<!`)\1(?!`)")
_ATTRIBUTE = r"\b{}\s*=\s*(\"[^\"]*\"|'[^']*')"


def to_marks(text: str) -> str:
    """A page of Markdown with its HTML as Markdown, outside code."""
    return _outside_code(text, inline)


def without_comments(text: str) -> str:
    """A page of Markdown without its HTML comments, which would be shown as text; every line keeps its number."""
    return _outside_code(text, lambda words: _without(words, "<!--", "-->"))


def without_jsx_comments(text: str) -> str:
    """A page of MDX without its comments, `{/* … */}`; every line keeps its number."""
    return _outside_code(text, lambda words: _without(words, "{/*", "*/}"))


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two marks, and without them; their line breaks stay."""
    kept: list[str] = []
    position = 0
    while (start := text.find(opening, position)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + len(closing)
    return "".join([*kept, text[position:]])


def _outside_code(text: str, change: Change) -> str:
    """The text with a change made to each stretch outside fences, indented code and code spans."""
    code = outline(text).code
    done: list[str] = []
    for is_code, rows in groupby(enumerate(text.split("\n")), lambda one: one[0] in code):
        stretch = "\n".join(line for _, line in rows)
        done.append(stretch if is_code else _outside_spans(stretch, change))
    return "\n".join(done)


def _outside_spans(text: str, change: Change) -> str:
    kept: list[str] = []
    position = 0
    for span in _SPAN.finditer(text):
        kept += [change(text[position : span.start()]), span[0]]
        position = span.end()
    return "".join([*kept, change(text[position:])])


def inline(text: str) -> str:
    """A stretch of text that holds no code span, with its HTML as Markdown."""
    text = _without(text, "<!--", "-->")
    text = _CODE.sub(lambda one: _as_code(unescape(one[1])), text)
    text = _LINK.sub(lambda one: _as_link(one[1], one[2]), text)
    text = _PICTURE.sub(lambda one: _as_picture(one[1]), text)
    text = _EMBEDDED.sub(lambda one: _as_embedded(one[1] or ""), text)
    for _ in range(3):  # emphasis inside emphasis
        text = _EMPHASIS.sub(_as_emphasis, text)
    return _TAG.sub(_other, text)


def _as_code(code: str) -> str:
    """A code span whose fence is longer than any in it (CommonMark 6.1)."""
    if not code.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * (longest + 1)
    space = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{space}{code}{space}{fence}"


def _attribute(attributes: str, name: str) -> str:
    found = re.search(_ATTRIBUTE.format(name), attributes, re.IGNORECASE)
    return unescape(found[1][1:-1]) if found else ""


def _address(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address


def _as_link(attributes: str, text: str) -> str:
    address = _attribute(attributes, "href")
    return f"[{text}]({_address(address)})" if address else text


def _as_picture(attributes: str) -> str:
    address = _attribute(attributes, "src")
    lines = "\n" * attributes.count("\n")
    words = re.sub(r"([\[\]])", r"\\\1", _attribute(attributes, "alt"))
    return (f"![{words}]({_address(address)})" if address else "") + lines


def _as_embedded(attributes: str) -> str:
    """A link to what another page would have played in its place."""
    address = _attribute(attributes, "src")
    lines = "\n" * attributes.count("\n")
    return (f"[{address}]({_address(address)})" if address else "") + lines


def _as_emphasis(found: re.Match[str]) -> str:
    """Marks must touch the words, so the spaces go outside."""
    mark, words = _MARKS[found[1].lower()], found[2].strip()
    before, _, after = found[2].partition(words) if words else (found[2], "", "")
    return f"{before}{mark}{words}{mark}{after}" if words else before


def _other(found: re.Match[str]) -> str:
    name = found[1].lower()
    lines = "\n" * found[0].count("\n")
    if name == "br":
        return " " + lines
    return lines if name in _GONE else found[0]
