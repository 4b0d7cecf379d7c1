"""A learner books, changes, gives up; reads where they go."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition, Enrolment
from preau.exams import actions
from preau.exams.models import Seat, Sitting
from tests import cast
from tests.exams import stage
from tests.exams.stage import EARLY, HOUR, THURSDAY, TUESDAY


@pytest.fixture
def room(edition: Edition, tom: Person) -> Sitting:
    return stage.sitting(edition, tom, stage.on_site(TUESDAY, places=2, room="B 12", bring="Une calculatrice"))


@pytest.fixture
def other(edition: Edition, tom: Person) -> Sitting:
    return stage.sitting(edition, tom, stage.plan(THURSDAY, places=5))


def learners(edition: Edition, count: int) -> list[Enrolment]:
    return [cast.enrolment(cast.person(f"crowd{n}"), edition) for n in range(count)]


def test_a_place_is_booked_once_and_the_convocation_goes_out(ana_enrolment: Enrolment, room: Sitting) -> None:
    act = cast.an_act("exam.book", {}, EARLY)
    said: dict[str, Any] = {"by": ana_enrolment.person, "enrolment": ana_enrolment, "sitting": room, "now": EARLY}
    assert actions.book(act=act, **said) == actions.book(act=act, **said)
    seat = stage.book(ana_enrolment, room)
    assert Seat.objects.get() == seat
    (mail,) = stage.written_to(ana_enrolment.person)
    for word in ("Campus de Lille", "B 12", "Une calculatrice", "17 mars", f"{settings.SITE_URL}/e/thin-1/me/exams/"):
        assert word in mail.text, word


def test_no_more_places_are_given_than_there_are(edition: Edition, room: Sitting) -> None:
    rows = learners(edition, 3)
    for row in rows[:2]:
        stage.book(row, room)
    with pytest.raises(Refused):
        stage.book(rows[2], room)
    Enrolment.objects.filter(pk=rows[0].pk).update(left_at=EARLY)
    stage.book(rows[2], room)
    Enrolment.objects.filter(pk=rows[0].pk).update(left_at=None)
    assert Seat.objects.filter(sitting=room, given_up_at=None).count() == 2, "who comes back books again"


def test_another_place_is_taken_in_exchange(ana_enrolment: Enrolment, room: Sitting, other: Sitting) -> None:
    stage.book(ana_enrolment, room)
    stage.book(ana_enrolment, other)
    assert Seat.objects.get(given_up_at=None).sitting == other
    assert len(stage.written_to(ana_enrolment.person)) == 2


def test_it_stays_once_its_sitting_has_begun(ana_enrolment: Enrolment, room: Sitting, other: Sitting) -> None:
    seat = stage.book(ana_enrolment, room)
    with pytest.raises(Refused):
        stage.book(ana_enrolment, other, now=TUESDAY)
    with pytest.raises(Refused):
        actions.give_up(act=cast.an_act("exam.give_up"), by=ana_enrolment.person, seat=seat, now=TUESDAY)
    actions.give_up(act=cast.an_act("exam.give_up"), by=ana_enrolment.person, seat=seat, now=TUESDAY - HOUR)
    assert not Seat.objects.filter(given_up_at=None).exists()


def test_nothing_is_booked_late_or_after_a_paper_was_begun(edition: Edition, ana: Person, tom: Person) -> None:
    row = Enrolment.objects.select_related("person", "edition").get(person=ana)
    whole = stage.exam(edition)
    assert whole.due is not None
    online = stage.sitting(edition, tom, stage.plan(whole.opens, closes_at=whole.due))
    room = stage.sitting(edition, tom, stage.on_site(THURSDAY))
    with pytest.raises(Refused):
        stage.book(row, online, now=whole.opens)
    stage.begin(ana, edition, TUESDAY)
    with pytest.raises(Refused):
        stage.book(row, room, now=TUESDAY + HOUR)


def soon(edition: Edition, by: Person, **fields: object) -> Sitting:
    """A sitting of next week, while this is the second."""
    unit = stage.exam(edition)
    return stage.sitting(edition, by, stage.on_site(unit.opens + timedelta(days=1), **fields), timezone.now())


@pytest.fixture
def running(db: None) -> Edition:
    return cast.edition(slug="runs", opens=cast.monday(timezone.now(), -1))


def test_the_pages_of_a_learner_from_booking_to_giving_up(running: Edition, dora: Person) -> None:
    lea = cast.person("Lea")
    cast.enrolment(lea, running)
    room, full = soon(running, dora, places=3), soon(running, dora, places=1, place="Dakar")
    stage.book(cast.enrolment(cast.person("Max"), running), full, timezone.now())
    client = cast.browser(lea)
    page = client.get("/e/runs/me/exams/").content.decode()
    assert "Campus de Lille" in page
    assert f"/book/{full.pk}/" not in page
    reply = client.post(f"/e/runs/me/exams/book/{room.pk}/", cast.form())
    assert (reply.status_code, reply.headers["Location"]) == (302, "/e/runs/me/exams/")
    seat = Seat.objects.get(enrolment__person=lea)
    page = client.get(f"/e/runs/me/exams/{seat.pk}/").content.decode()
    assert "Campus de Lille" in page
    assert "data-print" in page
    event = Calendar.from_ical(client.get(f"/e/runs/me/exams/{seat.pk}/exam.ics").content).walk("VEVENT")[0]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (room.opens_at, room.closes_at)
    assert str(event["location"]) == "Campus de Lille"
    refused = client.post(f"/e/runs/me/exams/book/{full.pk}/", cast.form())
    assert refused.status_code == 422
    assert client.post(f"/e/runs/me/exams/{seat.pk}/give-up/", cast.form()).status_code == 302
    page = client.get(f"/e/runs/me/exams/{seat.pk}/").content.decode()
    assert "Campus de Lille" not in page
    assert "CANCELLED" in client.get(f"/e/runs/me/exams/{seat.pk}/exam.ics").content.decode()


def test_my_exams_cost_the_same_for_one_sitting_and_for_many(
    running: Edition, dora: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lea = cast.person("Lea")
    row = cast.enrolment(lea, running)
    stage.book(row, soon(running, dora), timezone.now())
    client = cast.browser(lea)
    for more in (0, 4):
        for _ in range(more):
            soon(running, dora)
        client.get("/e/runs/me/exams/")
        with django_assert_num_queries(6):
            client.get("/e/runs/me/exams/")


def test_an_edition_without_a_sitting_says_that_there_is_nothing_to_book(running: Edition) -> None:
    lea = cast.person("Lea")
    cast.enrolment(lea, running)
    page = cast.browser(lea).get("/e/runs/me/exams/").content.decode()
    assert "examen" in page
    assert "/book/" not in page
