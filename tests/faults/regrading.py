"""What is regraded and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.utils import timezone

from preau.audit.models import Entry
from preau.courses.models import Edition
from preau.grades.models import Result
from preau.mail.models import Message
from preau.quizzes import access, actions, regrading, rules
from preau.quizzes.models import Answer, Attempt, Question, Ruling
from tests import cast
from tests.faults import forks

BATCH = 2


def prepare(count: int) -> str:
    """A running edition in which so many learners gave a wrong answer that the team then accepts; the ruling's id."""
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


def work(ruling: str, batches: int = 0) -> None:
    """Regrade in small batches; where a number is given, the process ends in the middle of the next one."""
    regrading.BATCH = BATCH
    if batches:
        forks.doom_call(regrading, "carry_on", batches)
    regrading.finish(UUID(ruling), now=timezone.now())


def killed(ruling: str, batches: int) -> dict[str, Any]:
    """A process that regrades so many batches and is killed in the next one; what it leaves."""
    forks.doomed(forks.fork(lambda: work(ruling, batches)))
    return report()


def two_at_once(ruling: str) -> list[int]:
    """Two processes that regrade what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(lambda: work(ruling)), forks.fork(lambda: work(ruling))]]


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
