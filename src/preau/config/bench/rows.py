"""Fills a world: the sample course and the drill, people signed in and enrolled, attempts begun. Runs `inside`."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.utils import timezone

from preau.accounts.devices import SessionStore
from preau.accounts.models import Device, Person
from preau.common.ids import new_id
from preau.config.bench import drill
from preau.content import outline as outlines
from preau.content import printing
from preau.content.models import Page, Unit
from preau.content.outline import UnitFacts
from preau.courses import actions as courses
from preau.courses.models import Edition, Enrolment
from preau.grades.models import Completion
from preau.interop.importing import import_path
from preau.quizzes import bank
from preau.quizzes.models import Answer, Attempt, Question
from preau.quizzes.terms import terms

EDITION, DRILL = "bench", "drill-bench"
ZONE = ZoneInfo("Europe/Paris")
LANGUAGE = "fr"
PAGE = 20_480  # bytes: the limit serves a page of this size
BATCH = 1000
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def run(*, sample: str, course: str, learners: int, quizzes: int) -> dict[str, Any]:
    """Fills the world; returns its addresses, one cookie a learner, the drill's attempts and questions."""
    now = timezone.now()
    edition, drilled = print_edition(Path(sample), EDITION, now), print_edition(Path(course), DRILL, now)
    people = list(add_people(learners, "learner", now))
    enrolments = enrol(people, edition, now)
    cookies = sign_in(people, now)
    in_drill = enrol(people, drilled, now)
    units = [Unit.objects.get(course=drilled.course, key=key) for key in drill.quizzes(quizzes)]
    attempts = begin(in_drill, units, drilled, now)
    return {
        "cookies": cookies,
        **addresses(edition, enrolments, now),
        "start": f"/e/{DRILL}/me/{LANGUAGE}/{drill.MODULE}/{drill.CYCLE}/start/",
        "base": f"/e/{DRILL}/me/quiz/",
        "cycle": questions_of(Unit.objects.get(course=drilled.course, key=drill.CYCLE)),
        "questions": [questions_of(unit) for unit in units],
        "attempts": [[str(attempt.pk) for attempt in row] for row in attempts],
        "people": [str(person.pk) for person in people],
    }


def last_monday(now: datetime) -> datetime:
    """8:00 on the Monday of last week: the second week of every course is open and not over."""
    local = now.astimezone(ZONE)
    monday = local - timedelta(days=local.weekday() + 7)
    return monday.replace(hour=8, minute=0, second=0, microsecond=0).astimezone(UTC)


def print_edition(path: Path, slug: str, now: datetime) -> Edition:
    """A running edition of the course in a folder."""
    version = import_path(path, slug=None, by=None, now=now).version
    assert version is not None
    opens = last_monday(now)
    row = courses.create_edition(
        course=version.course,
        by=None,
        now=now,
        slug=slug,
        enrols_at=opens - timedelta(days=30),
        opens_at=opens,
        enrolment_closes_at=opens + timedelta(days=20),
        closes_at=opens + timedelta(days=70),
    )
    printing.print_version(row, version, by=None, now=now)
    courses.publish(row, by=None, now=now)
    return Edition.objects.select_related("course").get(pk=row.pk)


def in_bulk(rows: Iterable[Model]) -> None:
    """Writes rows of one model, a thousand at a time."""
    for batch in batched(rows, BATCH):
        type(batch[0])._default_manager.bulk_create(batch)


def add_people(count: int, name: str, now: datetime) -> Iterator[Person]:
    """People who share one password's hash: nobody signs in with it."""
    password = make_password(secrets.token_urlsafe())
    people = [
        Person(
            email=f"{name}-{n}@example.org", name=f"{name.title()} {n}", password=password, country="FR", joined_at=now
        )
        for n in range(count)
    ]
    in_bulk(people)
    return iter(people)


def enrol(people: Sequence[Person], edition: Edition, now: datetime) -> list[Enrolment]:
    """Everybody into an edition, on its first track."""
    track = edition.tracks.order_by("position")[0]
    rows = [Enrolment(person=person, edition=edition, track=track, enrolled_at=now) for person in people]
    in_bulk(rows)
    return rows


def sign_in(people: Sequence[Person], now: datetime) -> list[str]:
    """A device for each, as a sign-in leaves it; returns the cookies' values."""
    store = SessionStore()
    devices = []
    for person in people:
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        devices.append(
            Device(
                session_key=secrets.token_hex(16),
                session_data=store.encode(data),
                expire_date=now + timedelta(days=30),
                person=person,
                name="bench",
                seen_at=now,
            )
        )
    in_bulk(devices)
    return [device.session_key for device in devices]


def addresses(edition: Edition, enrolments: Sequence[Enrolment], now: datetime) -> dict[str, Any]:
    """The lesson whose page is nearest the limit's in size, the unit after it, an open quiz; with rows of each
    learner."""
    outline = outlines.of_edition(edition, LANGUAGE)
    is_open = [unit for unit in outline.units() if unit.opens <= now]
    sizes = {path: len(html) for path, html in Page.objects.filter(edition=edition).values_list("path", "html")}
    lessons = [unit for unit in is_open if unit.kind == "lesson"]
    lesson = min(lessons, key=lambda unit: abs(sizes[unit.address] - PAGE))
    following = outline.neighbours(lesson)[1] or lesson
    quiz = next(unit for unit in is_open if unit.kind == "quiz" and (unit.closes is None or unit.closes > now))
    in_bulk(Completion(enrolment=one, unit_id=lesson.id, done_at=now) for one in enrolments[::2])
    half_answer(quiz, outline, enrolments, now)
    return {
        "page": lesson.address,
        "page_bytes": sizes[lesson.address],
        "next": following.address,
        "home": f"/e/{EDITION}/",
        "lesson": personal(lesson),
        "quiz": personal(quiz),
    }


def personal(unit: UnitFacts) -> str:
    """The address of a unit's personal fragment."""
    return unit.address.replace(f"/e/{EDITION}/", f"/e/{EDITION}/me/", 1)


def half_answer(unit: UnitFacts, outline: outlines.Outline, enrolments: Sequence[Enrolment], now: datetime) -> None:
    """An open attempt for everybody, half of its questions answered."""
    questions = bank.of(outline.version_id, unit.id, LANGUAGE)
    count = terms(unit.kind, unit.meta).draw
    attempts = [attempt(one, unit.id, outline.version_id, now) for one in enrolments]
    in_bulk(attempts)
    for row in attempts:
        paper = questions.paper(row.seed, count)
        in_bulk(
            Answer(attempt=row, question_id=item.id, given=0, score=0, received_at=now)
            for item in paper[: len(paper) // 2]
        )


def attempt(enrolment: Enrolment, unit_id: Any, version_id: Any, now: datetime) -> Attempt:
    """An attempt just begun, not stored yet."""
    return Attempt(
        id=new_id(),
        enrolment=enrolment,
        unit_id=unit_id,
        version_id=version_id,
        number=1,
        seed=secrets.randbelow(2**31),
        started_at=now,
        of=float(drill.QUESTIONS),
    )


def begin(
    enrolments: Sequence[Enrolment], units: Sequence[Unit], edition: Edition, now: datetime
) -> list[list[Attempt]]:
    """An attempt of everybody at each of these units: one list a unit, in the order of the enrolments."""
    version = outlines.of_edition(edition, LANGUAGE).version_id
    found = [[attempt(one, unit.pk, version, now) for one in enrolments] for unit in units]
    for rows in found:
        in_bulk(rows)
    return found


def questions_of(unit: Unit) -> list[list[str]]:
    """[id, what is answered] of a drill's questions."""
    known = drill.answers()
    return [[str(row.pk), known[row.key]] for row in Question.objects.filter(unit=unit).order_by("key")]
