"""A procedure: a notice, a reply by a date, a decision; nothing counts before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition
from preau.grades.models import Result
from preau.mail.models import Message
from preau.peer import cases, publishing
from preau.peer.models import Case, GradeChange, PeerGrade, PoolEntry, Submission
from tests import cast
from tests.peer import grading, stage
from tests.peer.grading import author

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(reviews=3)


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    made = grading.team(edition, 4, NOW)
    grading.around(made, NOW)
    return made


@pytest.fixture
def tom(db: None) -> Person:
    return cast.person("Tom")


def opened(edition: Edition, copy: Submission, by: Person, now: datetime = NOW, until: datetime = UNTIL) -> Case:
    facts = stage.facts(author(copy), edition, now)
    act = cast.an_act("peer.case.open", now=now)
    cases.open(act=act, by=by, facts=facts, submission=copy, notice="Deux pages.", reply_until=until, now=now)
    return Case.objects.get(submission=copy, decided_at=None)


def reply(case: Case, by: Person, now: datetime, text: str = "C'est mon texte.") -> None:
    cases.reply(act=cast.an_act("peer.case.reply", {"text": text}, now), by=by, case=case, text=text, now=now)


def decide(edition: Edition, case: Case, by: Person, now: datetime, **said: object) -> None:
    facts = stage.facts(author(case.submission), edition, now)
    values = {"decision": "dismissed", "reason": "Rien à redire.", "score": None, **said}
    cases.decide(act=cast.an_act("peer.case.decide", now=now), by=by, facts=facts, case=case, now=now, **values)  # type: ignore[arg-type]


def test_the_author_is_told_what_is_said_and_until_when(
    edition: Edition, copies: list[Submission], tom: Person
) -> None:
    case = opened(edition, copies[0], tom)
    message = Message.objects.get(key=f"peer-case:{case.pk}")
    assert message.person_id == author(copies[0]).pk
    assert "Deux pages." in message.text
    assert "19 mars" in message.text
    with pytest.raises(Refused, match="open already"):
        opened(edition, copies[0], tom)
    with pytest.raises(Refused, match="later date"):
        opened(edition, copies[1], tom, until=NOW)
    with pytest.raises(Refused, match="your own"):
        opened(edition, copies[1], author(copies[1]))


def test_the_author_alone_answers_in_time(edition: Edition, copies: list[Submission], tom: Person) -> None:
    case = opened(edition, copies[0], tom)
    with pytest.raises(Refused, match="Only the author"):
        reply(case, author(copies[1]), NOW)
    reply(case, author(copies[0]), NOW)
    reply(case, author(copies[0]), UNTIL, "Voici mes sources.")
    case.refresh_from_db()
    assert (case.reply, case.replied_at) == ("Voici mes sources.", UNTIL)
    with pytest.raises(Refused, match="over"):
        reply(case, author(copies[0]), UNTIL + timedelta(minutes=1))


def test_nothing_is_decided_before_the_author_could_answer(
    edition: Edition, copies: list[Submission], tom: Person
) -> None:
    case = opened(edition, copies[0], tom)
    with pytest.raises(Refused, match="still can"):
        decide(edition, case, tom, UNTIL, decision="cancelled")
    decide(edition, case, tom, NOW)  # nothing is held against them: at once
    assert Message.objects.filter(key=f"peer-decision:{case.pk}").count() == 1
    with pytest.raises(Refused, match="meanwhile"):
        decide(edition, case, tom, UNTIL)


@pytest.mark.parametrize(
    ("said", "why"),
    [({"reason": ""}, "Say why"), ({"decision": "changed"}, "new grade"), ({"decision": "else"}, "Choose")],
)
def test_half_a_decision_is_none(
    edition: Edition, copies: list[Submission], tom: Person, said: dict[str, object], why: str
) -> None:
    case = opened(edition, copies[0], tom)
    with pytest.raises(Refused, match=why):
        decide(edition, case, tom, UNTIL + timedelta(days=1), **said)
    case.refresh_from_db()
    assert case.decided_at is None


def test_a_grade_decided_before_the_results_is_told_with_them(
    edition: Edition, copies: list[Submission], tom: Person
) -> None:
    case = opened(edition, copies[0], tom)
    reply(case, author(copies[0]), NOW)
    decide(edition, case, tom, NOW + timedelta(days=1), decision="changed", score=20.0)
    assert not Result.objects.exists()
    assert not PeerGrade.objects.filter(published_at__isnull=False).exists()
    grading.publish(edition, copies, NOW)
    assert Result.objects.get(enrolment=copies[0].enrolment_id).score == 20
    assert GradeChange.objects.get(submission=copies[0]).cause == "case"
    assert Result.objects.count() == 4


def test_a_grade_decided_afterwards_changes_it(edition: Edition, copies: list[Submission], tom: Person) -> None:
    told = grading.publish(edition, copies, NOW)
    case = opened(edition, copies[0], tom, told, told + timedelta(days=7))
    decide(edition, case, tom, told + timedelta(days=8), decision="changed", score=20.0)
    assert Result.objects.get(enrolment=copies[0].enrolment_id).score == 20


def test_a_result_that_waited_for_the_decision_is_told(edition: Edition, copies: list[Submission], tom: Person) -> None:
    case = opened(edition, copies[0], tom, until=NOW + timedelta(days=40))
    told = grading.publish(edition, copies, NOW)
    assert not Result.objects.filter(enrolment=copies[0].enrolment_id).exists()
    decide(edition, case, tom, told + timedelta(days=1))
    publishing.release_due(now=told + timedelta(days=1))
    assert Result.objects.filter(enrolment=copies[0].enrolment_id).exists()


def test_a_copy_that_counts_for_nothing(edition: Edition, copies: list[Submission], tom: Person) -> None:
    told = grading.publish(edition, copies, NOW)
    case = opened(edition, copies[0], tom, told, told + timedelta(days=7))
    decide(edition, case, tom, told + timedelta(days=8), decision="cancelled")
    assert Result.objects.get(enrolment=copies[0].enrolment_id).score == 0
    assert PoolEntry.objects.get(pk=copies[0].pk).withdrawn
