"""The sample world of `./preau demo`: one course, three editions, a person for each role. Its own process runs it."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from preau.accounts.models import Person
from preau.config import demo, series
from preau.content.models import Version
from preau.courses import actions as courses
from preau.courses.models import Edition, Role
from preau.simulation import (
    alumni,
    cohort,
    commons,
    community,
    crossing,
    ending,
    facing,
    figures,
    measuring,
    recognised,
    rules,
)

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
    tell("importing the sample course")
    version = import_course(staff, series.openings(now)[1] - timedelta(days=60))
    editions = series.editions(version, now, staff.teacher)
    measured: dict[str, measuring.Measured] = {}
    for number, share in ((1, 1), (2, 3), (3, 6)):
        played = cohort.play(
            editions[number],
            count=max(1, learners // share),
            seed=seed + number - 1,
            teacher=staff.teacher,
            until=now,
            tell=tell,
            lately=now if number == 2 else None,
            added=series.elective(editions[2], editions[3], staff.teacher, now) if number == 2 else None,
        )
        if played.tally.doubled:
            raise RuntimeError(f"{played.tally.doubled} acts were done twice")
        if number == 1:
            measured, send = measuring.measure(editions[1], played.peers), played.peers.send
            ending.finish(editions[1], by=staff.registrar, now=now, tell=tell)
            recognised.claim(editions[1], by=staff.registrar, now=now)
        if number == 2:
            recognised.seat(editions[2], by=staff.teacher, now=now)
    commons.play(editions[1], send=send, people=alumni.passed(editions[1]), until=now)
    facing.show(version.course, speakers=alumni.passed(editions[1]), by=staff.administrator, now=now)
    community.finish(now)
    report = tell_all(editions, staff, measured, time.monotonic() - began)
    keep(report)


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
    version = series.first_version(staff.administrator, now)
    by = staff.administrator.pk
    courses.give_role(person=staff.administrator, kind=Role.Kind.ADMINISTRATOR, by=None, now=now)
    courses.give_role(person=staff.registrar, kind=Role.Kind.REGISTRAR, by=by, now=now, course=version.course)
    courses.give_role(person=staff.teacher, kind=Role.Kind.TEACHER, by=by, now=now, course=version.course)
    return version


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
    moves = crossing.table({name: of.moves for name, of in columns.items()})
    told = {1: "edition 1, finished", 2: "edition 2, in its second week", 3: "edition 3, open for enrolment"}
    return figures.as_json(
        counted[1],
        edition=editions[1],
        seconds=seconds,
        credential=str(path.relative_to(state)) if path else "",
        logins=logins,
        table="\n\n".join(
            [figures.table(counted[1]), moves, figures.desk_table(columns), measuring.table(measured), talk]
        ),
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
                "moves": dict(counted[number].moves),
            }
            for number, row in editions.items()
        ],
    )


def sign_ins(editions: dict[int, Edition], staff: Staff) -> list[dict[str, str]]:
    """A login for each role; those of the running edition read all but the latest of what is said there."""
    running = [*ending.logins(editions[2])]
    if (person := ending.returning(editions[2])) is not None:
        running.append(ending.login(person, "returning learner"))
    for person, role in ((ending.helper(editions[2]), "moderator"), (ending.host(editions[2]), "alumna and host")):
        if person is not None:
            running.append(ending.login(person, f"{role}, edition 2"))
    now = timezone.now()
    for one in running:
        community.read_up(editions[2], Person.objects.get(email=one["email"]), now)
    staffed = [ending.login(getattr(staff, role), role) for role in ("administrator", "registrar", "teacher")]
    member = ending.login(staff.member, "member, not enrolled")
    finished = ending.logins(editions[1], [one["email"] for one in running])
    return [*staffed, *running, *finished, member]


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
