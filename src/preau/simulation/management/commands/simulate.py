"""`./preau simulate EDITION`: a cohort through the real actions, on a simulated calendar."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from preau.audit.http import Refused
from preau.content.outline import NotPrinted
from preau.courses.models import Edition
from preau.simulation import cohort, community, ending, figures


class Command(BaseCommand):
    help = (
        "Plays simulated learners through an edition, up to its end or to this moment: they enrol, read, answer, "
        "hand in and are graded through the same actions as people; their team answers, decides, announces. Played "
        "again with the same seed and number, it goes on from where it stopped. At the end of an edition, "
        "certificates are given and signed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", help="the edition's short name, as in its address")
        parser.add_argument("--learners", type=int, default=300, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same cohort")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")

    def handle(self, *args: Any, edition: str, learners: int, seed: int, json: Path | None, **options: Any) -> None:
        if learners < 1:
            raise CommandError("--learners: at least one")
        row = Edition.objects.select_related("course").filter(slug=edition).first()
        if row is None:
            raise CommandError(f"there is no edition {edition}")
        try:
            report = self.play(row, learners, seed)
        except cohort.OtherCohort as error:
            raise CommandError(
                f"{edition} was played with another seed or number of learners: give the same ones to go on"
            ) from error
        except NotPrinted as error:
            raise CommandError(f"{edition} shows no course yet: there is nothing to play") from error
        write_json(json, report)
        for login in report["logins"]:
            self.stdout.write(f"{login['role']}: {login['email']}  {login['password']}")

    def play(self, edition: Edition, learners: int, seed: int) -> dict[str, Any]:
        """Plays, ends, counts and tells; returns the report."""
        began, now = time.monotonic(), timezone.now()
        teacher = ending.teacher(edition)
        played = cohort.play(edition, count=learners, seed=seed, teacher=teacher, until=now, tell=self.tell)
        try:
            ending.finish(edition, by=teacher, now=now, tell=self.tell)
        except Refused as refusal:
            self.tell(refusal.reason)
        counted = figures.of(edition)
        credential = ending.publish(edition, Path(settings.STATE) / "credentials" / edition.slug)
        self.stdout.write(figures.table(counted))
        self.stdout.write(figures.desk_table({f"edition {edition.number}": counted}))
        self.stdout.write(community.table({f"edition {edition.number}": counted.talk}))
        tally = played.tally
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{counted.acts:,} acts of {counted.learners:,} learners in {seconds:.1f} s; "
            f"{tally.retries:,} sent twice, {tally.doubled} doubled; {tally.refused:,} refused"
        )
        return figures.as_json(
            counted,
            edition=edition,
            seconds=seconds,
            credential=str(credential or ""),
            logins=ending.logins(edition),
            played_until=played.until.isoformat(),
            retries=tally.retries,
            doubled=tally.doubled,
            refused=tally.refused,
        )

    def tell(self, words: str) -> None:
        """Progress, on standard error."""
        self.stderr.write(f"preau: {words}", style_func=str)


def write_json(path: Path | None, report: dict[str, Any]) -> None:
    """The figures for programs."""
    if path is not None:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
