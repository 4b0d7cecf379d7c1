"""E-mail addresses out of what staff paste: one a line, or the lines of a spreadsheet with one column of them. Pure: no
Django."""

import re
from dataclasses import dataclass

MOST = 5000  # lines

_CELLS = re.compile(r"[,;\t]")
_MARKS = " \t\r\"'<>()"


@dataclass(frozen=True)
class Pasted:
    """`found` addresses in small letters, each once, in their order; `unread` lines that hold none, `ambiguous` ones
    that hold several."""

    found: tuple[str, ...]
    unread: tuple[str, ...]
    ambiguous: tuple[str, ...]


def parse(text: str) -> Pasted:
    """Read what was pasted. A first line without an address is a heading when addresses follow. Refuses (ValueError)
    more than `MOST` lines."""
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines() if line.strip(_MARKS + ",;")]
    if len(lines) > MOST:
        raise ValueError(f"more than {MOST} lines")
    found: dict[str, None] = {}
    unread: list[str] = []
    ambiguous: list[str] = []
    for number, line in enumerate(lines):
        held = _held(line)
        if len(held) == 1:
            found[held[0]] = None
        elif held:
            ambiguous.append(line[:80])
        elif number or len(lines) == 1:
            unread.append(line[:80])
    return Pasted(tuple(found), tuple(unread), tuple(ambiguous))


def _held(line: str) -> list[str]:
    """The addresses of a line, each once: of each cell, its last word, since « Ana Diop <ana@example.org> » is one."""
    words = [cell.split()[-1].strip(_MARKS).lower() for cell in _CELLS.split(line) if cell.split()]
    return list(dict.fromkeys(word for word in words if _is_one(word)))


def _is_one(word: str) -> bool:
    name, at, host = word.rpartition("@")
    return bool(name and at and host) and "." in host and "@" not in name
