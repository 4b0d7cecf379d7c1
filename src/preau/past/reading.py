"""A file of former people and their results as rows, each judged by itself: the long shape (a row for a person, an
edition and an object) and the wide one (a column for each object). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from preau.past import decoding, headers, values
from preau.past.decoding import Encoding, Record
from preau.past.headers import Layout
from preau.past.values import Bad

TWENTY = 20.0  # what points are out of in France
PREAMBLE = 10  # records among which the header is looked for: exports begin with a title
SCHOOL = "edition"  # `what` of a row about the edition as a whole: who took part, without a track's name
WHATS = {
    "unit": "unit unite activity activite lesson lecon quiz devoir assignment exercise exercice exam examen case",
    "module": "module",
    "track": "track parcours path certificat certificate formule",
    SCHOOL: "edition session cours course mooc",
}
_WHAT = {word: what for what, words in WHATS.items() for word in words.split()}


class Row(NamedTuple):
    """What one line says of one object. `implied`: only that somebody took part, said by the row of another thing."""

    line: int
    email: str
    number: str
    name: str
    edition: int
    what: str
    key: str
    percent: float | None
    passed: bool | None
    certificate: str
    credits: Decimal | None
    at: str  # ISO 8601, empty for none
    other: str  # the date read the other way round, where it may be
    implied: bool


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line: `code` is a key of `words.SENTENCES`, `values` what its sentence quotes."""

    line: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the judge knows: the course's ids by kind, and by their folded titles, the first edition that is Préau's own
    (None: none yet), today."""

    today: date
    keys: Mapping[str, str] = field(default_factory=dict)
    own_from: int | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def key(self, cell: str) -> str:
        """The id that a cell names, by its title where it is one, "parcours" left out or not. Raises `Bad`."""
        title = values.folded(cell)
        bare = title.removeprefix("parcours").removeprefix("track").removesuffix("track")
        return self.titles.get(title) or self.titles.get(bare) or values.key(cell)


@dataclass(frozen=True)
class Opened:
    """A file whose header is understood: `records` are what follows it."""

    encoding: Encoding
    separator: str
    layout: Layout
    header: int  # its line
    records: Iterator[Record]


class Unreadable(Exception):
    """The file as a whole cannot be read: no column says who, or which edition."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def opened(path: Path, asked: Asked, *, totals: bool = False) -> Opened:
    """Find out how a file is written and what its columns are. Raises `Unreadable`."""
    how, wanted = decoding.encoding(path), headers.OF_TOTALS if totals else headers.OF_PEOPLE
    lacking = headers.lacking_totals if totals else headers.lacking
    first: Problem | None = None
    start = list(_start(path, how))
    for number, text in start:
        if text.lower().startswith("sep="):
            continue
        if len(text) >= decoding.LONGEST_LINE:
            first = first or Problem(number, "too_long")
            continue
        mark = headers.separator(text, decoding.SEPARATORS, asked.keys, wanted)
        record = next(decoding.records([(number, text)], mark), Record(number, []))
        try:
            found = headers.layout(record.cells, asked.keys, wanted, asked.titles)
        except Bad as error:
            raise Unreadable(Problem(number, error.code, error.values)) from error
        wrong = record.wrong or lacking(found)
        if not wrong:
            found = _in_hundredths(found, decoding.records(_after(path, how, number), mark))
            return Opened(how, mark, found, number, decoding.records(_after(path, how, number), mark))
        first = first or Problem(number, wrong)
    raise Unreadable(first or Problem(0, "empty"))


def _in_hundredths(found: Layout, records: Iterator[Record]) -> Layout:
    """Points of which nothing says out of how many are percentages where some are above 20 and none above 100: what a
    scale of twenty cannot be."""
    place = found.at.get("score")
    if place is None or "of" in found.at or found.scale is not None:
        return found
    most = max((points(record.cells[place]) for record in records if len(record.cells) > place), default=0.0)
    return replace(found, scale=100.0, supposed=True) if TWENTY < most <= 100 else found


def points(cell: str) -> float:
    """Bare points; 0 for anything else."""
    try:
        return values.percent(cell) or 0.0
    except Bad:
        return 0.0


def _start(path: Path, how: Encoding) -> Iterator[tuple[int, str]]:
    for number, text in decoding.lines(path, how):
        if number > PREAMBLE:
            return
        if text.strip("\ufeff \t\r\n"):
            yield number, text.lstrip("\ufeff")


def _after(path: Path, how: Encoding, header: int) -> Iterator[tuple[int, str]]:
    return ((number, text) for number, text in decoding.lines(path, how) if number > header)


class Judge:
    """Reads records of one layout; `orders` gathers what dates prove about the file."""

    def __init__(self, layout: Layout, asked: Asked) -> None:
        self.layout, self.asked = layout, asked
        self.orders: set[str] = set()

    def rows(self, record: Record) -> list[Row]:
        """The rows of one record. Raises `Bad`."""
        if record.wrong:
            raise Bad(record.wrong)
        cells = record.cells
        if len(cells) != self.layout.width:
            cells = self._fitted(cells)
        who = self._who(cells)
        edition = values.edition(self.cell(cells, "edition"))
        if self.asked.own_from is not None and edition >= self.asked.own_from:
            raise Bad("own_edition", edition=edition, first=self.asked.own_from)
        rest = self._rest(cells)
        about = partial(Row, record.line, *who, edition)
        found = [about(one.what, one.key, *said, "", None, "", "", False) for one, said in self._wide(cells)]
        what, key = self._object(cells)
        percent, passed, certificate, credit, *_dates = rest
        nothing = percent is None and passed is None and not certificate and credit is None
        if what in ("unit", "module") and nothing:
            what, key = SCHOOL, ""
        return [*found, about(what, key, *rest, bool(found) and what == SCHOOL and nothing)]

    def cell(self, cells: list[str], name: str) -> str:
        """The cell of a meaning, empty where the file has no such column."""
        place = self.layout.at.get(name)
        return "" if place is None else cells[place]

    def _fitted(self, cells: list[str]) -> list[str]:
        """A row with empty cells too many, as spreadsheets leave them, is cut to its header."""
        width = self.layout.width
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        raise Bad("width", found=len(cells), expected=width)

    def _who(self, cells: list[str]) -> tuple[str, str, str]:
        email, number = values.email(self.cell(cells, "email")), values.number(self.cell(cells, "number"))
        if not email and not number:
            raise Bad("who")
        parts = [values.name(self.cell(cells, name)) for name in ("name", "first", "last")]
        return email, number, parts[0] or " ".join(part for part in parts[1:] if part)[: values.LONGEST_NAME]

    def _object(self, cells: list[str]) -> tuple[str, str]:
        """What a row is about: two columns, or one of unit, module, track; else the edition as a whole."""
        told = values.plain(self.cell(cells, "what"))
        what = _WHAT.get(values.folded(told), "") if told else ""
        if told and not what:
            raise Bad("what", cell=told)
        if values.plain(key := self.cell(cells, "key")):
            bare = self.asked.key(key)
            if not (what := what or self.asked.keys.get(bare, "")):
                raise Bad("what_of", cell=key)
            return what, "" if what == SCHOOL else bare
        named = [name for name in ("unit", "module", "track") if values.plain(self.cell(cells, name))]
        if what in named:
            named = [what]
        if len(named) > 1 and not self._places(named):
            raise Bad("objects", cell=", ".join(named))
        if named:
            return named[0], self.asked.key(self.cell(cells, named[0]))
        if what not in ("", SCHOOL):
            raise Bad("no_key")
        return SCHOOL, ""

    def _places(self, named: list[str]) -> bool:
        """A unit's row may say its module beside it; a track says what a person was on."""
        return named[0] == "unit"

    def _rest(self, cells: list[str]) -> tuple[float | None, bool | None, str, Decimal | None, str, str]:
        percent = values.percent(self.cell(cells, "percent"))
        score, passed = self.cell(cells, "score"), values.passed(self.cell(cells, "passed"))
        if passed is None and values.folded(score).isalpha():
            passed = values.passed(score)  # a result in words: "admis"
        elif percent is None:
            percent = values.score(score, self.cell(cells, "of"), self.layout.scale)
        certificate, certified = values.code(self.cell(cells, "certificate"))
        if certified and passed is False:
            raise Bad("certified_not_passed")
        found = values.day(self.cell(cells, "at"), self.asked.today)
        if found and found.order:
            self.orders.add(found.order)
        dates = (found.iso, found.other) if found else ("", "")
        return percent, True if certified else passed, certificate, values.credits(self.cell(cells, "credits")), *dates

    def _wide(self, cells: list[str]) -> Iterator[tuple[headers.Wide, tuple[float | None, bool | None]]]:
        """The objects of which a row has something: a result, or yes and no."""
        for one in self.layout.wide:
            if values.plain(cell := cells[one.at]):
                if values.folded(cell).isalpha():
                    yield one, (None, values.passed(cell))
                else:
                    yield one, (values.percent(cell, one.of), None)
