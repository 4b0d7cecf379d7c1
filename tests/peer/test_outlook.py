"""What the pool says of what will be missing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from preau.courses.models import Edition
from preau.peer import allocation, outlook
from preau.peer.allocation import Helpers
from preau.peer.models import PoolEntry
from tests.peer import stage


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


def test_the_counts_of_the_pool(edition: Edition, now: datetime, django_assert_num_queries: Any) -> None:
    people = [stage.learner(f"l{n}", edition) for n in range(5)]
    copies = [stage.copy(person, edition, now) for person in people]
    for _turn in range(3):
        stage.review(people[0], edition, now)
    stage.lease(people[1], edition, now)
    PoolEntry.objects.filter(pk=copies[4].pk).update(language="en")
    known = stage.facts(people[0], edition, now)
    with django_assert_num_queries(1):
        english, french = outlook.counts(known)
    assert (english.language, english.track, english.copies, english.contributors) == ("en", "advanced", 1, 0)
    assert (french.language, french.copies, french.contributors) == ("fr", 4, 1)
    assert french.finished + english.finished == 3
    assert french.missing + english.missing == 5 * 3 - 3
    assert french.promised == 3
    assert french.leased + english.leased == pytest.approx(allocation.FRESH)
    assert (french.owed_begun, french.owed_idle, english.owed_idle) == (1 + 4, 8, 4)


def test_what_lies_ahead(edition: Edition, now: datetime) -> None:
    people = [stage.learner(f"l{n}", edition) for n in range(3)]
    for person in people:
        stage.copy(person, edition, now)
    known = stage.facts(people[0], edition, now)
    assert known.calendar.reviews_due is not None
    (early,) = outlook.ahead(known, now)
    (late,) = outlook.ahead(known, known.calendar.reviews_due - timedelta(hours=1))
    (helped,) = outlook.ahead(known, now, [Helpers(3, frozenset({"fr"}))])
    assert 0 < early.due < late.due <= 9
    assert helped.due == 0
