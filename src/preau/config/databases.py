"""DATABASE_URL to Django's DATABASES. SQLite when nothing is said; the only file that knows both engines' options."""

import contextlib
import secrets
import select
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg import Connection
from psycopg_pool import ConnectionPool

from preau.config.env import BadSetting

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",  # a DEFERRED one that turns writer answers "database is locked" at once
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
}


def from_url(url: str, state: Path, *, threads: int = 4) -> dict[str, Any]:
    """Django's settings of one database: `sqlite:///path`, `postgresql://user:password@host:port/name`, or "" for
    SQLite."""
    if not url:
        return sqlite(state / "preau.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(f"DATABASE_URL: expected sqlite:// or postgresql://, not {parts.scheme}://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "prepare_threshold": 5,  # `common.driver` prepares its statements; None would forbid it
            **query,
            "pool": {"min_size": 1, "max_size": threads + 2, "timeout": 20, "check": alive},
        },
    }


def alive(held: Connection[Any]) -> None:
    """Raise when a pooled connection is dead, so that it is replaced before it is handed out and a restart of
    PostgreSQL stays invisible. A server that ended has closed its side, which the socket tells without a question;
    only then is one asked."""
    asked = select.poll()
    asked.register(held.fileno(), select.POLLIN)
    if asked.poll(0):
        ConnectionPool.check_connection(held)


def sqlite(path: Path) -> dict[str, Any]:
    """A SQLite file, durable (synchronous FULL); tests use a file as well, since threads cannot share one in memory."""
    return {
        "ENGINE": "preau.common.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,  # opening a file and its pragmas costs 2.5 ms a request (measured)
        "OPTIONS": dict(SQLITE_OPTIONS),
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def kept_secret(path: Path) -> str:
    """The installation's own secret, made once and kept beside its state: a fresh clone runs without a setting."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)  # two first starts at once: one secret wins, both read it
        fresh.unlink()
        return path.read_text(encoding="ascii")
