"""`./preau manage reprint_certificates`: the PDFs that are missing from the storage, and the way to have them again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from preau.certificates import issuing
from preau.certificates.models import Credential, Statement

NOT_MADE = {"paper": "", "paper_digest": ""}


class Command(BaseCommand):
    help = "Lists the PDFs that are missing from the storage; with --print, the worker prints and seals them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", help="have them printed again; what was signed stays")

    def handle(self, *args: Any, **options: Any) -> None:
        gone = issuing.lost()
        for name in gone:
            self.stdout.write(name)
        if options["print"]:
            live = Credential.objects.filter(paper__in=gone, award__revoked_at=None)  # none is made of what ended
            again = live.update(**NOT_MADE) + Statement.objects.filter(paper__in=gone).update(**NOT_MADE)
            self.stdout.write(f"{again} of {len(gone)} will be printed again by the worker")
