"""`./preau restore PATH`: everything, from an archive of `./preau backup`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.config import restore
from preau.config.setup import say


class Command(BaseCommand):
    help = (
        "Brings everything back from an archive that this site's own backup made: checks all of it first, then the "
        "database, the files and the secret; brings the tables up to date; erases again whoever was erased since."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the archive")
        parser.add_argument("--replace", action="store_true", help="in place of the people and courses that are here")
        parser.add_argument(
            "--erased", type=Path, metavar="FILE", help="a ledger of erased people (erased.jsonl) kept elsewhere"
        )

    def handle(self, *args: Any, path: Path, replace: bool, erased: Path | None, **options: Any) -> None:
        try:
            said = restore.restore(path, replace=replace, erased=erased, now=timezone.now(), say=say)
        except restore.RestoreError as error:
            raise CommandError(str(error)) from error
        for sentence in said:
            self.stdout.write(f"- {sentence}")
        self.stdout.write("Restored. Start the site, then ./preau doctor.")
