"""A file of totals: figures of former editions as somebody reported them, a row for each or a column for each. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from preau.past import headers, values
from preau.past.decoding import Record
from preau.past.headers import Layout
from preau.past.reading import Asked
from preau.past.values import Bad

LARGEST = 100_000_000
_WHAT = {word: headers.TOTALS[name] for name in headers.TOTALS for word in headers.WORDS[name].split()}
_WHAT["passed"] = "passed"
_SPACED = re.compile(r"[\s\u00a0\u202f'’]")


class Tally(NamedTuple):
    """One figure of one edition."""

    line: int
    edition: int
    what: str
    number: int


def tallies(record: Record, layout: Layout, asked: Asked) -> Iterator[Tally]:
    """The figures of one record. Raises `Bad`."""
    if record.wrong:
        raise Bad(record.wrong)
    cells = record.cells[: layout.width] if not any(c.strip() for c in record.cells[layout.width :]) else record.cells
    if len(cells) != layout.width:
        raise Bad("width", found=len(cells), expected=layout.width)
    edition = values.edition(cells[layout.at["edition"]])
    if asked.own_from is not None and edition >= asked.own_from:
        raise Bad("own_edition", edition=edition, first=asked.own_from)
    for name, what in headers.TOTALS.items():
        if name in layout.at and values.plain(cells[layout.at[name]]):
            yield Tally(record.line, edition, what, count(cells[layout.at[name]]))
    if "what" in layout.at and "number_of" in layout.at:
        told = cells[layout.at["what"]]
        what = _WHAT.get(values.folded(told), "") or values.key(told)[:20]
        yield Tally(record.line, edition, what, count(cells[layout.at["number_of"]]))


def count(cell: str) -> int:
    """A whole number: "14 231", "14231", "14.231" and "14,231" are the same. Raises `Bad`."""
    text = _SPACED.sub("", values.plain(cell))
    if re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+", text):
        text = re.sub(r"[.,]", "", text)
    text = text.removesuffix(".0")
    if not text.isascii() or not text.isdigit() or int(text[:12]) > LARGEST or len(text) > 12:
        raise Bad("count", cell=cell)
    return int(text)
