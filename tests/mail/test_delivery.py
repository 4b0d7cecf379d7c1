"""A message goes through the outbox to a real mail server, exactly once."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.mail import actions
from preau.mail.models import Message
from tests import cast

SIGN_UP = {"email": "nadia@example.org", "password1": "une phrase bien à moi", "name": "Nadia", "zone": ""}


@dataclass
class Server:
    """What a mail server received; `refusals` answers are refused before the first is taken."""

    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refusals: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope.rcpt_tos, message))
        return "250 taken"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5},
        }
    }
    yield handler
    controller.stop()


def signed_up(client: Client | None = None) -> None:
    (client or cast.browser()).post("/accounts/signup/", SIGN_UP)


def test_the_confirmation_goes_through_the_outbox_exactly_once(server: Server, db: None) -> None:
    signed_up()
    assert server.received == []  # nothing inside the request
    now = timezone.now()
    assert [actions.deliver(now=now + timedelta(hours=hour)) for hour in range(3)] == [1, 0, 0]
    [(addresses, message)] = server.received
    assert addresses == ["nadia@example.org"]
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    link = next(line for line in text.splitlines() if "/confirm-email/" in line)
    path = "/accounts/confirm-email/" + link.split("/confirm-email/")[1]
    assert cast.browser().get(path).status_code == 200


def test_accents_arrive_as_they_were_written(server: Server, now: datetime, db: None) -> None:
    ana = cast.person("Ana")
    actions.queue(
        person_id=ana.pk, address=ana.email, key="x", language="fr", subject="Été à Nyamé", text="« Ça »", now=now
    )
    actions.deliver(now=now)
    [(_addresses, message)] = server.received
    assert (message["Subject"], message.get_content().strip()) == ("Été à Nyamé", "« Ça »")


def test_a_refusal_is_kept_and_tried_again_later(server: Server, db: None) -> None:
    signed_up()
    server.refusals = 1
    now = timezone.now()
    assert actions.deliver(now=now) == 0
    assert Message.objects.get().failures == 1
    assert "451" in Message.objects.get().error
    assert actions.deliver(now=now + timedelta(minutes=1)) == 0
    assert actions.deliver(now=now + timedelta(minutes=11)) == 1
    assert len(server.received) == 1


def test_a_server_that_is_down_loses_nothing(settings: Settings, db: None) -> None:
    signed_up()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1},
        }
    }
    assert actions.deliver(now=timezone.now()) == 0
    assert Message.objects.get().sent_at is None


def test_the_same_message_is_never_queued_twice(server: Server, now: datetime, ana: Person) -> None:
    for _time in range(3):
        actions.queue(
            person_id=ana.pk, address=ana.email, key="receipt:1", language="fr", subject="A", text="B", now=now
        )
    assert Message.objects.count() == 1


def test_a_subject_cannot_carry_another_header(server: Server, now: datetime, ana: Person) -> None:
    subject = "Hello\r\nBcc: everybody@example.org"
    actions.queue(person_id=ana.pk, address=ana.email, key="x", language="fr", subject=subject, text="B", now=now)
    good: dict[str, Any] = {"person_id": ana.pk, "address": ana.email, "language": "fr", "subject": "Good", "text": "B"}
    actions.queue(key="y", now=now + timedelta(seconds=1), **good)
    actions.deliver(now=now)
    assert all(addresses == [ana.email] and not message["Bcc"] for addresses, message in server.received)
    assert any(message["Subject"] == "Good" for _addresses, message in server.received)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(server: Server, now: datetime) -> None:
    ana = cast.person("Ana")
    for number in range(20):
        actions.queue(
            person_id=ana.pk, address=ana.email, key=str(number), language="fr", subject=str(number), text="B", now=now
        )

    def work(_worker: int) -> int:
        try:
            return actions.deliver(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(work, range(2))) == 20
    assert sorted(int(message["Subject"]) for _addresses, message in server.received) == list(range(20))
