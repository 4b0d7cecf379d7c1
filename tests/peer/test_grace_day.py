"""The day after reviews are due: where promised assessments lack, volunteers are let in by themselves, then staff."""

from datetime import UTC, datetime, timedelta

import pytest

from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.common.pace import Paced
from preau.courses.models import Edition, Role
from preau.mail.models import Message
from preau.peer import access, grace_day, steering
from preau.peer.models import Assignment, PoolEntry, Submission, Widening
from tests import cast
from tests.peer import grading, stage

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(reviews=3)


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    """Three copies whose authors did their share; the first lacks an assessment."""
    made = grading.team(edition, 3, NOW)
    PoolEntry.objects.update(given=3, finished=3)
    PoolEntry.objects.filter(pk=made[0].pk).update(finished=2)
    return made


@pytest.fixture
def due(edition: Edition, copies: list[Submission]) -> datetime:
    at = stage.facts(grading.author(copies[0]), edition, NOW).calendar.reviews_due
    assert at is not None
    return at


@pytest.fixture
def mona(edition: Edition) -> Person:
    """An approved volunteer."""
    person = cast.person("Mona")
    cast.role(person, Role.Kind.MODERATOR, edition=edition)
    return person


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", edition=edition)
    return person


def let_in() -> list[str]:
    rows = Widening.objects.filter(by=None, ended_at=None).order_by("at")
    return list(rows.values_list("group", flat=True))


def test_volunteers_come_first_then_staff_each_told_once(
    edition: Edition, due: datetime, mona: Person, tom: Person
) -> None:
    assert grace_day.open_due(now=due - MINUTE) == 0
    assert grace_day.open_due(now=due) == 1
    assert let_in() == ["volunteers"]
    assert access.assessor(mona, edition.slug, "fr", stage.UNIT, now=due).kind == "helper"
    assert grace_day.open_due(now=due + timedelta(hours=11)) == 0
    assert grace_day.open_due(now=due + timedelta(hours=12)) == 1
    assert grace_day.open_due(now=due + timedelta(hours=13)) == 0
    assert let_in() == ["volunteers", "staff"]
    messages = Message.objects.filter(key__startswith="widening:").order_by("queued_at")
    assert [one.person_id for one in messages] == [mona.pk, tom.pk]
    lines = Entry.objects.filter(verb="peer.grace_day").order_by("at")
    assert [(one.person_id, one.details["groups"], one.details["told"]) for one in lines] == [
        (None, ["volunteers"], 1),
        (None, ["staff"], 1),
    ]


def test_nobody_is_let_in_where_nothing_that_was_promised_lacks(due: datetime) -> None:
    PoolEntry.objects.filter(finished=2).update(given=1)
    assert grace_day.open_due(now=due) == 0
    PoolEntry.objects.filter(finished=2).update(given=3, withdrawn=True)
    assert grace_day.open_due(now=due) == 0


def test_nor_once_the_day_is_over_or_the_results_are_told(
    edition: Edition, copies: list[Submission], due: datetime
) -> None:
    assert grace_day.open_due(now=due + timedelta(hours=24)) == 0
    Assignment.objects.update(published_at=due)
    assert grace_day.open_due(now=due + MINUTE) == 0


def test_the_terms_can_say_no(db: None) -> None:
    edition = stage.assessed(slug="no-grace", reviews=3, grace_day="false")
    made = grading.team(edition, 2, NOW)
    PoolEntry.objects.update(given=3)
    at = stage.facts(grading.author(made[0]), edition, NOW).calendar.reviews_due
    assert at is not None
    assert grace_day.open_due(now=at) == 0


def test_whom_the_team_lets_in_no_more_stays_out(edition: Edition, due: datetime, tom: Person, mona: Person) -> None:
    grace_day.open_due(now=due)
    known = stage.facts(Submission.objects.all()[0].enrolment.person, edition, NOW)
    steering.narrow(act=cast.an_act("peer.narrow"), by=tom, facts=known, group="volunteers", now=due + MINUTE)
    assert grace_day.open_due(now=due + 2 * MINUTE) == 0
    assert let_in() == []


def test_a_group_that_the_team_let_in_is_not_written_to_again(
    edition: Edition, due: datetime, tom: Person, mona: Person
) -> None:
    known = stage.facts(Submission.objects.all()[0].enrolment.person, edition, NOW)
    steering.widen(act=cast.an_act("peer.widen"), by=tom, facts=known, groups=["volunteers"], now=due - MINUTE)
    assert grace_day.open_due(now=due) == 0
    assert Message.objects.filter(person_id=mona.pk).count() == 1
    assert not Entry.objects.filter(verb="peer.grace_day").exists()


def test_the_worker_looks_once_a_minute(due: datetime) -> None:
    look = Paced(grace_day.open_due, grace_day.PACE)
    look(due - MINUTE)
    look(due - timedelta(seconds=1))
    assert let_in() == []
    look(due)
    assert let_in() == ["volunteers"]
