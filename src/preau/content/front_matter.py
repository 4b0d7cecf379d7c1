"""YAML as an author may write it: course.yaml and the header of a unit's file. Pure: no Django.

A subset of YAML, so that a file means what it looks like: no anchors or aliases (a few lines of them can stand for
gigabytes), no tags, no key twice, and only `true`, `false`, whole and decimal numbers and `null` are more than text. So
`23:59`, `no` and `2027-03-14` stay text, whatever YAML 1.1 says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

MAX_CHARACTERS = 256 * 1024
MAX_DEPTH = 20

Where = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_WORDS: Mapping[str, bool | None] = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None,
}  # fmt: skip
_FENCE = re.compile(r"---[ \t]*")
_HEADER_LINE = re.compile(r"(?P<key>[A-Za-z][A-Za-z_-]{0,30}) ?:(?: +(?P<value>\S.*))?")
_GIFT_HEADER = re.compile(r"//\s*(?P<key>[a-z][a-z_-]{0,30}):\s+(?P<value>\S.*)")


class BadYaml(ValueError):
    """What cannot be read: `line` counts from 1 in the whole file, `reason` is plain English."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Loaded:
    """A value and the line, in the whole file, of each key or item in it: `lines[("modules", 0, "id")]`."""

    value: Any
    lines: Mapping[Where, int] = field(default_factory=dict)

    def line(self, *where: str | int) -> int:
        """The line of a key or item, or that of the nearest one around it that is written down."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


@dataclass(frozen=True)
class Header:
    """What stands above a unit's text: `meta` as written, `body`, and the line of the file on which the body begins."""

    meta: Loaded
    body: str
    line: int


def load(text: str, first: int = 1) -> Loaded:
    """Read YAML whose first line is line `first` of its file. Refuses with `BadYaml` what the module says, and size."""
    if len(text) > MAX_CHARACTERS:
        raise BadYaml(first, f"more than {MAX_CHARACTERS // 1024} KB of YAML")
    try:
        _check_events(text, first)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first + (mark.line if mark else 0)
        hint = "; put a text that holds a colon in quotes" if "mapping values" in str(error.problem) else ""
        raise BadYaml(line, f"this is not YAML: {error.problem or error.context}{hint}") from None
    except yaml.YAMLError as error:
        raise BadYaml(first, f"this is not YAML: {str(error).splitlines()[0]}") from None
    lines: dict[Where, int] = {(): first}
    return Loaded(None if node is None else _value(node, (), first, lines), lines)


def _check_events(text: str, first: int) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = first + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(line, "anchors and aliases (& and *) are not read; put a text that starts with one in quotes")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise BadYaml(line, "one YAML document only")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise BadYaml(line, f"more than {MAX_DEPTH} levels")
        if getattr(event, "tag", None):
            raise BadYaml(line, "tags (!) are not read; put a text that starts with one in quotes")


def _value(node: yaml.Node, where: Where, first: int, lines: dict[Where, int]) -> Any:
    lines.setdefault(where, first + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, where, first, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*where, number), first, lines) for number, item in enumerate(node.value)]
    text = str(node.value)
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise BadYaml(lines[where], "an escape that stands for no character of a text")
    return _scalar(text, plain=getattr(node, "style", None) is None)


def _mapping(node: yaml.MappingNode, where: Where, first: int, lines: dict[Where, int]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        line = first + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            raise BadYaml(line, "a key must be a word")
        name = str(key.value)
        if name in mapping:
            raise BadYaml(line, f'"{name}" is written twice')
        lines[*where, name] = line
        mapping[name] = _value(value, (*where, name), first, lines)
    return mapping


def _scalar(text: str, plain: bool) -> Any:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def split(text: str) -> Header:
    """Part a file at its front matter: YAML between a first line `---` and the next one.

    Refuses with `BadYaml` front matter that never ends, that is no YAML, or that is no list of `key: value`.
    """
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return Header(Loaded({}), text, 1)
    end = next((number for number, line in enumerate(lines) if number and _FENCE.fullmatch(line)), None)
    if end is None:
        raise BadYaml(1, "the front matter has no closing line ---")
    loaded = load("\n".join(lines[1:end]), first=2)
    if loaded.value is None:
        loaded = Loaded({}, loaded.lines)
    if not isinstance(loaded.value, dict):
        raise BadYaml(loaded.line(), "the front matter must be lines of key: value")
    return Header(loaded, "\n".join(lines[end + 1 :]), end + 2)


def split_loose(text: str) -> Header:
    """Part a file that was not written for Préau: front matter if there is some, else header lines of `key: value`
    above the first blank line or heading, where there are at least two of them and nothing else. Their values stay
    text."""
    lines = text.split("\n")
    if lines[0].startswith("---"):
        return split(text)
    meta: dict[str, Any] = {}
    where: dict[Where, int] = {}
    end = 0
    for end, line in enumerate(lines):
        found = _HEADER_LINE.fullmatch(line.rstrip())
        if found is None:
            break
        key = found["key"].lower()
        meta[key] = (found["value"] or "").strip()
        where[key,] = end + 1
    if len(where) < 2 or (lines[end].strip() and not lines[end].startswith("#")):
        return Header(Loaded({}), text, 1)
    return Header(Loaded(meta, where), "\n".join(lines[end:]), end + 1)


def of_gift(text: str, known: Iterable[str]) -> Loaded:
    """The header of a `.gift` file: its first comment lines `// key: value` with known keys; to GIFT they are
    comments."""
    meta: list[str] = []
    keys = frozenset(known)
    for line in text.split("\n"):
        found = _GIFT_HEADER.fullmatch(line.rstrip())
        if found is None or found["key"] not in keys:
            break
        meta.append(f"{found['key']}: {found['value']}")
    return load("\n".join(meta)) if meta else Loaded({})


def nearest(word: str, known: Iterable[str]) -> str:
    """A tail for a message about an unknown word: the nearest known one, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""
