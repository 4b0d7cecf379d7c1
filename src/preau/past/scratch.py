"""A file laid out in a database of its own, so that memory stays the same whatever its size: duplicates and
contradictions found, each row given to its person, everything put in one order. The database is a file without a
name: nothing of it outlives this process. Pure."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from preau.past import matching
from preau.past.matching import Facts, Known
from preau.past.reading import Row

BATCH = 5_000
TABLES = """
CREATE TABLE row (line INTEGER, email TEXT, number TEXT, name TEXT, edition INTEGER, what TEXT, key TEXT, percent REAL,
  passed INTEGER, certificate TEXT, credits TEXT, at TEXT, other TEXT, implied INTEGER);
CREATE TABLE known (id TEXT PRIMARY KEY, email TEXT, number TEXT, name TEXT);
CREATE TABLE settled (email TEXT, number TEXT, id TEXT, PRIMARY KEY (email, number));
CREATE TABLE whose (email TEXT, number TEXT, target TEXT, doubt TEXT, PRIMARY KEY (email, number)) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX row_who ON row (email, number);
CREATE UNIQUE INDEX known_email ON known (email) WHERE email <> '';
CREATE UNIQUE INDEX known_number ON known (number) WHERE number <> '';
CREATE TABLE who AS SELECT email, number FROM row GROUP BY email, number;
CREATE TABLE pair AS SELECT email, number FROM who WHERE email <> '' AND number <> ''
  UNION SELECT email, number FROM known WHERE email <> '' AND number <> '';
CREATE TABLE of_email AS SELECT email, count(*) AS n, min(number) AS number FROM pair GROUP BY email;
CREATE TABLE of_number AS SELECT number, count(*) AS n, min(email) AS email FROM pair GROUP BY number;
CREATE UNIQUE INDEX of_email_by ON of_email (email);
CREATE UNIQUE INDEX of_number_by ON of_number (number);
CREATE TABLE called AS SELECT DISTINCT number, name FROM row WHERE number <> '' AND name <> ''
  UNION SELECT number, name FROM known WHERE number <> '' AND name <> '';
CREATE INDEX called_by ON called (number);
"""
FACTS = """
SELECT who.email, who.number, e.id, e.number, n.id, n.email, s.id, s.number, coalesce(oe.n, 0), coalesce(os.n, 0),
  coalesce(os.email, ''), coalesce(oo.n, 0), coalesce(oe.number, ''), t.id
FROM who
LEFT JOIN of_email oe ON oe.email = who.email
LEFT JOIN known e ON e.email = who.email AND who.email <> ''
LEFT JOIN known n ON n.number = CASE WHEN who.number <> '' THEN who.number WHEN oe.n = 1 THEN oe.number END
  AND n.number <> ''
LEFT JOIN of_number os ON os.number = CASE WHEN who.number <> '' THEN who.number ELSE oe.number END
LEFT JOIN known s ON s.email = os.email AND os.n = 1 AND s.email <> ''
LEFT JOIN of_email oo ON oo.email = os.email AND os.n = 1
LEFT JOIN settled t ON t.email = who.email AND t.number = who.number
"""
OBJECTS = """
CREATE TABLE object AS SELECT whose.target AS target, max(whose.doubt) AS doubt, edition, what, key, min(line) AS line,
  max(line) AS last, sum(implied = 0) AS said, max(percent) AS percent, max(passed) AS passed,
  max(certificate) AS certificate, max(credits) AS credits, coalesce(min(nullif(at, '')), '') AS at,
  count(DISTINCT percent) > 1 OR count(DISTINCT passed) > 1 OR count(DISTINCT nullif(certificate, '')) > 1
    OR count(DISTINCT credits) > 1 AS torn, '' AS fate
FROM row JOIN whose USING (email, number) GROUP BY whose.target, edition, what, key;
CREATE INDEX object_target ON object (target);
"""
OUTPUT = """
CREATE TABLE output (place INTEGER PRIMARY KEY, target TEXT, edition INTEGER, what TEXT, key TEXT, line INTEGER,
  percent REAL, passed INTEGER, certificate TEXT, credits TEXT, at TEXT);
INSERT INTO output (target, edition, what, key, line, percent, passed, certificate, credits, at)
  SELECT target, edition, what, key, line, percent, passed, certificate, credits, at FROM object
  WHERE NOT torn AND fate = '' AND doubt = '' ORDER BY line, target, edition, what, key;
CREATE TABLE person AS SELECT whose.target AS target, max(row.email) AS email, max(row.number) AS number,
  coalesce(substr(max(CASE WHEN name <> '' THEN printf('%04d', length(name)) || name END), 5), '') AS name
  FROM row JOIN whose USING (email, number) WHERE whose.doubt = '' GROUP BY whose.target;
CREATE UNIQUE INDEX person_by ON person (target);
CREATE TABLE fresh AS SELECT min(place) AS place, target, email, number, name FROM output JOIN person USING (target)
  WHERE target LIKE '_:%' GROUP BY target;
CREATE INDEX fresh_at ON fresh (place);
"""


class Object(NamedTuple):
    """What a file says of one person and one object; `target` is a `Known.id`, or "e:address" or "n:number" of somebody
    new, `line` the first that says so."""

    target: str
    edition: int
    what: str
    key: str
    line: int
    percent: float | None
    passed: int | None
    certificate: str
    credits: str | None
    at: str


class Scratch:
    """One file, from its rows to what is to be written."""

    def __init__(self) -> None:
        self.at = sqlite3.connect("", isolation_level=None)
        self._run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-48000; BEGIN;" + TABLES)

    def _run(self, script: str) -> None:
        for statement in script.split(";"):
            self.at.execute(statement)

    def close(self) -> None:
        """Drop it all."""
        self.at.close()

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows, some thousands at a time."""
        marks = ", ".join("?" * 14)
        self.at.executemany(f"INSERT INTO row VALUES ({marks})", ([*r[:10], _text(r[10]), *r[11:]] for r in rows))

    def know(self, people: Iterable[tuple[str, str, str, str]]) -> None:
        """Who is there already: (id, address, number, name)."""
        self.at.executemany("INSERT INTO known VALUES (?, ?, ?, ?)", people)

    def settle(self, pairs: Iterable[tuple[str, str, str]]) -> None:
        """What staff said already of an address with a number: (address, number, id)."""
        self.at.executemany("INSERT OR REPLACE INTO settled VALUES (?, ?, ?)", pairs)

    def forget(self, about: Callable[[str, str], bool]) -> int:
        """Take out the rows of people who are to be left out; returns how many people."""
        pairs = self.at.execute("SELECT DISTINCT email, number FROM row").fetchall()
        out = [pair for pair in pairs if about(*pair)]
        self.at.executemany("DELETE FROM row WHERE email = ? AND number = ?", out)
        return len(out)

    def date(self, orders: set[str]) -> list[int]:
        """Read dates that could be either way round as the file proves, as day/month where it proves nothing. Returns
        the lines where it proves both."""
        if orders == {"dm", "md"}:
            return [line for (line,) in self.at.execute("SELECT line FROM row WHERE other <> '' ORDER BY line")]
        if orders == {"md"}:
            self.at.execute("UPDATE row SET at = other WHERE other <> ''")
        return []

    def turnable(self) -> bool:
        """Is there a date that could be read the other way round?"""
        return self.at.execute("SELECT 1 FROM row WHERE other <> '' LIMIT 1").fetchone() is not None

    def drop(self, lines: Iterable[int]) -> None:
        """Leave these lines out."""
        self.at.executemany("DELETE FROM row WHERE line = ?", ((line,) for line in lines))

    def match(self) -> None:
        """Give every row to its person, or to a doubt; then bring together what is said of one object."""
        self._run(INDEXES)
        asked = self.at.cursor().execute(FACTS)
        for batch in batches(asked):
            self.at.executemany("INSERT INTO whose VALUES (?, ?, ?, ?)", [self._whose(row) for row in batch])
        self._run(OBJECTS)

    def _whose(self, row: Sequence[Any]) -> tuple[str, str, str, str]:
        email, number, e_id, e_number, n_id, n_email, s_id, s_number, numbers, emails, sole, soles, only, settled = row
        about = number or (only if numbers == 1 else "")
        facts = Facts(
            email=email,
            number=number,
            by_email=Known(e_id, email, e_number) if e_id else None,
            by_number=Known(n_id, n_email, about) if n_id else None,
            by_sole=Known(s_id, sole, s_number) if s_id else None,
            numbers=numbers,
            emails=emails,
            sole=sole if emails == 1 else "",
            sole_numbers=soles,
            names=self._names(about) if about and (not email or n_id) else (),
            settled=settled or "",
        )
        found = matching.judge(facts)
        target = found.known or found.new or f"doubt:{email}|{number}"
        return email, number, target, found.doubt

    def _names(self, number: str) -> list[str]:
        most = matching.MANY + 1
        return [n for (n,) in self.at.execute("SELECT name FROM called WHERE number = ? LIMIT ?", (number, most))]

    def torn(self) -> Iterator[tuple[int, int, int, str, str]]:
        """Objects of which a file says two things: (line, another line, edition, what, key)."""
        yield from self.at.execute("SELECT line, last, edition, what, key FROM object WHERE torn ORDER BY line, last")

    def repeated(self, most: int) -> tuple[int, list[tuple[int, int]]]:
        """How many rows only say again what another says, and the first of them: (line, a later line)."""
        (count,) = self.at.execute(
            "SELECT coalesce(sum(said - 1), 0) FROM object WHERE said > 1 AND NOT torn"
        ).fetchone()
        asked = "SELECT line, last FROM object WHERE said > 1 AND NOT torn ORDER BY line, last LIMIT ?"
        return count, self.at.execute(asked, (most,)).fetchall()

    def of_known(self) -> Iterator[tuple[int, Object]]:
        """Objects of people who are there already, by person: (rowid, object)."""
        asked = f"SELECT rowid, {', '.join(Object._fields)} FROM object WHERE NOT torn AND doubt = '' "
        for rowid, *rest in self.at.cursor().execute(asked + "AND target NOT LIKE '_:%' ORDER BY target, rowid"):
            yield rowid, Object(*rest)

    def mark(self, fates: Mapping[int, str]) -> None:
        """Say of objects that they are not to be written, and why: "known", "torn"."""
        pairs = ((fate, rowid) for rowid, fate in fates.items())
        self.at.executemany("UPDATE object SET fate = ? WHERE rowid = ?", pairs)

    def order(self) -> None:
        """Put what is to be written in one order."""
        self._run(OUTPUT)

    def count(self, what: str) -> int:
        """How many rows one of the questions below finds."""
        (found,) = self.at.execute(COUNTS[what]).fetchone()
        return int(found or 0)

    def fresh(self, after: int, until: int) -> list[tuple[str, str, str, str]]:
        """New people whose first object is there: (target, address, number, name)."""
        asked = "SELECT target, email, number, name FROM fresh WHERE place > ? AND place <= ? ORDER BY place"
        return self.at.execute(asked, (after, until)).fetchall()

    def objects(self, after: int, until: int) -> list[Object]:
        """What is to be written after one place and up to another."""
        asked = f"SELECT {', '.join(Object._fields)} FROM output WHERE place > ? AND place <= ? ORDER BY place"
        return [Object(*row) for row in self.at.execute(asked, (after, until))]

    def learned(self) -> Iterator[tuple[str, str, str]]:
        """Of people who were there, an address or a number that they had not: (id, address, number)."""
        yield from self.at.cursor().execute(
            "SELECT known.id, person.email, person.number FROM person JOIN known ON known.id = person.target "
            "WHERE EXISTS (SELECT 1 FROM output WHERE output.target = known.id) AND NOT EXISTS "
            "(SELECT 1 FROM settled WHERE settled.id = known.id) AND "
            "((known.email = '' AND person.email <> '') OR (known.number = '' AND person.number <> '')) ORDER BY 1"
        )

    def doubts(self) -> Iterator[tuple[str, str, str, list[str], list[Object]]]:
        """Each pair of an address and a number that nobody is sure of: (kind, address, number, names, objects)."""
        asked = "SELECT DISTINCT doubt, email, number, target FROM whose WHERE doubt <> '' ORDER BY email, number"
        fields = ", ".join(Object._fields)
        for kind, email, number, target in self.at.execute(asked).fetchall():
            names = "SELECT DISTINCT name FROM row WHERE email = ? AND number = ? AND name <> '' ORDER BY name LIMIT 5"
            said = [name for (name,) in self.at.execute(names, (email, number))]
            rows = self.at.execute(
                f"SELECT {fields} FROM object WHERE target = ? AND NOT torn ORDER BY line", (target,)
            )
            if found := [Object(*row) for row in rows]:
                yield kind, email, number, said, found


COUNTS = {
    "output": "SELECT count(*) FROM output",
    "fresh": "SELECT count(*) FROM fresh",
    "people": "SELECT count(DISTINCT target) FROM whose WHERE doubt = ''",
    "known": "SELECT count(*) FROM object WHERE fate = 'known'",
    "doubts": "SELECT count(*) FROM whose WHERE doubt <> ''",
}


def batches[T](items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of so many."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _text(value: object) -> str | None:
    return None if value is None else str(value)
