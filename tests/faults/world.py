"""What a site of the faults holds, run as `python -m tests.faults.world COMMAND` in a process of its own.

`prepare N` migrates, and makes a running edition with N learners in the middle of a quiz and an assignment; it prints
how to be each of them. `report` prints what the database holds of their acts. `erase PERSON` erases one and `people`
prints every name that is left."""

import json
import sys
from collections.abc import Callable
from typing import Any

from preau.config import command

command.prepare(command.Needs(database=sys.argv[1] == "prepare"))

from django.db.models import Count  # noqa: E402  the models load once Django is set up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from preau.accounts import actions as accounts  # noqa: E402
from preau.accounts.models import Person  # noqa: E402
from preau.audit.models import Act  # noqa: E402
from preau.courses.models import Edition  # noqa: E402
from preau.grades.models import Completion, Result  # noqa: E402
from preau.mail.models import Message  # noqa: E402
from preau.peer.models import Submission  # noqa: E402
from preau.quizzes import actions, bank  # noqa: E402
from preau.quizzes.models import Answer, Attempt  # noqa: E402
from tests import cast  # noqa: E402

ME = "/e/thin-1/me/fr/debut"


def prepare(count: int) -> list[dict[str, str]]:
    """[{person, cookie, attempt, answer, submit, finish}]: who, a session's cookie, and the addresses of acts."""
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
            Message.objects.values("key").annotate(n=Count("pk")).filter(n__gt=1).values_list("key")
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


COMMANDS: dict[str, Callable[..., Any]] = {
    "prepare": lambda count: prepare(int(count)),
    "report": report,
    "erase": erase,
    "people": people,
}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201  read by the test
