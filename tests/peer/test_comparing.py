"""Copies that say the same are found once none can be handed in any more: in this edition and in earlier ones."""

from datetime import datetime, timedelta

import pytest

from preau.common.pace import Paced
from preau.content.models import UnitText
from preau.courses.models import Edition
from preau.peer import comparing, likeness, personal
from preau.peer.models import Assignment, Likeness, Print, Submission
from tests import cast
from tests.peer import stage

WRITING = cast.MONDAY + timedelta(days=8)
QUOTE = " ".join(f"phrase{number}" for number in range(200))


def own(name: str) -> str:
    return " ".join(f"{name.lower()}{number}" for number in range(200))


def closed(edition: Edition) -> datetime:
    known = stage.facts(Submission.objects.filter(enrolment__edition=edition)[0].enrolment.person, edition, WRITING)
    assert known.calendar.closes is not None
    return known.calendar.closes + timedelta(minutes=1)


@pytest.fixture
def edition(db: None) -> Edition:
    return stage.assessed()


@pytest.fixture
def copies(edition: Edition) -> list[Submission]:
    """Ana and Lea say the same for half of their copies; Max does not."""
    texts = {"Ana": f"{own('Ana')} {QUOTE}", "Lea": f"{QUOTE}\n\n{own('Lea')}", "Max": own("Max")}
    return [stage.copy(stage.learner(name, edition), edition, WRITING, text) for name, text in texts.items()]


def look(now: datetime) -> None:
    """All that the worker has to do."""
    while comparing.compare_due(now=now, limit=2):
        pass


def found() -> list[tuple[object, object]]:
    return [(one.submission_id, one.other_id) for one in Likeness.objects.order_by("found_at", "pk")]


def test_nothing_is_looked_at_while_copies_come_in(edition: Edition, copies: list[Submission]) -> None:
    look(closed(edition) - timedelta(minutes=2))
    assert not Print.objects.exists()


def test_a_pair_is_found_once_however_often_one_looks(edition: Edition, copies: list[Submission]) -> None:
    now = closed(edition)
    look(now)
    assert found() == [(copies[0].pk, copies[1].pk)]
    assert Print.objects.count() == 3
    assert Assignment.objects.get().compared_at == now
    Assignment.objects.update(compared_at=None)
    look(now + timedelta(hours=1))
    assert len(found()) == 1
    assert comparing.compare_due(now=now + timedelta(hours=2)) == 0


def test_a_look_that_is_killed_leaves_nothing_half_done(
    edition: Edition, copies: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = closed(edition)
    assert comparing.compare_due(now=now, limit=2) == 2
    with monkeypatch.context() as patched:
        patched.setattr(likeness, "alike", lambda *asked: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(now)
    assert Assignment.objects.get().compared_at is None
    look(now)
    assert len(found()) == 1


def test_a_copy_that_came_late_is_compared_too(edition: Edition, copies: list[Submission]) -> None:
    now = closed(edition)
    look(now)
    late = stage.copy(stage.learner("Zoe", edition), edition, WRITING, f"{own('Zoe')} {QUOTE}")
    look(now + timedelta(hours=1))
    assert {pair for pair in found() if late.pk in pair} == {(one.pk, late.pk) for one in copies[:2]}


def test_copies_of_an_earlier_edition_are_looked_at_but_not_one_s_own(
    edition: Edition, copies: list[Submission]
) -> None:
    before = stage.assessed(slug="thin-0", opens=cast.monday(cast.MONDAY, -20))
    old = WRITING - timedelta(weeks=20)
    former = stage.copy(stage.learner("Old", before), before, old, f"{own('Old')} {own('Max')}")
    cast.enrolment(copies[2].enrolment.person, before, track="advanced")
    again = stage.copy(copies[2].enrolment.person, before, old, own("Max"))
    assert former.unit_id == copies[2].unit_id
    look(closed(edition))
    here = Likeness.objects.filter(assignment__edition=edition).order_by("pk")
    assert {(one.submission_id, one.other_id) for one in here} == {
        (copies[0].pk, copies[1].pk),
        (copies[2].pk, former.pk),
    }
    there = Likeness.objects.get(assignment__edition=before)  # of two people of that edition
    assert {there.submission_id, there.other_id} == {former.pk, again.pk}


def test_what_the_course_says_may_be_quoted(edition: Edition, copies: list[Submission]) -> None:
    UnitText.objects.filter(unit__key="lecon").update(body=QUOTE)
    comparing._stock.cache_clear()
    look(closed(edition))
    assert found() == []


def test_whoever_leaves_leaves_no_print(edition: Edition, copies: list[Submission]) -> None:
    now = closed(edition)
    look(now)
    personal.erase(copies[1].enrolment.person, now)
    assert found() == []
    assert not Print.objects.filter(submission=copies[1]).exists()
    look(now)
    assert Print.objects.count() == 2


def test_the_worker_goes_on_while_there_is_something_to_do(edition: Edition, copies: list[Submission]) -> None:
    chore, now = Paced(comparing.compare_due, comparing.PACE, more=True), closed(edition)
    for _look in range(3):  # print, compare, nothing left
        chore(now)
    assert len(found()) == 1
    assert chore.due == now + comparing.PACE
