"""A file's bytes as records of cells: its encoding, its lines, its separator, quotes that are never closed. Streams
whatever its size. Pure."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ";,\t|"
LONGEST_LINE = 256_000  # characters of one record
LONGEST_CELL = 10_000
TALLEST = 50  # lines of one record: a quote that is open for longer was never closed
SAMPLE = 65_536
CHUNK = 1 << 20
_BYTE_KEPT = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Encoding:
    """How a file is read. `guessed`: nothing in it says so."""

    name: str
    guessed: bool = False


@dataclass(frozen=True)
class Record:
    """The cells of a record that begins at `line`; `wrong` is why it cannot be read, and then there are none."""

    line: int
    cells: list[str]
    wrong: str = ""


def encoding(path: Path) -> Encoding:
    """UTF-8 or UTF-16 as its first bytes or its content say, else Windows-1252. A file of UTF-8 with a few damaged
    bytes stays one: those lines are then said to be damaged."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
        if start.startswith(b"\xef\xbb\xbf"):
            return Encoding("utf-8-sig")
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return Encoding("utf-16")
        if nulls := start.count(b"\0"):
            odd, even = start[1::2].count(b"\0"), start[::2].count(b"\0")
            if nulls > len(start) // 3 and min(odd, even) * 20 < max(odd, even):
                return Encoding("utf-16-le" if odd > even else "utf-16-be", guessed=True)
        file.seek(0)
        with io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape") as text:
            good, bad = _beyond_ascii(text)
    if bad and bad > good:
        return Encoding("cp1252", guessed=True)
    return Encoding("utf-8", guessed=bad > 0)


def _beyond_ascii(text: io.TextIOWrapper) -> tuple[int, int]:
    """How many characters beyond ASCII were UTF-8, and how many bytes were not."""
    good = bad = 0
    while chunk := text.read(CHUNK):
        if not chunk.isascii():
            kept = len(_BYTE_KEPT.findall(chunk))
            bad += kept
            good += len(re.findall(r"[^\x00-\x7f]", chunk)) - kept
    return good, bad


def lines(path: Path, how: Encoding) -> Iterator[tuple[int, str]]:
    """Each line with its number; one that is far too long comes as its beginning, without an end."""
    with path.open(encoding=how.name, errors="replace", newline="") as text:
        number = 0
        while chunk := text.readline(LONGEST_LINE):
            number += 1
            rest = chunk
            while len(rest) >= LONGEST_LINE and not rest.endswith(("\n", "\r")) and rest:
                rest = text.readline(LONGEST_LINE)
            yield number, chunk


def records(numbered: Iterable[tuple[int, str]], separator: str) -> Iterator[Record]:
    """The records of lines. Blank lines are none. A quote that is never closed spoils its own line only."""
    source = iter(numbered)
    again: deque[tuple[int, str]] = deque()

    def following() -> tuple[int, str] | None:
        return again.popleft() if again else next(source, None)

    while (one := following()) is not None:
        number, text = one
        held = [one]
        while '"' in text and is_open(text, separator) and len(held) < TALLEST and len(text) < LONGEST_LINE:
            if (more := following()) is None:
                break
            held.append(more)
            text += more[1]
        if '"' in text and is_open(text, separator):
            again.extendleft(reversed(held[1:]))
            yield Record(number, [], "too_long" if len(held[0][1]) >= LONGEST_LINE else "open_quote")
        elif len(text) >= LONGEST_LINE:
            yield Record(number, [], "too_long")
        elif text.strip(" \t\r\n"):
            yield _record(number, text.rstrip("\r\n"), separator)


def _record(number: int, text: str, separator: str) -> Record:
    if "\0" in text:
        return Record(number, [], "nul")
    if "\ufffd" in text:
        return Record(number, [], "damaged")
    if '"' not in text:
        cells = text.split(separator)
    else:
        try:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            return Record(number, [], "too_long")
    if len(text) > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
        return Record(number, [], "long_cell")
    return Record(number, cells)


def is_open(text: str, separator: str) -> bool:
    """Does this text end inside a quoted cell? A quote opens one only where a cell begins."""
    at, end = 0, len(text)
    while at < end:
        if text[at] != '"':
            at = text.find(separator, at)
            if at < 0:
                return False
            at += 1
            continue
        at += 1
        while True:
            at = text.find('"', at)
            if at < 0:
                return True
            if text.startswith('""', at):
                at += 2
                continue
            break
        at = text.find(separator, at)
        if at < 0:
            return False
        at += 1
    return False
