"""`./preau manage translations COURSE`: what is translated of a course, what is missing, what is out of date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.content import translated
from preau.content.models import UnitText
from preau.content.translating import KEY, State
from preau.courses.models import Course


class Command(BaseCommand):
    help = "Says what is translated of a course, what is missing and what is out of date, with the code to write down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("--version-number", type=int, help="a version of it; the latest when not said")
        parser.add_argument("--language", default="", help="this language only")
        parser.add_argument("--all", action="store_true", help="also what is up to date, with its code")

    def handle(self, *args: Any, course: str, version_number: int | None, language: str, **options: Any) -> None:
        row = Course.objects.filter(slug=course).first()
        versions = row.versions.order_by("-number") if row else None
        if versions is None:
            raise CommandError(f"There is no course {course}.")
        version = (versions.filter(number=version_number) if version_number else versions).first()
        if version is None:
            raise CommandError(f"The course {course} has no such version.")
        found = translated.of(version)
        if language and language not in found.languages:
            raise CommandError(f"{course} is not translated into {language}.")
        texts = UnitText.objects.filter(version=version).values_list("unit__key", "language", "file", "meta")
        places = {(key, code): (file, meta) for key, code, file, meta in texts}
        for one in found.rows:
            if language in ("", one.language):
                file, meta = places.get((one.key, one.language), (f"{one.key} ({one.language})", {}))
                if one.state == State.MISSING:
                    self.stdout.write(f"{file}: not translated; the code of its source: {one.code}")
                elif one.state == State.OUT_OF_DATE:
                    self.stdout.write(f"{file}: {translated.reason(one, meta)}")
                elif options["all"]:
                    self.stdout.write(f"{file}: up to date; {KEY}: {one.code}")
        for code, count in translated.counted(found.rows).items():
            said = ", ".join(f"{count[state.value]} {state.value.replace('_', ' ')}" for state in State)
            self.stdout.write(f"{course}, version {version.number}, {code}: {said}")
