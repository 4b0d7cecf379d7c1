"""An act and the reading of a unit with few and with many acts stored. Runs `inside`."""

import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.config.bench import drill, rows
from preau.config.bench.plan import PROBES
from preau.content import access
from preau.content.models import Unit
from preau.courses.models import Edition, Enrolment
from preau.quizzes import actions

BATCH = 20_000
COLUMNS = {
    "quizzes_attempt": "id, enrolment_id, unit_id, version_id, number, seed, started_at, closed_at, score, of",
    "quizzes_answer": "attempt_id, question_id, given, score, received_at",
    "audit_act": "id, person_id, kind, fingerprint, outcome, received_at",
}


def run(
    *, steps: list[int], people: list[str], attempts: list[str], questions: list[list[str]]
) -> list[dict[str, float]]:
    """Milliseconds of one act (`insert`) and of one unit's rows (`read`), medians, at each number of acts in `steps`.

    `people` and `attempts`: the last `PROBES` learners and their open attempts at a quiz with these `questions`."""
    now, found, loaded = timezone.now(), [], 0
    persons = [Person.objects.get(pk=one) for one in people[-PROBES:]]
    reads(persons)
    share = drill.QUESTIONS // len(steps)
    for turn, step in enumerate(steps):
        load(step - loaded, now)
        loaded = step
        settle()
        asked = questions[turn * share : (turn + 1) * share]
        inserts(persons, attempts[-PROBES:], asked[:1])  # caches filled, statistics read
        found.append({"insert": inserts(persons, attempts[-PROBES:], asked[1:]), "read": reads(persons)})
    return found


def inserts(persons: list[Person], attempts: list[str], questions: list[list[str]]) -> float:
    """Real answers, each committed."""
    taken = []
    for question, given in questions:
        for person, attempt in zip(persons, attempts, strict=True):
            now = timezone.now()
            payload = {"attempt": attempt, "question": question}
            act = Act(new_id(), "quiz.answer", payload, received_at=now)
            began = time.perf_counter()
            actions.answer(
                act=act,
                by=person,
                attempt_id=UUID(attempt),
                question_id=UUID(question),
                values={"answer": [given]},
                language=rows.LANGUAGE,
                now=now,
            )
            taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


def reads(persons: list[Person]) -> float:
    """The rows of one unit's fragment."""
    taken = []
    for _ in range(4):
        for person in persons:
            began = time.perf_counter()
            access.place(person, rows.DRILL, rows.LANGUAGE, drill.quizzes(1)[0], now=timezone.now())
            taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


def load(count: int, now: datetime) -> None:
    """Closed attempts of ten answers, each answer with its act, until `count` acts more are stored."""
    edition = Edition.objects.get(slug=rows.DRILL)
    version = edition.printings.get(current=True).version_id
    unit = Unit.objects.get(course=edition.course, key=drill.CYCLE)
    questions = [UUID(key) for key, _ in rows.questions_of(unit)]
    learners = list(Enrolment.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True))[:-PROBES]
    number = edition_attempts(unit)
    people = [new_id() for _ in range(max(1, count // 100))]
    while count > 0:
        batch = [
            (new_id(), learners[n % len(learners)]) for n in range(min(len(learners), -(-count // drill.QUESTIONS)))
        ]
        number += 1
        with transaction.atomic():
            write("quizzes_attempt", ((a, who, unit.pk, version, number, 1, now, now, 8.0, 10.0) for a, who in batch))
            write("quizzes_answer", ((a, question, "2", 1.0, now) for a, _ in batch for question in questions))
            write("audit_act", acts(batch, questions, people, now))
        count -= len(batch) * drill.QUESTIONS


def edition_attempts(unit: Unit) -> int:
    """The highest number of an attempt at this unit: later ones go on from there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM quizzes_attempt WHERE unit_id = %s", [unit.pk])
        return int(cursor.fetchone()[0])


def acts(
    batch: list[tuple[UUID, UUID]], questions: list[UUID], people: list[UUID], now: datetime
) -> Iterator[tuple[Any, ...]]:
    """An act for each answer, by people drawn at random: neighbours in time are strangers."""
    for attempt, _ in batch:
        person, mark = people[secrets.randbelow(len(people))], secrets.token_bytes(16)
        for question in questions:
            yield new_id(), person, "quiz.answer", mark, f'{{"attempt": "{attempt}", "question": "{question}"}}', now


def write(table: str, values: Iterable[tuple[Any, ...]], columns: str = "") -> None:
    """Rows past the ORM, by the fastest way each engine has."""
    columns = columns or COLUMNS[table]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns.split(",")))
            adapt = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                [tuple(adapt(v) if isinstance(v, datetime) else v for v in row) for row in values],
            )


def settle() -> None:
    """What a database does by itself within the hour: statistics, and what was written out of the way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
