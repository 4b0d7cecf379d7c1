"""`./preau export COURSE PATH`: a course as a folder that can be edited and imported again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.content import exporting
from preau.courses.models import Course


class Command(BaseCommand):
    help = "Writes a course into a folder that can be edited and imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("path", type=Path, help="an empty folder, made when absent")
        parser.add_argument("--version-number", type=int, help="a version of it; the latest when not said")

    def handle(self, *args: Any, course: str, path: Path, version_number: int | None, **options: Any) -> None:
        row = Course.objects.filter(slug=course).first()
        if row is None:
            raise CommandError(f"There is no course {course}.")
        versions = row.versions.order_by("-number")
        version = (versions.filter(number=version_number) if version_number else versions).first()
        if version is None:
            raise CommandError(f"The course {course} has no such version.")
        try:
            left = exporting.export(version, path)
        except exporting.NotEmpty as refusal:
            raise CommandError(f"{path} is not empty: nothing was written.") from refusal
        except OSError as error:
            raise CommandError(f"The export stopped: {error.strerror or error} ({error.filename or path})") from error
        for one in left:
            self.stdout.write(f"{one.file}: {one.reason}")
        self.stdout.write(f"{course}, version {version.number}, is in {path}")
