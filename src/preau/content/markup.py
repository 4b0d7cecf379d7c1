"""What a page of Markdown holds and where: headings, fences, references, and components that are not Markdown. No
Django.

Blocks are found by the same CommonMark parser that compiles the pages, so a heading in a fence is not a heading here
either. Lines are numbered from 0 within the text; who reports adds the line on which the text begins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from preau.common.markdown import LONGEST

_SOURCE = re.compile(
    r"<(?:img|source|video|audio|a|track)\b[^<>]*?\s(src|href|poster)\s*=\s*[\"']([^\"'<>]+)[\"']", re.I
)
_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[A-Z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)(?=[\s/>{])")
_BLOCK_MARK = re.compile(r"^[ \t]*(?P<mark>\{(?P<kind>[#:/@])[a-z][^{}\n]*\})[ \t]*$", re.MULTILINE)
_CLOSING = {"{": "}", "[": "]", "(": ")"}


@dataclass(frozen=True)
class Fence:
    """A fenced block on lines `start` to `end` (excluded). `label` is what follows the opening marks; `closed` says
    whether a closing line was found."""

    start: int
    end: int
    label: str
    text: str
    closed: bool


@dataclass(frozen=True)
class Heading:
    """A heading that is not inside a list or a quotation; `title` without its markup."""

    start: int
    end: int
    level: int
    title: str


@dataclass(frozen=True)
class Reference:
    """The target of a link, or of an image or video when `shown`; percent signs decoded, `#…` and `?…` kept."""

    target: str
    line: int
    shown: bool


@dataclass(frozen=True)
class Outline:
    """What `outline` found, each in the order of the text. `code` are the lines of fences and indented code."""

    fences: tuple[Fence, ...] = ()
    headings: tuple[Heading, ...] = ()
    references: tuple[Reference, ...] = ()
    code: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Component:
    """A tag such as `<Question choices={…}/>` or a mark such as `{#if fw === 'pt'}` at characters `start` to `end`.
    `attributes` is the text between the name and the end of the tag; `closing` for `</Tip>`, `{:else}` and `{/if}`."""

    name: str
    start: int
    end: int
    closing: bool = False
    attributes: str = ""
    complete: bool = False  # it closes itself: <Tip/>


@dataclass
class _Found:
    fences: list[Fence] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    code: set[int] = field(default_factory=set)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


@lru_cache(maxsize=8)
def outline(text: str) -> Outline:
    """Read a text of Markdown. The last few are remembered: one page is looked at several times in a row. A text too
    long to be rendered as Markdown, which the import reports, has no outline: it could keep a reader busy for minutes.
    """
    if len(text) > LONGEST:
        return Outline((), (), (), frozenset())
    lines = text.split("\n")
    found = _Found()
    tokens = _parser().parse(text)
    for number, token in enumerate(tokens):
        start, end = token.map or (0, 0)
        if token.type == "fence":
            last = lines[end - 1].strip().lstrip("> ").rstrip()
            closed = end - start > 1 and len(last) >= len(token.markup) and set(last) == {token.markup[0]}
            found.fences.append(Fence(start, end, token.info.strip(), token.content, closed))
            found.code.update(range(start, end))
        elif token.type == "code_block":
            found.code.update(range(start, end))
        elif token.type == "heading_open" and token.level == 0:
            found.headings.append(Heading(start, end, int(token.tag[1:]), plain(tokens[number + 1])))
        elif token.type == "html_block":
            found.references.extend(_in_html(token.content, start))
        elif token.type == "inline":
            found.references.extend(_in_line(token, start))
    return Outline(tuple(found.fences), tuple(found.headings), tuple(found.references), frozenset(found.code))


def _in_html(content: str, first: int) -> Iterator[Reference]:
    for one in _SOURCE.finditer(content):
        yield Reference(unquote(one[2]), first + content.count("\n", 0, one.start()), one[1].lower() != "href")


def _in_line(token: Token, line: int) -> Iterator[Reference]:
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "image":
            yield Reference(unquote(str(child.attrs.get("src", ""))), line, shown=True)
        elif child.type == "link_open":
            yield Reference(unquote(str(child.attrs.get("href", ""))), line, shown=False)
        elif child.type == "html_inline":
            yield from _in_html(child.content, line)
            line += child.content.count("\n")


def plain(inline: Token) -> str:
    """The words of a line of Markdown, its markup and tags left out."""
    words = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type == "image":
            words.append(plain(child))
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
    return " ".join("".join(words).split())


def blanked(lines: Sequence[str], start: int, end: int) -> list[str]:
    """The lines with those from `start` to `end` (excluded) emptied, so that every other keeps its number."""
    return [*lines[:start], *[""] * (end - start), *lines[end:]]


def components(text: str, code: frozenset[int]) -> list[Component]:
    """Tags whose name begins with a capital, and block marks alone on their line, outside code; in the order of the
    text.

    A tag ends where its braces, brackets and quotes are balanced; one that never ends is taken to the end of its line.
    """
    starts = _line_starts(text)
    found: list[Component] = []
    for one in _BLOCK_MARK.finditer(text):
        found.append(Component(one["mark"], one.start("mark"), one.end("mark"), closing=one["kind"] in ":/"))
    position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        if _hidden(text, tag.start(), closing=bool(tag["slash"])):
            continue
        end = tag_end(text, tag.end())
        if end < 0:
            end = text.find("\n", tag.end()) % (len(text) + 1)
        attributes = text[tag.end() : end].removesuffix(">")
        complete = attributes.endswith("/")
        found.append(
            Component(tag["name"], tag.start(), end, bool(tag["slash"]), attributes.removesuffix("/"), complete)
        )
        position = end
    found = [one for one in found if _line_of(starts, one.start) not in code]
    return sorted(found, key=lambda one: one.start)


def _line_starts(text: str) -> list[int]:
    return [0, *(one.end() for one in re.finditer("\n", text))]


def _line_of(starts: Sequence[int], position: int) -> int:
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= position else (low, middle)
    return low


def _hidden(text: str, position: int, closing: bool) -> bool:
    """Whether a tag is inside `code` on its line, or an opening one is part of a word (`List<T>`) or another mark."""
    before = text[text.rfind("\n", 0, position) + 1 : position]
    if before.count("`") % 2 == 1 or before.endswith("\\"):
        return True
    return not closing and (before[-1:].isalnum() or before.endswith(("<", "=")))


def tag_end(text: str, position: int) -> int:
    """Where the tag that is open at `position` ends (just after its `>`), or -1. Strings in JavaScript may hold any
    mark."""
    waiting: list[str] = []
    while position < len(text):
        letter = text[position]
        if letter in "\"'`":
            position = string_end(text, position, escapes=bool(waiting))
            if position < 0:
                return -1
            continue
        if letter in _CLOSING:
            waiting.append(_CLOSING[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
        elif letter == ">" and not waiting:
            return position + 1
        position += 1
    return -1


def string_end(text: str, position: int, escapes: bool = True) -> int:
    """Where the quoted string that opens at `position` ends (just after its quote), or -1. In attributes of HTML a
    backslash escapes nothing; in JavaScript it does."""
    quote = text[position]
    position += 1
    while position < len(text):
        if text[position] == "\\" and escapes:
            position += 2
            continue
        if text[position] == quote:
            return position + 1
        position += 1
    return -1


def without(text: str, gone: Sequence[Component]) -> str:
    """The text without some components; their line breaks stay."""
    kept: list[str] = []
    position = 0
    for one in gone:
        kept += [text[position : one.start], "\n" * text.count("\n", one.start, one.end)]
        position = max(position, one.end)
    return "".join([*kept, text[position:]])
