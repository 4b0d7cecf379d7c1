"""The literals of JavaScript that pages in MDX hold: lists and objects of texts, numbers and words. Nothing runs. No
Django.

Texts may be quoted in any of the three ways, joined by `+`, or written as JSX elements, which are given back as their
HTML; keys may be bare, commas may trail, comments are passed over. A name, a call or `${…}` is refused: it would have
to run.
"""

import re
from typing import Any

MAX_DEPTH = 20

_SPACE = re.compile(r"(?:\s|//[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.]*)?(?:\"[^\"]*\"|'[^']*'|[^\"'<>])*?(/?)>")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r?\n)|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "", "b": "", "f": "", "v": "", "0": ""}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}


class NotLiteral(ValueError):
    """Something that is no literal; `at` is the offset in the text that was given."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


def read(text: str) -> Any:
    """A whole literal as Python's values. Refuses with `NotLiteral` anything else, and more than 20 levels."""
    reader = _Reader(text)
    value = reader.value(0)
    reader.space()
    if reader.at < len(text):
        raise NotLiteral("there is something after the value", reader.at)
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def next(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def takes(self, mark: str) -> bool:
        if self.next() == mark:
            self.at += 1
            return True
        return False

    def value(self, depth: int) -> Any:
        first = self.next()
        if depth > MAX_DEPTH:
            raise NotLiteral("too many levels", self.at)
        if first == "[":
            return self._list(depth)
        if first == "{":
            return self._object(depth)
        if first and first in "\"'`<":
            return self._texts()
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            return float(found[0])
        return self._word()

    def _word(self) -> Any:
        found = _NAME.match(self.text, self.at)
        if found is None or found[0] not in _WORDS:
            raise NotLiteral("this is no text, number, list or object", self.at)
        self.at = found.end()
        return _WORDS[found[0]]

    def _list(self, depth: int) -> list[Any]:
        self.at += 1
        items: list[Any] = []
        while not self.takes("]"):
            items.append(self.value(depth + 1))
            if not self.takes(",") and self.next() != "]":
                raise NotLiteral("a comma or ] is missing", self.at)
        return items

    def _object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        members: dict[str, Any] = {}
        while not self.takes("}"):
            key = self._key()
            if not self.takes(":"):
                raise NotLiteral("a colon is missing", self.at)
            members[key] = self.value(depth + 1)
            if not self.takes(",") and self.next() != "}":
                raise NotLiteral("a comma or } is missing", self.at)
        return members

    def _key(self) -> str:
        first = self.next()
        if first and first in "\"'":
            return self._quoted()
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise NotLiteral("a key is missing", self.at)
        self.at = found.end()
        return found[0]

    def _texts(self) -> str:
        parts = [self._text()]
        while self.takes("+"):
            first = self.next()
            if not first or first not in "\"'`<":
                raise NotLiteral("only texts can be joined", self.at)
            parts.append(self._text())
        return "".join(parts)

    def _text(self) -> str:
        return self._element() if self.text[self.at] == "<" else self._quoted()

    def _quoted(self) -> str:
        quote, start = self.text[self.at], self.at
        position = start + 1
        while position < len(self.text) and self.text[position] != quote:
            position += 2 if self.text[position] == "\\" else 1
        if position >= len(self.text):
            raise NotLiteral("a text is not closed", start)
        raw = self.text[start + 1 : position]
        if quote == "`" and "${" in raw:
            raise NotLiteral("a text with ${…} would have to run", start)
        if quote != "`" and "\n" in raw.replace("\\\n", ""):
            raise NotLiteral("a text is not closed on its line", start)
        self.at = position + 1
        return _ESCAPE.sub(_escaped, raw)

    def _element(self) -> str:
        """A JSX element up to the tag that closes it, as HTML; `<>` and `</>` count as tags and are left out."""
        start, position, depth = self.at, self.at, 0
        while tag := _TAG.search(self.text, position):
            position = tag.end()
            depth += -1 if tag[1] else 0 if tag[3] else 1
            if depth <= 0:
                self.at = position
                html = self.text[start:position].replace("<>", "").replace("</>", "")
                return " ".join(html.replace("{' '}", " ").replace('{" "}', " ").split())
        raise NotLiteral("an element is not closed", start)


def _escaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
    return "" if found[4] else _LETTERS.get(found[5], found[5])
