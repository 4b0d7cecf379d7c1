"""CSV that a spreadsheet opens as text and nothing else. Pure: no Django.

A cell that begins with = + - @ (or with a tab or a line end) is a formula to a spreadsheet, and a learner chooses their
own name; such a cell gets an apostrophe in front, as OWASP's page on CSV injection advises. So does what would begin a
cell if the file were opened with another separator than its own.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@")
BOM = "\ufeff"  # without it some spreadsheets read UTF-8 as Latin-1


class _Line:
    """What `csv.writer` wants: something to write to, which hands the line back."""

    def write(self, text: str) -> str:
        return text


INSIDE = re.compile(r"(?<=.)([,;\t]\s*)(?=[=+@-])", re.DOTALL)


def safe(cell: str) -> str:
    """The cell, made harmless."""
    cell = INSIDE.sub(r"\1'", cell)
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell[:1] in {"\t", "\r", "\n"} else cell


def lines(rows: Iterable[Sequence[str]], delimiter: str = ",") -> Iterator[str]:
    """The lines of a CSV file (RFC 4180, unless another delimiter is given), one by one."""
    writer = csv.writer(_Line(), delimiter=delimiter)
    yield BOM
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])
