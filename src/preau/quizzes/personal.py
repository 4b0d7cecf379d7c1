"""A person's attempts and answers.

Decision: what was ticked and every score stay, without a name, because a result must stay explainable and a question is
judged by how all answered it. What was typed goes: it is the only part that can say who wrote it, and the score tells
what it was worth. The times in which an exam was out of reach stay too: a jury may have decided by them.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.grades.models import Result
from preau.quizzes.models import Answer, Attempt, Gap

ANSWERS = gettext_noop("What you ticked in quizzes, without your name and without what you typed")
ANSWERS_WHY = gettext_noop("A result must stay explainable, and a question is judged by how everybody answered it.")
GAPS = gettext_noop("How long your device was out of reach during an exam, without your name")
GAPS_WHY = gettext_noop("A jury may have decided by it, and what it decided must stay explainable.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("quizzes", export, erase, {ANSWERS: ANSWERS_WHY, GAPS: GAPS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Attempts, answers and cuts; the scores of a unit whose result is not told to the learner yet stay out."""
    attempts = Attempt.objects.filter(enrolment__person=person).order_by("started_at", "pk")
    gaps = Gap.objects.filter(attempt__enrolment__person=person).order_by("began_at", "pk")
    answers = Answer.objects.filter(attempt__enrolment__person=person).order_by("received_at", "question_id")
    secret = set(
        Result.objects.filter(enrolment__person=person, shown_from__gt=timezone.now()).values_list(
            "enrolment_id", "unit_id"
        )
    )
    hidden = {pk for pk, *place in attempts.values_list("pk", "enrolment_id", "unit_id") if tuple(place) in secret}
    return {
        "attempts": [
            _told(dict(row), hidden, row["id"])
            for row in attempts.values(
                "id",
                "enrolment__edition__slug",
                "unit__key",
                "number",
                "started_at",
                "ends_at",
                "closed_at",
                "score",
                "of",
            )
        ],
        "answers": [
            _told(dict(row), hidden, row["attempt_id"])
            for row in answers.values("attempt_id", "question__key", "given", "score", "received_at", "written_at")
        ],
        "times out of reach": gaps.values("attempt_id", "began_at", "ended_at", "answers", "after_end"),
    }


def _told(row: dict[str, Any], hidden: set[UUID], attempt: UUID) -> dict[str, Any]:
    return {**row, "score": None} if attempt in hidden else row


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Empty what was typed."""
    typed: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Answer.objects.filter(attempt__enrolment__person=person).order_by("attempt_id", "question_id")
    for attempt, question, given in rows.values_list("attempt_id", "question_id", "given"):
        if isinstance(given, str):
            typed[attempt].append(question)
    for attempt, questions in typed.items():
        Answer.objects.filter(attempt_id=attempt, question_id__in=questions).update(given="")
    kept = {ANSWERS: ANSWERS_WHY} if rows.exists() else {}
    gaps = Gap.objects.filter(attempt__enrolment__person=person)
    return kept | ({GAPS: GAPS_WHY} if gaps.exists() else {})
