"""`./preau backup PATH`: everything, to one file, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.config import archive, backup
from preau.config.setup import say


class Command(BaseCommand):
    help = (
        "Writes one archive with the database as it is at one moment, the files, and the secret that opens the "
        "certificates' keys: whoever has it can sign in the school's name. Overwrites nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="the archive, or a folder for one with the date")
        parser.add_argument("--without-secret", action="store_true", help="leave the secret out, which you keep apart")

    def handle(self, *args: Any, path: Path, without_secret: bool, **options: Any) -> None:
        try:
            target, manifest = backup.backup(path, secret=not without_secret, now=timezone.now(), say=say)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{target} ({archive.megabytes(target.stat().st_size)})")
        self.stdout.write(f"A backup {manifest.told()}")
