"""The receipt of an attempt: how many answers were received, and a fingerprint that changes with any of them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.mail import actions as mail
from preau.quizzes.models import Answer, Attempt


@dataclass(frozen=True)
class Receipt:
    """What a learner can hold up: which unit, which attempt, how many answers, when it was closed, SHA-256."""

    unit_id: UUID
    number: int
    answers: int
    closed_at: datetime
    fingerprint: str


def fingerprint(answers: Iterable[Answer]) -> str:
    """SHA-256, in hexadecimal, of the answers as canonical JSON: question, what was given, when it was received."""
    rows = sorted([str(a.question_id), a.given, a.received_at.isoformat()] for a in answers)
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def of_enrolment(enrolment_id: UUID) -> list[Receipt]:
    """The receipts of a learner's closed attempts, newest first: two queries."""
    attempts = Attempt.objects.filter(enrolment_id=enrolment_id).exclude(closed_at=None).order_by("-closed_at")
    return [
        Receipt(a.unit_id, a.number, len(a.answers.all()), a.closed_at, fingerprint(a.answers.all()))
        for a in attempts.prefetch_related("answers")
        if a.closed_at is not None
    ]


def send(person: Person, title: str, attempt: Attempt, answers: Sequence[Answer], *, now: datetime) -> None:
    """Put the receipt of a closed attempt in the outbox, with the change itself."""
    said = {
        "title": title,
        "number": attempt.number,
        "answers": len(answers),
        "time": (attempt.closed_at or now).isoformat(timespec="seconds"),
        "fingerprint": fingerprint(answers),
    }
    text = _(
        "We received your answers to “{title}”, attempt {number}.\n\n"
        "Answers: {answers}\nServer time: {time}\nSHA-256: {fingerprint}\n"
    )
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"receipt:{attempt.pk}",
        language=person.language,
        subject=_("Received: {title}").format(**said),
        text=text.format(**said),
        now=now,
        kind="receipt",
    )
