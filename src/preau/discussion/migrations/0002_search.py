"""The search of the discussions: an index over the stems of entries, each engine its own (`discussion.search`).

A later migration that makes SQLite rebuild the table of entries drops these triggers: it must call `make` again."""

from typing import Any

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE discussion_search USING fts5(title, words, content='discussion_entry', content_rowid='id',
       detail='column', tokenize="ascii tokenchars '_.+#'")""",
    """CREATE TRIGGER discussion_search_made AFTER INSERT ON discussion_entry BEGIN
       INSERT INTO discussion_search (rowid, title, words) VALUES (new.id, new.title, new.words); END""",
    """CREATE TRIGGER discussion_search_gone AFTER DELETE ON discussion_entry BEGIN
       INSERT INTO discussion_search (discussion_search, rowid, title, words)
       VALUES ('delete', old.id, old.title, old.words); END""",
    """CREATE TRIGGER discussion_search_changed AFTER UPDATE OF id, title, words ON discussion_entry BEGIN
       INSERT INTO discussion_search (discussion_search, rowid, title, words)
       VALUES ('delete', old.id, old.title, old.words);
       INSERT INTO discussion_search (rowid, title, words) VALUES (new.id, new.title, new.words); END""",
    "INSERT INTO discussion_search (discussion_search) VALUES ('rebuild')",
)
POSTGRESQL = (
    # '@12' is the block of 4096 entries to which an entry belongs: the newest are found without the others
    """CREATE INDEX discussion_entry_stems ON discussion_entry
       USING gin (string_to_array(title || ' ' || words || ' @' || (id / 4096)::text, ' ')) WITH (fastupdate = off)""",
    """CREATE INDEX discussion_entry_titles ON discussion_entry
       USING gin (string_to_array(title, ' ')) WITH (fastupdate = off) WHERE title <> ''""",
)
UNMADE = {
    "sqlite": (
        "DROP TRIGGER discussion_search_made",
        "DROP TRIGGER discussion_search_gone",
        "DROP TRIGGER discussion_search_changed",
        "DROP TABLE discussion_search",
    ),
    "postgresql": ("DROP INDEX discussion_entry_stems", "DROP INDEX discussion_entry_titles"),
}


def make(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps: Any, schema_editor: Any) -> None:
    for statement in UNMADE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("discussion", "0001_first")]
    operations = [migrations.RunPython(make, unmake)]
