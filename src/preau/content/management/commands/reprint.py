"""`./preau manage reprint [EDITION …]`: compiles what editions show again, as after an upgrade."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.content import printing
from preau.courses.models import Edition


class Command(BaseCommand):
    help = "Compiles the pages of editions again, from the version that each shows, and says which changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("editions", nargs="*", metavar="EDITION", help="the edition's name; all when none is said")

    def handle(self, *args: Any, editions: Sequence[str], **options: Any) -> None:
        printed = Edition.objects.filter(printings__current=True).order_by("slug")
        found = list(printed.filter(slug__in=editions) if editions else printed)
        if lost := sorted(set(editions) - {edition.slug for edition in found}):
            raise CommandError(f"no edition that was printed: {', '.join(lost)}")
        for edition in found:
            changed = printing.reprint(edition, now=timezone.now())
            self.stdout.write(f"{edition.slug}: {len(changed)} pages changed")
            for path in changed:
                self.stdout.write(f"  {path}")
