"""The message as it goes over the wire, read raw."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from pytest_django import Settings

from preau.common.ids import new_id
from preau.mail import actions, letters
from preau.mail.models import Message

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ours(settings: Settings) -> None:
    settings.REPLY_ADDRESS = "equipe@mooc.example.org"
    settings.DEFAULT_FROM_EMAIL = "École de projet <mooc@example.org>"
    settings.SITE_URL = "https://a-rather-long-name-of-a-school.mooc.example.org"


def queued(**fields: Any) -> Message:
    row: dict[str, Any] = {"person_id": new_id(), "address": "ana@example.org", "key": "a", "language": "fr"}
    words = {"subject": "La date limite a changé", "text": "Bonjour,\n\n« Voilà » : https://example.org/a?b=1&c=2\n"}
    actions.queue(now=NOW, **{"kind": "announcement", **row, **words, **fields})
    return Message.objects.latest("queued_at", "pk")


def raw(message: Message) -> bytes:
    return letters.letter(message).message().as_bytes()


def headers(source: bytes) -> list[bytes]:
    return source.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_one_click_stays_in_one_line_that_a_machine_can_read() -> None:
    message = queued()
    lines = headers(raw(message))
    url = f"https://a-rather-long-name-of-a-school.mooc.example.org/mail/stop/{message.token}/".encode()
    assert b"List-Unsubscribe: <" + url + b">" in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Id: <announcement.example.org>" in lines
    encoded = [line for line in lines if b"=?" in line]
    assert all(line.startswith((b"Subject:", b"From:", b" ")) for line in encoded)
    assert all(len(line) < 998 for line in lines)


def test_what_cannot_be_refused_offers_no_way_to_stop_it() -> None:
    source = raw(queued(kind="receipt"))
    assert b"List-" not in source
    assert b"/mail/stop/" not in source


def test_it_says_that_a_machine_wrote_it_and_who_reads_the_answer() -> None:
    message = queued()
    lines = headers(raw(message))
    assert b"Auto-Submitted: auto-generated" in lines
    assert f"Reply-To: equipe+{message.token}@mooc.example.org".encode() in lines
    assert letters.envelope_sender(message) == f"equipe+b-{message.token}@mooc.example.org"


def test_without_an_address_for_answers_the_sender_stands(settings: Settings) -> None:
    settings.REPLY_ADDRESS = ""
    message = queued()
    assert b"Reply-To" not in raw(message)
    assert letters.envelope_sender(message) == "mooc@example.org"


def test_an_answer_may_be_sent_elsewhere() -> None:
    assert b"Reply-To: jury@example.org" in headers(raw(queued(reply_to="jury@example.org")))


def test_its_number_is_the_same_at_every_try() -> None:
    message = queued()
    numbers = {line for _try in range(3) for line in headers(raw(message)) if line.startswith(b"Message-ID")}
    assert numbers == {f"Message-ID: <{message.pk.hex}@example.org>".encode()}


def test_text_and_light_html_say_the_same_in_seven_bits() -> None:
    source = raw(queued())
    assert source.isascii()
    assert len(source) < 4000
    read = message_from_bytes(source, policy=default)
    assert read.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in read.iter_parts())
    assert "« Voilà » : https://example.org/a?b=1&c=2" in plain
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert '<html lang="fr">' in html
    assert "src=" not in html  # nothing that would tell us that it was read


def test_the_html_of_who_queued_it_is_used_as_it_is() -> None:
    assert b"<p><strong>Mardi</strong></p>" in raw(queued(html="<p><strong>Mardi</strong></p>"))


def test_a_text_without_html_cannot_bring_any() -> None:
    message = queued(text='<script>alert(1)</script> http://x.org/"onclick="y')
    html = str(letters.letter(message).alternatives[0][0])
    assert "<script>" not in html
    assert 'onclick="' not in html


@pytest.mark.parametrize(
    "address",
    ["no-at-sign", "a@", "@b.org", "a b@c.org", "a@c.org\r\nBcc: x@y.org", "a@c.org,x@y.org", "<a@c.org>", "é@c.org"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        letters.letter(queued(address=address))


def test_a_domain_with_accents_is_written_as_the_wire_wants_it() -> None:
    assert letters.recipient("ana@école.fr") == "ana@xn--cole-9oa.fr"


def test_a_header_cannot_be_injected_through_any_field() -> None:
    bad = "x\r\nBcc: all@example.org"
    assert not any(line.startswith(b"Bcc") for line in headers(raw(queued(subject=bad))))
    with pytest.raises(ValueError, match=r"."):
        letters.letter(queued(reply_to=bad, key="b")).message()
