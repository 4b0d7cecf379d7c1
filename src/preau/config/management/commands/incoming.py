"""What a mail server pipes a mail into."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from preau.mail import incoming
from preau.support import landing

TEMPORARY = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back


class Command(BaseCommand):
    help = (
        "Reads one raw mail on standard input: an answer or a question goes to the team's queue, a bounce is counted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipient", default="", help="the envelope's recipient, where the mail server tells it")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(incoming.LARGEST + 1)
        found = incoming.read(raw, recipient=options["recipient"])
        try:
            landed = landing.receive(found, now=timezone.now())
        except (OperationalError, InterfaceError, OSError) as error:
            self.stderr.write(f"not now: {str(error).strip()}")
            sys.exit(TEMPORARY)
        where = f" in request {landed.request.pk}" if landed.request else ""
        self.stderr.write(f"{landed.what}{where}{': ' + landed.reason if landed.reason else ''}")
