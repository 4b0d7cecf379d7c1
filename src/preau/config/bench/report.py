"""A figure, the limit it is held against, the bar it must reach; the table that people read and the JSON that programs
read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEAD = ("figure", "value", "limit", "ratio", "bar", "reached")
WIDTHS = (30, 20, 44, 8, 14, 7)


@dataclass(frozen=True)
class Bar:
    """What a figure must reach: its ratio to the limit, or its bare `value`; at least `at`, or at most."""

    at: float
    on: str = "ratio"  # ratio | value
    most: bool = False

    def reached_by(self, value: float, ratio: float | None) -> bool:
        """Is it reached? A ratio that could not be taken reaches nothing."""
        measured = value if self.on == "value" else ratio
        if measured is None:
            return False
        return measured <= self.at if self.most else measured >= self.at

    def __str__(self) -> str:
        return f"{'≤' if self.most else '≥'} {number(self.at)}{'' if self.on == 'ratio' else ' (value)'}"


@dataclass(frozen=True)
class Figure:
    """One measurement. `limit` was taken in the same run on the same machine, in the same unit."""

    name: str
    value: float
    unit: str
    limit_name: str
    limit: float | None = None
    bar: Bar | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over limit; None where there is no limit or it is nought."""
        return self.value / self.limit if self.limit else None

    @property
    def reached(self) -> bool | None:
        """None where there is no bar."""
        return self.bar.reached_by(self.value, self.ratio) if self.bar else None

    def as_json(self) -> dict[str, Any]:
        """The contract's keys, and `bar`, `reached`, `note`."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "limit_name": self.limit_name,
            "limit": self.limit,
            "ratio": self.ratio,
            "bar": str(self.bar) if self.bar else None,
            "reached": self.reached,
            "note": self.note,
        }


def number(value: float) -> str:
    """Three significant digits below a thousand, whole and spaced by thousands above."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def line(cells: Sequence[str]) -> str:
    """One row of the table; a cell wider than its column pushes the others."""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def row(figure: Figure) -> str:
    """A figure as a row of the table, its note on a line of its own."""
    limit = figure.limit_name if figure.limit is None else f"{number(figure.limit)} {figure.limit_name}"
    cells = (
        figure.name,
        f"{number(figure.value)} {figure.unit}",
        limit,
        "" if figure.ratio is None else number(figure.ratio),
        str(figure.bar or ""),
        {True: "yes", False: "NO", None: ""}[figure.reached],
    )
    return line(cells) + (f"\n    {figure.note}" if figure.note else "")


def document(machine: Mapping[str, Any], figures: Iterable[Figure], missing: Sequence[str]) -> dict[str, Any]:
    """What `--json` writes: `machine`, `figures`, and `missing`, a sentence for each thing that was not measured."""
    return {
        "machine": dict(machine),
        "figures": [figure.as_json() for figure in figures],
        "missing": list(missing),
    }
