"""The three editions of the sample world: the first made as any, each of the others from the one before, as a team
does; and the elective that comes while the second runs.

The folder of the sample course has that elective. The first version is imported from a copy without it: one folder is
kept, and what the elective changes is what an import says."""

import re
import shutil
import tempfile
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from zoneinfo import ZoneInfo

from preau.accounts.models import Person
from preau.config import setup
from preau.content import printing
from preau.content.models import Version
from preau.courses import actions as courses
from preau.courses.models import Edition, Institution
from preau.desk import actions as desk
from preau.desk import rerunning
from preau.interop.importing import import_path
from preau.simulation.team import Added

COURSE = setup.ROOT / "samples" / "gestion-de-projet"
ELECTIVE = "empreinte"
ZONE = ZoneInfo("Europe/Paris")
LENGTH = timedelta(weeks=7)  # the core, the exam, the last electives and their grace
ENROLS_BEFORE = timedelta(weeks=6)
MADE_BEFORE = timedelta(days=9)  # its enrolment opens; printed a week later
COMES_AFTER = timedelta(days=7, hours=2)  # the opening: on the Monday of the second week
OR_AFTER = timedelta(days=6, hours=8)  # before the freeze around the first quiz's deadline


def openings(now: datetime) -> dict[int, datetime]:
    """When the editions open, by number: one is over, one is in its second week, one comes in about three weeks."""
    today = now.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    weeks = {1: -9, 2: -1, 3: 3}
    return {number: datetime.combine(monday + timedelta(weeks=w), clock(8), ZONE) for number, w in weeks.items()}


def first_version(by: Person, now: datetime) -> Version:
    """The sample course as it was before its newest elective."""
    with tempfile.TemporaryDirectory(prefix="preau-course-") as place:
        report = import_path(without(COURSE, ELECTIVE, Path(place)), slug=None, by=by.pk, now=now)
    assert report.version is not None
    return report.version


def without(course: Path, module: str, place: Path) -> Path:
    """A copy of a course's folder that lacks a module."""
    root = Path(shutil.copytree(course, place / course.name))
    for folder in root.glob(f"*/{module}"):
        shutil.rmtree(folder)
    written = root / "course.yaml"
    entry = re.compile(rf"^  - id: {re.escape(module)}\n(?:    .*\n)+", re.MULTILINE)
    written.write_text(entry.sub("", written.read_text(encoding="utf-8")), encoding="utf-8")
    return root


def editions(version: Version, now: datetime, by: Person) -> dict[int, Edition]:
    """The three, published, by number; each was prepared before its enrolment opened."""
    opens = openings(now)
    made = {1: _first(version, opens[1], by)}
    for number in (2, 3):
        made[number] = _next(made[number - 1], opens[number], by)
    return made


def _first(version: Version, opens: datetime, by: Person) -> Edition:
    enrols = opens - ENROLS_BEFORE
    row = courses.create_edition(
        course=version.course,
        by=by.pk,
        now=enrols - MADE_BEFORE,
        institution=institution(),
        enrols_at=enrols,
        opens_at=opens,
        enrolment_closes_at=opens + timedelta(days=20),
        closes_at=datetime.combine(opens.date() + LENGTH, clock(8), ZONE),
    )
    printing.print_version(row, version, by=by.pk, now=enrols - timedelta(days=2))
    return _published(row, by)


def _next(former: Edition, opens: datetime, by: Person) -> Edition:
    """Made from the one before. At that date nothing had been announced in it that could become a draft."""
    plan = rerunning.plan(former, opens)
    now = plan.moments["enrols_at"] - MADE_BEFORE
    return _published(rerunning.rerun(plan, staff=(), by=by.pk, now=now), by)


def _published(row: Edition, by: Person) -> Edition:
    courses.publish(row, by=by.pk, now=row.enrols_at)
    return Edition.objects.select_related("course").get(pk=row.pk)


def institution() -> Institution:
    """The school that gives the sample course."""
    values = {"name": "École d’exemple", "country": "FR"}
    return Institution.objects.get_or_create(slug="ecole-d-exemple", defaults=values)[0]


def elective(running: Edition, later: Edition, by: Person, now: datetime) -> Added:
    """The elective that comes to a running edition, and to the one that is open for enrolment: what staff do when they
    bring the folder in again. On the second Monday; where that is still to come, the day before it."""

    def work(at: datetime) -> None:
        version = import_path(COURSE, slug=None, by=by.pk, now=at).version
        assert version is not None
        for edition in (running, later):
            desk.print_version(edition, version, force="", by=by.pk, now=at)

    monday = running.opens_at + COMES_AFTER
    return Added(ELECTIVE, monday if monday < now else running.opens_at + OR_AFTER, work)
