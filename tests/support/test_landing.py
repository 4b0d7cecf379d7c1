"""Mails land in the queue: answers to ours where they belong, questions of others without anybody's name, machines
nowhere."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.mail import actions as mail
from preau.mail import incoming
from preau.mail.models import Message, Suppression
from preau.support import access, actions, landing, rules
from preau.support.models import Entry, Request
from tests import cast


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    settings.REPLY_ADDRESS = "team@mooc.test"
    settings.MAIL_AUTH_SERVER = "mx.mooc.test"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def answered(ana_enrolment: Enrolment, tom: Person) -> Request:
    """A request that the team answered: the mail is in the outbox."""
    question = actions.Question("work", "Mon devoir", "Parti ?", "fr", ana_enrolment.edition, ana_enrolment)
    now = timezone.now()
    outcome = actions.ask(act=cast.an_act("ask"), by=ana_enrolment.person, question=question, now=now)
    row = Request.objects.get(pk=outcome["request"])
    at = access.team(tom, ana_enrolment.edition.slug, now=now)
    actions.answer(act=cast.an_act("answer"), at=at, request=row, text="Oui.", settle=True, now=now)
    return row


def written(to: str, sender: str = "ana@example.org", text: str = "Merci, mais non.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, headers.pop("subject", "Re: Mon devoir")
    message["Message-ID"] = headers.pop("message_id", "<one@mail.test>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def land(message: EmailMessage) -> landing.Landed:
    return landing.receive(incoming.read(message.as_bytes()), now=timezone.now())


def reply_address(person: Person) -> str:
    return f"team+{Message.objects.filter(person_id=person.pk).latest('queued_at').token}@mooc.test"


def test_an_answer_to_our_answer_is_in_the_same_request(answered: Request, ana: Person, tom: Person) -> None:
    assert land(written(reply_address(ana))).request == answered
    entry = answered.entries.latest("at")
    assert (entry.author, entry.from_team, entry.sender, entry.text) == (ana, False, "", "Merci, mais non.")
    answered.refresh_from_db()
    assert (answered.state, answered.claimed_by) == ("claimed", tom)


def test_the_same_mail_lands_once(answered: Request, ana: Person) -> None:
    message = written(reply_address(ana))
    assert [land(message).what for _ in range(3)] == ["landed", "doubled", "doubled"]


def test_from_another_address_it_says_so(answered: Request, ana: Person) -> None:
    land(written(reply_address(ana), sender="ana@home.test"))
    assert answered.entries.latest("at").sender == "ana@home.test"


def test_a_forged_sender_speaks_in_nobodys_name(ana: Person, edition: Edition) -> None:
    found = land(written("team@mooc.test", subject="Excusez Ana", text="Changez mon nom."))
    assert found.request is not None
    assert (found.request.person, found.request.edition) == (None, None)
    assert found.request.entries.get().sender == "ana@example.org"


def test_a_forged_token_is_no_token(ana: Person, edition: Edition) -> None:
    found = land(written("team+aaaaaaaaaaaaaaaaaaaaaa@mooc.test"))
    assert found.request is not None
    assert found.request.person is None


def test_who_is_vouched_for_asks_their_own_team(ana: Person, edition: Edition) -> None:
    proof = {"Authentication_Results": "mx.mooc.test; dkim=pass header.d=example.org"}
    found = land(written("team@mooc.test", **proof))
    assert found.request is not None
    assert (found.request.person, found.request.edition) == (ana, edition)


def test_an_answer_to_a_receipt_opens_a_request_that_names_it(ana: Person, edition: Edition) -> None:
    said: dict[str, Any] = {"subject": "Reçu : Le cas", "text": "Reçu.", "language": "fr", "key": "receipt:1"}
    mail.queue(person_id=ana.pk, address=ana.email, now=timezone.now(), kind="receipt", **said)
    found = land(written(reply_address(ana), subject="Re: Reçu : Le cas"))
    assert found.request is not None
    assert (found.request.person, found.request.edition) == (ana, edition)
    assert found.request.about["title"] == "Reçu : Le cas"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"subject": "Absence du bureau"},
        {"sender": "team@mooc.test"},
    ],
)
def test_machines_and_loops_land_nowhere(ana: Person, edition: Edition, headers: dict[str, str]) -> None:
    found = land(written("team@mooc.test", **headers))
    assert found.what == "dropped"
    assert found.reason
    assert not Request.objects.exists()


def test_a_bounce_closes_the_address(answered: Request, ana: Person) -> None:
    token = Message.objects.get(person_id=ana.pk, kind="request").token
    report = incoming.Incoming("bounce", token=token or "", hard=True, reason="bounce 5.1.1")
    assert landing.receive(report, now=timezone.now()).what == "bounced"
    assert Suppression.objects.filter(address=ana.email).exists()
    strange = incoming.Incoming("bounce", token="a" * 22, hard=True)
    assert landing.receive(strange, now=timezone.now()).what == "dropped"


def test_a_mail_too_many_adds_to_the_latest(ana: Person, edition: Edition) -> None:
    for number in range(rules.A_DAY + 3):
        land(written("team@mooc.test", sender="x@y.test", message_id=f"<{number}@y.test>"))
    assert Request.objects.count() == rules.A_DAY
    assert Entry.objects.count() == rules.A_DAY + 3


def test_files_come_with_it_and_those_left_out_are_named(ana: Person, edition: Edition) -> None:
    message = written("team@mooc.test")
    message.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="ok.pdf")
    message.add_attachment(b"MZ\x90\x00" * 9, maintype="application", subtype="pdf", filename="virus.pdf")
    message.add_attachment(b"%PDF-" + b"x" * 30_000_000, maintype="application", subtype="pdf", filename="big.pdf")
    found = land(message)
    assert found.request is not None
    kept = found.request.entries.get().attachments
    assert {file["name"]: file.get("left_out", "") for file in kept} == {
        "ok.pdf": "", "virus.pdf": "disguised", "big.pdf": "too large"
    }  # fmt: skip


def test_a_header_cannot_be_put_into_ours(ana: Person, edition: Edition, tom: Person) -> None:
    subject = b"Subject: =?utf-8?q?Bonjour=0D=0ABcc:_all@example.org?=\r\n"
    raw = b"From: x@y.test\r\nTo: team@mooc.test\r\n" + subject + b"\r\nOui.\r\n"
    found = landing.receive(incoming.read(raw), now=timezone.now())
    assert found.request is not None
    assert "\n" not in found.request.subject


def test_who_has_no_account_is_answered_and_known_again(edition: Edition, dora: Person) -> None:
    found = land(written("team@mooc.test", sender="new@y.test"))
    row = found.request
    assert row is not None
    at = access.team(dora, None, now=timezone.now())
    actions.answer(act=cast.an_act("a"), at=at, request=row, text="Bonjour.", settle=False, now=timezone.now())
    message = Message.objects.get(address="new@y.test")
    assert "/requests/" not in message.text  # they have no page
    newcomer = cast.person("New")
    newcomer.email = "new@y.test"
    newcomer.save()
    later = written(f"team+{message.token}@mooc.test", sender="new@y.test", message_id="<two@y.test>")
    assert land(later).request == row
    row.refresh_from_db()
    assert row.person == newcomer  # their answer proves that the address is theirs


def test_a_mail_without_a_word_says_so(ana: Person, edition: Edition) -> None:
    assert land(written("team@mooc.test", text="")).what == "landed"
    assert Entry.objects.get().text


def test_a_machine_that_answers_all_day_is_stopped(answered: Request, ana: Person) -> None:
    now = timezone.now() - timedelta(minutes=1)
    for _ in range(rules.ENTRIES_A_DAY):
        Entry.objects.create(request=answered, from_team=False, text="x", at=now)
    assert land(written(reply_address(ana))).what == "dropped"
