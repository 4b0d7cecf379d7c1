"""One database, whole, to a file and back; what differs between the two engines is here."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from preau.config import processes, programs

PAGES = 2000  # of SQLite between two looks around: some 8 MB
REST = 0.01  # seconds in which the site has the disk for itself
CHUNK = 1 << 20
LEAVING = 3.0  # seconds in which a closed connection leaves the server's list
# What else in our schema could stand in the way of a dump, in the order in which it goes.
LEFT_OVER = """
SELECT format('DROP %s IF EXISTS %I.%I CASCADE;',
              CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                           ELSE 'TABLE' END, n.nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm', 'S')
ORDER BY relkind = 'S', relname
"""


class DumpError(Exception):
    """The database could not be read or brought back; the message is for the operator."""


def dump(target: Path, tell: Callable[[int, int], None]) -> int:
    """Write the database as it is at one moment, while others read and write it; returns its size in bytes. `tell`
    hears how much is done and of how much."""
    return dump_sqlite(target, tell) if connection.vendor == "sqlite" else dump_postgresql(target)


def dump_sqlite(target: Path, tell: Callable[[int, int], None]) -> int:
    """SQLite's online backup in steps, packed."""
    place = str(connection.settings_dict["NAME"])
    if not Path(place).is_file():
        raise DumpError(f"there is no database at {place}")
    copy = target.with_suffix(".copy")
    source, sink = sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=60), sqlite3.connect(copy)
    try:
        # The snapshot is held for the whole copy: without it each write of the site starts the backup anew, for ever.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(sink, pages=PAGES, sleep=REST, progress=lambda _, left, total: tell(total - left, total))
    except sqlite3.Error as error:
        raise DumpError(f"the database could not be copied: {error}") from error
    finally:
        source.close()
        sink.close()
    size = copy.stat().st_size
    with copy.open("rb") as plain, gzip.open(target, "wb", compresslevel=3) as packed:
        shutil.copyfileobj(plain, packed, CHUNK)
    copy.unlink()
    return size


def dump_postgresql(target: Path) -> int:
    """`pg_dump` in its custom format: one snapshot of everything."""
    run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def unpack_sqlite(packed: Path, size: int) -> Path:
    """The database file in a dump, `size` bytes, beside it. Raises `DumpError` when it is none, or damaged."""
    place = packed.with_suffix("")
    written = 0
    try:
        with gzip.open(packed, "rb") as source, place.open("wb") as sink:
            while chunk := source.read(CHUNK):
                written += len(chunk)
                if written > size:
                    raise DumpError("the database in it is larger than its manifest says")
                sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())
    except (OSError, EOFError) as error:
        raise DumpError(f"the database in it cannot be unpacked: {error}") from error
    try:
        opened = sqlite3.connect(place)
        try:
            said = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
            opened.execute("SELECT count(*) FROM django_migrations")
        finally:
            opened.close()
    except sqlite3.Error as error:
        raise DumpError(f"the database in it is none of ours: {error}") from error
    if said != "ok":
        raise DumpError(f"the database in it is damaged: {said}")
    return place


def check_postgresql(packed: Path) -> None:
    """Raises `DumpError` unless `pg_restore` can read the whole of a dump."""
    run("pg_restore", ["--file=/dev/null", str(packed)], connected=False)


def load_sqlite(place: Path) -> None:
    """Put an unpacked database in place of ours, in one transaction of SQLite: the old one or the new one, never a
    mixture, whatever is killed."""
    connection.close()
    target = Path(str(connection.settings_dict["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    source, sink = sqlite3.connect(f"file:{place}?mode=ro", uri=True), sqlite3.connect(target, timeout=60)
    try:
        sink.execute("PRAGMA journal_mode=WAL")
        sink.execute("PRAGMA synchronous=FULL")
        source.backup(sink)
    except sqlite3.Error as error:
        raise DumpError(f"the database could not be put in place: {error}") from error
    finally:
        sink.close()
        source.close()


def load_postgresql(packed: Path) -> None:
    """Put a dump in place of what our schema holds, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OVER)
        drops = "\n".join(row[0] for row in cursor.fetchall())
    connection.close()
    script = packed.with_suffix(".sql")
    run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(packed)], connected=False)
    before = packed.with_suffix(".drops")
    before.write_text(f"SET lock_timeout = '30s';\n{drops}\n", encoding="utf-8")
    words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    run("psql", [*words, f"--file={before}", f"--file={script}"])


def others() -> int:
    """How many other processes are connected to a PostgreSQL database; our own connections are closed for it, and those
    that are about to go are given a moment."""
    connection.close()
    pooled: Any = connection  # a pool is PostgreSQL's only
    pooled.close_pool()
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    with psycopg.connect(conninfo(connection.get_connection_params()), autocommit=True) as alone:
        processes.wait_until(lambda: not _number(alone, asked), LEAVING, pause=0.2)
        return _number(alone, asked)


def _number(alone: psycopg.Connection, asked: LiteralString) -> int:
    row = alone.execute(asked).fetchone()
    return int(row[0]) if row else 0


def server() -> str:
    """The database's engine with its version, as people say it."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def size() -> int:
    """The database's size in bytes, its log of changes included."""
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        files = (place, place.with_name(f"{place.name}-wal"))
        return sum(one.stat().st_size for one in files if one.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def run(name: str, words: Sequence[str], *, connected: bool = True) -> None:
    """Run a client program of PostgreSQL; `DumpError` with its own words when it fails or is absent."""
    found = programs.client(name)
    if found is None:
        raise DumpError(f"{name} is missing: as an administrator, apt-get install postgresql-client")
    environment = dict(os.environ)
    arguments = [str(found), *words]
    if connected:
        params = connection.get_connection_params()
        environment["PGPASSWORD"] = str(params.pop("password", "") or "")
        arguments.append(f"--dbname={conninfo(params)}")
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise DumpError(f"{name} failed: {done.stderr.strip()[-2000:]}")


def conninfo(params: dict[str, Any]) -> str:
    """Django's parameters as libpq takes them, without those that only psycopg knows."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return make_conninfo(**{name: str(value) for name, value in params.items() if name in known and value is not None})
