"""Documents are made by the worker, once each: the credential, and the paper that carries it in two languages."""

import hashlib
import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage

from preau.accounts.models import Person
from preau.certificates import (
    actions,
    hands,
    issuer,
    issuing,
    making,
    on_paper,
    pdf_reading,
    seal,
    sealing,
    status,
    suspending,
    verification,
)
from preau.certificates.models import Award, Credential, SealKey
from preau.config import archive
from preau.courses.models import Edition, Enrolment
from tests import cast
from tests.certificates import holding
from tests.certificates.holding import NOW

NAMES = [
    "Awa N’Diaye-Lefèvre",
    "Seán O'Brien d'Épinay",
    "Łukasz Żółć",
    "Nguyễn Thị Ánh",
    "Ελένη Παπαδοπούλου",
    " ".join(["Maximilienne"] * 16),  # over two hundred letters
]
ARABIC = "محمد بن عبد الله الطنجي"


@pytest.fixture
def waiting(edition: Edition, rita: Person) -> list[Award]:
    """Five awards without documents, in the order in which they will get them."""
    rows = [cast.enrolment(cast.person(f"Learner {n}"), edition) for n in range(5)]
    for row in rows:
        holding.certified(row, rita, signed=False)
    return list(Award.objects.select_related("enrolment__person").order_by("awarded_at", "pk"))


@pytest.fixture
def press() -> Iterator[issuing.Press]:
    with closing(issuing.Press()) as made:
        yield made


def stored(award: Award) -> bytes:
    row = Credential.objects.get(award=award)
    with default_storage.open(row.paper) as file:
        content: bytes = file.read()
    return content


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def renamed(award: Award, name: str, language: str = "fr") -> Award:
    Person.objects.filter(pk=award.enrolment.person_id).update(name=name, language=language)
    issuing.issue(award.pk, now=NOW)
    return award


def papers() -> set[str]:
    return {f"certificates/{folder}/{name}" for folder in listed("certificates") for name in files(folder)}


def listed(folder: str) -> list[str]:
    return default_storage.listdir(folder)[0] if default_storage.exists(folder) else []


def files(folder: str) -> list[str]:
    return default_storage.listdir(f"certificates/{folder}")[1]


@pytest.mark.parametrize("many", [1, 100])
def test_everybody_who_waits_gets_one_credential_and_one_paper(
    waiting: list[Award], press: issuing.Press, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(issuing, "MANY", many)  # with hands beside, and without
    assert press.issue(now=NOW) == 5
    assert press.issue(now=NOW) == 0
    rows = Credential.objects.order_by("pk")
    assert {row.award_id for row in rows} == {award.pk for award in waiting}
    assert papers() == {row.paper for row in rows}
    for row in rows:
        content = stored(row.award)
        assert hashlib.sha256(content).hexdigest() == row.paper_digest
        assert pdf_reading.extract_credential(content).decode() == row.text
        assert json.loads(row.text) == row.document
        assert seal.is_intact(content)
    assert len({row.list_index for row in rows}) == 5


def test_the_paper_is_two_pages_the_holders_language_first(waiting: list[Award]) -> None:
    for award, language in zip(waiting, ("fr", "en"), strict=False):
        first, second = pages(stored(renamed(award, "Léa Martin", language)))
        titles = {"fr": "Certificat de réussite", "en": "Certificate of Achievement"}
        assert titles[language] in first
        assert titles["en" if language == "fr" else "fr"] in second
        for page in (first, second):
            assert "Léa Martin" in page
            assert award.code in page


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_and_signed_as_it_is_written(waiting: list[Award], name: str) -> None:
    award = renamed(waiting[0], name)
    for page in pages(stored(award)):
        assert name.replace(" ", "") in page.replace(" ", "")
    (clear,) = [
        one["identityHash"]
        for one in json.loads(Credential.objects.get(award=award).text)["credentialSubject"]["identifier"]
        if not one["hashed"]
    ]
    assert clear == name


def test_an_arabic_name_is_printed_from_right_to_left(waiting: list[Award]) -> None:
    award = renamed(waiting[0], ARABIC)
    for page in pages(stored(award)):
        assert " ".join(reversed(ARABIC.split())) in page  # as it is laid out, the last word leftmost
    assert Credential.objects.get(award=award).name_shown == ARABIC


def test_the_name_of_a_correction_goes_before_that_of_the_account(waiting: list[Award]) -> None:
    Award.objects.filter(pk=waiting[0].pk).update(name="Léa d’Arc")
    issuing.issue(waiting[0].pk, now=NOW)
    assert Credential.objects.get(award=waiting[0]).name_shown == "Léa d’Arc"
    assert "Léa d’Arc" in pages(stored(waiting[0]))[0]


def test_who_signs_the_paper_is_said_by_the_course(waiting: list[Award]) -> None:
    course = waiting[0].enrolment.edition.course
    course.about["certificate"] |= {
        "signatory": "Jeanne Marchand",
        "role": {"fr": "Présidente du jury", "en": "President of the jury"},
    }
    course.save(update_fields=["about"])
    issuing.issue(waiting[0].pk, now=NOW)
    french, english = pages(stored(waiting[0]))
    assert "Jeanne Marchand Présidente du jury" in french
    assert "Jeanne Marchand President of the jury" in english


def test_one_that_cannot_be_made_is_logged_rests_and_keeps_nobody_waiting(
    waiting: list[Award], press: issuing.Press, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = on_paper.pages

    def fails(award: Award, *words: Any) -> on_paper.Pages:
        if award.pk == waiting[1].pk:
            raise ValueError("a course that cannot be read")
        return real(award, *words)

    Person.objects.filter(pk=waiting[3].enrolment.person_id).update(email="")  # refused where it is made
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(on_paper, "pages", fails)
        assert press.issue(now=NOW) == 3
        said = [record.getMessage() for record in caplog.records]
        assert press.issue(now=NOW + timedelta(minutes=59)) == 0
    for award in (waiting[1], waiting[3]):
        assert any(award.code in line for line in said)
    assert len(caplog.records) == len(said)  # at rest they are not even tried
    Person.objects.filter(pk=waiting[3].enrolment.person_id).update(email="lea@example.org")
    assert press.issue(now=NOW + timedelta(hours=1)) == 2


def test_a_hand_that_is_lost_costs_no_document(
    waiting: list[Award], press: issuing.Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "MANY", 1)
    monkeypatch.setattr(hands, "AHEAD", 1)
    kept = issuing._keep

    def loses(*words: Any) -> bool:
        monkeypatch.setattr(issuing, "_keep", kept)
        assert press.hands is not None
        assert press.hands.pool is not None
        for process in list(press.hands.pool._processes.values()):
            process.kill()
            process.join()
        return kept(*words)

    monkeypatch.setattr(issuing, "_keep", loses)
    assert press.issue(now=NOW) == 5
    assert Credential.objects.count() == 5


def test_what_a_former_release_signed_is_printed_as_it_was_signed(waiting: list[Award]) -> None:
    award = waiting[0]
    issuing.issue(award.pk, now=NOW)
    row = Credential.objects.get(award=award)
    Credential.objects.filter(pk=row.pk).update(paper="", paper_digest="", list_number=None, list_index=None)
    Person.objects.filter(pk=award.enrolment.person_id).update(name="Un autre nom")
    default_storage.delete(row.paper)
    assert issuing.issue(award.pk, now=NOW + timedelta(days=1))
    again = Credential.objects.get(award=award)
    assert (again.text, again.name_shown, again.issued_at) == (row.text, row.name_shown, row.issued_at)
    assert pdf_reading.extract_credential(stored(award)).decode() == row.text
    assert row.name_shown in pages(stored(award))[0]


def test_what_ended_before_it_was_signed_never_is(waiting: list[Award], rita: Person) -> None:
    award = waiting[0]
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=rita, reason="Une erreur", now=NOW)
    assert issuing.issue(award.pk, now=NOW) is False
    assert not papers()


def test_what_ends_while_it_is_made_is_not_kept(
    waiting: list[Award], rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    award, real = waiting[0], making.make

    def made(order: Any) -> Any:
        actions.revoke(act=cast.an_act("award.revoke"), award=award, by=rita, reason="Une erreur", now=NOW)
        return real(order)

    monkeypatch.setattr(making, "make", made)
    assert issuing.issue(award.pk, now=NOW) is False
    assert not Credential.objects.exists()
    assert not papers()


def test_what_is_suspended_before_it_is_signed_is_listed_so(waiting: list[Award], rita: Person) -> None:
    award = waiting[0]
    suspending.suspend(act=cast.an_act("award.suspend"), award=award, by=rita, reason="À voir", now=NOW)
    issuing.issue(award.pk, now=NOW)
    status.sign_due(now=NOW)
    assert status.indexes(1, "suspension") == [Credential.objects.get(award=award).list_index]


def test_until_it_is_printed_its_address_says_when_to_come_back(waiting: list[Award]) -> None:
    award, client = waiting[0], cast.browser()
    issuing.issue(award.pk, now=NOW)
    address = f"/verify/{award.code}/certificate.pdf"
    assert client.get(address).content == stored(award)
    default_storage.delete(Credential.objects.get(award=award).paper)
    Credential.objects.filter(award=award).update(paper="")
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert f"/verify/{award.code}/" in answer.content.decode()


def test_none_is_promised_of_what_ended(waiting: list[Award], rita: Person) -> None:
    award = waiting[0]
    issuing.issue(award.pk, now=NOW)
    Credential.objects.filter(award=award).update(paper="")
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=rita, reason="Une erreur", now=NOW)
    assert cast.browser().get(f"/verify/{award.code}/certificate.pdf").status_code == 404


def test_a_file_that_a_kill_left_is_no_hindrance(waiting: list[Award], monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_words: Any) -> bool:
        raise SystemExit

    award = waiting[0]
    with monkeypatch.context() as patched:
        patched.setattr(issuing, "_write", killed)
        patched.setattr(default_storage, "delete", lambda name: None)
        with pytest.raises(SystemExit):
            issuing.issue(award.pk, now=NOW)
    assert len(papers()) == 1
    assert issuing.issue(award.pk, now=NOW)
    assert Credential.objects.get(award=award).paper in papers()


def test_the_seal_is_made_once_in_the_name_of_the_awarding_body(waiting: list[Award]) -> None:
    for award in waiting[:2]:
        issuing.issue(award.pk, now=NOW)
    key = SealKey.objects.get()
    found = {seal.read(stored(award)) for award in waiting[:2]}
    body = waiting[0].enrolment.edition.course.about["certificate"]["awarding_body"]
    assert found == {seal.Seal(True, seal.fingerprint(key.certificate.encode()), body)}
    assert "PRIVATE KEY" not in key.secret


def test_the_schools_own_seal_is_used_and_remembered(waiting: list[Award], settings: Any) -> None:
    private, certificate = seal.new_seal("L’École, cachet électronique", NOW)
    settings.PREAU_SEAL_KEY, settings.PREAU_SEAL_CERTIFICATE = private.decode(), certificate.decode()
    issuing.issue(waiting[0].pk, now=NOW)
    found = seal.read(stored(waiting[0]))
    assert found == seal.Seal(True, seal.fingerprint(certificate), "L’École, cachet électronique")
    settings.PREAU_SEAL_KEY = settings.PREAU_SEAL_CERTIFICATE = ""
    assert found.fingerprint in sealing.known()


@pytest.mark.parametrize("wrong", ["nothing", "no certificate", "another key"])
def test_a_seal_that_does_not_fit_makes_nothing(
    waiting: list[Award], settings: Any, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    private, certificate = seal.new_seal("L’École", NOW)
    values = {
        "nothing": ("x", "y"),
        "no certificate": (private.decode(), ""),
        "another key": (seal.new_seal("Une autre", NOW)[0].decode(), certificate.decode()),
    }
    settings.PREAU_SEAL_KEY, settings.PREAU_SEAL_CERTIFICATE = values[wrong]
    with pytest.raises(ImproperlyConfigured, match="PREAU_SEAL_KEY"):
        issuing.issue(waiting[0].pk, now=NOW)
    assert not Credential.objects.exists()


def test_a_key_that_was_rotated_signs_what_comes_after(waiting: list[Award]) -> None:
    issuing.issue(waiting[0].pk, now=NOW)
    new = issuer.rotate(NOW)
    issuing.issue(waiting[1].pk, now=NOW)
    assert Credential.objects.get(award=waiting[1]).key == new
    assert Credential.objects.get(award=waiting[0]).key != new


def test_a_paper_lies_under_its_code(ana_enrolment: Enrolment, rita: Person) -> None:
    award = holding.certified(ana_enrolment, rita)
    assert award.credential.paper.startswith(f"certificates/{award.code[:2]}/{award.code}-")
    assert archive.kept(f"media/{award.credential.paper}"), "a backup has it"


def test_what_is_published_is_all_that_a_stranger_needs(waiting: list[Award], tmp_path: Path) -> None:
    issuing.issue(waiting[0].pk, now=NOW)
    row = Credential.objects.select_related("award").get(award=waiting[0])
    path = issuing.publish_files(row, tmp_path / "published")
    names = {one.name for one in path.parent.iterdir()}
    lists = {f"status-{purpose}-1.json" for purpose in ("revocation", "suspension", "refresh")}
    assert names == {path.name, "did.json", "contexts", *lists}
    index = json.loads((path.parent / "contexts" / "index.json").read_text())
    documents = [json.loads((path.parent / name).read_text()) for name in (path.name, "did.json", *lists)]
    used = {url for document in documents for url in document["@context"]}
    assert used <= index.keys()
    report = verification.verify_file(path)  # as of today, though it was signed in the past
    assert report.ok
    assert "not revoked, by the status list of" in "\n".join(report.lines)
