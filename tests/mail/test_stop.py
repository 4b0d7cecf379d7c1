"""One click stops a kind of message, without a cookie; opening the link does not."""

import pytest
from django.test import Client
from django.utils import timezone

from preau.accounts.models import Person
from preau.mail import actions, queries
from preau.mail.models import Message, Preference
from tests import cast

pytestmark = pytest.mark.django_db

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}


@pytest.fixture
def message(ana: Person) -> Message:
    return queued(ana, "announcement")


def queued(person: Person, kind: str) -> Message:
    words = {"language": "fr", "subject": "S", "text": "T"}
    row = {"person_id": person.pk, "address": person.email, "key": kind}
    actions.queue(now=timezone.now(), kind=kind, **row, **words)  # type: ignore[arg-type]
    return Message.objects.get(key=kind)


def cadence(person: Person, kind: str = "announcement") -> str:
    return next(str(row["cadence"]) for row in queries.cadences(person.pk) if row["kind"].name == kind)


def test_a_mail_programs_post_stops_the_kind_and_only_that(ana: Person, message: Message) -> None:
    body = {"List-Unsubscribe": "One-Click"}
    reply = Client(headers=FOREIGN).post(f"/mail/stop/{message.token}/", body)
    assert reply.status_code == 200
    assert not reply.cookies
    assert (cadence(ana), cadence(ana, "reminder")) == ("off", "now")


def test_opening_the_link_changes_nothing_and_shows_a_button(ana: Person, message: Message) -> None:
    page = Client(headers=FOREIGN).get(f"/mail/stop/{message.token}/")
    assert page.status_code == 200
    assert b'<form method="post">' in page.content
    assert page.headers["Content-Language"] == "fr"
    assert not Preference.objects.exists()
    assert cast.browser().post(f"/mail/stop/{message.token}/").status_code == 200
    assert cadence(ana) == "off"


def test_clicking_again_is_well(ana: Person, message: Message) -> None:
    for _time in range(3):
        assert Client(headers=FOREIGN).post(f"/mail/stop/{message.token}/").status_code == 200
    assert Preference.objects.count() == 1


def test_who_is_signed_in_does_not_matter(ben: Person, ana: Person, message: Message) -> None:
    client = Client(headers=FOREIGN)
    client.force_login(ben)
    client.post(f"/mail/stop/{message.token}/")
    assert (cadence(ana), cadence(ben)) == ("off", "now")


def test_a_receipt_cannot_be_stopped_and_a_wrong_token_leads_nowhere(ana: Person) -> None:
    receipt = queued(ana, "receipt")
    for token in (receipt.token, "a" * 22, "x", "é" * 22):
        assert Client(headers=FOREIGN).post(f"/mail/stop/{token}/").status_code == 404


def test_a_digest_stops_the_kinds_that_it_held(ana: Person, message: Message) -> None:
    digest = queued(ana, "reminder")
    Message.objects.filter(pk=message.pk).update(stopped="digest", digest_id=digest.pk)
    Message.objects.filter(pk=digest.pk).update(kind="digest")
    Client(headers=FOREIGN).post(f"/mail/stop/{digest.token}/")
    assert (cadence(ana), cadence(ana, "reminder")) == ("off", "now")
