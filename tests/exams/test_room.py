"""The sheet on a telephone: by a link and without an account, around the sitting only."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.models import Act
from preau.common.ids import new_id
from preau.content.models import Unit
from preau.courses.models import Edition, Enrolment
from preau.exams import arranging, linking
from preau.exams.models import Incident, InvigilatorLink, Seat, Sitting
from preau.mail.models import Message
from tests import cast
from tests.exams import stage
from tests.exams.stage import HOUR


@pytest.fixture
def room(edition: Edition) -> Sitting:
    """A sitting on site that goes on now."""
    now = timezone.now()
    unit = Unit.objects.get(course=edition.course, key="examen")
    row = Sitting.objects.create(
        edition=edition, unit=unit, on_site=True, place="Campus de Lille", asks_identity=True,
        opens_at=now - HOUR, closes_at=now + HOUR, made_at=now,
    )  # fmt: skip
    return Sitting.objects.select_related("unit", "edition__course", "institution").get(pk=row.pk)


@pytest.fixture
def link(room: Sitting, tom: Person) -> InvigilatorLink:
    return stage.link(room, tom, timezone.now())


@pytest.fixture
def seats(room: Sitting, edition: Edition) -> list[Seat]:
    now = timezone.now()
    rows = [cast.enrolment(cast.person(name), edition) for name in ("Ana", "Ben", "Chloe")]
    return [
        Seat.objects.create(sitting=room, enrolment=row, unit_id=room.unit_id, booked_at=now - 2 * HOUR) for row in rows
    ]


class Sheet:
    """Whoever holds the link, in a browser without an account."""

    def __init__(self, link: InvigilatorLink, client: Client | None = None) -> None:
        self.base, self.client = f"/invigilate/{link.token}/", client or cast.browser()

    def page(self, path: str = "") -> Any:
        return self.client.get(self.base + path)

    def press(self, seat: Seat, **said: str) -> Any:
        return self.client.post(f"{self.base}person/{seat.pk}/", cast.form(None, **said))

    def close(self, **said: str) -> Any:
        return self.client.post(f"{self.base}close/", cast.form(None, **said))


@pytest.fixture
def sheet(link: InvigilatorLink, seats: list[Seat]) -> Sheet:
    return Sheet(link)


def test_the_mail_of_the_link_leads_to_it(link: InvigilatorLink) -> None:
    mail = Message.objects.get(address="zoe@example.org")
    assert f"/invigilate/{link.token}/" in mail.text
    assert len(link.token) >= 22, "128 bits"
    act = cast.an_act("send")
    linking.send(act=act, link=link, by=link.made_by or Person(), now=timezone.now())
    assert Message.objects.filter(address="zoe@example.org").count() == 2


def test_it_shows_names_and_nothing_else_of_people(sheet: Sheet, seats: list[Seat], room: Sitting) -> None:
    page = sheet.page()
    text = page.content.decode()
    assert all(name in text for name in ("Ana", "Ben", "Chloe", "Campus de Lille"))
    for who in (None, seats[0]):
        body = (sheet.page(f"person/{who.pk}/") if who else page).content.decode()
        assert "@example.org" not in body
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    found = sheet.page("?q=ben").content.decode()
    assert "Ben" in found
    assert "Chloe" not in found


def test_accents_count_neither_in_the_order_nor_in_the_search(sheet: Sheet, seats: list[Seat]) -> None:
    Person.objects.filter(pk=seats[2].enrolment.person_id).update(name="Élise N’Guessan")
    Person.objects.filter(pk=seats[0].enrolment.person_id).update(name="Fatima")
    text = sheet.page().content.decode()
    assert text.index("Ben") < text.index("Élise") < text.index("Fatima")
    assert "Élise" in sheet.page("?q=elise").content.decode()


def test_somebody_without_a_name_is_shown_without_their_address(sheet: Sheet, seats: list[Seat]) -> None:
    Person.objects.filter(pk=seats[0].enrolment.person_id).update(name="")
    assert "@example.org" not in sheet.page().content.decode()


def test_present_absent_and_back(sheet: Sheet, seats: list[Seat]) -> None:
    for do, kept in (("present", "present"), ("absent", "absent"), ("unmark", "")):
        reply = sheet.press(seats[0], do=do, list="1", q="ana", page="1")
        assert reply.status_code == 302
        assert reply.headers["Location"].endswith(f"?q=ana&page=1#s-{seats[0].pk}")
        seats[0].refresh_from_db()
        assert (seats[0].attendance, seats[0].attendance_by) == (kept, "Zoé Petit")


def test_pressed_twice_it_is_one_act_of_the_link(sheet: Sheet, seats: list[Seat], link: InvigilatorLink) -> None:
    act = new_id()
    for _ in range(2):
        form = cast.form(act, do="present", list="1")
        assert sheet.client.post(f"{sheet.base}person/{seats[0].pk}/", form).status_code == 302
    assert Act.objects.get(pk=act).person_id == link.pk


def test_what_came_of_looking_at_a_document(sheet: Sheet, seats: list[Seat]) -> None:
    assert sheet.press(seats[0], do="checked", list="1").status_code == 302
    assert sheet.press(seats[1], do="identity", identity="doubt").status_code == 422
    assert sheet.press(seats[1], do="identity", identity="doubt", note="Deux orthographes").status_code == 302
    assert sheet.press(seats[2], do="identity", identity="impossible", note="Aucun document").status_code == 302
    rows = Seat.objects.order_by("pk").values_list("identity", "identity_note", "identity_by")
    assert list(rows) == [
        ("checked", "", "Zoé Petit"),
        ("doubt", "Deux orthographes", "Zoé Petit"),
        ("impossible", "Aucun document", "Zoé Petit"),
    ]


@pytest.mark.parametrize(
    "said", [{}, {"do": "dance"}, {"do": "identity", "identity": "king"}, {"do": "\x00"}, {"identity": "é" * 400}]
)
def test_nonsense_is_refused_in_words(sheet: Sheet, seats: list[Seat], said: dict[str, str]) -> None:
    assert sheet.press(seats[0], **said).status_code == 422
    seats[0].refresh_from_db()
    assert (seats[0].attendance, seats[0].identity) == ("", "unchecked")


def test_incidents_of_the_room_and_of_a_person(sheet: Sheet, seats: list[Seat], room: Sitting) -> None:
    local = timezone.now().astimezone(room.edition.zone_info)
    said = {"kind": "technical", "text": "Coupure de dix minutes.", "at": f"{local:%Y-%m-%dT%H:%M}"}
    assert sheet.client.post(f"{sheet.base}incidents/", cast.form(None, **said)).status_code == 302
    one = {**said, "kind": "fraud", "text": "Un téléphone sur la table.", "seat": str(seats[0].pk)}
    assert sheet.client.post(f"{sheet.base}incidents/", cast.form(None, **one)).status_code == 302
    assert set(Incident.objects.values_list("kind", "seat", "noted_by")) == {
        ("technical", None, "Zoé Petit"),
        ("fraud", seats[0].pk, "Zoé Petit"),
    }
    assert "Un téléphone sur la table." in sheet.page(f"person/{seats[0].pk}/").content.decode()
    struck = Incident.objects.get(kind="technical")
    assert sheet.client.post(f"{sheet.base}incidents/{struck.pk}/", cast.form()).status_code == 302
    page = sheet.page("incidents/").content.decode()
    assert "<s>Coupure de dix minutes.</s>" in page


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "fraud", "text": " ", "at": "2026-03-01T10:00"},
        {"kind": "war", "text": "Rien", "at": "2026-03-01T10:00"},
        {"kind": "late", "text": "Rien", "at": "demain"},
        {"kind": "late", "text": "Rien", "at": "9999-12-31T23:59"},
        {"kind": "late", "text": "Rien", "at": "2099-01-01T10:00"},
        {"kind": "late", "text": "Rien", "at": "2020-01-01T10:00"},
        {"kind": "late", "text": "x" * 2001, "at": "2026-03-01T10:00"},
    ],
)
def test_an_incident_that_is_none_keeps_what_was_typed(sheet: Sheet, said: dict[str, str]) -> None:
    reply = sheet.client.post(f"{sheet.base}incidents/", cast.form(None, **said))
    assert reply.status_code == 422
    assert said["text"] in reply.content.decode()
    assert not Incident.objects.exists()


def test_the_sheet_is_closed_under_a_name_once_everybody_is_marked(
    sheet: Sheet, seats: list[Seat], room: Sitting, rita: Person
) -> None:
    sheet.press(seats[0], do="present")
    assert sheet.close(name="").status_code == 422
    assert sheet.close(name="Zoé Petit").status_code == 422
    assert sheet.close(name="Zoé Petit", rest_absent="on").status_code == 302
    room.refresh_from_db()
    assert room.signed_by == "Zoé Petit"
    assert sorted(Seat.objects.values_list("attendance", flat=True)) == ["absent", "absent", "present"]
    assert sheet.press(seats[1], do="present").status_code == 422
    text = sheet.page().content.decode()
    assert "Zoé Petit" in text
    assert 'name="do"' not in text
    desk = cast.browser(rita)
    assert desk.post(f"/desk/thin-1/exams/sittings/{room.pk}/reopen/", cast.form()).status_code == 302
    assert sheet.press(seats[1], do="present").status_code == 302


def test_who_began_and_finished_is_seen_without_any_answer(sheet: Sheet, seats: list[Seat], room: Sitting) -> None:
    version = room.edition.course.versions.get()
    of = {"unit_id": room.unit_id, "version": version, "number": 1, "seed": 1, "of": 2.0}
    seats[0].enrolment.attempts.create(started_at=timezone.now(), **of)
    seats[1].enrolment.attempts.create(started_at=timezone.now(), closed_at=timezone.now(), **of)
    lines = sheet.page().content.decode().split('<li class="card stack"')
    states = {name: next(line for line in lines if name in line) for name in ("Ana", "Ben", "Chloe")}
    assert states["Chloe"].count('class="state') == 0
    assert states["Ana"].count('class="state pending') == 1
    assert states["Ben"].count('class="state done') == 1


@pytest.mark.parametrize(("moved", "status"), [(timedelta(days=2), 403), (timedelta(days=-2), 410)])
def test_outside_its_hours_a_link_opens_nothing(
    sheet: Sheet, seats: list[Seat], room: Sitting, moved: timedelta, status: int
) -> None:
    Sitting.objects.update(opens_at=room.opens_at + moved, closes_at=room.closes_at + moved)
    for path in ("", f"person/{seats[0].pk}/", "incidents/", "close/"):
        reply = sheet.page(path)
        assert reply.status_code == status, path
        assert "Ana" not in reply.content.decode()
    assert sheet.press(seats[0], do="present").status_code == status
    assert Seat.objects.exclude(attendance="").count() == 0


def test_an_ended_link_and_a_cancelled_sitting_open_nothing(
    sheet: Sheet, link: InvigilatorLink, room: Sitting, tom: Person
) -> None:
    other = Sheet(stage.link(room, tom, timezone.now()))
    linking.end(act=cast.an_act("end"), link=link, by=tom, now=timezone.now())
    assert (sheet.page().status_code, other.page().status_code) == (410, 200)
    arranging.cancel(act=cast.an_act("c"), sitting=room, reason="Grève", by=tom, now=timezone.now())
    assert other.page().status_code == 410
    for token in ("nobody", "%00", "x" * 300, "é"):
        assert cast.browser().get(f"/invigilate/{token}/").status_code == 404


def test_the_list_costs_the_same_for_three_and_for_thirty(
    sheet: Sheet, room: Sitting, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        sheet.page()
    people = Person.objects.bulk_create(
        Person(email=f"c{n}@example.org", name=f"C {n}", joined_at=timezone.now()) for n in range(30)
    )
    track = edition.tracks.get(key="classic")
    rows = Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=edition.opens_at) for one in people
    )
    Seat.objects.bulk_create(
        Seat(sitting=room, enrolment=row, unit_id=room.unit_id, booked_at=timezone.now()) for row in rows
    )
    with django_assert_max_num_queries(5):
        assert "C 29" in sheet.page().content.decode()


def test_the_address_is_forgotten_a_month_later(link: InvigilatorLink, room: Sitting) -> None:
    ends: datetime = room.closes_at
    assert linking.forget(now=ends + timedelta(days=29)) == 0
    assert linking.forget(now=ends + timedelta(days=31)) == 1
    link.refresh_from_db()
    assert link.email == ""
