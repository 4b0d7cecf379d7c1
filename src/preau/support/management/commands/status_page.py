"""`./preau manage status_page FOLDER`: the status page as files that can be served from another machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.support import status


class Command(BaseCommand):
    help = "Writes one self-contained page a language, and an index, into a folder; says which changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            changed = status.write(folder, timezone.now())
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror or error}") from error
        self.stdout.write(f"{folder}: {', '.join(changed) or 'nothing changed'}")
