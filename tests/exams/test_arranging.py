"""The desk makes, changes, cancels a sitting; whoever has a place in it is told."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.courses.models import Edition, Enrolment, Institution
from preau.exams import arranging, places
from preau.exams.models import InvigilatorLink, Seat, Sitting
from tests import cast
from tests.exams import stage
from tests.exams.stage import EARLY, HOUR, LATER, MINUTE, THURSDAY, TUESDAY


def edit(row: Sitting, wanted: arranging.Plan, by: Person) -> dict[str, Any]:
    act = cast.an_act("sitting.edit", wanted.data, EARLY)
    unit = stage.exam(row.edition)
    return arranging.edit(act=act, sitting=row, unit=unit, plan=wanted, by=by, now=EARLY)


def test_a_change_of_date_or_place_is_told_and_another_is_not(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    room = stage.sitting(edition, tom, stage.on_site(TUESDAY, places=5))
    stage.book(ana_enrolment, room)
    assert edit(room, stage.on_site(TUESDAY, places=9), tom)["told"] == 0
    assert edit(room, stage.on_site(THURSDAY, places=9, room="A 1"), tom)["told"] == 1
    _convocation, mail = stage.written_to(ana_enrolment.person)
    assert "19 mars" in mail.text
    assert "A 1" in mail.text
    room.refresh_from_db()
    assert room.sequence == 1
    assert {line.verb for line in journal.about("edition", edition.pk)} >= {"sitting.made", "sitting.changed"}


def test_not_fewer_places_than_are_taken(ana_enrolment: Enrolment, edition: Edition, tom: Person) -> None:
    room = stage.sitting(edition, tom, stage.on_site(TUESDAY, places=5))
    stage.book(ana_enrolment, room)
    stage.book(cast.enrolment(cast.person("Max"), edition), room)
    with pytest.raises(Refused):
        edit(room, stage.on_site(TUESDAY, places=1), tom)


def test_cancelled_it_frees_its_people_and_tells_them_why(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    room, other = stage.sitting(edition, tom, stage.on_site(TUESDAY)), stage.sitting(edition, tom, stage.plan(THURSDAY))
    stage.book(ana_enrolment, room)

    def cancel(reason: str) -> dict[str, Any]:
        act = cast.an_act("sitting.cancel", {"r": reason}, EARLY)
        return arranging.cancel(act=act, sitting=room, reason=reason, by=tom, now=EARLY)

    with pytest.raises(Refused):
        cancel(" ")
    assert cancel("Grève des trains")["told"] == 1
    with pytest.raises(Refused):
        cancel("Encore")
    assert "Grève des trains" in stage.written_to(ana_enrolment.person)[-1].text
    with pytest.raises(Refused):
        stage.book(ana_enrolment, room)
    stage.book(ana_enrolment, other)


def test_not_once_a_paper_was_begun_in_it(ana_enrolment: Enrolment, edition: Edition, tom: Person) -> None:
    online = stage.sitting(edition, tom, stage.plan(TUESDAY, places=3))
    stage.book(ana_enrolment, online)
    stage.begin(ana_enrolment.person, edition, TUESDAY + HOUR)
    act = cast.an_act("sitting.cancel", now=TUESDAY + HOUR)
    with pytest.raises(Refused):
        arranging.cancel(act=act, sitting=online, reason="Trop tard", by=tom, now=TUESDAY + HOUR)


def cancelled(row: Sitting, by: Person, now: datetime = EARLY) -> dict[str, Any]:
    act = cast.an_act("sitting.cancel", now=now)
    return arranging.cancel(act=act, sitting=row, reason="Grève", by=by, now=now)


def test_nor_one_without_booking_where_somebody_began(ana_enrolment: Enrolment, edition: Edition, tom: Person) -> None:
    online, other = (stage.sitting(edition, tom, stage.plan(at)) for at in (TUESDAY, THURSDAY))
    stage.begin(ana_enrolment.person, edition, TUESDAY + MINUTE)
    with pytest.raises(Refused):
        cancelled(online, tom, TUESDAY + HOUR)
    assert cancelled(other, tom, TUESDAY + HOUR)["told"] == 0


def test_where_somebody_with_a_place_elsewhere_began_is_not_that_sitting(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    booked, online = (stage.sitting(edition, tom, stage.plan(TUESDAY, places=places)) for places in (3, None))
    stage.book(ana_enrolment, booked)
    stage.begin(ana_enrolment.person, edition, TUESDAY + MINUTE)
    assert cancelled(online, tom, TUESDAY + HOUR)["told"] == 0


def test_when_it_opens_stays_once_a_paper_was_begun(ana_enrolment: Enrolment, edition: Edition, tom: Person) -> None:
    row = stage.sitting(edition, tom, stage.plan(LATER, second=True))
    stage.admit(row, ana_enrolment, by=tom)
    paper = stage.begin(ana_enrolment.person, edition, LATER + MINUTE)
    with pytest.raises(Refused):
        edit(row, stage.plan(LATER + 5 * MINUTE), tom)
    edit(row, stage.plan(LATER, closes_at=LATER + 3 * HOUR), tom)
    row.refresh_from_db()
    assert (row.opens_at, row.closes_at) == (LATER, LATER + 3 * HOUR)
    assert paper.number == 1


def test_who_left_and_comes_back_after_a_change_is_not_one_too_many(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    room = stage.sitting(edition, tom, stage.on_site(TUESDAY, places=2))
    leo = cast.enrolment(cast.person("Leo"), edition)
    for row in (ana_enrolment, leo):
        stage.book(row, room)
    Enrolment.objects.filter(pk=leo.pk).update(left_at=EARLY)
    edit(room, stage.on_site(TUESDAY, places=1), tom)
    Enrolment.objects.filter(pk=leo.pk).update(left_at=None)
    assert places.taken(room.pk) == 1


def test_cancelled_the_last_first_sitting_lets_nobody_begin(
    ana_enrolment: Enrolment, edition: Edition, tom: Person
) -> None:
    ana = ana_enrolment.person
    room = stage.sitting(edition, tom, stage.on_site(TUESDAY, places=10))
    stage.sitting(edition, tom, stage.plan(LATER, second=True))
    cancelled(room, tom)
    with pytest.raises(Refused):
        stage.begin(ana, edition, TUESDAY)
    mine = cast.browser(ana).get(f"/e/{edition.slug}/me/exams/").content.decode()
    assert "annulées" in mine or "cancelled" in mine
    unit = stage.exam(edition)
    assert unit.due is not None
    stage.sitting(edition, tom, stage.plan(unit.opens, closes_at=unit.due))
    assert stage.begin(ana, edition, TUESDAY).number == 1


def test_with_second_sittings_alone_the_exams_own_window_holds(ana: Person, edition: Edition, tom: Person) -> None:
    cancelled(stage.sitting(edition, tom, stage.plan(LATER, second=True)), tom)
    stage.sitting(edition, tom, stage.plan(LATER, second=True))
    assert stage.begin(ana, edition, TUESDAY).number == 1


def test_none_is_made_that_is_over_already(edition: Edition, tom: Person) -> None:
    with pytest.raises(Refused):
        stage.sitting(edition, tom, stage.plan(TUESDAY), TUESDAY + 3 * HOUR)


@pytest.fixture
def running(db: None) -> Edition:
    return cast.edition(slug="runs", opens=cast.monday(timezone.now(), -1))


def fields(edition: Edition, **said: str) -> dict[str, str]:
    local = (stage.exam(edition).opens + timedelta(days=1)).astimezone(edition.zone_info)
    ends = local + 2 * HOUR
    shape = "%Y-%m-%dT%H:%M"
    return {"where": "site", "opens_at": f"{local:{shape}}", "closes_at": f"{ends:{shape}}", "place": "Lille", **said}


def test_the_desk_makes_changes_names_and_cancels(running: Edition, dora: Person) -> None:
    school = Institution.objects.create(slug="ecole", name="École de Lille")
    client, new = cast.browser(dora), "/desk/runs/exams/examen/new/"
    form = cast.form(None, **fields(running, places="30", institution=str(school.pk)))
    first, again = client.post(new, form), client.post(new, form)
    assert (first.status_code, first.headers["Location"]) == (302, again.headers["Location"])
    row = Sitting.objects.get()
    assert (row.places, row.asks_identity, row.institution) == (30, True, school)
    page = f"/desk/runs/exams/sittings/{row.pk}/"
    assert "École de Lille" in client.get(page).content.decode()
    assert str(row.pk) in client.get("/desk/runs/exams/").content.decode()
    changed = client.post(f"{page}edit/", cast.form(None, **fields(running, where="online", places="")))
    assert changed.status_code == 302
    row.refresh_from_db()
    assert (row.on_site, row.place, row.places, row.asks_identity) == (False, "", None, False)
    said = {"name": "Zoé", "email": "zoe@example.org", "language": "fr"}
    assert client.post(f"{page}links/", cast.form(None, **said)).status_code == 302
    link = InvigilatorLink.objects.get()
    assert link.token in client.get(page).content.decode()
    for do in ("send", "end", "send"):
        assert client.post(f"{page}links/{link.pk}/", cast.form(None, do=do)).status_code == 302
    link.refresh_from_db()
    assert link.ended_at is not None
    assert client.post(f"{page}cancel/", cast.form(reason="Grève")).status_code == 302
    assert "Grève" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"place": ""},
        {"opens_at": "demain"},
        {"closes_at": "2026-01-01T10:00"},
        {"opens_at": "2020-01-01T10:00"},
        {"places": "0"},
        {"places": "-3"},
        {"institution": "nobody"},
        {"where": "moon"},
        {"place": "x" * 121},
    ],
)
def test_nonsense_is_refused_and_keeps_what_was_typed(running: Edition, dora: Person, said: dict[str, str]) -> None:
    given = fields(running, directions="Par le métro, ligne 1", **said) if "place" in said else {
        **fields(running, directions="Par le métro, ligne 1"), **said
    }  # fmt: skip
    reply = cast.browser(dora).post("/desk/runs/exams/examen/new/", cast.form(None, **given))
    assert reply.status_code == 422
    assert "Par le métro, ligne 1" in reply.content.decode()
    assert not Sitting.objects.exists()


def test_a_second_sitting_inside_the_window_is_refused(running: Edition, dora: Person) -> None:
    reply = cast.browser(dora).post("/desk/runs/exams/examen/new/", cast.form(None, **fields(running, second="on")))
    assert reply.status_code == 422
    assert not Sitting.objects.exists()


def test_the_form_of_a_sitting_sent_as_it_is_writes_to_nobody(running: Edition, dora: Person) -> None:
    school = Institution.objects.create(slug="ecole", name="École de Lille")
    client, said = cast.browser(dora), fields(running, places="30", institution=str(school.pk))
    client.post("/desk/runs/exams/examen/new/", cast.form(None, **said))
    row, lea = Sitting.objects.get(), cast.enrolment(cast.person("Lea"), running)
    stage.book(lea, row, timezone.now())
    edited = client.post(f"/desk/runs/exams/sittings/{row.pk}/edit/", cast.form(None, **{**said, "bring": "Un stylo"}))
    again = client.post(f"/desk/runs/exams/sittings/{row.pk}/edit/", cast.form(None, **{**said, "bring": "Un stylo"}))
    assert (edited.status_code, again.status_code) == (302, 302)
    assert len(stage.written_to(lea.person)) == 2, "the convocation, and what is to be brought"


def test_the_desk_is_told_what_cancelling_the_last_sitting_does(running: Edition, dora: Person) -> None:
    opens = stage.exam(running).opens + timedelta(days=1)
    first, other = (stage.sitting(running, dora, stage.on_site(opens), timezone.now()) for _ in range(2))
    client, board = cast.browser(dora), "/desk/runs/exams/"
    warned = 'class="notice warning"'
    assert warned not in client.get(f"{board}sittings/{first.pk}/").content.decode()
    cancelled(other, dora, timezone.now())
    assert warned in client.get(f"{board}sittings/{first.pk}/").content.decode()
    assert warned not in client.get(board).content.decode()
    cancelled(first, dora, timezone.now())
    assert warned in client.get(board).content.decode()


def test_the_desk_writes_down_identity_presence_and_incidents(running: Edition, dora: Person) -> None:
    row = cast.enrolment(cast.person("Lea"), running)
    opens = stage.exam(running).opens + timedelta(days=1)
    room = stage.sitting(running, dora, stage.plan(opens, places=3), timezone.now())
    seat, client = stage.book(row, room, timezone.now()), cast.browser(dora)
    page = f"/desk/runs/exams/sittings/{room.pk}/"
    one = f"{page}seats/{seat.pk}/"
    assert client.post(one, cast.form(identity="checked", note="")).status_code == 302
    assert client.post(one, cast.form(identity="doubt", note="")).status_code == 422
    assert client.post(one, cast.form(attendance="present")).status_code == 302
    seat.refresh_from_db()
    assert (seat.identity, seat.attendance, seat.identity_by) == ("checked", "present", "Dora")
    began = timezone.now()
    Sitting.objects.filter(pk=room.pk).update(opens_at=began, closes_at=began + HOUR)
    local = f"{began.astimezone(running.zone_info):%Y-%m-%dT%H:%M}"
    said = {"kind": "fraud", "text": "=cmd()", "at": local, "seat": str(seat.pk)}
    assert client.post(f"{page}incidents/", cast.form(None, **said)).status_code == 302
    assert "=cmd()" in client.get(one).content.decode()
    sheet = b"".join(client.get(f"{page}sheet.csv").streaming_content).decode()  # type: ignore[attr-defined]
    heading, line = csv.reader(io.StringIO(sheet.removeprefix("\ufeff")))
    cells = dict(zip(heading, line, strict=True))
    assert (cells["name"], cells["attendance"], cells["identity"]) == ("Lea", "present", "checked")
    assert cells["incidents"] == "fraud: =cmd()"
    assert Seat.objects.count() == 1


def test_the_board_and_a_sitting_cost_the_same_for_one_and_for_many(
    running: Edition, dora: Person, django_assert_max_num_queries: Any
) -> None:
    opens = stage.exam(running).opens + timedelta(days=1)
    room, client = stage.sitting(running, dora, stage.on_site(opens), timezone.now()), cast.browser(dora)
    stage.book(cast.enrolment(cast.person("Lea"), running), room, timezone.now())
    pages = {"/desk/runs/exams/": 8, f"/desk/runs/exams/sittings/{room.pk}/": 14}
    for more in (0, 4):
        for number in range(more):
            stage.sitting(running, dora, stage.on_site(opens), timezone.now())
            stage.book(cast.enrolment(cast.person(f"more{number}"), running), room, timezone.now())
        for path, most in pages.items():
            client.get(path)
            with django_assert_max_num_queries(most):
                assert client.get(path).status_code == 200
