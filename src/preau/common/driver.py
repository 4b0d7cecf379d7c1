"""Statements straight to the driver. Django's cursor costs five times what SQLite takes to run a prepared statement,
and its PostgreSQL cursor writes the values into the text, which the server then parses and plans anew at each call."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def current() -> Any:
    """This thread's connection itself: through Django's proxy every attribute costs a look at the thread's locals."""
    return connections[DEFAULT_DB_ALIAS]


def placeholders(sql: str) -> str:
    """Django's SQL with the engine's own placeholders, made once for each statement."""
    if current().vendor != "sqlite":
        return sql
    return sql.replace("%s", "?").replace("%%", "%")


def run(connection: Any, sql: str, native: str, params: Sequence[Any], *, reads: bool) -> list[Any]:
    """Run one statement on `current()`, in the transaction that is open if there is one; its rows when it `reads`.

    `native` is what `placeholders` made of `sql`. While somebody counts or watches statements (budgets, logs), it goes
    through Django's cursor, so that it is seen. Raises Django's database errors.
    """
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if reads else []
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            done = connection.connection.execute(native, params)
        else:
            done = _cursor(connection.connection, native)
            done.execute(native, params, prepare=True)
        return done.fetchall() if reads else []


def _cursor(held: Any, native: str) -> Any:
    """A connection's cursor for one statement, kept with it and with its last rows, which are few: how values are sent
    and read is then looked up once (a third of what a statement costs us)."""
    kept = vars(held).setdefault("preau_cursors", {})
    if native not in kept:
        kept[native] = psycopg.Cursor(held)
    return kept[native]
