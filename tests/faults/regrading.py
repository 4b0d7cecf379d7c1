"""What is regraded and killed, run as `python -m tests.faults.regrading COMMAND` in a process of its own.

`prepare N` migrates, and makes an edition in which N learners gave a wrong answer that the team then accepts; it prints
the ruling. `work RULING` says `ready` and regrades in small batches, to be killed. `report` prints what the database
holds of it."""

import json
import sys
from collections import Counter
from typing import Any
from uuid import UUID

from preau.config import command

command.prepare(command.Needs(database=sys.argv[1] == "prepare"))

from django.utils import timezone  # noqa: E402  the models load once Django is set up

from preau.audit.models import Entry  # noqa: E402
from preau.courses.models import Edition  # noqa: E402
from preau.grades.models import Result  # noqa: E402
from preau.mail.models import Message  # noqa: E402
from preau.quizzes import access, actions, regrading, rules  # noqa: E402
from preau.quizzes.models import Answer, Attempt, Question, Ruling  # noqa: E402
from tests import cast  # noqa: E402

BATCH = 2


def prepare(count: int) -> str:
    """The ruling's id."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    for number in range(count):
        _answer(edition, f"learner{number}")
    edition = Edition.objects.select_related("course").get(pk=edition.pk)
    asked = access.question(edition, Question.objects.get(key="secret").pk, "fr")
    outcome = actions.rule(
        act=cast.an_act("question.rule", now=now),
        by=cast.person("Tom"),
        asked=asked,
        ruling=rules.Ruling("also", ("autre",), "Synonyme"),
        now=now,
    )
    return str(outcome["ruling"])


def _answer(edition: Edition, name: str) -> None:
    person, now = cast.person(name), timezone.now()
    cast.enrolment(person, edition)
    place = cast.place(person, edition, "apres", now)
    started = actions.start(act=cast.an_act("quiz.start", now=now), by=person, place=place)
    actions.answer(
        act=cast.an_act("quiz.answer", {"person": name}, now),
        by=person,
        attempt_id=UUID(started["attempt"]),
        question_id=Question.objects.get(key="secret").pk,
        values={"answer": ["autre"]},
        language="fr",
        now=now,
    )


def work(ruling: str) -> None:
    regrading.BATCH = BATCH
    print("ready", flush=True)  # noqa: T201  read by the test
    regrading.finish(UUID(ruling), now=timezone.now())


def report() -> dict[str, Any]:
    """How many of each: results, attempts and answers by score, messages and journal lines by person; the ruling."""
    ruling = Ruling.objects.get()
    told = Message.objects.filter(key__startswith="ruling:").values_list("person_id", flat=True)
    lines = Entry.objects.filter(verb="regraded").values_list("about_id", flat=True)
    return {
        "results": Counter(Result.objects.order_by().values_list("score", flat=True)),
        "attempts": Counter(Attempt.objects.order_by().values_list("score", flat=True)),
        "answers": Counter(Answer.objects.order_by().values_list("score", flat=True)),
        "messages": sorted(Counter(told).values()),
        "lines": sorted(Counter(lines).values()),
        "affected": ruling.affected,
        "begun": ruling.cursor is not None,
        "over": ruling.regraded_at is not None,
    }


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(sys.argv[2])
    else:
        print(json.dumps(prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else report()))  # noqa: T201
