"""What a jury sees of how somebody sat; what is handed over and erased of it."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.exams import evidence as own
from preau.exams import personal, recording
from preau.exams.models import Incident, Seat, Sitting
from preau.exams.recording import Writer
from preau.grades import evidence
from tests import cast
from tests.exams import stage
from tests.exams.stage import EARLY, HOUR, TUESDAY

AFTER = TUESDAY + 3 * HOUR


@pytest.fixture
def room(edition: Edition, tom: Person) -> Sitting:
    return stage.sitting(edition, tom, stage.on_site(TUESDAY))


@pytest.fixture
def seat(ana_enrolment: Enrolment, room: Sitting) -> Seat:
    return stage.book(ana_enrolment, room)


def told(seat: Seat, edition: Edition) -> list[tuple[str, bool]]:
    """What the registered sources say of a learner, ours among them."""
    found = evidence.of(edition, [seat.enrolment_id])[seat.enrolment_id]
    return [(sign.kind, sign.apart) for sign in found if "/exams/sittings/" in sign.href]


def happened(seat: Seat | None, room: Sitting, kind: str, by: Person) -> Incident:
    act = cast.an_act("report", {"k": kind}, AFTER)
    said: dict[str, Any] = {"kind": kind, "text": "Ceci.", "happened_at": TUESDAY}
    made = recording.report(act=act, sitting=room, seat=seat, by=Writer.of_desk(by), now=AFTER, **said)
    return Incident.objects.select_related("sitting__edition", "seat").get(pk=made["incident"])


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ({}, [("identity", True)]),
        ({"attendance": "present", "identity": "checked"}, []),
        ({"attendance": "present", "identity": "impossible"}, [("identity", True)]),
        ({"attendance": "present", "identity": "doubt", "identity_by": "Zoé"}, [("identity", True)]),
        ({"attendance": "absent"}, [("exam", False)]),
    ],
)
def test_identity_and_absence(seat: Seat, edition: Edition, fields: dict[str, str], signs: list[Any]) -> None:
    Seat.objects.update(**fields)
    assert told(seat, edition) == signs


def test_where_no_identity_is_asked_for_only_a_doubt_is_told(seat: Seat, edition: Edition) -> None:
    Sitting.objects.update(asks_identity=False)
    assert told(seat, edition) == []
    Seat.objects.update(identity="doubt", identity_by="Zoé")
    assert told(seat, edition) == [("identity", True)]


def test_incidents_of_a_person_and_not_of_the_room(seat: Seat, room: Sitting, edition: Edition, tom: Person) -> None:
    Seat.objects.update(identity="checked", attendance="present")
    for kind in ("fraud", "late", "technical"):
        happened(seat, room, kind, tom)
    happened(None, room, "other", tom)
    assert sorted(told(seat, edition)) == [("exam", False), ("exam", True), ("fraud", True)]
    struck = Incident.objects.select_related("sitting__edition", "seat").get(kind="fraud")
    recording.strike(act=cast.an_act("strike"), incident=struck, by=Writer.of_desk(tom), now=AFTER)
    assert ("fraud", True) not in told(seat, edition)


def test_nothing_of_a_sitting_to_come_or_of_a_place_given_up(seat: Seat, edition: Edition) -> None:
    Sitting.objects.update(opens_at=timezone.now(), closes_at=timezone.now() + HOUR)
    assert told(seat, edition) == []
    Sitting.objects.update(opens_at=TUESDAY, closes_at=TUESDAY + HOUR)
    Seat.objects.update(given_up_at=EARLY)
    assert told(seat, edition) == []


def test_signs_are_words_and_lead_to_the_desk(seat: Seat, room: Sitting, edition: Edition, tom: Person) -> None:
    happened(seat, room, "fraud", tom)
    for sign in own.signs(edition, [seat.enrolment_id])[seat.enrolment_id]:
        assert "{" not in sign.said
        assert "2026-03-17" in sign.said
        assert cast.browser(tom).get(sign.href).status_code == 200


def test_as_many_queries_for_one_as_for_many(
    seat: Seat, room: Sitting, edition: Edition, tom: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [seat, *(stage.book(cast.enrolment(cast.person(f"more{n}"), edition), room) for n in range(4))]
    happened(seat, room, "late", tom)
    for chosen in (rows[:1], rows):
        with django_assert_num_queries(2):
            assert len(own.signs(edition, [one.enrolment_id for one in chosen])) == len(chosen)


def test_what_is_handed_over(seat: Seat, room: Sitting, tom: Person) -> None:
    happened(seat, room, "health", tom)
    found = {name: list(rows) for name, rows in personal.export(seat.enrolment.person).items()}
    assert (found["exam_seats"][0]["unit__key"], found["exam_seats"][0]["identity"]) == ("examen", "unchecked")
    assert [row["text"] for row in found["exam_incidents"]] == ["Ceci."]
    assert "Tom" not in str(found)


def test_an_erasure_wipes_words_and_keeps_the_record(seat: Seat, room: Sitting, tom: Person) -> None:
    happened(seat, room, "health", tom)
    values = {"identity": "doubt", "identity_by": "Zoé", "identity_note": "Un nom.", "reason": "Hôpital"}
    Seat.objects.update(attendance="present", **values)
    assert personal.erase(seat.enrolment.person, AFTER) == {personal.SEATS: personal.SEATS_WHY}
    row = Seat.objects.get()
    assert (row.attendance, row.identity, row.identity_note, row.reason) == ("present", "doubt", "", "")
    assert Incident.objects.get().text == ""
    assert row.given_up_at is None


def test_an_erasure_gives_up_what_is_to_come(seat: Seat) -> None:
    assert personal.erase(seat.enrolment.person, EARLY) == {personal.SEATS: personal.SEATS_WHY}
    assert Seat.objects.get().given_up_at == EARLY
