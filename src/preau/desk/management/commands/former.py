"""`./preau former COURSE FILE --from "…"`: what editions before Préau left, from a CSV."""

import json
import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone, translation

from preau.audit.http import Refused
from preau.common.text import one_line
from preau.courses.models import Course
from preau.desk import former
from preau.past import words
from preau.past.reading import Problem, Unreadable
from preau.past.report import Report


class Command(BaseCommand):
    help = (
        "Brings in people, results and certificates of the editions before Préau, or their totals, from a CSV. Says "
        "what is wrong by line, and then writes nothing. Stopped, the same command goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", metavar="COURSE", help="the name of the course")
        parser.add_argument("file", type=Path, metavar="FILE", help="a CSV, as docs/operator/former-editions.md says")
        parser.add_argument(
            "--from",
            dest="origin",
            required=True,
            metavar="ORIGIN",
            help='where it is from: "Unow, export of March 2017"',
        )
        parser.add_argument("--totals", action="store_true", help="figures of editions rather than people")
        parser.add_argument("--dry-run", action="store_true", help="say what would come in, change nothing")
        parser.add_argument("--skip-broken", action="store_true", help="leave broken lines out, write the others")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")

    def handle(self, *args: Any, course: str, file: Path, origin: str, **options: Any) -> None:
        row = Course.objects.filter(slug=course).first()
        if row is None:
            raise CommandError(f"there is no course {course}")
        with translation.override("en"):
            report = self.bring(row, file, origin, options)
            write_json(options["json"], report, options["dry_run"])
            self.tell(report, options)
        if report.broken and not report.written and not report.unchanged:
            said = "1 broken line" if report.broken == 1 else f"{report.broken} broken lines"
            raise CommandError(f"Nothing was written: {said}, the first of them listed above.")

    def bring(self, course: Course, file: Path, origin: str, options: dict[str, Any]) -> Report:
        """Reads and writes; what cannot be read at all is a sentence."""
        chosen = {name: options[name] for name in ("totals", "dry_run", "skip_broken")}
        try:
            return former.bring(file, course, origin=origin, by=None, now=timezone.now(), tell=self.progress, **chosen)
        except Unreadable as error:
            raise CommandError(f"Nothing was written: {line(file.name, error.problem)}") from error
        except Refused as refusal:
            raise CommandError(refusal.reason) from refusal
        except (OperationalError, sqlite3.Error) as error:  # a disk is full, or the database went away
            raise CommandError(f"Stopped: {error}. The same command goes on where it was.") from error
        except OSError as error:
            raise CommandError(f"Nothing was written: {error.strerror or error} ({error.filename or file})") from error

    def progress(self, step: str, done: int) -> None:
        self.stderr.write(f"{step} {done:,}".replace(",", " ") if done else step)

    def tell(self, report: Report, options: dict[str, Any]) -> None:
        """The same in words: problems and remarks to standard error, figures to standard output."""
        for problem in [*report.problems, *report.remarks]:
            self.stderr.write(line(report.file, problem))
        if report.unchanged:
            verb = "is there already, nothing was changed:"
        elif report.written:
            verb = "goes on where it was stopped and is in:" if report.resumed else "is in:"
        else:
            verb = "would come in:" if options["dry_run"] else "is not in:"
        said = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(report.counts.items()))
        self.stdout.write(f"{report.file} {verb} {said}; broken {report.broken}")


def line(name: str, problem: Problem) -> str:
    """One problem as an editor can jump to it; what it quotes can neither move nor colour a terminal."""
    return one_line(f"{name}:{problem.line}: {words.sentence(problem.code, problem.values)}")


def write_json(path: Path | None, report: Report, dry_run: bool) -> None:
    """The report for programs, on success, dry run and refusal alike."""
    if path is None:
        return
    said = {
        "file": report.file,
        "kind": report.kind,
        "encoding": report.encoding,
        "separator": report.separator,
        "counts": report.counts,
        "broken": report.broken,
        "problems": [as_json(one) for one in report.problems],
        "remarks": [as_json(one) for one in report.remarks],
        "written": report.written,
        "unchanged": report.unchanged,
        "resumed": report.resumed,
        "dry_run": dry_run,
    }
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def as_json(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "code": problem.code, "reason": words.sentence(problem.code, problem.values)}
