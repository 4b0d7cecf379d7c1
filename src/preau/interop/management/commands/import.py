"""`./preau import PATH`: a course from a folder, a ZIP or one file."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from preau.common.text import one_line
from preau.content.importing import BadCourse, Report
from preau.content.source import Problem
from preau.courses import freezing
from preau.courses.freezing import Frozen
from preau.courses.models import Course
from preau.interop import importing


class Command(BaseCommand):
    help = "Imports a course from a folder, a ZIP or one file; says what came in, what did not and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder, a ZIP, or one .md, .mdx or .gift file")
        parser.add_argument("--course", metavar="SLUG", help="the course to make or to give a new version")
        parser.add_argument(
            "--force", metavar="REASON", default="", help="import near a deadline all the same, and why"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")

    def handle(
        self, *args: Any, path: Path, course: str | None, dry_run: bool, json: Path | None, force: str, **options: Any
    ) -> None:
        if not path.exists():
            raise CommandError(f"{path}: there is no such file or folder")
        now = timezone.now()
        try:
            report = importing.import_path(
                path, slug=course, by=None, now=now, dry_run=dry_run, allowed=lambda slug: allowed(slug, force, now)
            )
        except Frozen as refusal:
            raise CommandError(
                f"{refusal.reason}\nNothing was imported. --force REASON does it all the same."
            ) from refusal
        except BadCourse as refusal:
            write_json(json, Report(course or path.stem, skipped=refusal.problems))
            for problem in refusal.problems:
                self.stderr.write(line(problem))
            raise CommandError(f"Nothing was imported: {len(refusal.problems)} problems, listed above.") from refusal
        except OSError as error:
            raise CommandError(f"Nothing was imported: {error.strerror or error} ({error.filename or path})") from error
        except OperationalError as error:  # the database's own disk is full, or it went away
            raise CommandError(f"Nothing was imported: {error}") from error
        write_json(json, report)
        self.tell(report, dry_run)

    def tell(self, report: Report, dry_run: bool) -> None:
        for problem in (*report.skipped, *report.outdated):
            self.stdout.write(line(problem))
        for language, count in report.languages.items():
            done, late = count["up_to_date"], count["out_of_date"]
            self.stdout.write(f"{language}: {done} units translated, {late} out of date, {count['missing']} missing")
        counts = f"{report.units} units, {report.questions} questions, {report.videos} videos, {report.cues} cues"
        verb = "would import" if dry_run else "is unchanged:" if report.unchanged else "imported:"
        self.stdout.write(f"{report.course} {verb} {counts}; {len(report.skipped)} skipped")


def allowed(slug: str, force: str, now: datetime) -> None:
    """Refuses a version of a course that a freeze holds, unless forced with a reason."""
    if known := Course.objects.filter(slug=slug).first():
        freezing.pass_or_refuse(known, what="course.imported", force=force, by=None, now=now)


def line(problem: Problem) -> str:
    """One problem as an editor can jump to it; what it quotes can neither move nor colour a terminal."""
    return one_line(f"{problem.file}:{problem.line}: {problem.reason}")


def write_json(path: Path | None, report: Report) -> None:
    """The report for programs, on success, dry run and refusal alike."""
    if path is not None:
        path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
