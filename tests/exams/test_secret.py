"""What is right is told to nobody who may still write: not by a change that was undone, nor by a sitting made too
late."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
from django.db import transaction

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses import rules as dates
from preau.courses.models import Edition, Enrolment
from preau.desk import deadlines
from preau.exams import arranging, letters
from preau.exams.models import Seat, Sitting
from preau.grades.models import Result
from tests import cast
from tests.exams import stage
from tests.exams.stage import HOUR, LATER, MINUTE, TUESDAY
from tests.exams.test_second import answered, page_at

ENDS = LATER + 2 * HOUR
GRACE = dates.GRACE["exam"]


@pytest.fixture
def second(edition: Edition, tom: Person) -> Sitting:
    return stage.sitting(edition, tom, stage.plan(LATER, second=True))


def prolong(row: Sitting, hours: int, by: Person, times: int = 1, now: datetime = TUESDAY) -> None:
    """Let it end so many hours after it opens; sent `times` times."""
    wanted = stage.plan(LATER, closes_at=LATER + hours * HOUR)
    said = cast.an_act("sitting.edit", wanted.data, TUESDAY)
    for _ in range(times):
        fresh = Sitting.objects.select_related("unit", "edition__course").get(pk=row.pk)
        unit = stage.exam(fresh.edition)
        arranging.edit(act=said, sitting=fresh, unit=unit, plan=wanted, by=by, now=now)


def test_a_change_that_was_sent_twice_hides_no_later_one(
    ana: Person, edition: Edition, second: Sitting, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(ana, stage.begin(ana, edition, TUESDAY), TUESDAY + MINUTE, "cinq")
    prolong(second, 3, tom, times=2)
    prolong(second, 24, tom)
    edition.refresh_from_db()
    assert outlines.of_edition(edition, "fr").last_due(stage.exam(edition)) == LATER + 24 * HOUR
    assert Result.objects.get().shown_from == LATER + 24 * HOUR + GRACE
    assert "quatre" not in page_at(ana, edition, LATER + 20 * HOUR, monkeypatch)


class Undone(Exception):
    pass


def retold(row: Sitting, seat: Seat) -> None:
    arranging.retell(row.edition, "examen")


def retold_by_the_desk(row: Sitting, seat: Seat) -> None:
    deadlines.retell(row.edition, ["examen"])


def written(row: Sitting, seat: Seat) -> None:
    letters.tell(row, [(seat, seat.enrolment.person)], "changed", now=TUESDAY)


@pytest.mark.parametrize("then", [retold, retold_by_the_desk, written])
def test_what_was_undone_is_remembered_by_nobody(
    ana_enrolment: Enrolment, second: Sitting, tom: Person, then: Callable[[Sitting, Seat], None]
) -> None:
    seat = stage.admit(second, ana_enrolment, by=tom)
    edition = second.edition
    edition.refresh_from_db()
    for closes, undone in ((ENDS + HOUR, True), (ENDS + 9 * HOUR, False)):
        with suppress(Undone), transaction.atomic():
            Sitting.objects.filter(pk=second.pk).update(closes_at=closes)
            courses.touch(edition)
            then(second, seat)
            if undone:
                raise Undone
        edition.refresh_from_db()
    assert outlines.of_edition(edition, "fr").last_due(stage.exam(edition)) == ENDS + 9 * HOUR


def test_no_second_sitting_is_made_once_the_answers_were_told(
    ana: Person, edition: Edition, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = stage.exam(edition).due
    assert due is not None
    answered(ana, stage.begin(ana, edition, TUESDAY), TUESDAY + MINUTE, "cinq")
    with pytest.raises(Refused):
        stage.sitting(edition, tom, stage.plan(LATER, second=True), due + GRACE + MINUTE)
    assert not Sitting.objects.exists()
    stage.sitting(edition, tom, stage.plan(LATER, second=True), due + GRACE - MINUTE)
    assert "quatre" not in page_at(ana, edition, due + 24 * HOUR, monkeypatch)


def test_nor_does_one_end_later_once_they_were(edition: Edition, second: Sitting, tom: Person) -> None:
    prolong(second, 3, tom, now=ENDS)
    told = LATER + 3 * HOUR + GRACE
    with pytest.raises(Refused):
        prolong(second, 9, tom, now=told + MINUTE)
    prolong(second, 2, tom, now=told + MINUTE)
    second.refresh_from_db()
    assert second.closes_at == ENDS
