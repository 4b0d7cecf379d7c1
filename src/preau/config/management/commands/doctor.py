"""`./preau doctor`: what is wrong with this installation, in sentences; exit code 1 when something is."""

from typing import Any

from django.core.management.base import BaseCommand

from preau.config import health


class Command(BaseCommand):
    help = "Looks for what is wrong: settings, disk, rows that no constraint can refuse, pages that are out of date."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for check in health.CHECKS:
            for line in check():
                found += 1
                self.stdout.write(f"- {line}")
        if found:
            raise SystemExit(1)
        self.stdout.write("Everything that is looked at is in order.")
