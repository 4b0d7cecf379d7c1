"""What a row weighs in the database, its indexes included. Runs `inside`.

Rows arrive as they do from people: a group of learners answering side by side, so that neither the table nor its index
is filled in order. SQLite: pages taken; PostgreSQL: `pg_total_relation_size`."""

import json
import secrets
from collections.abc import Callable
from itertools import batched
from typing import Any

from django.db import connection
from django.utils import timezone

from preau.audit.models import Act, Entry
from preau.common.ids import new_id
from preau.config.bench import drill, rows
from preau.content.models import Unit
from preau.courses.models import Edition, Enrolment
from preau.grades.models import Completion, Result
from preau.quizzes.models import Answer, Attempt, Question

SIDE_BY_SIDE = 64
TABLES = {
    "learner": ("accounts_person", "courses_enrolment", "audit_entry"),
    "act": ("audit_act",),
    "attempt": ("quizzes_attempt", "grades_result", "grades_completion"),
    "answer": ("quizzes_answer",),
}


def run(*, answers: int) -> dict[str, Any]:
    """Bytes a row of each kind, by name; `attempt` is without its answers. `content` is what an answer's columns
    hold."""
    now = timezone.now()
    count = answers // drill.QUESTIONS
    edition = Edition.objects.get(slug=rows.DRILL)
    unit = Unit.objects.get(course=edition.course, key=drill.CYCLE)
    version = edition.printings.get(current=True).version_id
    found: dict[str, float] = {}
    enrolments: list[Enrolment] = []
    attempts: list[Attempt] = []

    def learners() -> None:
        people = list(rows.add_people(count, f"weighed-{secrets.token_hex(3)}", now))
        enrolments.extend(rows.enrol(people, edition, now))
        details = {"track": "classic"}
        rows.in_bulk(
            Entry(at=now, person_id=one.person_id, verb="enrolled", about="enrolment", about_id=one.pk, details=details)
            for one in enrolments
        )

    def tries() -> None:
        attempts.extend(rows.attempt(one, unit.pk, version, now) for one in enrolments)
        for row in attempts:
            row.closed_at, row.score = now, 8.0
        rows.in_bulk(attempts)
        how = {"keep": "best", "attempts": 1, "final": False, "rising": True}
        ledger = {"unit_id": unit.pk, "score": 80.0, "of": 100.0, "version_id": version, "how": how, "recorded_at": now}
        rows.in_bulk(Result(enrolment=one, **ledger) for one in enrolments)
        rows.in_bulk(Completion(enrolment=one, unit_id=unit.pk, done_at=now) for one in enrolments)

    found["learner"] = grown("learner", learners) / count
    found["attempt"] = grown("attempt", tries) / count
    pairs = side_by_side(attempts, [row.pk for row in Question.objects.filter(unit=unit).order_by("key")])
    found["answer"] = grown("answer", lambda: give(pairs, now)) / len(pairs)
    found["act"] = grown("act", lambda: tell(pairs, enrolments, now)) / len(pairs)
    return found | {"content": float(16 + 16 + len(json.dumps(2)) + 8 + 8)}


def side_by_side(attempts: list[Attempt], questions: list[Any]) -> list[tuple[Attempt, Any]]:
    """(attempt, question): groups of learners answer the first question, then the second."""
    return [(row, q) for group in batched(attempts, SIDE_BY_SIDE) for q in questions for row in group]


def give(pairs: list[tuple[Attempt, Any]], now: Any) -> None:
    """The answers."""
    rows.in_bulk(
        Answer(attempt=row, question_id=question, given=2, score=1.0, received_at=now) for row, question in pairs
    )


def tell(pairs: list[tuple[Attempt, Any]], enrolments: list[Enrolment], now: Any) -> None:
    """Their acts."""
    people = {one.pk: one.person_id for one in enrolments}
    rows.in_bulk(
        Act(
            id=new_id(),
            person_id=people[row.enrolment_id],
            kind="quiz.answer",
            fingerprint=secrets.token_bytes(16),
            outcome={"attempt": str(row.pk), "question": str(question)},
            received_at=now,
        )
        for row, question in pairs
    )


def grown(what: str, work: Callable[[], None]) -> int:
    """Bytes that the tables of `TABLES[what]` and their indexes took while `work` ran."""
    before = taken(TABLES[what])
    work()
    return taken(TABLES[what]) - before


def taken(tables: tuple[str, ...]) -> int:
    """Bytes of these tables with their indexes; of the whole file on SQLite, which nobody else writes to."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name", [list(tables)]
            )
            return int(cursor.fetchone()[0])
        counted = []
        for pragma in ("page_count", "freelist_count", "page_size"):
            cursor.execute(f"PRAGMA {pragma}")
            counted.append(int(cursor.fetchone()[0]))
    return (counted[0] - counted[1]) * counted[2]
