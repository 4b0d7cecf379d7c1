"""`./preau bench`: figures against physical limits taken in the same run on the same machine."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.config.bench import plan, report, run
from preau.config.bench.bars import BARS


class Command(BaseCommand):
    help = (
        "Measures what people wait for, each figure against a limit of this machine measured beside it: only ratios "
        "can be compared. Installs nginx, wrk and PostgreSQL from Debian's packages when it may. Leaves nothing behind."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = f"a figure, or a group of them: {', '.join(run.NAMES)}; may be given again"
        parser.add_argument("--only", action="append", default=[], metavar="NAME", help=names)
        pace = parser.add_mutually_exclusive_group()
        pace.add_argument("--quick", action="store_true", help="what a developer watches, in a minute or two")
        pace.add_argument("--full", action="store_true", help="with ten million acts; an hour or so")
        parser.add_argument("--database", choices=plan.ENGINES, help="one of them only")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")

    def handle(
        self, *args: Any, only: list[str], quick: bool, full: bool, database: str | None, json: Path | None, **kept: Any
    ) -> None:
        for name in only:
            if name not in run.NAMES and not any(run.wanted(figure, [name]) for figure in BARS):
                raise CommandError(f"--only {name}: there is no such figure; groups are {', '.join(run.NAMES)}")
        size = plan.QUICK if quick else plan.FULL if full else plan.NORMAL
        engines = [database] if database else list(plan.ENGINES)
        machine = run.described(engines, size)
        self.stdout.write(report.line(report.HEAD))
        measured = run.run(only, size, engines, lambda figure: self.stdout.write(report.row(figure)))
        for sentence in measured.missing:
            self.stdout.write(f"not measured: {sentence}")
        if json:
            write(json, report.document(machine, measured.figures, measured.missing))


def write(path: Path, document: dict[str, Any]) -> None:
    """The contract's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
