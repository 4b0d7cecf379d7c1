"""Waiting for a course: with an account or an address, confirmed from its own mail, taken back, forgotten."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.mail import rules as mailing
from preau.mail.models import Message, Preference
from preau.news import waiting
from preau.news.models import Waiting
from tests import cast

WAIT = "/fr/courses/thin/wait/"
PAUL = "paul@example.net"


@pytest.fixture
def edition(db: None) -> Edition:
    """One whose enrolment has closed."""
    return cast.edition(opens=cast.monday(timezone.now(), -5))


@pytest.fixture
def ada(db: None) -> Person:
    return cast.person("Ada", zone="America/Port-au-Prince")


def asked(client: Client | None = None, **fields: str) -> Any:
    said = {"track": "classic", "language": "fr", "zone": "Africa/Dakar", **fields}
    return (client or cast.browser()).post(WAIT, cast.form(None, **said))


def link(address: str = PAUL) -> str:
    """Where the latest mail to an address leads."""
    text = Message.objects.filter(address=address).latest("queued_at").text
    found = re.search(r"/waiting/[a-z2-7]{22}/", text)
    assert found
    return found.group()


def row(**fields: Any) -> Waiting:
    values = {"language": "fr", "wording": "Une fois.", "asked_at": timezone.now(), "token": mailing.token()}
    return Waiting.objects.create(**{**values, **fields})


def test_the_page_of_a_course_offers_it_where_one_cannot_enrol(edition: Edition) -> None:
    page = cast.browser().get("/fr/courses/thin/").content.decode()
    assert f'href="{WAIT}"' in page
    assert "une seule fois" in page
    form = cast.browser().get(WAIT).content.decode()
    assert f'action="{WAIT}"' in form
    assert "moins de 15 ans" in form
    assert WAIT in cast.browser().get("/fr/").content.decode()
    Edition.objects.update(enrolment_closes_at=timezone.now() + timedelta(days=2))
    assert WAIT not in cast.browser().get("/fr/courses/thin/").content.decode()
    assert WAIT not in cast.browser().get("/fr/").content.decode()


def test_somebody_with_an_account_asks_by_one_button_and_takes_it_back(edition: Edition, ada: Person) -> None:
    client = cast.browser(ada)
    assert 'name="address"' not in client.get("/fr/courses/thin/").content.decode()
    assert asked(client).headers["Location"] == "/fr/courses/thin/"
    found = Waiting.objects.get()
    assert (found.person, found.address, found.track, found.zone) == (ada, "", "classic", "America/Port-au-Prince")
    assert found.confirmed_at
    assert "une seule fois" in found.wording
    assert not Message.objects.exists()
    for path in ("/me/", "/fr/courses/thin/"):
        assert "/fr/courses/thin/wait/stop/" in client.get(path).content.decode()
    asked(client, track="")
    assert list(Waiting.objects.values_list("track", flat=True)) == [""]
    client.post("/fr/courses/thin/wait/stop/", cast.form())
    assert not Waiting.objects.exists()
    assert "wait/stop" not in client.get("/me/").content.decode()


def test_an_act_sent_twice_asks_once(edition: Edition, ada: Person) -> None:
    form = cast.form(track="classic", language="fr")
    for _time in range(2):
        assert cast.browser(ada).post(WAIT, form, headers={"Accept": "application/json"}).status_code == 200
    assert Waiting.objects.count() == 1


def test_an_address_waits_only_once_it_is_confirmed_by_a_button(edition: Edition) -> None:
    assert asked(address=" Paul@Example.NET ").status_code == 200
    found = Waiting.objects.get()
    assert (found.address, found.confirmed_at, found.zone) == (PAUL, None, "Africa/Dakar")
    path = link()
    scanner = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert scanner.get(path).status_code == 200
    assert Waiting.objects.get().confirmed_at is None
    page = cast.browser().post(path, cast.form(track="advanced", language="en"))
    assert page.status_code == 200
    found.refresh_from_db()
    assert found.confirmed_at
    assert (found.track, found.language) == ("advanced", "en")
    cast.browser().post(path, cast.form(stop="1"))
    assert not Waiting.objects.exists()
    assert cast.browser().get(path).status_code == 404


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(edition: Edition, ada: Person) -> None:
    pages = [asked(address=address).content.decode() for address in (PAUL, PAUL, ada.email)]
    row(course=edition.course, person=ada, confirmed_at=timezone.now() + timedelta(seconds=1))
    pages.append(asked(address=ada.email).content.decode())
    plain = {re.sub(r"paul@example.net|ada@example.org", "", page) for page in pages}
    assert len(plain) == 1


def test_a_stranger_cannot_change_what_an_address_confirmed(edition: Edition) -> None:
    asked(address=PAUL)
    path = link()
    cast.browser().post(path, cast.form(track="classic", language="fr"))
    asked(address=PAUL.upper(), track="advanced", language="en")
    assert Waiting.objects.get().track == "classic"
    assert link() == path


def test_one_mail_a_day_goes_to_an_address_and_few_come_from_one_network(edition: Edition, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "waiting": "5/h/ip"}
    for _time in range(4):
        assert asked(address=PAUL).status_code == 200
    assert Message.objects.count() == 1
    answers = [asked(address=f"p{n}@example.net").status_code for n in range(2)]
    assert answers == [200, 429]
    assert Message.objects.count() == 2


def test_it_is_refused_while_one_can_enrol(edition: Edition, ada: Person) -> None:
    Edition.objects.update(enrolment_closes_at=timezone.now() + timedelta(days=2))
    assert asked(cast.browser(ada)).status_code == 422
    assert asked(address=PAUL).status_code == 422
    assert not Waiting.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("fields", [{"address": "nobody"}, {"track": "none"}, {"language": "xx"}, {"address": ""}])
def test_what_is_wrong_is_said_on_the_form(edition: Edition, fields: dict[str, str]) -> None:
    assert asked(None, **{"address": PAUL, **fields}).status_code == 422
    assert not Waiting.objects.exists()


def test_a_zone_that_no_clock_knows_is_left_out(edition: Edition) -> None:
    asked(address=PAUL, zone="../../etc/passwd")
    assert Waiting.objects.get().zone == ""


def test_a_confirmed_address_becomes_that_of_the_account_that_proved_it(edition: Edition, ada: Person) -> None:
    asked(address=ada.email)
    path = link(ada.email)
    cast.browser().post(path, cast.form(track="", language="fr"))
    assert Waiting.objects.get().person is None  # nobody proved that the account is theirs
    ada.emailaddress_set.create(email=ada.email, verified=True, primary=True)
    cast.browser().post(path, cast.form(track="classic", language="fr"))
    found = Waiting.objects.get()
    assert (found.person, found.address, found.track) == (ada, "", "classic")
    assert cast.browser().get(path).headers["Location"] == "/fr/courses/thin/"


def test_what_was_not_confirmed_in_seven_days_is_forgotten(edition: Edition, ada: Person) -> None:
    now = timezone.now()
    old, told = now - timedelta(days=8), now - timedelta(days=31)
    row(course=edition.course, address=PAUL, asked_at=old)
    row(course=edition.course, address="rose@example.net", asked_at=old, confirmed_at=old)
    row(course=edition.course, address="new@example.net", asked_at=now)
    row(course=edition.course, person=ada, asked_at=told, confirmed_at=told, told_at=told)
    assert waiting.forget(now=now) == 2
    assert set(Waiting.objects.values_list("address", flat=True)) == {"rose@example.net", "new@example.net"}


def test_the_database_keeps_one_live_row_and_the_order_of_times(edition: Edition, ada: Person) -> None:
    now, course = timezone.now(), edition.course
    row(course=course, address=PAUL)
    row(course=course, person=ada)
    wrong: list[dict[str, Any]] = [
        {"address": PAUL.upper()},
        {"person": ada},
        {"person": ada, "address": "both@example.net"},
        {},
        {"address": "a@example.net", "told_at": now},
        {"address": "b@example.net", "confirmed_at": now + timedelta(hours=2), "told_at": now + timedelta(hours=1)},
        {"address": "c@example.net", "asked_at": now, "confirmed_at": now - timedelta(hours=1)},
        {"address": "d@example.net", "edition": edition},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row(course=course, **fields)
    later = now + timedelta(hours=1)
    row(course=course, address=PAUL, confirmed_at=later, told_at=later, edition=edition)  # a former one, told


def test_who_is_erased_is_forgotten_and_takes_it_along_before(edition: Edition, ada: Person) -> None:
    asked(cast.browser(ada))
    row(course=edition.course, address=ada.email.upper())
    rooms = {room.name: room for room in personal_data.rooms()}
    exported = list(rooms["news"].export(ada)["waiting"])
    assert {line["course__slug"] for line in exported} == {"thin"}
    assert len(exported) == 2
    Preference.objects.create(
        person_id=mailing.stranger(ada.email), kind="opening", cadence="off", chosen_at=timezone.now()
    )
    accounts.erase(ada, by=ada.pk, now=timezone.now())
    assert not Waiting.objects.exists()
    assert not Preference.objects.exists()


def test_asking_lifts_what_was_stopped_before(edition: Edition, ada: Person) -> None:
    off = {"kind": "opening", "cadence": "off", "chosen_at": datetime.fromisoformat("2026-01-01T00:00:00+00:00")}
    Preference.objects.create(person_id=ada.pk, **off)
    Preference.objects.create(person_id=mailing.stranger(PAUL), **off)
    asked(cast.browser(ada))
    asked(address=PAUL)
    assert Preference.objects.count() == 1
    cast.browser().post(link(), cast.form(track="", language="fr"))
    assert not Preference.objects.exists()
