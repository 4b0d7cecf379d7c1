"""Who waits is told once that enrolment is open: in their language, zone and track, in batches that cost the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.config import worker
from preau.courses.models import Edition
from preau.mail import actions as mail
from preau.mail import letters
from preau.mail import rules as mailing
from preau.mail.models import Message, Preference
from preau.news import telling
from preau.news.models import Waiting
from tests import cast

NOW = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def edition(db: None) -> Edition:
    """The next one: enrolment opened a week ago."""
    return cast.edition(opens=cast.monday(NOW, 3))


def waits(edition: Edition, **fields: Any) -> Waiting:
    before = NOW - timedelta(days=60)
    values = {"language": "fr", "wording": "Une fois.", "asked_at": before, "confirmed_at": before}
    return Waiting.objects.create(course=edition.course, token=mailing.token(), **{**values, **fields})


def told() -> dict[str, Message]:
    return {row.address: row for row in Message.objects.filter(kind="opening")}


def test_each_is_told_once_in_their_words(edition: Edition) -> None:
    ada = cast.person("Ada")
    waits(edition, person=ada, track="classic", zone="America/Port-au-Prince")
    waits(edition, address="paul@example.net", language="en", zone="Africa/Dakar")
    assert telling.tell_due(now=NOW) == 2
    assert telling.tell_due(now=NOW + timedelta(days=1)) == 0
    hers, his = told()[ada.email], told()["paul@example.net"]
    assert (hers.person_id, his.person_id) == (ada.pk, mailing.stranger("PAUL@example.net"))
    assert (hers.language, his.language) == ("fr", "en")
    assert "Port-au-Prince" in hers.text
    assert "Dakar time" in his.text
    assert "Classique" in hers.text
    assert "/fr/courses/thin/#enrol" in hers.text
    assert "/en/courses/thin/#enrol" in his.text
    for row in Waiting.objects.all():
        assert (row.told_at, row.edition) == (NOW, edition)


def test_a_track_that_is_not_there_is_said(edition: Edition) -> None:
    waits(edition, address="paul@example.net", track="gone")
    telling.tell_due(now=NOW)
    text = told()["paul@example.net"].text
    assert "gone" in text
    assert "ne fait pas partie" in text
    assert "Classique, Avancé" in text


CLOSED: list[dict[str, Any]] = [
    {"visibility": "private"},
    {"published_at": None},
    {"published_at": NOW + timedelta(days=1)},
    {"enrols_at": NOW + timedelta(days=1)},
    {"enrolment_closes_at": NOW},
]


@pytest.mark.parametrize("fields", CLOSED)
def test_nobody_is_told_of_what_they_could_not_enrol_in(edition: Edition, fields: dict[str, Any]) -> None:
    waits(edition, address="paul@example.net")
    Edition.objects.filter(pk=edition.pk).update(**fields)
    assert telling.tell_due(now=NOW) == 0
    assert not told()


def test_what_was_not_confirmed_is_not_told(edition: Edition) -> None:
    waits(edition, address="paul@example.net", confirmed_at=None)
    assert telling.tell_due(now=NOW) == 0


def test_who_enrolled_meanwhile_is_not_told_and_waits_no_more(edition: Edition) -> None:
    ada, rose = cast.person("Ada"), cast.person("Rose")
    for person in (ada, rose):
        cast.enrolment(person, edition, at=NOW)
    waits(edition, person=ada)
    waits(edition, address=rose.email.upper())
    waits(edition, address="paul@example.net")
    assert telling.tell_due(now=NOW) == 3
    assert set(told()) == {"paul@example.net"}
    assert Waiting.objects.get().address == "paul@example.net"


def test_an_address_whose_account_waits_too_is_told_once(edition: Edition) -> None:
    ada = cast.person("Ada")
    waits(edition, address=ada.email.title())
    waits(edition, person=ada)
    telling.tell_due(now=NOW)
    assert set(told()) == {ada.email}
    assert Message.objects.count() == 1


def test_the_mail_goes_with_a_way_to_stop_that_needs_no_account(edition: Edition) -> None:
    waits(edition, address="paul@example.net")
    telling.tell_due(now=NOW)
    message = told()["paul@example.net"]
    letter = letters.letter(message)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/accounts/messages/" not in letter.body
    foreign = Client(headers={"Sec-Fetch-Site": "cross-site"})
    page = foreign.get(f"/mail/stop/{message.token}/").content.decode()
    assert "/accounts/messages/" not in page
    assert foreign.post(f"/mail/stop/{message.token}/").status_code == 200
    assert Preference.objects.get().person_id == mailing.stranger("paul@example.net")
    mail.deliver(now=NOW)
    message.refresh_from_db()
    assert message.stopped == Message.Stopped.OFF


def test_the_worker_does_it_by_itself(edition: Edition) -> None:
    waits(edition, address="paul@example.net")
    waits(edition, address="late@example.net", asked_at=NOW - timedelta(days=9), confirmed_at=None)
    worker.tend(NOW)
    assert Waiting.objects.get().told_at == NOW


def test_batches_cost_the_same_however_many_wait(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 10)

    def cost(people: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert telling.tell_due(now=NOW) == people
        return len(queries)

    many(edition, 10, "a")
    one = cost(10)
    many(edition, 40, "b")
    four = cost(40)
    many(edition, 80, "c")
    assert cost(80) - four == 4 * (four - one) // 3


def many(edition: Edition, count: int, name: str) -> None:
    before: Callable[[int], datetime] = lambda n: NOW - timedelta(days=20, seconds=n)  # noqa: E731
    rows = [
        Waiting(
            course=edition.course,
            address=f"{name}{n}@example.net",
            language="fr" if n % 2 else "en",
            wording="Une fois.",
            token=mailing.token(),
            asked_at=before(n),
            confirmed_at=before(n),
        )
        for n in range(count)
    ]
    Waiting.objects.bulk_create(rows)


def test_staff_see_how_many_wait_by_track_and_language(edition: Edition, tom: Person) -> None:
    Edition.objects.update(enrols_at=NOW + timedelta(days=1))
    cast.role(tom, "teacher", course=edition.course)
    waits(edition, address="paul@example.net", track="advanced")
    waits(edition, address="rose@example.net", language="en")
    waits(edition, address="nobody@example.net", confirmed_at=None)
    page = cast.browser(tom).get("/desk/thin-1/").content.decode()
    assert "2 personnes attendent" in page
    assert "Avancé · français · 1" in page
    following = cast.browser(tom).get("/desk/thin-1/next/").content.decode()
    assert "2 personnes attendent" in following
    assert "1 pour le parcours Avancé" in following
