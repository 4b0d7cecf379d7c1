"""A learner whom the team excused from an assignment owes no assessment for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses.models import Edition
from preau.grades.models import Result
from preau.mail.models import Message
from preau.peer import outlook, owing, publishing, telling
from preau.peer.models import PoolEntry, Submission
from tests import cast
from tests.peer import grading, stage

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


def staged(**meta: Any) -> tuple[Edition, list[Submission]]:
    """Four copies, assessed; the first two authors gave nothing, and the first is excused."""
    edition = stage.assessed(reviews=3, **meta)
    copies = grading.team(edition, 4, NOW)
    grading.around(copies, NOW)
    PoolEntry.objects.filter(pk__in=[copies[0].pk, copies[1].pk]).update(given=0)
    excuse(copies[0])
    return edition, copies


def excuse(copy: Submission, key: str = stage.UNIT) -> None:
    courses.excuse(enrolment=copy.enrolment, key=key, reason="Malade", by=grading.author(copy), now=NOW)


def owed(edition: Edition, copies: list[Submission]) -> list[int]:
    known = owing.count(outlines.of_edition(edition, "fr"), [copy.enrolment_id for copy in copies])
    return [known.get(copy.enrolment_id, 0) for copy in copies]


@pytest.mark.django_db
def test_the_ledger_reckons_with_no_review_of_theirs() -> None:
    edition, copies = staged()
    excuse(copies[1], key="quiz")  # of another unit
    assert owed(edition, copies) == [0, 3, 0, 0]


@pytest.mark.django_db
def test_their_result_is_held_no_more() -> None:
    edition, copies = staged()
    at = grading.publish(edition, copies, NOW)
    told = set(Result.objects.order_by().values_list("enrolment_id", flat=True))
    assert [copy.enrolment_id in told for copy in copies] == [True, False, True, True]
    excuse(copies[1])
    publishing.release_due(now=at + timedelta(hours=1))
    assert Result.objects.count() == 4


@pytest.mark.django_db
def test_they_lose_no_points() -> None:
    edition, copies = staged(owed=5)
    grading.publish(edition, copies, NOW)
    given = {one.enrolment_id: one.score for one in Result.objects.order_by()}
    grades = [copy.peer_grade.score for copy in Submission.objects.select_related("peer_grade").order_by("pk")]
    assert given[copies[0].enrolment_id] == grades[0]
    assert given[copies[1].enrolment_id] == grades[1] - 15


@pytest.mark.django_db
def test_they_are_neither_asked_nor_counted_upon() -> None:
    edition, copies = staged()
    known = stage.facts(grading.author(copies[0]), edition, NOW)
    assert known.calendar.closes is not None
    (line,) = outlook.counts(known)
    assert line.owed_begun + line.owed_idle == 3
    telling.tell_due(now=known.calendar.closes + timedelta(hours=1))
    asked = Message.objects.filter(key__endswith=":reviewing").order_by().values_list("person_id", flat=True)
    assert list(asked) == [grading.author(copies[1]).pk]


@pytest.mark.django_db
def test_their_own_page_asks_for_none() -> None:
    edition = stage.assessed(opens=cast.monday(timezone.now(), -2), reviews=3)
    copy = stage.copy(stage.learner("Ana", edition), edition, edition.opens_at + timedelta(days=8))
    client, hub = cast.browser(grading.author(copy)), f"/e/{edition.slug}/peer/fr/cas/"
    assert client.get(hub).context["owed"] == 3
    excuse(copy)
    assert client.get(hub).context["owed"] == 0
