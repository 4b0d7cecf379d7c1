"""A workbook of one sheet that Excel and LibreOffice open (XLSX). Texts stay texts: none becomes a formula, a link or a
number. Pure: no Django.

Rows go to a temporary file as they come, so that a long register needs no more memory than a short one.
"""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

type Cell = str | int | float | Decimal | date | None

LONGEST = 32_767  # characters that a cell holds
PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
IN_MEMORY = 4 << 20  # bytes; a larger workbook goes on in a temporary file
WIDTH = 18


def workbook(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """The workbook, open at its start; whoever closes it removes it. `name` is the sheet's."""
    import xlsxwriter  # noqa: PLC0415  no other page needs it

    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response reads and closes it
    with xlsxwriter.Workbook(target, PLAIN) as book:
        sheet = book.add_worksheet(_sheet_name(name))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.set_column(0, max(0, len(headings) - 1), WIDTH)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading[:LONGEST], bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, day)
    target.seek(0)
    return target


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell[:LONGEST])


def _sheet_name(name: str) -> str:
    """31 characters, none of those that a spreadsheet refuses."""
    return "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31] or "1"
