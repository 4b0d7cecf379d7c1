"""A file that somebody drops on the site: what it is, in plain words, whatever it is."""

import ast
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from preau.accounts.models import Person
from preau.audit.models import Act
from preau.certificates import (
    bitstring,
    checking,
    did,
    integrity,
    issuer,
    keys,
    pdf_reading,
    standing,
    trusting,
    verification,
)
from preau.certificates.models import Award
from preau.courses.models import Enrolment
from tests import cast
from tests.certificates import holding, sample

LANGUAGES = pytest.mark.parametrize("language", holding.LANGUAGES)
Json = dict[str, Any]
NEVER_TOLD = ("A time without", "The document already carries", "The certificate cannot", "it is not one that")
"""What begins so is told to who signs, or within another sentence."""


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No file of another test counts here."""
    cache.clear()


def give(data: bytes, language: str = "en", **beside: bytes) -> str:
    """The page that answers a file, with what is given beside it: a `status` list, a `key`."""
    client = cast.browser()
    client.get(f"/language/{language}/")
    files = {name: SimpleUploadedFile(f"{name}.json", one) for name, one in {"file": data, **beside}.items()}
    reply = client.post("/verify/file/", files)
    assert reply.status_code == 200
    return unescape(reply.content.decode())


def said(language: str, text: str) -> str:
    with translation.override(language):
        return gettext(text)


def refused(page: str, language: str, needle: str) -> bool:
    """Does the page refuse with the cause that fits this technical sentence?"""
    with translation.override(language):
        return checking.plain(needle) in page and gettext("Not confirmed") in page


@LANGUAGES
def test_a_certificate_of_this_site_is_authentic_and_in_force(award: Award, language: str) -> None:
    page = give(award.credential.text.encode(), language)
    assert said(language, "Authentic and in force") in page
    assert "<bdi>Ana</bdi>" in page
    assert f'href="/verify/{award.code}/"' in page
    assert {"fr": "1 crédit ECTS", "en": "1 ECTS credit"}[language] in page
    assert "signature: authentic" in page.partition("<details>")[2]


@LANGUAGES
def test_the_pdf_that_carries_it_serves_as_well(award: Award, language: str) -> None:
    data = printed(award)
    page = give(data, language)
    assert said(language, "Authentic and in force") in page
    assert "made by this installation" in page.partition("<details>")[2]
    cut = give(data[: len(data) // 2], language)
    assert refused(cut, language, "The PDF carries no credential that can be read.")
    longer = give(data + b"% more", language)
    assert refused(longer, language, "The PDF was changed after it was sealed, or its seal is damaged.")


def printed(award: Award) -> bytes:
    """Its paper, as the worker made it."""
    with default_storage.open(award.credential.paper) as file:
        data: bytes = file.read()
    return data


STATES = {
    "replaced": "Authentic, and replaced",
    "suspended": "Authentic, and suspended",
    "revoked": "Authentic, and revoked",
}


def ends(award: Award, by: Person, state: str) -> None:
    """It is in another state from now on."""
    ended: Json = {"revoked_at": holding.NOW, "reason": "Une fraude"}
    changes: dict[str, Json] = {"suspended": {"suspended_at": holding.NOW}, "revoked": ended, "replaced": ended}
    Award.objects.filter(pk=award.pk).update(**changes.get(state, {}))
    if state == "replaced":
        other = Award.objects.create(
            enrolment=award.enrolment, track=award.track, code="AUTRE", decided_by_id=by.pk, awarded_at=holding.NOW
        )
        Award.objects.filter(pk=award.pk).update(replaced_by=other)


@LANGUAGES
@pytest.mark.parametrize("state", STATES)
def test_this_site_knows_what_is_in_force_whatever_the_file_says(
    award: Award, rita: Person, state: str, language: str
) -> None:
    ends(award, rita, state)
    page = give(award.credential.text.encode(), language)
    assert said(language, STATES[state]) in page
    assert "fraude" not in page


def test_signed_by_this_site_and_in_none_of_its_books(award: Award) -> None:
    document = json.loads(award.credential.text)
    document["id"] = f"{settings.SITE_URL}/verify/NOBODYKNOWS"
    assert "Signed by this site, and not in its records" in give(resigned(document))


def command(data: bytes, folder: Path) -> tuple[int, str]:
    """Exit code and output of `./preau verify`."""
    (folder / "file.json").write_bytes(data)
    said, code = io.StringIO(), 0
    try:
        call_command("verify", str(folder / "file.json"), stdout=said)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, said.getvalue()


def test_the_command_knows_what_it_never_issued(award: Award, tmp_path: Path) -> None:
    assert command(award.credential.text.encode(), tmp_path)[0] == 0
    document = json.loads(award.credential.text)
    for code in ("NOBODYKNOWS", "", "\0"):
        ended, said = command(resigned(document, id=f"{settings.SITE_URL}/verify/{code}"), tmp_path)
        assert ended == 1
        assert "signature: authentic" in said
        assert "This installation has no record of anything issued under this code." in said


@pytest.mark.parametrize("state", ["in force", *STATES])
def test_without_a_place_in_a_list_the_command_asks_the_rows(
    award: Award, rita: Person, tmp_path: Path, state: str
) -> None:
    bare = {
        n: v for n, v in json.loads(award.credential.text).items() if n not in ("credentialStatus", "furtherStatus")
    }
    document = resigned(bare)
    ends(award, rita, state)
    code, said = command(document, tmp_path)
    assert code == (state != "in force")
    if state == "in force":
        assert "not revoked, by the records of this installation" in said
    else:
        assert "VALID" not in said.replace("NOT VALID", "")
        assert {"replaced": "up-to-date", "suspended": "suspended", "revoked": "revoked"}[state] in said


def test_what_waits_for_its_signature_is_no_document(award: Award, tmp_path: Path) -> None:
    text = award.credential.text.encode()
    award.credential.delete()
    assert "Signed by this site, and not in its records" in give(text)
    assert command(text, tmp_path)[0] == 1


def resigned(document: Json, **changes: Any) -> bytes:
    """A document signed by this site's key, as nobody but the site could."""
    key = issuer.current(holding.NOW)
    bare = {name: value for name, value in (document | changes).items() if name != "proof"}
    signed = integrity.sign(bare, issuer.private(key), issuer.method(key), holding.NOW)
    return json.dumps(signed).encode()


def test_a_time_that_has_not_come_or_is_over_is_told(award: Award) -> None:
    document = json.loads(award.credential.text)
    over = resigned(document, validUntil="2026-01-01T00:00:00Z")
    soon = resigned(document, validFrom="2999-01-01T00:00:00Z")
    assert refused(give(over), "en", "The credential has expired.")
    assert refused(give(soon), "en", "The credential is not valid yet.")


@LANGUAGES
def test_what_was_changed_after_it_was_signed_is_refused(award: Award, language: str) -> None:
    text = award.credential.text
    for changed in (text.replace('"Ana"', '"Ena"'), text.replace('"creditsEarned": 1', '"creditsEarned": 2')):
        assert changed != text
        page = give(changed.encode(), language)
        assert refused(page, language, "The signature does not match: the document was changed.")
        assert "<bdi>" not in page, "what it claims is not told"
        assert f"/verify/{award.code}/" not in page


@LANGUAGES
def test_a_document_of_another_site_is_not_vouched_for(award: Award, language: str) -> None:
    foreign, key = json.dumps(sample.sign(sample.unsigned())).encode(), json.dumps(sample.did_document()).encode()
    assert refused(give(foreign, language), language, "No key was found for the issuer")
    page = give(foreign, language, key=key)
    assert f"<strong>{said(language, 'Authentic')}</strong>" in page
    assert "Awa N'Diaye" in page
    assert refused(
        give(foreign.replace(b"Awa N", b"Eva N"), language, key=key), language, "The signature does not match"
    )


def test_its_status_list_is_believed_where_it_is_authentic(award: Award) -> None:
    foreign = json.dumps(sample.sign(sample.unsigned() | {"credentialStatus": sample.status_entry()})).encode()
    key = json.dumps(sample.did_document()).encode()
    for bits, needle in (((), ""), ((94_567,), "has been revoked by its issuer")):
        listed = sample.sign(sample.status_list(*bits))
        page = give(foreign, key=key, status=json.dumps(listed).encode())
        assert refused(page, "en", needle) if needle else "<strong>Authentic</strong>" in page
    forged = json.dumps(sample.sign(sample.status_list(), bytes(32))).encode()
    assert "Not confirmed" in give(foreign, key=key, status=forged)


def test_no_key_that_is_given_speaks_for_this_site(award: Award) -> None:
    method = issuer.method(issuer.current(holding.NOW))
    bare = {name: value for name, value in json.loads(award.credential.text).items() if name != "proof"}
    stolen = json.dumps(integrity.sign(bare, sample.SEED, method, holding.NOW)).encode()
    document = json.dumps(issuer.document() | {"verificationMethod": [], "assertionMethod": []})
    for key in (json.dumps(sample.did_document()), document, keys.multikey(sample.PUBLIC)):
        assert "Not confirmed" in give(stolen, key=key.encode())
    foreign = sample.unsigned() | {"id": f"{settings.SITE_URL}/verify/{award.code}"}
    page = give(json.dumps(sample.sign(foreign)).encode(), key=keys.multikey(sample.PUBLIC).encode())
    assert "This site signed it" not in page, "the address of a certificate of ours makes no document ours"
    assert f"/verify/{award.code}/" not in page


def test_a_key_of_somebody_else_speaks_for_nobody(award: Award) -> None:
    document = json.loads(award.credential.text)
    bare = {name: value for name, value in document.items() if name != "proof"}
    forged = integrity.sign(bare, sample.SEED, sample.METHOD, holding.NOW)
    assert refused(give(json.dumps(forged).encode()), "en", "The proof names a key of another issuer")
    method = issuer.method(issuer.current(holding.NOW))
    stolen = integrity.sign(bare, sample.SEED, method, holding.NOW)
    assert refused(give(json.dumps(stolen).encode()), "en", "The signature does not match")


def test_an_issuer_that_calls_itself_a_verdict_gets_none(award: Award) -> None:
    document = sample.unsigned()
    document["issuer"]["id"] = "did:web:authentic.example has been revoked by its issuer"
    page = give(json.dumps(document | {"proof": json.loads(award.credential.text)["proof"]}).encode())
    assert "authentic," not in page.partition("<details>")[0]


def a_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("credential.json", "0" * 10_000_000)
    return made.getvalue()


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _text: b"",
    "a word": lambda _text: b"certificat",
    "a null": lambda _text: b"null",
    "a list": lambda text: b"[" + text + b"]",
    "another JSON": lambda _text: b'{"name": "Ana"}',
    "nested": lambda _text: b"[" * 100_000 + b"]" * 100_000,
    "a member twice": lambda text: text.replace(b"{", b'{"id": "x", "id": "y",', 1),
    "not a number": lambda text: text.replace(b'"creditsEarned": 1', b'"creditsEarned": NaN'),
    "a huge number": lambda text: text.replace(b'"creditsEarned": 1', b'"creditsEarned": 1' + b"0" * 5000),
    "lone surrogates": lambda text: text.replace(b'"Ana"', b'"\\ud800"'),
    "no proof": lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "proof"}).encode(),
    "an odd proof": lambda text: json.dumps(json.loads(text) | {"proof": [None, 3]}).encode(),
    "no issuer": lambda text: json.dumps(json.loads(text) | {"issuer": 3}).encode(),
    "no subject": lambda text: json.dumps(json.loads(text) | {"credentialSubject": 3}).encode(),
    "an unknown context": lambda text: json.dumps(json.loads(text) | {"@context": ["https://evil.example/"]}).encode(),
    "binary": lambda _text: random.Random(8).randbytes(20_000),
    "a zip": lambda _text: a_zip(),
    "a PDF's head": lambda _text: b"%PDF-1.7\n" + b"x" * 5000,
    "markup": lambda _text: b"<script>alert(1)</script>",
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "large": lambda text: text + b" " * (checking.MOST + 1),
    "a large JSON": lambda text: text.replace(b'"Ana"', b'"' + b"A" * 300_000 + b'"'),
}


@LANGUAGES
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_given_is_answered(award: Award, name: str, language: str) -> None:
    page = give(HOSTILE[name](award.credential.text.encode()), language)
    assert said(language, "Not confirmed") in page
    assert said(language, checking.OTHERWISE) not in page, "the cause is told"
    assert "Traceback" not in page
    assert "<script>alert" not in page


def test_a_file_cut_anywhere_is_refused(award: Award) -> None:
    text = award.credential.text.encode()
    for end in range(1, len(text) - 2, len(text) // 12):
        assert "Not confirmed" in give(text[:end])


def sentences(module: ModuleType) -> Iterator[str]:
    """What a module says as it refuses; what it fills in reads as "revoked"."""
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in {"Refused", "Invalid", "NoKey", "BadKey", "BadList", "NoCredential"} and node.args:
            parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
            said = [part.value if isinstance(part, ast.Constant) else "revoked" for part in parts]
            yield "".join(str(one) for one in said)


MODULES = (verification, standing, trusting, bitstring, integrity, did, pdf_reading)


def test_every_refusal_of_the_checker_has_plain_words() -> None:
    told = {*standing.VERDICTS.values(), *(one for module in MODULES for one in sentences(module))} - {"revoked"}
    assert len(told) > 40
    otherwise = checking.plain("")
    assert [one for one in told if checking.plain(one) == otherwise and not one.startswith(NEVER_TOLD)] == []


def test_the_limits_are_those_of_the_checker() -> None:
    assert checking.MOST == verification.LARGEST_PDF


@pytest.mark.parametrize("status", [b"", b"{}", b"null", b"%PDF-", b"[" * 9000])
def test_for_its_own_documents_no_list_is_needed_nor_believed(award: Award, status: bytes) -> None:
    page = give(award.credential.text.encode(), status=status)
    assert "Traceback" not in page
    assert "Authentic, and revoked" not in page


def test_nothing_is_kept_and_no_file_is_no_error(award: Award, tmp_path: Path) -> None:
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    give(award.credential.text.encode())
    assert set(Path(settings.MEDIA_ROOT).rglob("*")) == before
    assert not Act.objects.filter(kind__startswith="verify").exists()
    client = cast.browser()
    reply = client.post("/verify/file/")
    assert reply.status_code == 422
    assert b'name="file"' in reply.content
    assert client.get("/verify/file/").headers["Location"] == "/verify/"


def test_what_is_too_large_is_not_read(award: Award) -> None:
    client = cast.browser()
    reply = client.post(
        "/verify/file/", {"file": SimpleUploadedFile("a.json", b"x")}, CONTENT_LENGTH=str(4 * checking.MOST)
    )
    assert reply.status_code == 422


@pytest.mark.parametrize(("length", "status"), [("abc", 422), ("", 422), ("²", 422), ("9" * 30, 422), ("-1", 400)])
def test_a_length_that_is_no_number_is_no_fault(award: Award, length: str, status: int) -> None:
    client = cast.browser()
    given = {"file": SimpleUploadedFile("a.json", b"x")}
    assert client.post("/verify/file/", given, CONTENT_LENGTH=length).status_code == status


def test_another_site_cannot_send_one(award: Award) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert client.post("/verify/file/", {"file": SimpleUploadedFile("a.json", b"x")}).status_code == 403
