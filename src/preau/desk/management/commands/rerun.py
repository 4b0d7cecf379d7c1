"""`./preau rerun EDITION --opens DATE`: the next edition from an earlier one."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from preau.audit.http import Refused
from preau.courses import dates
from preau.courses.models import Edition
from preau.desk import checklist, feasts, readiness, rerunning
from preau.desk.rerunning import Plan


class Command(BaseCommand):
    help = (
        "Makes the edition after an earlier one, unpublished: dates moved, announcements as drafts; says what is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", metavar="EDITION", help="the name of the edition to make the next one from")
        parser.add_argument(
            "--opens", required=True, metavar="DATE", help="when it opens, in its zone: 2027-03-01 08:00"
        )
        parser.add_argument("--staff", action="store_true", help="give everybody the role again that they had in it")
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, change nothing")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there")

    def handle(self, *args: Any, edition: str, opens: str, staff: bool, dry_run: bool, **options: Any) -> None:
        former = Edition.objects.select_related("course", "institution").filter(slug=edition).first()
        if former is None:
            raise CommandError(f"there is no edition {edition}")
        try:
            at = opening(opens, former)
            with translation.override("en"):
                plan = rerunning.plan(former, at)
                made = None if dry_run else self.make(plan, staff=staff)
        except (dates.BadDate, Refused) as error:
            raise CommandError(str(getattr(error, "reason", error))) from error
        report = told(plan, made)
        if options["json"] is not None:
            options["json"].write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        self.tell(plan, report)

    def make(self, plan: Plan, *, staff: bool) -> Edition:
        confirmed = {role.pk for role in plan.staff} if staff else set()
        return rerunning.rerun(plan, staff=confirmed, by=None, now=timezone.now())

    def tell(self, plan: Plan, report: dict[str, Any]) -> None:
        """The same in words."""
        verb = "made" if report["made"] else "would make"
        self.stdout.write(
            f"{plan.slug} {verb} from {plan.former.slug}: version {plan.version.number}, {plan.days} days later"
        )
        for name, at in report["moments"].items():
            self.stdout.write(f"  {name:22} {at}")
        self.stdout.write(
            f"  moved by hand {len(plan.moved)}, drafts {len(plan.told)}, roles to confirm {len(plan.staff)}"
        )
        for key in plan.left:
            self.stdout.write(f"  left out: a date of {key}, which the version does not have")
        for said in report["holidays"]:
            self.stdout.write(f"  holiday: {said}")
        for problem in report["left"]:
            self.stdout.write(f"  to do: {problem}")


def opening(typed: str, former: Edition) -> datetime:
    """The instant of a day and a time in the edition's zone. Raises BadDate, for a week of the course too."""
    written = dates.parse(typed)
    if not isinstance(written, dates.AbsoluteDate):
        raise dates.BadDate("an opening is a day and a time, such as 2027-03-01 08:00")
    return dates.resolve(written, datetime(1970, 1, 2, tzinfo=UTC), former.zone_info)


def told(plan: Plan, made: Edition | None) -> dict[str, Any]:
    """The report for programs."""
    zone = plan.former.zone_info
    with translation.override("en"):
        now = timezone.now()
        language = plan.former.course.languages[0]
        holidays = [one.said for one in feasts.of_plan(plan, language)]
        left = checklist.problems(readiness.facts(made, language, now=now)) if made else []
    return {
        "edition": plan.slug,
        "from": plan.former.slug,
        "made": made is not None,
        "version": plan.version.number,
        "days": plan.days,
        "moments": {name: at.astimezone(zone).isoformat(timespec="minutes") for name, at in plan.moments.items()},
        "moved": len(plan.moved),
        "drafts": len(plan.told),
        "staff": [{"person": str(role.person), "kind": role.kind} for role in plan.staff],
        "holidays": holidays,
        "left": [problem.what for problem in left if problem.what not in holidays],
    }
