"""The register of an edition as its registrars ask for it: which lines, which columns, as text or as cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from urllib.parse import urlencode

from django.utils import translation
from django.utils.dateparse import parse_datetime

from preau.certificates import registers
from preau.certificates.registers import Cell, Chosen, Column, Line
from preau.content.outline import Outline
from preau.courses.models import Edition
from preau.desk import words
from preau.grades import queries as grades

WHICH = ("all", "accepted", "fresh")
DELIMITERS = (";", ",")
SHOWN = 20  # lines of the preview


@dataclass(frozen=True)
class Asked:
    """Which lines: one of WHICH, or those exported at the moment of a `batch`; `delimiter` of a CSV."""

    which: str = "all"
    batch: datetime | None = None
    delimiter: str = ";"

    @property
    def query(self) -> str:
        """The same in an address."""
        return urlencode({"batch": self.batch.isoformat()} if self.batch else {"which": self.which})


def asked(said: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is passed over."""
    which, delimiter = said.get("which", ""), said.get("delimiter", "")
    try:
        batch = parse_datetime(said.get("batch", ""))
    except ValueError:
        batch = None
    return Asked(
        which if which in WHICH else "all",
        batch if batch is not None and batch.tzinfo is not None else None,
        delimiter if delimiter in DELIMITERS else ";",
    )


def needs(edition: Edition, outline: Outline | None) -> dict[str, str]:
    """What the rules of an edition's tracks ask, as an award keeps it, in words."""
    rules = grades.rules_of(list(edition.tracks.order_by("position"))).values()
    return {str(one): words.need(one, outline) if outline else str(one) for rule in rules for one in rule.needs}


def cells(line: Line, columns: Sequence[Chosen]) -> list[Cell]:
    """A line in these columns, in its language: files are written when the page that asked is over."""
    with translation.override(line.language):
        return [one.column.value(line) for one in columns]


def text(cell: Cell, decimal: str = ".") -> str:
    """A cell as text: a day as 2026-06-30, a number without an idle decimal."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | Decimal):
        return f"{cell:f}".rstrip("0").rstrip(".").replace(".", decimal) if "." in f"{cell:f}" else f"{cell:f}"
    return str(cell)


def table(found: Iterable[Line], columns: Sequence[Chosen], delimiter: str) -> Iterator[list[str]]:
    """The headings and the lines for a CSV: with semicolons, decimals have a comma, as French spreadsheets read it."""
    headings, decimal = [one.said for one in columns], "," if delimiter == ";" else "."
    return chain([headings], ([text(cell, decimal) for cell in cells(line, columns)] for line in found))


@dataclass(frozen=True)
class Register:
    """The columns of an edition's register: all that there are, and those chosen."""

    known: Sequence[Column]
    columns: Sequence[Chosen]
    needs: Mapping[str, str]

    def lines(self, edition: Edition, asked: Asked, language: str, *, limit: int | None = None) -> Iterator[Line]:
        """The lines that are asked for."""
        rows = registers.awards(edition, asked.which, asked.batch)
        return registers.lines(rows, language, self.needs, limit=limit)


def of(edition: Edition, outline: Outline | None) -> Register:
    """The register of an edition."""
    said = needs(edition, outline)
    known = registers.catalogue(said)
    return Register(known, registers.layout(edition.course, known), said)
