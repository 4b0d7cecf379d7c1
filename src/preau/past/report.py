"""What came of reading a file: problems by line, and how much of everything. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from preau.past.reading import Problem

LISTED = 1_000  # problems and remarks that are kept; the rest is counted


@dataclass
class Report:
    """`problems` are broken lines, `remarks` what is only told. `unchanged`: the file was there already. `written`:
    something of it came in; `resumed`: from where another run was stopped."""

    file: str
    kind: str
    encoding: str = ""
    guessed: bool = False
    separator: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    broken: int = 0
    unchanged: bool = False
    written: bool = False
    resumed: bool = False

    def wrong(self, line: int, code: str, values: Mapping[str, object] | None = None) -> None:
        """A line that cannot come in."""
        self.broken += 1
        if len(self.problems) < LISTED:
            self.problems.append(Problem(line, code, values or {}))

    def remark(self, line: int, code: str, /, **values: object) -> None:
        """Something that is good to know."""
        if len(self.remarks) < LISTED:
            self.remarks.append(Problem(line, code, values))

    def kept(self) -> list[dict[str, Any]]:
        """Problems and remarks as they are kept with the source: without the cells that they quote, which may be
        somebody's address."""
        every = [*self.problems, *self.remarks][:LISTED]
        return [{"line": one.line, "code": one.code, "values": dict(_without_cells(one.values))} for one in every]


def _without_cells(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        yield name, "…" if name == "cell" else value
