"""The sample world of `./preau demo`: one course, three editions, a person for each role. Its own process runs it."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from preau.accounts.models import Person
from preau.config import demo, setup
from preau.content import printing
from preau.content.models import Version
from preau.courses import actions as courses
from preau.courses.models import Edition, Institution, Role
from preau.interop.importing import import_path
from preau.simulation import alumni, cohort, commons, community, ending, figures, measuring, rules

COURSE = setup.ROOT / "samples" / "gestion-de-projet"
ZONE = ZoneInfo("Europe/Paris")
LENGTH = timedelta(weeks=7)  # the core, the exam, the last electives and their grace
ENROLS_BEFORE = timedelta(weeks=6)

type Tell = Callable[[str], None]


@dataclass(frozen=True)
class Staff:
    """Who runs the sample world."""

    administrator: Person
    registrar: Person
    teacher: Person
    member: Person


def build(*, learners: int, seed: int, tell: Tell) -> None:
    """Fill this process's empty state folder; its report is written last, so that a folder with a report is whole."""
    began, now = time.monotonic(), timezone.now()
    forget_durability()
    staff = people()
    opens = openings(now)
    tell("importing the sample course")
    version = import_course(staff, opens[1] - timedelta(days=60))
    editions = {number: edition(version, at, staff) for number, at in opens.items()}
    measured: dict[str, measuring.Measured] = {}
    for number, share in ((1, 1), (2, 3), (3, 6)):
        count = max(1, learners // share)
        played = cohort.play(
            editions[number],
            count=count,
            seed=seed + number - 1,
            teacher=staff.teacher,
            until=now,
            tell=tell,
            lately=now if number == 2 else None,
        )
        if played.tally.doubled:
            raise RuntimeError(f"{played.tally.doubled} acts were done twice")
        if number == 1:
            measured, send = measuring.measure(editions[1], played.peers), played.peers.send
    ending.finish(editions[1], by=staff.registrar, now=now, tell=tell)
    commons.play(editions[1], send=send, people=alumni.passed(editions[1]), until=now)
    community.finish(now)
    report = tell_all(editions, staff, measured, time.monotonic() - began)
    keep(report)


def openings(now: datetime) -> dict[int, datetime]:
    """When the editions open, by number: one is over, one is in its second week, one comes in about three weeks."""
    today = now.astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    weeks = {1: -9, 2: -1, 3: 3}
    return {number: datetime.combine(monday + timedelta(weeks=w), clock(8), ZONE) for number, w in weeks.items()}


def institution() -> Institution:
    """The school that gives the sample course."""
    values = {"name": "École d’exemple", "country": "FR"}
    return Institution.objects.get_or_create(slug="ecole-d-exemple", defaults=values)[0]


def people() -> Staff:
    """One person for each role over the whole site or course; they cannot sign in before the report is made."""
    names = {
        "administrator": "Nora Spécimen",
        "registrar": "Paul Modèle",
        "teacher": "Amina Exemple",
        "member": "Ève L’Essai",
    }
    rows = {
        role: Person.objects.create_user(f"{role}@{rules.DOMAIN}", None, name=name, country="FR")
        for role, name in names.items()
    }
    return Staff(**rows)


def import_course(staff: Staff, now: datetime) -> Version:
    """The sample course, and the rights of those who run it."""
    report = import_path(COURSE, slug=None, by=staff.administrator.pk, now=now)
    assert report.version is not None
    version = report.version
    by = staff.administrator.pk
    courses.give_role(person=staff.administrator, kind=Role.Kind.ADMINISTRATOR, by=None, now=now)
    courses.give_role(person=staff.registrar, kind=Role.Kind.REGISTRAR, by=by, now=now, course=version.course)
    courses.give_role(person=staff.teacher, kind=Role.Kind.TEACHER, by=by, now=now, course=version.course)
    return version


def edition(version: Version, opens: datetime, staff: Staff) -> Edition:
    """A public edition that opens then, prepared at the dates when a team would."""
    by, enrols = staff.teacher.pk, opens - ENROLS_BEFORE
    row = courses.create_edition(
        course=version.course,
        by=by,
        now=enrols - timedelta(days=9),
        institution=institution(),
        enrols_at=enrols,
        opens_at=opens,
        enrolment_closes_at=opens + timedelta(days=20),
        closes_at=datetime.combine(opens.date() + LENGTH, clock(8), ZONE),
    )
    printing.print_version(row, version, by=by, now=enrols - timedelta(days=2))
    courses.publish(row, by=by, now=enrols)
    return Edition.objects.select_related("course").get(pk=row.pk)


def tell_all(
    editions: dict[int, Edition], staff: Staff, measured: dict[str, measuring.Measured], seconds: float
) -> dict[str, Any]:
    """The report on the finished edition, the other two, the logins; the credential's path within the folder."""
    counted = {number: figures.of(row) for number, row in editions.items()}
    state = Path(settings.STATE).resolve()
    path = ending.publish(editions[1], state / "credentials" / editions[1].slug)
    logins = sign_ins(editions, staff)
    columns = {f"edition {number}": of for number, of in counted.items()}
    talk = community.table({name: of.talk for name, of in columns.items()})
    told = {1: "edition 1, finished", 2: "edition 2, in its second week", 3: "edition 3, open for enrolment"}
    return figures.as_json(
        counted[1],
        edition=editions[1],
        seconds=seconds,
        credential=str(path.relative_to(state)) if path else "",
        logins=logins,
        table="\n\n".join([figures.table(counted[1]), figures.desk_table(columns), measuring.table(measured), talk]),
        peers={key: asdict(one) for key, one in measured.items()},
        editions=[
            {
                "edition": row.slug,
                "told": told[number],
                "learners": counted[number].learners,
                "active": counted[number].active,
                "acts": counted[number].acts,
                "team": dict(counted[number].team),
                "discussion": dict(counted[number].talk),
            }
            for number, row in editions.items()
        ],
    )


def sign_ins(editions: dict[int, Edition], staff: Staff) -> list[dict[str, str]]:
    """A login for each role; those of the running edition read all but the latest of what is said there."""
    running = [*ending.logins(editions[2])]
    for person, role in ((ending.helper(editions[2]), "moderator"), (ending.host(editions[2]), "alumna and host")):
        if person is not None:
            running.append(ending.login(person, f"{role}, edition 2"))
    now = timezone.now()
    for one in running:
        community.read_up(editions[2], Person.objects.get(email=one["email"]), now)
    staffed = [ending.login(getattr(staff, role), role) for role in ("administrator", "registrar", "teacher")]
    member = ending.login(staff.member, "member, not enrolled")
    return [*staffed, *running, *ending.logins(editions[1]), member]


def forget_durability() -> None:
    """A world that is not whole is thrown away, so its build need not survive a power cut; the served one must."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def keep(report: dict[str, Any]) -> None:
    """Everything to the disk, then the report, which only its owner may read: it holds passwords."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    os.sync()
    path = Path(settings.STATE) / demo.REPORT
    path.touch(mode=0o600)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
