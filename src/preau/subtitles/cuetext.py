"""The text of a cue: its tree, its plain words, its HTML (W3C WebVTT 1, "WebVTT cue text parsing rules").

The tree is kept flat, in document order: each element is a `Start`, what it holds, and its `End`; every one is closed.
Depth costs nothing that way, and a file that nests a hundred thousand tags exhausts nobody.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from html.entities import html5
from typing import NamedTuple

from preau.subtitles.pointer import DIGITS, Pointer, split_on_spaces
from preau.subtitles.timing import collect_timestamp, write_timestamp

ELEMENTS = {"c", "i", "b", "u", "ruby", "v", "lang"}  # and rt, inside ruby
ANNOTATED = {"v", "lang"}
_HTML_TAGS = {"i": "i", "b": "b", "u": "u", "ruby": "ruby", "rt": "rt", "c": "span", "v": "span", "lang": "span"}
_HTML_ATTRIBUTES = {"v": "title", "lang": "lang"}

_TEXT = re.compile(r"[^&<]*")
_TAG = re.compile(r"[^>]*")
_SPACE = re.compile(r"[\t\n\f ]")
_CLASS = re.compile(r"[\w-]+")
_DIGIT = re.compile(r"[0-9]")
_ANNOTATION = re.compile(r"[^&]*")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]*")
_ENTITY = re.compile(r"[A-Za-z][0-9A-Za-z]{0,30};?")


class Start(NamedTuple):
    """An element begins; `annotation` is the voice of a `v`, the language of a `lang`, empty in others."""

    name: str
    classes: tuple[str, ...] = ()
    annotation: str = ""


class End(NamedTuple):
    """An element ends."""

    name: str


class Timestamp(NamedTuple):
    """From here on the text is said at this time, in seconds."""

    time: float


class _TimestampTag(NamedTuple):
    value: str


Node = str | Start | End | Timestamp


def plain(text: str) -> str:
    """What a cue's text says: no tags, character references decoded. It is text, not HTML."""
    return "".join(node for node in nodes(text) if isinstance(node, str))


def html(text: str) -> str:
    """A cue's text as HTML that is safe anywhere a paragraph's text is: the elements i, b, u, ruby, rt and span only.

    A voice is the `title` of its span, a language the `lang`; nothing else of the input becomes markup. Classes and
    timestamps are left out, line breaks stay line breaks.
    """
    return "".join(_html(node) for node in nodes(text))


def _html(node: Node) -> str:
    match node:
        case str():
            return escape(node, quote=False)
        case Start(name, _, annotation):
            attribute = f' {_HTML_ATTRIBUTES[name]}="{escape(annotation)}"' if annotation else ""
            return f"<{_HTML_TAGS[name]}{attribute}>"
        case End(name):
            return f"</{_HTML_TAGS[name]}>"
        case Timestamp():
            return ""


def written(text: str) -> str:
    """The same text in WebVTT's own words only: a tag that it has no word for is left out, as every reader must."""
    return "".join(_written(node) for node in nodes(text))


def _written(node: Node) -> str:
    match node:
        case str():
            return escape(node, quote=False)
        case Start(name, classes, annotation):
            said = f" {escape(annotation, quote=False)}" if annotation else ""
            return f"<{'.'.join([name, *filter(_CLASS.fullmatch, classes)])}{said}>"
        case End(name):
            return f"</{name}>"
        case Timestamp(time):
            return f"<{write_timestamp(time)}>"


def nodes(text: str) -> list[Node]:
    """The tree of a cue's text, flat: "WebVTT cue text parsing rules". Never raises."""
    result: list[Node] = []
    current: list[str] = []  # the elements that are open: the last one is the standard's `current`
    for token in _tokens(text):
        match token:
            case str():
                result.append(token)
            case Start(name, classes) if name in ELEMENTS or (name == "rt" and current[-1:] == ["ruby"]):
                current.append(name)
                result.append(token if name in ANNOTATED else Start(name, classes))
            case End(name):
                result += [End(current.pop()) for _ in range(_how_many_end(current, name))]
            case _TimestampTag(value):
                result += _timestamp(value)
    return result + [End(name) for name in reversed(current)]


def _how_many_end(current: list[str], name: str) -> int:
    """How many open elements an end tag closes: `</ruby>` closes the `rt` inside as well, a stray tag none."""
    if current[-1:] == [name]:
        return 1
    return 2 if name == "ruby" and current[-1:] == ["rt"] else 0


def _timestamp(value: str) -> Iterable[Timestamp]:
    at = Pointer(value)
    time = collect_timestamp(at)
    return [Timestamp(time)] if time is not None and at.at_end else []


def _tokens(text: str) -> Iterator[str | Start | End | _TimestampTag]:
    """The "WebVTT cue text tokenizer", run until the end."""
    at = Pointer(text)
    while not at.at_end:
        yield _tag_state(at) if at.take("<") else _data_state(at, _TEXT)


def _data_state(at: Pointer, other: re.Pattern[str]) -> str:
    """The "WebVTT data state": text and character references, up to what is neither."""
    result = [at.collect(other)]
    while at.take("&"):
        result += [_character_reference(at), at.collect(other)]
    return "".join(result)


def _tag_state(at: Pointer) -> Start | End | _TimestampTag:
    """The "WebVTT tag state", after a `<`. All states of a tag end at the first `>`, or at the end of the text."""
    tag = at.collect(_TAG)
    at.take(">")
    if tag.startswith("/"):
        return End(tag[1:])
    return _TimestampTag(tag) if _DIGIT.match(tag) else _start_tag_state(tag)


def _start_tag_state(tag: str) -> Start:
    """The "WebVTT start tag state", with its class state: name, classes after points, whitespace, annotation."""
    names, *annotation = _SPACE.split(tag, maxsplit=1)
    name, *classes = names.split(".")
    return Start(name, tuple(filter(None, classes)), _annotation_state(annotation[0]) if annotation else "")


def _annotation_state(buffer: str) -> str:
    """The "WebVTT start tag annotation state": character references decoded, whitespace made single."""
    return " ".join(split_on_spaces(_data_state(Pointer(buffer), _ANNOTATION)))


def _character_reference(at: Pointer) -> str:
    """To "consume a character reference" of HTML, after its `&`, outside an attribute: `&` itself where none is."""
    if at.sees("#"):
        return _numeric_reference(at)
    # the longest name that fits counts, and some need no semicolon: `&notit;` is `¬it;`
    name = at.collect(_ENTITY)
    for length in range(len(name), 1, -1):
        if (found := html5.get(name[:length])) is not None:
            at.position -= len(name) - length
            return found
    at.position -= len(name)
    return "&"


def _numeric_reference(at: Pointer) -> str:
    start = at.position
    at.take("#")
    base = 16 if at.take("x") or at.take("X") else 10
    digits = at.collect(_HEXADECIMAL if base == 16 else DIGITS)
    if not digits:
        at.position = start
        return "&"
    at.take(";")
    significant = digits.lstrip("0")
    return _character(int(significant or "0", base)) if len(significant) <= 7 else "\ufffd"


def _character(code: int) -> str:
    """The character that HTML gives for a number: those of windows-1252 for 0x80 to 0x9F, U+FFFD for none."""
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd"
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    return chr(code)
