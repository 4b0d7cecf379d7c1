"""A home for each drill: a state folder and a database of its own, copied from what the suite has migrated already."""

import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import errors, sql

from preau.config import processes, programs
from preau.config.postgres import Cluster
from tests.faults.site import Site

ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
PATIENCE = 90  # seconds for the last connection to a database to go


def at(url: str, name: str) -> str:
    """Another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def copied(url: str, source: str | None) -> str:
    """A database on the server of `url`, copied from another one that nobody uses, or empty; returns its name."""
    name = f"preau_drill_{secrets.token_hex(6)}"
    made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if source:
        made += sql.SQL(" TEMPLATE {}").format(sql.Identifier(source))

    def done() -> bool:
        with psycopg.connect(at(url, "postgres"), autocommit=True) as connection:
            try:
                connection.execute(made)
            except errors.ObjectInUse:  # a connection that was closed takes a moment to go
                return False
        return True

    assert processes.wait_until(done, PATIENCE), f"{source} is in use"
    return name


def drop(url: str, name: str) -> None:
    """Whoever is connected."""
    with psycopg.connect(at(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Mould:
    """What homes are copied from: on PostgreSQL the server's `url` and a database's `name`, on SQLite a `file`; and the
    static files."""

    url: str
    name: str
    file: Path
    static: Path

    @contextmanager
    def home(
        self, folder: Path, *, bare: bool = False, cluster: Cluster | None = None, more: Mapping[str, str] | None = None
    ) -> Iterator[Site]:
        """A site that is not started yet, its database migrated, with `more` settings, on a server of its own where a
        cluster is given. A bare one is an empty machine: nothing in the state folder, no table in the database."""
        folder.mkdir()
        if not bare:
            (folder / "static").symlink_to(self.static)
        with self.database(folder, bare, cluster) as url:
            made = Site(folder, url, more or {})
            try:
                yield made
            finally:
                made.close()

    @contextmanager
    def database(self, folder: Path, bare: bool, cluster: Cluster | None) -> Iterator[str]:
        """The DATABASE_URL of the home in `folder`."""
        if not ON_POSTGRESQL:
            if not bare:
                shutil.copy(self.file, folder / "preau.sqlite3")
            yield ""
        elif cluster:
            self.load(cluster)
            yield cluster.url
        else:
            name = copied(self.url, None if bare else self.name)
            try:
                yield at(self.url, name)
            finally:
                drop(self.url, name)

    def load(self, cluster: Cluster) -> None:
        """The tables, on another server."""
        where = programs.POSTGRESQL.find()
        assert where
        dump = subprocess.run([where / "pg_dump", at(self.url, self.name)], capture_output=True, check=True)
        words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        subprocess.run([where / "psql", *words, cluster.url], input=dump.stdout, stdout=subprocess.DEVNULL, check=True)


def of_sqlite(tested: Path, file: Path) -> None:
    """A copy of the suite's own database file, which holds no row of ours between two tests."""
    with closing(sqlite3.connect(tested)) as source, closing(sqlite3.connect(file)) as sink:
        source.backup(sink)
        assert sink.execute("SELECT count(*) FROM accounts_person").fetchone() == (0,)


def of_postgresql(url: str, tested: str) -> str:
    """The same of the suite's own database; returns the copy's name."""
    name = copied(url, tested)
    with psycopg.connect(at(url, name)) as connection:
        assert connection.execute("SELECT count(*) FROM accounts_person").fetchone() == (0,)
    return name
