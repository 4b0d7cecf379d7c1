"""When a paper is begun: what the seat of a learner says, told to quizzes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import Edition, Enrolment
from preau.exams import recording
from preau.exams.models import Seat
from preau.exams.recording import Writer
from preau.quizzes import windows
from tests import cast
from tests.exams import stage
from tests.exams.stage import HOUR, MINUTE, THURSDAY, TUESDAY


def mark(seat: Seat, attendance: str, by: Person) -> None:
    act = cast.an_act("exam.record", {"a": attendance}, TUESDAY)
    recording.mark(act=act, seat=seat, attendance=attendance, by=Writer.of_desk(by), now=TUESDAY)


def identify(seat: Seat, identity: str, by: Person, note: str = "") -> None:
    act = cast.an_act("exam.record", {"i": identity}, TUESDAY)
    recording.identify(act=act, seat=seat, identity=identity, note=note, by=Writer.of_desk(by), now=TUESDAY)


def test_without_a_sitting_the_exams_own_window_holds(ana: Person, edition: Edition) -> None:
    assert windows.of(cast.place(ana, edition, "examen", TUESDAY)) is None
    assert stage.begin(ana, edition, TUESDAY).number == 1


def test_with_sittings_one_books_first(ana: Person, edition: Edition, tom: Person) -> None:
    stage.sitting(edition, tom, stage.on_site(THURSDAY))
    with pytest.raises(Refused, match=r"[Bb]ook|[Rr]éserv"):
        stage.begin(ana, edition, TUESDAY)


def test_online_in_ones_own_sitting_and_then_only(ana_enrolment: Enrolment, edition: Edition, tom: Person) -> None:
    ana = ana_enrolment.person
    stage.book(ana_enrolment, stage.sitting(edition, tom, stage.plan(THURSDAY, places=9)))
    stage.sitting(edition, tom, stage.plan(TUESDAY))  # for as many as come: not for who booked elsewhere
    for wrong in (TUESDAY + MINUTE, THURSDAY - MINUTE, THURSDAY + 2 * HOUR + MINUTE):
        with pytest.raises(Refused):
            stage.begin(ana, edition, wrong)
    paper = stage.begin(ana, edition, THURSDAY + HOUR)
    assert paper.ends_at is not None
    assert paper.ends_at <= THURSDAY + 2 * HOUR


def test_an_online_sitting_for_as_many_as_come_needs_no_booking(ana: Person, edition: Edition, tom: Person) -> None:
    stage.sitting(edition, tom, stage.plan(THURSDAY))
    stage.sitting(edition, tom, stage.on_site(TUESDAY))
    with pytest.raises(Refused):
        stage.begin(ana, edition, TUESDAY + HOUR)
    assert stage.begin(ana, edition, THURSDAY + HOUR).number == 1


def test_on_site_one_begins_once_marked_present_and_looked_at(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    ana, at = ana_enrolment.person, TUESDAY + MINUTE
    seat = stage.book(ana_enrolment, stage.sitting(edition, tom, stage.on_site(TUESDAY)))
    for attendance in ("", "absent", "present"):
        mark(seat, attendance, tom)
        with pytest.raises(Refused):
            stage.begin(ana, edition, at)
    identify(seat, "doubt", tom, "La photographie ne ressemble pas.")
    assert stage.begin(ana, edition, at).number == 1


def test_where_no_identity_is_asked_for_presence_is_enough(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    room = stage.sitting(edition, tom, stage.on_site(TUESDAY, asks_identity=False))
    mark(stage.book(ana_enrolment, room), "present", tom)
    assert stage.begin(ana_enrolment.person, edition, TUESDAY + MINUTE).number == 1


def test_the_window_of_a_seat_costs_one_query_and_none_without_sittings(
    ana_enrolment: Enrolment, edition: Edition, tom: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    place = cast.place(ana_enrolment.person, edition, "examen", TUESDAY)
    windows.of(place)
    with django_assert_num_queries(0):
        assert windows.of(place) is None
    stage.book(ana_enrolment, stage.sitting(edition, tom, stage.plan(THURSDAY, places=3)))
    edition.refresh_from_db()
    place = cast.place(ana_enrolment.person, edition, "examen", TUESDAY)
    windows.of(place)
    with django_assert_num_queries(1):
        found = windows.of(place)
    assert found is not None
    assert (found.opens, found.attempts) == (THURSDAY, 1)


def test_the_fragment_of_an_exam_costs_two_queries_with_a_seat_too(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    edition, tom, lea = cast.edition(opens=cast.monday(now, -3)), cast.person("Tom"), cast.person("Lea")
    row = cast.enrolment(lea, edition)
    unit = stage.exam(edition)
    room = stage.sitting(edition, tom, stage.on_site(unit.opens + timedelta(days=1)), edition.opens_at)
    stage.book(row, room, edition.opens_at)
    client = cast.script(lea)
    for _ in range(2):
        page = client.get("/e/thin-1/me/fr/debut/examen/").content.decode()
    assert "/e/thin-1/me/exams/" in page
    with django_assert_num_queries(2):
        client.get("/e/thin-1/me/fr/debut/examen/")
