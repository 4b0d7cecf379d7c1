"""`./preau diff A B`: what changed between two editions, or two versions of a course."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.content import differing
from preau.content.differing import Change
from preau.content.models import Version
from preau.courses.models import Edition

SIGNS = {differing.ADDED: "+", differing.REMOVED: "-", differing.CHANGED: "~"}


class Command(BaseCommand):
    help = (
        "Says what differs between two editions, or two versions of a course (COURSE@N): modules, units, tracks, dates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("a", metavar="A", help="an edition's name, or COURSE@N for version N of a course")
        parser.add_argument("b", metavar="B", help="the same, to compare with")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")

    def handle(self, *args: Any, a: str, b: str, **options: Any) -> None:
        first, second = found(a), found(b)
        changes = compared(first, second)
        if options["json"] is not None:
            report = {"a": a, "b": b, "changes": [one.as_json() for one in changes]}
            options["json"].write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        for one in changes:
            said = f": {', '.join(one.said)}" if one.said else ""
            language = f" ({one.language})" if one.language else ""
            self.stdout.write(f"{SIGNS[one.change]} {one.what} {one.key}{language}{said}")
        self.stdout.write(f"{len(changes)} differences between {a} and {b}")


def found(name: str) -> Edition | Version:
    """What a name on the command line means."""
    course, at, number = name.rpartition("@")
    if at and number.isdecimal():
        version = Version.objects.filter(course__slug=course, number=int(number)).first()
        if version is None:
            raise CommandError(f"there is no version {number} of a course {course}")
        return version
    edition = Edition.objects.select_related("course").filter(slug=name).first()
    if edition is None:
        raise CommandError(f"there is no edition {name}; a version is written COURSE@N")
    return edition


def compared(first: Edition | Version, second: Edition | Version) -> list[Change]:
    """Two editions with their dates; else the versions that are shown or named."""
    if isinstance(first, Edition) and isinstance(second, Edition):
        return differing.editions(first, second)
    sides = [differing.shown(one) if isinstance(one, Edition) else one for one in (first, second)]
    before, after = sides
    if before is None or after is None:
        raise CommandError("an edition that shows no version cannot be compared")
    return differing.versions(before, after)
