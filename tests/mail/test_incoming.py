"""A mail that comes in: answers, bounces, machines, loops, forgers, and what no program should have written."""

import io
import zipfile
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st
from pytest_django import Settings

from preau.mail import attachments, incoming
from preau.mail.incoming import Incoming, read

TOKEN = "abcdefghijklmnopqrstuv"
TEAM = "equipe@mooc.example.org"
TO = f"equipe+{TOKEN}@mooc.example.org"
BACK = f"equipe+b-{TOKEN}@mooc.example.org"
PDF = b"%PDF-1.7\n" + b"x" * 2000
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 200


@pytest.fixture(autouse=True)
def ours(settings: Settings) -> None:
    settings.REPLY_ADDRESS = TEAM
    settings.DEFAULT_FROM_EMAIL = "École <mooc@example.org>"
    settings.MAIL_AUTH_SERVER = "mx.mooc.example.org"


def mail(text: str = "Bonjour", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Ana <ana@example.org>", "To": TO, "Subject": "Re: date", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def got(text: str = "Bonjour", **headers: str) -> Incoming:
    return read(mail(text, **headers).as_bytes())


def test_an_answer_is_known_by_its_token() -> None:
    found = got("Merci !\n\nLe 3 mars 2026 à 10:00, École <mooc@example.org> a écrit :\n> Bonjour\n> Ana\n")
    assert (found.kind, found.token, found.sender, found.name) == ("reply", TOKEN, "ana@example.org", "Ana")
    assert (found.subject, found.text) == ("Re: date", "Merci !")


@pytest.mark.parametrize("header", ["To", "Delivered-To", "X-Original-To", "Cc"])
def test_the_token_may_stand_wherever_a_server_writes_the_recipient(header: str) -> None:
    message = mail(To="somebody@example.org")
    del message[header]
    message[header] = TO.upper() if header == "To" else TO
    assert read(message.as_bytes()).token == TOKEN


def test_the_envelopes_recipient_counts_too() -> None:
    assert read(mail(To="undisclosed:;").as_bytes(), recipient=TO).token == TOKEN


@pytest.mark.parametrize(
    "address",
    [TEAM, "equipe+abc@mooc.example.org", f"equipe+{TOKEN}@elsewhere.org", f"other+{TOKEN}@mooc.example.org"],
)
def test_an_address_that_only_looks_like_ours_gives_no_token(address: str) -> None:
    assert (got(To=address).kind, got(To=address).token) == ("new", "")


# --- who sent it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "believed"),
    [
        ("mx.mooc.example.org; dmarc=pass header.from=example.org", True),
        ("mx.mooc.example.org 1; spf=pass smtp.mailfrom=ana@example.org", True),
        ("mx.mooc.example.org; dkim=pass (2048-bit key) header.d=example.org header.s=x", True),
        ("mx.mooc.example.org; dkim=fail header.d=example.org", False),
        ("mx.mooc.example.org; dkim=pass header.d=evil.org; dmarc=fail header.from=example.org", False),
        ("mx.mooc.example.org; spf=pass smtp.mailfrom=x@evil.org smtp.helo=example.org", False),
        ("mx.mooc.example.org; spf=none (dmarc=pass header.from=example.org)", False),
        ("mx.evil.org; dmarc=pass header.from=example.org", False),
        ("mx.mooc.example.org.evil.org; dmarc=pass header.from=example.org", False),
        ("", False),
    ],
)
def test_only_our_own_servers_word_about_the_very_domain_is_believed(line: str, believed: bool) -> None:
    headers = {"Authentication_Results": line} if line else {}
    assert got(**headers).authenticated is believed


def test_a_line_that_the_forger_wrote_below_our_servers_is_not_read() -> None:
    source = (
        b"Authentication-Results: mx.mooc.example.org; dmarc=fail header.from=example.org\r\n"
        b"Authentication-Results: mx.mooc.example.org; dmarc=pass header.from=example.org\r\n"
    )
    assert not read(source + mail().as_bytes()).authenticated


def test_without_the_setting_nobody_is_believed(settings: Settings) -> None:
    settings.MAIL_AUTH_SERVER = ""
    assert not got(Authentication_Results="; dmarc=pass header.from=example.org").authenticated


@pytest.mark.parametrize("sender", ["Ana <ana@example.org>, Ben <ben@example.org>", "nobody", "", "a b@c d"])
def test_a_sender_who_cannot_be_answered_is_refused(sender: str) -> None:
    source = mail().as_bytes().replace(b"From: Ana <ana@example.org>", b"From: " + sender.encode())
    assert read(source).kind == "refused"


# --- machines and loops -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<talk.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "no-reply@shop.example.org"},
        {"Subject": "Réponse automatique : absente jusqu'à lundi"},
        {"Subject": "Out of Office: back on Monday"},
    ],
)
def test_a_machine_is_not_answered(headers: dict[str, str]) -> None:
    found = got(**headers)
    assert found.kind == "auto"
    assert found.reason


def test_a_person_who_says_that_no_machine_wrote_is_read() -> None:
    assert got(Auto_Submitted="no").kind == "reply"


@pytest.mark.parametrize("sender", ["mooc@example.org", TEAM, TO])
def test_our_own_mail_that_comes_round_is_a_loop(sender: str) -> None:
    assert got(From=sender).kind == "loop"


def test_a_mail_that_passed_too_many_servers_is_a_loop() -> None:
    hops = b"".join(b"Received: from a by b; Wed, 4 Mar 2026 12:00:00 +0000\r\n" for _ in range(incoming.HOPS + 1))
    assert read(hops + mail().as_bytes()).kind == "loop"


# --- bounces ----------------------------------------------------------------------------------------------------------

REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you.

--B
Content-Type: message/{kind}

{fields}
--B
Content-Type: message/rfc822

Return-Path: <{back}>
Reply-To: {to_team}
Subject: La date

Bonjour
--B--
"""
DSN = """Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ana@example.org
Action: {action}
Status: {status}
"""


def report(action: str, status: str, *, to: str = BACK, kind: str = "delivery-status", fields: str = "") -> Incoming:
    said = fields or DSN.format(action=action, status=status)
    return read(REPORT.format(to=to, kind=kind, fields=said, back=BACK, to_team=TO).encode())


@pytest.mark.parametrize(("status", "hard"), [("5.1.1", True), ("5.2.2", True), ("4.4.1", False)])
def test_a_delivery_report_tells_which_message_and_whether_for_ever(status: str, hard: bool) -> None:
    found = report("failed", status)
    assert (found.kind, found.token, found.hard, found.address) == ("bounce", TOKEN, hard, "ana@example.org")


def test_a_report_sent_elsewhere_is_known_by_the_message_that_it_gives_back() -> None:
    assert report("failed", "5.1.1", to=TEAM).token == TOKEN


def test_a_report_without_any_token_of_ours_names_no_message() -> None:
    source = REPORT.format(
        to=TEAM,
        kind="delivery-status",
        fields=DSN.format(action="failed", status="5.1.1"),
        back="x@y.org",
        to_team=TEAM,
    )
    assert (read(source.encode()).kind, read(source.encode()).token) == ("bounce", "")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_that_nothing_failed_is_only_a_machine(action: str) -> None:
    assert report(action, "4.4.1").kind == "auto"


def test_a_complaint_is_a_bounce_that_closes_the_address() -> None:
    fields = "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\nOriginal-Rcpt-To: ana@example.org\n"
    found = report("", "", kind="feedback-report", fields=fields, to=TEAM)
    assert (found.kind, found.complaint, found.token) == ("bounce", True, TOKEN)


def test_what_no_program_understands_at_the_address_of_bounces_is_a_soft_one() -> None:
    found = got(To=BACK, From="postmaster@old.example.org")
    assert (found.kind, found.token, found.hard) == ("bounce", TOKEN, False)


# --- files ------------------------------------------------------------------------------------------------------------


def with_file(name: str, content: bytes, kind: str = "application/octet-stream") -> Incoming:
    message = mail("Voici")
    main, sub = kind.split("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return read(message.as_bytes())


def office(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("travail.pdf", PDF, "application/pdf"),
        ("schéma.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + b"x" * 50, "image/jpeg"),
        ("notes.txt", "Été".encode(), "text/plain"),
        ("notes.csv", "a;b\né;2\n".encode("cp1252"), "text/plain"),
        (
            "copie.docx",
            office("[Content_Types].xml", "word/document.xml"),
            attachments.DOCUMENTS["word/document.xml"][0],
        ),
    ],
)
def test_a_file_is_taken_with_the_type_of_its_content(name: str, content: bytes, kind: str) -> None:
    found = with_file(name, content, "application/x-whatever")
    assert [(a.name, a.type, a.content) for a in found.attachments] == [(name, kind, content)]
    assert found.text == "Voici"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("travail.pdf", b"MZ\x90\x00" + b"\x00" * 100),
        ("travail.pdf", PNG),
        ("photo.jpg", b"<html><script>alert(1)</script>"),
        ("image.png", b'<?xml version="1.0"?><svg onload="x"/>'),
        ("notes.txt", b"<!DOCTYPE html><script>x</script>"),
        ("notes.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("copie.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("copie.docx", b"PK\x03\x04 not a zip"),
    ],
)
def test_a_file_of_a_disguised_type_is_left_out_and_named(name: str, content: bytes) -> None:
    found = with_file(name, content)
    assert found.attachments == ()
    assert [(left.name, left.reason) for left in found.left_out] == [(name, "disguised")]
    assert (found.kind, found.text) == ("reply", "Voici")  # the words are not lost with it


@pytest.mark.parametrize("name", ["virus.exe", "page.html", "archive.zip", "macro.docm", "photo.jpg.exe"])
def test_a_type_that_is_not_taken_is_left_out(name: str) -> None:
    assert [left.reason for left in with_file(name, b"MZ\x00\x00").left_out] == ["type"]


def test_a_file_of_thirty_megabytes_is_left_out_and_the_words_are_kept() -> None:
    found = with_file("film.pdf", PDF + b"x" * 30_000_000)
    assert [left.reason for left in found.left_out] == ["too large"]
    assert found.text == "Voici"


def test_more_files_than_a_person_sends_are_left_out() -> None:
    message = mail("Voici")
    for number in range(attachments.MOST + 3):
        message.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    found = read(message.as_bytes())
    assert (len(found.attachments), len(found.left_out)) == (attachments.MOST, 3)


def test_a_whole_mail_that_is_too_large_is_refused() -> None:
    assert read(b"x" * (incoming.LARGEST + 1)).kind == "refused"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nBcc: x.pdf", "a Bcc- x.pdf"),
        ("fdp.exe\u202efdp.txt", "fdp.exefdp.txt"),
        ("...", "file"),
        ("", "file"),
        ('a";b<c>.pdf', "a-b-c-.pdf"),
    ],
)
def test_a_files_name_cannot_lead_elsewhere(name: str, safe: str) -> None:
    assert attachments.safe_name(name) == safe


# --- broken and hostile -----------------------------------------------------------------------------------------------


def test_a_header_cannot_be_injected_by_a_subject() -> None:
    source = mail().as_bytes().replace(b"Re: date", b"=?utf-8?q?Bonjour=0D=0ABcc=3A_all=40example.org?=")
    assert read(source).subject == "Bonjour Bcc: all@example.org"


def test_a_text_without_charset_or_with_a_wrong_one_is_read_as_well_as_can_be() -> None:
    head = b"From: ana@example.org\r\nTo: " + TO.encode() + b"\r\nContent-Type: text/plain"
    assert read(head + b"\r\n\r\n" + "Été".encode("cp1252")).text == "Été"
    assert read(head + b"; charset=utf-8\r\n\r\n" + "Été".encode("cp1252")).text == "Été"
    assert read(head + b"; charset=klingon\r\n\r\n" + "Été".encode()).text == "Été"


def test_a_subject_in_bare_bytes_is_read() -> None:
    source = mail().as_bytes().replace(b"Re: date", "Déjà fait".encode())
    assert read(source).subject == "Déjà fait"


def test_html_alone_is_read_as_text() -> None:
    message = mail()
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>Bonjour &amp; merci</p><script>x()</script></body>",
        subtype="html",
    )
    assert read(message.as_bytes()).text == "Bonjour & merci"


def test_a_thousand_boxes_in_boxes_do_not_stop_us() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    assert read(b"From: ana@example.org\r\n" + nested).kind in {"refused", "new"}


BROKEN: list[bytes] = [
    b"",
    b"\x00\xff\xfe",
    b"From: ana@example.org",
    b"From: =?utf-8?b?!!!!?= <ana@example.org>\r\n\r\nx",
    b"From: ana@example.org\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
    b"From: ana@example.org\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nnever ends",
    b"From: ana@example.org\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%",
    b"From: ana@example.org\r\nContent-Type: text/plain; charset*=x'y\r\n\r\nx",
    b"From: ana@example.org\r\nContent-Disposition: attachment; filename*=utf-8''%ff%fe\r\n\r\nx",
    b"From: a@b.org\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n--B\r\nx",
    b"From: ana@example.org\r\nSubject: " + b"=?utf-8?q?" + b"=41" * 50_000 + b"?=\r\n\r\nx",
    b"From: \xe9\xe8 <ana@example.org>\r\nTo: \xff\r\nMessage-ID: \xff\r\n\r\nx",
]


@pytest.mark.parametrize("source", BROKEN)
def test_broken_mail_is_said_and_stops_nothing(source: bytes) -> None:
    found = read(source)
    assert found.kind in {"bounce", "auto", "loop", "reply", "new", "refused"}
    assert found.reason or found.kind in {"reply", "new"}


@few(max_examples=300, deadline=None)
@given(st.binary(max_size=600), st.sampled_from([*BROKEN, mail().as_bytes(), REPORT.encode()]), st.integers(0, 600))
def test_whatever_bytes_come_something_is_said(noise: bytes, source: bytes, at: int) -> None:
    found: Any = read(source[:at] + noise + source[at:])
    assert "\n" not in found.subject
    assert len(found.text) <= 20_000
