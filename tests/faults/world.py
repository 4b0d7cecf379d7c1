"""What a site of the faults holds: functions that a drill asks its hand for (`tests.faults.hand`)."""

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from django.db.models import Count
from django.test import Client
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.models import Act
from preau.config import command
from preau.courses.models import Edition
from preau.grades.models import Completion, Result
from preau.mail.models import Message
from preau.peer.models import Submission
from preau.quizzes import actions, bank
from preau.quizzes.models import Answer, Attempt
from tests import cast

ME = "/e/thin-1/me/fr/debut"


def prepare(count: int) -> list[dict[str, str]]:
    """A running edition with so many learners in the middle of a quiz and an assignment; how to be each of them:
    [{person, cookie, answer, submit, finish}], who, a session's cookie, and the addresses of acts."""
    edition = cast.edition(opens=cast.monday(timezone.now(), -1))
    return [learner(edition, number) for number in range(count)]


def learner(edition: Edition, number: int) -> dict[str, str]:
    """One more learner, with an open attempt at the quiz whose answers may change."""
    now = timezone.now()
    person = cast.person(f"learner{number}")
    cast.enrolment(person, edition)
    place = cast.place(person, edition, "apres", now)
    outcome = actions.start(act=cast.an_act("quiz.start", now=now), by=person, place=place)
    attempt = Attempt.objects.get(pk=outcome["attempt"])
    items = bank.of(attempt.version_id, attempt.unit_id, "fr").items
    question = next(item.id for item in items if item.key == "secret")
    client = Client()
    client.force_login(person)
    return {
        "person": str(person.pk),
        "cookie": client.cookies["device"].value,
        "answer": f"/e/thin-1/me/quiz/{attempt.pk}/{question}/",
        "submit": f"{ME}/cas/submit/",
        "finish": f"{ME}/lecon/finish/",
    }


def report() -> dict[str, Any]:
    """Acts by id, and for each person what their acts left."""
    submissions = Submission.objects.order_by("submitted_at").values_list("enrolment__person", "text", "current")
    return {
        "acts": {str(pk): kind for pk, kind in Act.objects.values_list("pk", "kind")},
        "answers": {str(p): given for p, given in Answer.objects.values_list("attempt__enrolment__person", "given")},
        "answer_rows": Answer.objects.count(),
        "submissions": [[str(person), text, current] for person, text, current in submissions],
        "receipts": Message.objects.filter(key__startswith="receipt:").count(),
        "receipts_twice": list(
            Message.objects.filter(key__startswith="receipt:")
            .values("key")
            .annotate(n=Count("pk"))
            .filter(n__gt=1)
            .values_list("key")
        ),
        "results": {str(p): score for p, score in Result.objects.values_list("enrolment__person", "score")},
        "completions": Completion.objects.filter(unit__key="lecon").count(),
    }


def erase(pk: str) -> None:
    """Erase one person, as they would themself."""
    person = Person.objects.get(pk=pk)
    accounts.erase(person, by=person.pk, now=timezone.now())


def people() -> dict[str, str]:
    """The name of everybody who is left, by id."""
    return {str(person.pk): person.name for person in Person.objects.filter(erased_at=None).order_by("pk")}


def preau(*words: str) -> tuple[int, str, str]:
    """A command of `./preau`: its exit code, and what it said on standard output and error."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = command.main(words)
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()
