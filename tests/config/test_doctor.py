"""What the doctor says of mail: the records of the sender's domain, and whether a bounce comes back."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from preau.certificates import issuer, issuing, sealing
from preau.certificates.models import Credential
from preau.config import backup, bounce, health, mail_records, processes
from preau.mail import actions as mail
from preau.mail.models import Message
from tests.certificates import holding

Zone = dict[tuple[str, str], list[str]]
SOUND: Zone = {
    ("ecole.fr", "TXT"): ["v=spf1 mx -all", "some-site-verification=1"],
    ("s1._domainkey.ecole.fr", "TXT"): ["v=DKIM1; k=rsa; p=MIIB"],
    ("_dmarc.ecole.fr", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:dmarc@ecole.fr"],
    ("ecole.fr", "MX"): ["10 mx.ecole.fr."],
}


@pytest.fixture(autouse=True)
def sender(settings: Any, tmp_path: Path) -> None:
    settings.STATE = tmp_path
    settings.DEFAULT_FROM_EMAIL = "MOOC <mooc@ecole.fr>"
    settings.REPLY_ADDRESS = "equipe@ecole.fr"
    settings.DKIM_SELECTOR = "s1"


def wrong(zone: Zone) -> list[str]:
    return [one.said for one in mail_records.findings(lambda name, kind: zone.get((name, kind), [])) if one.wrong]


def test_a_sound_sender_has_nothing_wrong() -> None:
    assert wrong(SOUND) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({("ecole.fr", "TXT"): []}, "has no SPF record"),
        ({("ecole.fr", "TXT"): ["v=spf1 mx -all", "v=spf1 a -all"]}, "has 2 SPF records"),
        ({("ecole.fr", "TXT"): ["v=spf1 +all"]}, "lets everybody send"),
        ({("ecole.fr", "TXT"): ["v=spf10 mx"]}, "has no SPF record"),
        ({("s1._domainkey.ecole.fr", "TXT"): []}, "no DKIM key at s1._domainkey.ecole.fr"),
        ({("s1._domainkey.ecole.fr", "TXT"): ["v=DKIM1; p="]}, "is revoked"),
        ({("s1._domainkey.ecole.fr", "TXT"): ["v=DKIM1; t=y; p=MIIB"]}, "marked as a test"),
        ({("_dmarc.ecole.fr", "TXT"): []}, "has no DMARC record"),
        ({("_dmarc.ecole.fr", "TXT"): ["v=DMARC1; rua=mailto:x@ecole.fr"]}, "has no policy"),
        ({("_dmarc.ecole.fr", "TXT"): ["v=DMARC1; p=none"] * 2}, "all of them are ignored"),
        ({("ecole.fr", "MX"): []}, "answers and bounces are lost"),
    ],
)
def test_what_is_missing_is_said(change: Zone, words: str) -> None:
    found = wrong({**SOUND, **change})
    assert len(found) == 1
    assert words in found[0]


def test_the_policy_of_a_domain_above_counts(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "mooc@mooc.ecole.fr"
    zone = {**SOUND, ("s1._domainkey.mooc.ecole.fr", "TXT"): ["p=MIIB"]}
    assert wrong(zone) == []


@pytest.mark.parametrize("sender", ["nobody", "", "a@b", "MOOC <a b@ecole.fr>", "x@example.org", "x@mooc.invalid"])
def test_a_sender_that_is_none_is_said(settings: Any, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    assert len(wrong(SOUND)) == 1


class Names(threading.Thread):
    """A name server on this machine, which knows one zone."""

    def __init__(self, zone: Zone) -> None:
        super().__init__(daemon=True)
        self.zone = zone
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                wire, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            asked = dns.message.from_wire(wire)
            reply = dns.message.make_response(asked)
            reply.flags |= dns.flags.RA
            question = asked.question[0]
            kind = dns.rdatatype.to_text(question.rdtype)
            if texts := self.zone.get((question.name.to_text(omit_final_dot=True), kind)):
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(reply.to_wire(), sender)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    long = f'"v=DKIM1; p={"A" * 200}" "{"B" * 200}"'  # a real key: longer than one string may be
    server = Names({**SOUND, ("ecole.fr", "TXT"): ['"v=spf1 mx -all"'], ("s1._domainkey.ecole.fr", "TXT"): [long]})
    server.zone["_dmarc.ecole.fr", "TXT"] = ['"v=DMARC1; p=reject"']
    server.start()

    def resolver() -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.port
        return made

    monkeypatch.setattr(mail_records, "resolver", resolver)
    monkeypatch.setattr(mail_records, "PATIENCE", 60.0)
    yield server
    server.socket.close()


def test_records_come_by_dns(names: Names) -> None:
    assert mail_records.ask("s1._domainkey.ecole.fr", "TXT") == [f"v=DKIM1; p={'A' * 200}{'B' * 200}"]
    assert mail_records.ask("nowhere.ecole.fr", "TXT") == []
    assert [one.said for one in mail_records.findings() if one.wrong] == []


def test_where_dns_cannot_be_reached_it_says_so_and_is_no_failure(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.port = processes.free_port()  # nobody is there
    monkeypatch.setattr(mail_records, "PATIENCE", 0.2)
    found = list(mail_records.findings())
    assert [one.wrong for one in found] == [False]
    assert "could not look" in found[0].said


@pytest.mark.django_db
def test_a_bounce_that_comes_back_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def later(_seconds: float) -> None:
        token = Message.objects.get().token
        assert token
        mail.bounced(token=token, hard=True, now=timezone.now())

    monkeypatch.setattr("preau.config.bounce.time.sleep", later)
    found = list(bounce.findings("nobody-7f3a@ecole.fr", say=print))
    assert [one.wrong for one in found] == [False]
    assert "came back" in found[0].said
    again = list(bounce.findings("nobody-7f3a@ecole.fr", say=print))
    assert "all is well" in again[0].said
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_bounce_that_does_not_come_back_is_told_with_what_to_look_for() -> None:
    found = list(bounce.findings("nobody@ecole.fr", say=print, patience=0))
    assert [one.wrong for one in found] == [True]
    assert f"+b-{Message.objects.get().token}@" in found[0].said


@pytest.mark.django_db
def test_an_address_that_can_never_exist_proves_nothing() -> None:
    found = list(bounce.findings("nobody@nowhere.invalid", say=print, patience=0))
    assert "can never exist" in found[0].said


@pytest.mark.django_db
def test_the_house_is_looked_at(settings: Any, edition: Any) -> None:
    now = timezone.now()
    assert "no backup was made yet" in " ".join(health.safety(now))
    archive = Path(settings.STATE) / "backup.tar"
    archive.write_bytes(b"x")
    backup.remember(archive, now - timedelta(days=9))
    assert "no backup was made since" in " ".join(health.safety(now))
    backup.remember(archive, now)
    issuer.current(now)
    assert list(health.safety(now)) == []
    settings.SECRET_KEY = "another one, put in place by mistake"
    assert "does not open key-1" in " ".join(health.safety(now))


@pytest.mark.django_db
def test_the_seal_is_looked_at(settings: Any) -> None:
    now = timezone.now()
    assert list(health.seals(now)) == []
    sealing.current("L’École", now)
    assert list(health.seals(now)) == []
    assert "ends on" in " ".join(health.seals(now + timedelta(days=3600)))
    settings.SECRET_KEY = "another one, put in place by mistake"
    assert "does not open the key that seals" in " ".join(health.seals(now))
    settings.PREAU_SEAL_KEY = "x"
    assert "PREAU_SEAL_KEY" in " ".join(health.seals(now))


def test_certificates_that_wait_or_lost_their_paper_are_named(ana_enrolment: Any, rita: Any) -> None:
    now = holding.NOW + timedelta(hours=1)
    award = holding.certified(ana_enrolment, rita, signed=False)
    assert "1 certificates wait" in " ".join(health.certificates(now))
    issuing.issue(award.pk, now=holding.NOW)
    assert list(health.certificates(now)) == []
    default_storage.delete(Credential.objects.get().paper)
    assert "the PDF of 1 documents is gone" in " ".join(health.certificates(now))


@pytest.mark.django_db
def test_the_command_says_what_is_wrong_and_fails(settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {}}}
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    assert "- no mail server is set" in said.getvalue()
