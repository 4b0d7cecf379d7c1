"""Many at once for the last places, with connections of their own: never one too many, and nobody waits for ever."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition, Enrolment
from preau.exams import admitting
from preau.exams.models import Seat, Sitting
from tests import cast
from tests.exams import stage
from tests.exams.stage import HOUR, LATER, THURSDAY, TUESDAY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
AT_ONCE = 12
type Work = Callable[[], object]


@pytest.fixture
def edition(transactional_db: None) -> Edition:
    return cast.edition()


def together(works: Iterable[Work]) -> list[object]:
    """What each comes to, or its refusal; anything else that is raised fails the test."""

    def run(work: Work) -> object:
        try:
            return work()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as workers:
        return list(workers.map(run, works))


def crowd(edition: Edition, count: int) -> list[Enrolment]:
    people = [cast.person(f"crowd{number}") for number in range(count)]
    return [cast.enrolment(one, edition) for one in people]


def books(row: Enrolment, where: Sitting) -> Work:
    return lambda: stage.book(row, where)


def taken(where: Sitting) -> int:
    return Seat.objects.filter(sitting=where, given_up_at=None).count()


def test_the_last_places_are_given_once(edition: Edition) -> None:
    room = stage.sitting(edition, cast.person("Tom"), stage.on_site(TUESDAY, places=7))
    found = together([books(row, room) for row in crowd(edition, 30)])
    assert (taken(room), sum(isinstance(one, Refused) for one in found)) == (7, 23)


def test_one_learner_in_two_browsers_has_one_place(edition: Edition) -> None:
    tom: Person = cast.person("Tom")
    rooms = [stage.sitting(edition, tom, stage.on_site(at, places=30)) for at in (TUESDAY, THURSDAY)]
    (row,) = crowd(edition, 1)
    together([books(row, rooms[number % 2]) for number in range(20)])
    assert Seat.objects.filter(enrolment=row, given_up_at=None).count() == 1


def test_two_admissions_of_the_same_people_do_not_wait_for_each_other(edition: Edition) -> None:
    tom = cast.person("Tom")
    rooms = [stage.sitting(edition, tom, stage.plan(LATER + n * HOUR, second=True)) for n in range(6)]
    rows = crowd(edition, 12)
    order = [rows, rows[::-1]]

    def admits(where: Sitting, people: list[Enrolment]) -> Work:
        said = {"enrolments": [row.pk for row in people], "reason": "Panne", "by": tom, "now": TUESDAY}
        return lambda: admitting.admit(act=cast.an_act("exam.admit", now=TUESDAY), sitting=where, **said)  # type: ignore[arg-type]

    booked = [books(row, room) for row in rows for room in rooms[:1]]  # refused, but waits for the same rows
    found = together([*(admits(room, order[n % 2]) for n, room in enumerate(rooms)), *booked])
    assert [one["admitted"] for one in found if isinstance(one, dict) and one["admitted"]] == [12]
    assert Seat.objects.filter(given_up_at=None).count() == 12


def test_two_crowds_that_change_places_do_not_wait_for_each_other(edition: Edition) -> None:
    tom = cast.person("Tom")
    rooms = [stage.sitting(edition, tom, stage.on_site(at, places=10)) for at in (TUESDAY, THURSDAY)]
    rows = crowd(edition, 16)
    for number, row in enumerate(rows):
        stage.book(row, rooms[number % 2])
    together([books(row, rooms[(number + 1) % 2]) for number, row in enumerate(rows)])
    assert [taken(room) <= 10 for room in rooms] == [True, True]
    assert Seat.objects.filter(given_up_at=None).count() == 16
