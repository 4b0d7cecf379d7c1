"""A message goes through the outbox to a real mail server, exactly once."""

import time
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
from preau.common.ids import new_id
from preau.config import processes
from preau.mail import actions, office, queries
from preau.mail.models import Message
from tests import cast

PATIENCE = 180  # seconds: a machine may be slow and busy, and a passing test never waits for them
SIGN_UP = {"email": "nadia@example.org", "password1": "une phrase bien à moi", "name": "Nadia", "zone": ""}


@dataclass
class Server:
    """What a mail server received; `refusals` answers are refused before the first is taken; `unknown` addresses are
    nobody's; it hangs up on a message to `hangs_up_at`."""

    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refusals: int = 0
    unknown: set[str] = field(default_factory=set)
    hangs_up_at: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user here"
        if address == self.hangs_up_at:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 well"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.senders.append(envelope.mail_from)
        self.received.append((envelope.rcpt_tos, message))
        return "250 taken"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    handler = Server()
    port = processes.free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": PATIENCE},
        }
    }
    yield handler
    controller.stop()


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


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
    text = plain(message)
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
    assert (message["Subject"], plain(message).strip()) == ("Été à Nyamé", "« Ça »")


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


def queue(key: str, address: str = "ana@example.org", **fields: Any) -> Message:
    row = {"person_id": new_id(), "address": address, "language": "fr", "subject": key, "text": f"{key}\n.\n..x\n"}
    actions.queue(key=key, now=timezone.now(), kind="receipt", **{**row, **fields})
    return Message.objects.get(key=key)


def test_an_address_that_the_server_does_not_know_is_never_tried_again(server: Server, db: None) -> None:
    server.unknown = {"gone@example.org"}
    queue("a", "gone@example.org")
    queue("b")
    assert actions.deliver(now=timezone.now()) == 1
    assert Message.objects.get(key="a").stopped == "suppressed"
    assert actions.deliver(now=timezone.now() + timedelta(days=1)) == 0
    assert queries.closed_since("gone@example.org")


def test_lines_that_begin_with_a_dot_arrive_as_they_were(server: Server, db: None) -> None:
    queue("a")
    actions.deliver(now=timezone.now())
    [(_addresses, message)] = server.received
    assert plain(message).splitlines() == ["a", ".", "..x"]


def test_a_bounce_goes_to_an_address_of_this_message(server: Server, settings: Settings, db: None) -> None:
    settings.REPLY_ADDRESS = "team@example.org"
    message = queue("a")
    actions.deliver(now=timezone.now())
    assert server.senders == [f"team+b-{message.token}@example.org"]


def test_a_server_that_hangs_up_at_one_message_holds_up_no_other(server: Server, db: None) -> None:
    server.hangs_up_at = "poison@example.org"
    for key in ("a", "poison", "b"):
        queue(key, f"{key}@example.org")
    now = timezone.now()
    assert actions.deliver(now=now) + actions.deliver(now=now) + actions.deliver(now=now) == 2
    assert sorted(str(message["Subject"]) for _addresses, message in server.received) == ["a", "b"]
    assert Message.objects.get(key="poison").failures == 1


def test_a_message_that_cannot_be_written_holds_up_no_other(server: Server, db: None) -> None:
    queue("a", "nobody")
    queue("b")
    assert actions.deliver(now=timezone.now()) == 1
    assert Message.objects.get(key="a").failures == 1


def test_while_the_server_is_down_no_message_spends_a_try(settings: Settings, server: Server, db: None) -> None:
    queue("a")
    there = settings.MAILERS
    settings.MAILERS = {**there, "default": {**there["default"], "OPTIONS": {"host": "127.0.0.1", "port": 1}}}
    for _look in range(3):
        assert actions.deliver(now=timezone.now()) == 0
    assert Message.objects.get().failures == 0
    assert "refused" in queries.health(timezone.now()).down
    settings.MAILERS = there
    assert actions.deliver(now=timezone.now()) == 1
    assert queries.health(timezone.now()).down == ""


def test_what_a_killed_worker_left_in_the_journal_is_noted_before_anything_is_sent(server: Server, db: None) -> None:
    went, refused, doubtful, untouched = (queue(key) for key in ("went", "refused", "doubtful", "untouched"))
    with office.held() as desk:
        assert desk is not None
        Message.objects.update(claimed_at=timezone.now(), claimed_by=desk.name)
        lines = [f"sending {went.pk.hex}", f"sent {went.pk.hex}", f"failed {refused.pk.hex} 451 later"]
        cut = f"sent {untouched.pk.hex}"  # without its end
        (desk.root / "journal").write_text("\n".join([*lines, f"sending {doubtful.pk.hex}", cut]))
        assert actions.deliver(now=timezone.now()) == 0  # the lock is held: nobody claims
    assert actions.deliver(now=timezone.now()) == 2
    assert sorted(str(message["Subject"]) for _addresses, message in server.received) == ["doubtful", "untouched"]
    assert Message.objects.get(key="refused").failures == 1
    numbers = {str(message["Message-ID"]) for _addresses, message in server.received}
    assert f"<{doubtful.pk.hex}@example.org>" in numbers


def test_the_rate_is_kept(settings: Settings, server: Server, db: None) -> None:
    settings.MAIL_RATE = 20
    for number in range(5):
        queue(str(number))
    began = time.monotonic()
    assert actions.deliver(now=timezone.now()) == 5
    assert time.monotonic() - began >= 4 / 20
