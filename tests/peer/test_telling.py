"""Each phase is told once to whom it concerns, in their language."""

from datetime import UTC, datetime, timedelta

import pytest

from preau.courses.models import Edition
from preau.mail.models import Message
from preau.peer import telling
from preau.peer.models import PoolEntry, Submission
from tests.peer import grading, stage
from tests.peer.grading import author, row

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed(reviews=3)


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    made = grading.team(edition, 4, NOW)
    grading.around(made, NOW)
    PoolEntry.objects.filter(pk__in=[copy.pk for copy in made[:2]]).update(given=1)
    return made


def told(phase: str) -> dict[object, str]:
    rows = Message.objects.filter(key__endswith=f":{phase}", key__startswith="peer:").order_by()
    return dict(rows.values_list("person_id", "text"))


def people(copies: list[Submission]) -> set[object]:
    return {author(copy).pk for copy in copies}


def test_nobody_is_told_while_copies_come_in(edition: Edition, copies: list[Submission]) -> None:
    assert telling.tell_due(now=NOW) == 0


def test_reviewing_begins_for_those_who_owe(
    edition: Edition, copies: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 1)
    calendar = stage.facts(author(copies[0]), edition, NOW).calendar
    assert calendar.closes is not None
    for _again in range(2):
        telling.tell_due(now=calendar.closes + timedelta(minutes=1))
    assert set(told("reviewing")) == people(copies[:2])
    assert "2" in told("reviewing")[author(copies[0]).pk]
    assert "/e/thin-1/peer/fr/cas/" in told("reviewing")[author(copies[0]).pk]
    assert set(row(edition).told) == {"reviewing"}


def test_two_days_before_the_end_those_who_still_owe_are_reminded(edition: Edition, copies: list[Submission]) -> None:
    calendar = stage.facts(author(copies[0]), edition, NOW).calendar
    assert calendar.closes is not None
    assert calendar.reviews_due is not None
    telling.tell_due(now=calendar.closes + timedelta(minutes=1))
    telling.tell_due(now=calendar.reviews_due - timedelta(hours=49))
    assert told("reminded") == {}
    PoolEntry.objects.filter(pk=copies[0].pk).update(given=3)
    telling.tell_due(now=calendar.reviews_due - timedelta(hours=47))
    assert set(told("reminded")) == people(copies[1:2])
    assert Message.objects.get(key__endswith=":reminded").kind == "reminder"


def test_results_are_told_to_everybody_each_as_it_is_for_them(edition: Edition, copies: list[Submission]) -> None:
    english = author(copies[3])
    english.language = "en"
    english.save()
    PoolEntry.objects.filter(pk=copies[1].pk).update(given=3)
    at = grading.publish(edition, copies, NOW)
    for _again in range(2):
        telling.tell_due(now=at)
    found = told("results")
    assert set(found) == people(copies)
    assert "/e/thin-1/peer/fr/cas/result/" in found[author(copies[1]).pk]
    assert "result/" not in found[author(copies[0]).pk]  # theirs waits: they are sent to where they assess
    assert "The results of" in found[english.pk]
    assert "/e/thin-1/peer/en/cas/result/" in found[english.pk]


def test_whoever_has_no_result_yet_is_told_so(edition: Edition, copies: list[Submission]) -> None:
    alone = stage.copy(stage.learner("Seule", edition, language="en"), edition, NOW)
    PoolEntry.objects.filter(pk=alone.pk).update(given=3)
    telling.tell_due(now=grading.publish(edition, copies, NOW))
    assert "not told yet" in told("results")[author(alone).pk]
