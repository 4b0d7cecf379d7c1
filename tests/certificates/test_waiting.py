"""What is not signed today: what would be made out to nobody, by a key that is retired, or name a list that is not
there; and papers that were lost."""

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.certificates import issuer, issuing, making, pdf_reading, seal, statement_signing, status
from preau.certificates.models import Award, Credential, Statement, StatusList
from preau.config import health
from preau.courses.models import Enrolment
from tests import cast
from tests.certificates import holding, stating
from tests.certificates.holding import NOW

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    """Of Ana, and not signed yet."""
    return holding.certified(ana_enrolment, rita, signed=False)


def erased(ana: Person) -> None:
    accounts.erase(ana, by=ana.pk, now=NOW)


def unnamed(ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(name="")


@pytest.mark.parametrize("loses_its_name", [erased, unnamed])
def test_nothing_is_made_out_to_nobody(
    award: Award, ana: Person, ben: Person, rita: Person, loses_its_name: Callable[[Person], None], caplog: Any
) -> None:
    loses_its_name(ana)
    other = holding.certified(cast.enrolment(ben, award.enrolment.edition), rita, signed=False)
    with caplog.at_level(logging.INFO, "preau.certificates.issuing"):
        assert issuing.issue_waiting(now=NOW) == 1
        assert issuing.issue(award.pk, now=NOW) is False
    assert not caplog.records, "it is no fault"
    assert Credential.objects.get().award == other
    (said,) = health.certificates(LATER)
    assert said.startswith(f"1 certificates wait for a name ({award.code}…)")
    Person.objects.filter(pk=ana.pk).update(name="Ana", email="ana@example.org")
    assert next(health.certificates(LATER)).startswith("1 certificates wait for their documents")
    assert issuing.issue_waiting(now=NOW) == 1


def test_what_bears_a_name_already_is_made_whatever_the_account_says(award: Award, ana: Person) -> None:
    issuing.issue(award.pk, now=NOW)
    unnamed(ana)
    Credential.objects.update(paper="")
    assert issuing.issue_waiting(now=NOW) == 1
    Credential.objects.all().delete()
    Award.objects.filter(pk=award.pk).update(name="Ana Diop")
    assert issuing.issue_waiting(now=NOW) == 1
    assert Credential.objects.get().name_shown == "Ana Diop"


def test_what_a_key_signed_that_was_retired_meanwhile_is_made_again(
    award: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = making.make

    def rotates(order: making.Order) -> making.Made:
        issuer.rotate(NOW)
        return real(order)

    with monkeypatch.context() as patched:
        patched.setattr(making, "make", rotates)
        assert issuing.issue_waiting(now=NOW) == 0
    assert not Credential.objects.exists()
    assert issuing.issue_waiting(now=NOW) == 1
    assert Credential.objects.get().key.until is None


def test_no_credential_names_a_list_that_nobody_can_read(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_words: Any) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(status, "sign", fails)
        assert issuing.issue_waiting(now=NOW) == 0
        assert issuing.issue(award.pk, now=NOW) is False
    assert not Credential.objects.exists()
    assert issuing.issue_waiting(now=NOW) == 1
    assert not StatusList.objects.filter(text="").exists()


def test_what_was_signed_before_waits_for_no_list(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    issuing.issue(award.pk, now=NOW)
    Credential.objects.update(paper="")
    StatusList.objects.update(text="")
    assert issuing.issue_waiting(now=NOW) == 1


def gone(name: str) -> None:
    default_storage.delete(name)
    assert issuing.lost() == [name]


def again() -> str:
    said = StringIO()
    call_command("reprint_certificates", print=True, stdout=said)
    return said.getvalue()


def test_a_lost_certificate_is_said_to_be_and_can_be_printed_again(award: Award) -> None:
    issuing.issue(award.pk, now=NOW)
    row = Credential.objects.get()
    gone(row.paper)
    answer = cast.browser().get(f"/verify/{award.code}/certificate.pdf")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, False)
    assert "/requests/new/" in answer.content.decode()
    assert "reprint" not in answer.content.decode()
    assert "the PDF of 1 documents is gone" in " ".join(health.certificates(NOW))
    assert f"{row.paper}\n1 of 1 will be printed again" in again()
    assert issuing.issue_waiting(now=LATER) == 1
    content = cast.browser().get(f"/verify/{award.code}/certificate.pdf").content
    assert pdf_reading.extract_credential(content).decode() == row.text
    assert seal.is_intact(content)
    assert issuing.lost() == []


def test_of_what_ended_no_paper_is_printed_again(award: Award) -> None:
    issuing.issue(award.pk, now=NOW)
    Award.objects.update(revoked_at=NOW)
    gone(Credential.objects.get().paper)
    assert "0 of 1 will be printed again" in again()
    assert issuing.lost(), "the doctor goes on naming it"


def test_a_lost_statement_is_too(ana_enrolment: Enrolment) -> None:
    made = stating.signed(ana_enrolment)
    address = f"/verify/{made.code}/statement.pdf"
    gone(made.paper)
    answer = cast.browser().get(address)
    assert answer.status_code == 503
    assert f"/verify/{made.code}/" in answer.content.decode()
    again()
    assert statement_signing.sign_due(timezone.now()) == 1
    assert pdf_reading.extract_credential(cast.browser().get(address).content).decode() == made.text
    assert Statement.objects.get().text == made.text
