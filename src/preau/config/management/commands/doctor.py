"""`./preau doctor`: what is wrong with this installation, in sentences; exit code 1 when something is."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from preau.config import bounce, health, mail_records
from preau.config.mail_records import Finding
from preau.config.setup import say


class Command(BaseCommand):
    help = (
        "Looks for what is wrong: settings, disk, backups, tasks, mail (sender, SPF, DKIM, DMARC), rows that no "
        "constraint can refuse, pages that are out of date."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bounce", metavar="ADDRESS", help="also send a message to an address that must bounce, and wait for it"
        )

    def handle(self, *args: Any, bounce: str | None, **options: Any) -> None:
        wrong = False
        for finding in everything(bounce):
            wrong = wrong or finding.wrong
            self.stdout.write(f"{'-' if finding.wrong else ' '} {finding.said}")
        if wrong:
            raise SystemExit(1)
        self.stdout.write("Everything that is looked at is in order.")


def everything(bouncing: str | None) -> Iterator[Finding]:
    """What is wrong first, check by check, and what is only told."""
    for check in health.CHECKS:
        for line in check(timezone.now()):
            yield Finding(True, line)
    if health.has_mail_server():
        yield from mail_records.findings()
    if bouncing:
        yield from bounce.findings(bouncing, say=say)
