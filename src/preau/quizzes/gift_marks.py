"""GIFT's control characters: hiding those that are escaped or belong to a formula, and finding the braces. No Django.

An escaped character is replaced, for the time of the reading, by a lone surrogate, which no decoded text contains. So
every step after `hide` may split on control characters, and `show` gives the words back. Everything here is linear in
its input.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# The `n` of `\n` hides a line break; the others hide themselves.
_HIDDEN = {char: chr(0xDC00 + place) for place, char in enumerate("\\:#={}~n>")}
_NEWLINE = _HIDDEN["n"]
_BACKSLASH = _HIDDEN["\\"]
_SHOWN = str.maketrans({hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()})
_ESCAPE = re.compile(r"\\([\\:#={}~n]|(?<=-\\)>)")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORMULA_MARK = re.compile(rf"\$\$|[\\{_BACKSLASH}][()\[\]]")
_CLOSERS = {"(": ")", "[": "]"}
_FORMULA_HIDES = str.maketrans({char: _HIDDEN[char] for char in "={}"})
_COMMAND = re.compile(rf"{_NEWLINE}(?=[A-Za-z])")
_BRACE = re.compile("[{}]")


class Broken(Exception):
    """A question that cannot be read: `reason`, and `at`, an offset in the hidden text of the question."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Group(NamedTuple):
    """What stands between a brace at `start` and its closing brace at `end` (their own offsets)."""

    start: int
    end: int


def clean(text: str) -> str:
    """`text` without a byte order mark, with `\\n` line ends; characters that neither GIFT nor a database takes
    become U+FFFD.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("\ufffd", text)


def hide(row: str) -> str:
    """One line with its escapes and the `=`, `{` and `}` of its formulas out of the way.

    A formula is `$$…$$`, `\\(…\\)` or `\\[…\\]` (the backslash doubled or not) within the line, with even braces.
    Moodle wants these characters escaped there too; an author who did not meant the formula all the same. `\\nabla`
    stays a command.
    """
    row = _ESCAPE.sub(lambda found: _HIDDEN[found[1]], row)
    parts: list[str] = []
    done = 0
    for start, end in _formulas(row):
        parts.append(row[done:start])
        parts.append(_COMMAND.sub(r"\\n", row[start:end].translate(_FORMULA_HIDES)))
        done = end
    parts.append(row[done:])
    return "".join(parts)


def show(hidden: str) -> str:
    """The words that a reader sees: what was hidden stands again, without its escape."""
    return hidden.translate(_SHOWN)


def _formulas(row: str) -> Iterator[tuple[int, int]]:
    opening = ""
    start = 0
    for mark in _FORMULA_MARK.finditer(row):
        kind = mark[0][-1]
        closes = opening == "$" if kind == "$" else _CLOSERS.get(opening) == kind
        is_formula = closes and _is_formula(row[start : mark.start()])
        if is_formula:
            yield start, mark.start()
        if closes:
            opening = ""  # whatever it was, so that no stretch is looked at twice
        if kind in "$([" and not is_formula:
            opening, start = kind, mark.end()


def _is_formula(content: str) -> bool:
    """Whether it can be one: `~`, `#` and `{=` tell that an answer begins in it, as in `$$5 ~$$6`."""
    if not content or "~" in content or "#" in content or "{=" in content:
        return False
    depth = 0
    for brace in _BRACE.finditer(content):
        depth += 1 if brace[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def depth_after(hidden: str, depth: int = 0) -> int:
    """How many braces are open after `hidden`, when `depth` were before; a stray closing brace counts for nothing."""
    for brace in _BRACE.finditer(hidden):
        depth = depth + 1 if brace[0] == "{" else max(0, depth - 1)
    return depth


def first_brace(hidden: str) -> str:
    """The first brace of `hidden`, or nothing."""
    found = _BRACE.search(hidden)
    return found[0] if found else ""


def groups(hidden: str) -> list[Group]:
    """The outermost groups in braces, in order. Refuses (Broken) a brace that has no partner."""
    found: list[Group] = []
    depth = start = 0
    for brace in _BRACE.finditer(hidden):
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                start = brace.start()
        elif depth == 0:
            raise Broken("a closing brace has no opening brace before it", brace.start())
        else:
            depth -= 1
            if depth == 0:
                found.append(Group(start, brace.start()))
    if depth:
        raise Broken("the answers are not closed by a brace", start)
    return found
