"""An appeal: once, in its time, by the author; answered by the team, and told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition
from preau.grades.models import Result
from preau.mail.models import Message
from preau.peer import appeals
from preau.peer.models import Appeal, GradeChange, Submission
from tests import cast
from tests.peer import grading, stage
from tests.peer.grading import author

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


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
def told(edition: Edition, copies: list[Submission]) -> datetime:
    """When results were told."""
    return grading.publish(edition, copies, NOW)


@pytest.fixture
def tom(db: None) -> Person:
    return cast.person("Tom")


def appeal(edition: Edition, copy: Submission, now: datetime, text: str = "Mon plan est complet.") -> Appeal:
    facts = stage.facts(author(copy), edition, now)
    act = cast.an_act("peer.appeal", {"text": text}, now)
    appeals.appeal(act=act, by=author(copy), facts=facts, submission=copy, text=text, now=now)
    return Appeal.objects.get(submission=copy)


def answer(edition: Edition, row: Appeal, by: Person, now: datetime, **said: object) -> None:
    facts = stage.facts(author(row.submission), edition, now)
    values = {"kept": True, "answer": "Relu : elle reste.", "score": None, **said}
    appeals.answer(act=cast.an_act("peer.answer", now=now), by=by, facts=facts, appeal=row, now=now, **values)  # type: ignore[arg-type]


def test_it_is_refused_before_the_result_and_without_words(edition: Edition, copies: list[Submission]) -> None:
    with pytest.raises(Refused, match="not told yet"):
        appeal(edition, copies[0], NOW)
    at = grading.publish(edition, copies, NOW)
    with pytest.raises(Refused, match="Say what"):
        appeal(edition, copies[0], at, "  ")
    assert not Appeal.objects.exists()


def test_it_is_received_once_until_its_deadline(edition: Edition, copies: list[Submission], told: datetime) -> None:
    until = stage.facts(author(copies[0]), edition, told).calendar.appeals_until
    assert until is not None
    assert appeal(edition, copies[0], until).text == "Mon plan est complet."
    with pytest.raises(Refused, match="already"):
        appeal(edition, copies[0], until, "Encore.")
    with pytest.raises(Refused, match="is over"):
        appeal(edition, copies[1], until + timedelta(minutes=1))


def test_a_grade_that_is_kept_stays(edition: Edition, copies: list[Submission], told: datetime, tom: Person) -> None:
    row = appeal(edition, copies[0], told)
    before = Result.objects.get(enrolment=copies[0].enrolment_id).score
    answer(edition, row, tom, told + timedelta(days=1))
    row.refresh_from_db()
    assert (row.kept, row.answered_by) == (True, tom)
    assert Result.objects.get(enrolment=copies[0].enrolment_id).score == before
    assert GradeChange.objects.filter(submission=copies[0]).count() == 1
    message = Message.objects.get(key=f"peer-appeal:{row.pk}")
    assert message.person_id == author(copies[0]).pk
    assert "Relu : elle reste." in message.text


def test_another_grade_goes_the_one_way(
    edition: Edition, copies: list[Submission], told: datetime, tom: Person
) -> None:
    row = appeal(edition, copies[0], told)
    answer(edition, row, tom, told + timedelta(days=1), kept=False, answer="Vous avez raison.", score=85)
    change = GradeChange.objects.filter(submission=copies[0]).order_by("at").last()
    assert change is not None
    assert (change.cause, change.score, change.by, change.reason) == ("appeal", 85, tom, "Vous avez raison.")
    assert Result.objects.get(enrolment=copies[0].enrolment_id).score == 85
    assert Message.objects.filter(person_id=author(copies[0]).pk, kind="decision").count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"answer": " "}, "Write an answer"),
        ({"kept": False}, "new grade"),
        ({"kept": False, "score": 101}, "new grade"),
    ],
)
def test_half_an_answer_changes_nothing(
    edition: Edition, copies: list[Submission], told: datetime, tom: Person, said: dict[str, object], why: str
) -> None:
    row = appeal(edition, copies[0], told)
    with pytest.raises(Refused, match=why):
        answer(edition, row, tom, told, **said)
    row.refresh_from_db()
    assert row.answered_at is None


def test_nobody_answers_their_own_and_nobody_twice(
    edition: Edition, copies: list[Submission], told: datetime, tom: Person
) -> None:
    row = appeal(edition, copies[0], told)
    with pytest.raises(Refused, match="your own"):
        answer(edition, row, author(copies[0]), told)
    answer(edition, row, tom, told)
    with pytest.raises(Refused, match="meanwhile"):
        answer(edition, row, tom, told, kept=False, score=3)
