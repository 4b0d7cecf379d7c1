"""Every command of `./preau`, by name: prepares what it needs, then runs it. The launcher lists them for people."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, execute_from_command_line, get_commands
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from preau.config import setup
from preau.config.env import BadSetting
from preau.config.setup import SetupError, say


@dataclass(frozen=True)
class Needs:
    """What must be there before a command runs."""

    pages: bool = True  # bundled assets, static files and catalogues: whatever shows or compiles a page
    database: bool = True  # our own database, migrated


MANAGEMENT = {
    "demo": Needs(database=False),  # it builds a new world in a folder of its own
    "import": Needs(),
    "export": Needs(pages=False),
    "diff": Needs(pages=False),
    "rerun": Needs(),
    "former": Needs(pages=False),
    "simulate": Needs(),
    "bench": Needs(database=False),  # it measures databases made for it
    "verify": Needs(pages=False, database=False),
    "backup": Needs(pages=False, database=False),  # it may be the last thing before an upgrade: it changes nothing
    "restore": Needs(pages=False, database=False),  # it brings the database
    "doctor": Needs(pages=False),
}
OTHERS = ("serve", "test", "manage", "python")
PREPARED = {"reprint", "status_page"}  # of Django's and our own under `manage`, those that compile pages


def main(words: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    name, arguments = words[0], list(words[1:])
    try:
        if name == "test":
            return become("preau.config.testing", arguments)
        if name == "serve":
            return serve(arguments)
        if name == "manage":
            setup.catalogues()
            if PREPARED & set(arguments[:1]):
                prepare(Needs())
            execute_from_command_line(["./preau manage", *arguments])
            return 0
        if name in MANAGEMENT:
            return manage(name, arguments)
    except (SetupError, BadSetting, ImproperlyConfigured, OperationalError) as error:
        say(str(error).strip())
        return 1
    say(f"there is no command {name!r}; ./preau lists them")
    return 2


def manage(name: str, arguments: list[str]) -> int:
    """One of our management commands, which the rooms hold under the same name."""
    asks = {"-h", "--help"} & set(arguments)
    prepare(Needs(pages=False, database=False) if asks else MANAGEMENT[name])
    if name not in get_commands():
        say(f"{name} is not part of this version yet")
        return 2
    execute_from_command_line(["./preau", name, *arguments])
    return 0


def serve(arguments: list[str]) -> int:
    """Prepares, then becomes the supervisor, which carries neither Django nor this module's memory."""
    if not {"-h", "--help"} & set(arguments):
        prepare(Needs())
    return become("preau.config.serving", arguments)


def become(module: str, arguments: list[str]) -> int:
    """Replaces this process by a module of ours: signals and exit code are then its own."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])


def prepare(needs: Needs) -> None:
    """Makes what is absent or out of date; quick when nothing is."""
    if needs.pages:
        setup.assets()
        setup.catalogues()
    django.setup()
    if needs.pages:
        collect_static()
    if needs.database:
        migrate()
    connections.close_all()


def migrate() -> None:
    """Brings our database up to this version; of two calls at once the second waits, then has nothing to do."""
    if not pending():
        return
    with setup.locked(Path(settings.STATE) / "migrate.lock"):
        if count := pending():
            say(f"preparing the database ({count} migrations)")
            call_command("migrate", interactive=False, verbosity=0)


def pending() -> int:
    """How many migrations the database has yet to take."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static() -> None:
    """Copies every static file under its content's hash; those of earlier versions stay, for pages kept offline."""
    target = Path(settings.STATIC_ROOT)
    setup.once(target.with_name("static.stamp"), static_sources, target / "staticfiles.json", collect)


def static_sources() -> list[Path]:
    """Every static file of every installed application."""
    folders = [Path(app.path) / "static" for app in apps.get_app_configs()]
    return [path for folder in folders for path in folder.rglob("*")]


def collect() -> None:
    """Django's own collector, quietly."""
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
