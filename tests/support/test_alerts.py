"""A danger reaches a named person at once, and nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.audit.models import Entry
from preau.courses.models import Edition, Enrolment, Role
from preau.mail import actions as mail
from preau.mail.models import Message
from preau.support import alerts
from preau.support.models import Alert
from tests import cast

PAGE = "/e/thin-1/alert/"
DESK = "/desk/thin-1/alerts/"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def dora(edition: Edition) -> Person:
    person = cast.person("Dora")
    cast.role(person, Role.Kind.ADMINISTRATOR)
    return person


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, Role.Kind.TEACHER, edition=edition)
    return person


@pytest.fixture
def safe(tom: Person, dora: Person) -> Person:
    """Somebody without any role, named by Tom at the desk."""
    person = cast.person("Sam")
    form = cast.form(email="Sam@example.org")
    assert cast.browser(tom).post("/desk/thin-1/volunteers/contact/", form).status_code == 302
    return person


def report(who: Person, **fields: str) -> Alert:
    form = cast.form(kind="distress", text="Elle dit qu'elle veut mourir.", about="/e/thin-1/fr/debut/lecon/")
    assert cast.browser(who).post(PAGE, {**form, **fields}).status_code == 200
    return Alert.objects.latest("raised_at")


def told(row: Alert, late: str = "") -> list[str]:
    return sorted(Message.objects.filter(key=f"alert:{row.pk}{late}").values_list("address", flat=True))


def test_the_named_person_is_told_at_once_and_the_words_stay_here(ana: Person, safe: Person) -> None:
    row = report(ana)
    assert told(row) == ["sam@example.org"]
    message = Message.objects.get(key=f"alert:{row.pk}")
    assert row.text not in message.text + message.html
    assert DESK in message.text
    assert row.path == "/e/thin-1/fr/debut/lecon/"
    assert row.text not in str(list(Entry.objects.values_list("details", flat=True)))
    mail.deliver(now=timezone.now())
    message.refresh_from_db()
    assert message.sent_at is not None


def test_without_anybody_named_the_administrators_are_told(ana: Person, dora: Person) -> None:
    assert told(report(ana)) == ["dora@example.org"]


def test_a_person_whom_mail_does_not_reach_is_not_the_only_one(ana: Person, safe: Person) -> None:
    mail.bounced(now=timezone.now(), address="sam@example.org", hard=True)
    assert told(report(ana)) == ["dora@example.org", "sam@example.org"]
    safe.is_active = False
    safe.save()
    assert told(report(ana)) == ["dora@example.org"]


def test_only_the_named_person_and_administrators_see_it(ana: Person, safe: Person, tom: Person, dora: Person) -> None:
    row = report(ana)
    for who in (safe, dora):
        assert row.text in cast.browser(who).get(DESK).content.decode().replace("&#x27;", "'")
    for who in (tom, ana):
        assert cast.browser(who).get(DESK).status_code == 404
        assert cast.browser(who).post(f"{DESK}{row.pk}/", cast.form(note="Lu.")).status_code == 404
    assert "/alerts/" not in cast.browser(tom).get("/desk/thin-1/volunteers/").content.decode()
    links = cast.browser(safe).get(DESK).content.decode()
    assert f'href="{DESK}"' in links
    assert 'href="/desk/thin-1/requests/"' not in links


def test_it_is_handled_with_a_note(ana: Person, safe: Person) -> None:
    row = report(ana)
    client = cast.browser(safe)
    assert client.post(f"{DESK}{row.pk}/", cast.form(note=" ")).status_code == 422
    assert client.post(f"{DESK}{row.pk}/", cast.form(note="Appelée.")).status_code == 302
    client.post(f"{DESK}{row.pk}/", cast.form(note="Rappelée."))
    row.refresh_from_db()
    assert row.handled_by == safe
    assert row.note == "Appelée.\n\nRappelée."


def test_sent_twice_it_is_one(ana: Person, safe: Person) -> None:
    form = cast.form(kind="threat", text="Une menace.")
    for _time in range(2):
        assert cast.browser(ana).post(PAGE, form).status_code == 200
    assert Alert.objects.count() == 1
    assert Message.objects.filter(key__startswith="alert:").count() == 1


def test_what_waits_too_long_is_told_to_every_administrator_once(ana: Person, safe: Person, dora: Person) -> None:
    row = report(ana)
    later = row.raised_at + alerts.PATIENCE
    assert alerts.remind(now=later - timedelta(seconds=1)) == 0
    for _time in range(2):
        alerts.remind(now=later)
    assert told(row, ":late") == ["dora@example.org"]


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil", "/\nx"])
def test_an_address_elsewhere_is_not_kept(ana: Person, safe: Person, path: str) -> None:
    assert report(ana, about=path).path == ""
    assert cast.browser(ana).get(PAGE, {"about": path}).status_code == 200


def test_numbers_to_call_need_no_account(edition: Edition) -> None:
    page = cast.browser().get("/alert/").content.decode()
    assert all(f"tel:{number}" in page for number in ("15", "17", "112", "3114"))


def test_every_page_leads_there(ana: Person) -> None:
    client = cast.browser(ana)
    assert 'href="/e/thin-1/alert/?' in client.get("/e/thin-1/").content.decode()
    assert 'href="/alert/?' in client.get("/me/").content.decode()
    assert PAGE in client.get("/alert/").content.decode()


def test_an_erasure_keeps_a_danger_that_waits_without_a_name(ana: Person, safe: Person) -> None:
    row, done = report(ana), report(ana)
    cast.browser(safe).post(f"{DESK}{done.pk}/", cast.form(note="Fait."))
    room = {room.name: room for room in personal_data.rooms()}["support"]
    assert len(list(room.export(ana)["alerts"])) == 2
    kept = room.erase(ana, timezone.now())
    assert set(kept) <= set(room.may_keep)
    left = Alert.objects.get()
    assert left == row
    assert left.person is None


def test_a_record_does_not_tell_who_reported_a_danger(edition: Edition, ana_enrolment: Enrolment, tom: Person) -> None:
    report(ana_enrolment.person)
    page = cast.browser(tom).get(f"/desk/thin-1/learners/{ana_enrolment.pk}/").content.decode()
    assert "enrol 1" in page
    assert "alert." not in page
