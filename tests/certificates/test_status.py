"""The status lists: where a credential stands in them, what they say of awards, when they are signed again, how they
are served."""

import json
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.accounts.models import Person
from preau.certificates import actions, bitstring, integrity, issuer, keys, papers, replacing, status, suspending
from preau.certificates.models import Award, Credential, StatusList
from preau.courses.models import Enrolment
from tests import cast
from tests.certificates import holding
from tests.certificates.holding import NOW

Json = dict[str, Any]


@pytest.fixture
def award(ana_enrolment: Enrolment, rita: Person) -> Award:
    return holding.certified(ana_enrolment, rita)


def listed(award: Award, purpose: str) -> Json:
    """The list of a purpose in which an award stands, as it is published."""
    row = Credential.objects.get(award=award)
    assert row.list_number is not None
    found: Json = json.loads(StatusList.objects.get(number=row.list_number, purpose=purpose).text)
    return found


def set_in(award: Award) -> set[str]:
    """The purposes whose published list has the bit of this award set."""
    index = str(Credential.objects.get(award=award).list_index)
    return {
        purpose
        for purpose in bitstring.PURPOSES
        if bitstring.is_set(index, bitstring.unpacked(listed(award, purpose)["credentialSubject"]["encodedList"]))
    }


def end(award: Award, by: Person) -> None:
    actions.revoke(act=cast.an_act("award.revoke"), award=award, by=by, reason="Une erreur", now=NOW)


def test_a_credential_says_where_it_stands_for_each_purpose(award: Award) -> None:
    document, row = json.loads(award.credential.text), award.credential
    entries = [document["credentialStatus"], *document["furtherStatus"]]
    assert [one["statusPurpose"] for one in entries] == ["revocation", "suspension", "refresh"]
    for one in entries:
        address = f"{settings.SITE_URL}/status/{one['statusPurpose']}-{row.list_number}.json"
        assert one["type"] == "BitstringStatusListEntry"
        assert one["statusListCredential"] == address
        assert one["statusListIndex"] == str(row.list_index)
        assert one["id"] == f"{address}#{row.list_index}"


def test_its_one_official_place_is_an_object_as_the_schema_of_open_badges_has_it(award: Award) -> None:
    assert isinstance(json.loads(award.credential.text)["credentialStatus"], dict)


def test_a_list_is_signed_by_the_issuer_for_a_week_and_kept_half_a_day(award: Award) -> None:
    for purpose in bitstring.PURPOSES:
        document = listed(award, purpose)
        assert document["issuer"] == issuer.document()["id"]
        integrity.check(document, bytes(issuer.current(NOW).public), now=NOW)
        assert document["credentialSubject"]["ttl"] == 12 * 60 * 60 * 1000
        until, since = (integrity.parse_timestamp(document[name]) for name in ("validUntil", "validFrom"))
        assert until - since == timedelta(days=7)


def test_in_force_no_bit_is_set(award: Award) -> None:
    assert set_in(award) == set()


def test_revoked_it_is_revoked_and_nothing_else(award: Award, rita: Person) -> None:
    end(award, rita)
    status.sign_due(now=NOW)
    assert set_in(award) == {"revocation"}


def test_suspended_for_a_time_it_is_suspended_for_that_time(award: Award, rita: Person) -> None:
    suspending.suspend(act=cast.an_act("award.suspend"), award=award, by=rita, reason="À voir", now=NOW)
    status.sign_due(now=NOW)
    assert set_in(award) == {"suspension"}
    suspending.lift(act=cast.an_act("award.lift"), award=award, by=rita, reason="Rien à dire", now=NOW)
    status.sign_due(now=NOW)
    assert set_in(award) == set()


def test_revoked_while_it_was_suspended_it_is_revoked_alone(award: Award, rita: Person) -> None:
    suspending.suspend(act=cast.an_act("award.suspend"), award=award, by=rita, reason="À voir", now=NOW)
    end(award, rita)
    status.sign_due(now=NOW)
    assert set_in(award) == {"revocation"}


def test_replaced_it_is_never_called_revoked(award: Award, rita: Person) -> None:
    with transaction.atomic():
        replacing.replace(award.pk, "Ana Nouvelle", by=rita, now=NOW)
        status.changed(award)
    status.sign_due(now=NOW)
    assert set_in(award) == {"refresh"}


def test_a_list_is_signed_again_after_half_a_day_and_not_before(award: Award) -> None:
    assert status.sign_due(now=NOW + timedelta(hours=11)) == 0
    assert status.sign_due(now=NOW + timedelta(hours=12)) == len(bitstring.PURPOSES)


def test_a_new_key_of_the_issuer_signs_them_at_once(award: Award) -> None:
    key = issuer.rotate(NOW)
    status.sign_due(now=NOW)
    assert listed(award, "revocation")["proof"][0]["verificationMethod"] == issuer.method(key)


def test_one_list_that_cannot_be_signed_keeps_no_other_from_it(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    real = integrity.sign

    def fails(document: Json, *words: Any) -> Json:
        if "suspension" in document["id"]:
            raise integrity.Invalid("no")
        return real(document, *words)

    StatusList.objects.update(stale=True)
    monkeypatch.setattr(integrity, "sign", fails)
    assert status.sign_due(now=NOW) == 2
    assert StatusList.objects.get(stale=True).purpose == "suspension"


def test_places_are_drawn_until_they_are_free(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = award.credential.list_index
    assert taken is not None
    drawn = iter([taken, 7, 7, 9])
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(drawn))
    number = award.credential.list_number
    assert status.places(1, besides=[(1, 7)]) == [(number, 9)]


def test_the_next_lists_begin_when_these_are_four_fifths_full(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status.FULL == 104_857
    assert status.places(1)[0][0] == 1
    monkeypatch.setattr(status, "FULL", 1)
    assert status.places(1)[0][0] == 2
    assert set(StatusList.objects.filter(number=2).values_list("purpose", flat=True)) == set(bitstring.PURPOSES)


def test_an_award_that_was_never_signed_is_in_no_list(ana_enrolment: Enrolment, rita: Person) -> None:
    award = holding.certified(ana_enrolment, rita, signed=False)
    end(award, rita)
    assert not StatusList.objects.exists()


def test_a_published_list_is_one_query_for_anybody(award: Award) -> None:
    row = StatusList.objects.get(purpose="revocation")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = cast.browser().get("/status/revocation-1.json")
    assert len(queries) == 1
    assert answer.content.decode() == row.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    kept = answer.headers["Cache-Control"].split("max-age=")
    assert kept[0] == "public, "
    assert int(kept[1]) <= 43_200
    again = cast.browser().get("/status/revocation-1.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["revocation-2", "message-1", "revocation-99999999999", "revocation-x", "revocation"])
def test_there_is_no_other_list(award: Award, name: str) -> None:
    assert cast.browser().get(f"/status/{name}.json").status_code == 404


def test_a_list_without_text_is_not_published(award: Award) -> None:
    StatusList.objects.filter(purpose="refresh").update(text="")
    assert cast.browser().get("/status/refresh-1.json").status_code == 404


def test_the_records_of_this_site_are_newer_than_its_lists(award: Award, rita: Person) -> None:
    end(award, rita)
    bits = status.known(f"{settings.SITE_URL}/status/revocation-1.json")
    assert bits is not None
    assert bitstring.is_set(str(award.credential.list_index), bits)
    for other in (
        "https://elsewhere.example/status/revocation-1.json",
        f"{settings.SITE_URL}/status/revocation-9.json",
    ):
        assert status.known(other) is None


@pytest.mark.django_db(transaction=True)
def test_whoever_revokes_while_a_list_is_signed_is_in_the_next_one(
    ana_enrolment: Enrolment, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = holding.certified(ana_enrolment, rita)
    StatusList.objects.update(stale=True)
    signing, revoked, real = threading.Event(), threading.Event(), integrity.sign

    def slowly(*words: Any) -> Json:
        signing.set()
        revoked.wait(1.0)  # it cannot be done before this list is kept
        return real(*words)

    monkeypatch.setattr(integrity, "sign", slowly)

    def revoke() -> None:
        signing.wait(30)
        end(award, rita)
        revoked.set()

    beside = threading.Thread(target=closing(revoke))
    beside.start()
    status.sign(1, "revocation", NOW)
    beside.join(60)
    assert revoked.is_set()
    assert StatusList.objects.get(purpose="revocation").stale
    status.sign_due(now=NOW)
    assert "revocation" in set_in(award)


def closing(work: Callable[[], object]) -> Callable[[], None]:
    """The same in a thread that leaves no connection behind."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


def command(*words: str) -> tuple[int, str]:
    """Exit code and output of `./preau verify`."""
    said, code = StringIO(), 0
    try:
        call_command("verify", *words, stdout=said)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, said.getvalue()


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_the_command_asks_the_records_of_this_site(award: Award, rita: Person, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"certificate.{form}"
    row = Credential.objects.get(award=award)
    path.write_bytes(row.text.encode() if form == "json" else papers.pdf(row.award) or b"")
    code, said = command(str(path))
    assert code == 0
    assert said.count("by the records of this installation") == 3
    assert ("seal: intact, made by this installation" in said) == (form == "pdf")
    end(award, rita)  # no list is signed again yet
    code, said = command(str(path))
    assert code == 1
    assert "has been revoked by its issuer" in said


def test_the_command_takes_several_lists(award: Award, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(Credential.objects.get(award=award).text)
    words = []
    for purpose in bitstring.PURPOSES:
        one = tmp_path / f"{purpose}.json"
        one.write_text(json.dumps(listed(award, purpose)))
        words += ["--status", str(one)]
    code, said = command(str(path), *words)
    assert (code, "NOT VALID: The status list revocation.json cannot be relied on" in said) == (1, True)  # long expired
    StatusList.objects.update(stale=True)
    status.sign_due(now=timezone.now())
    for purpose in bitstring.PURPOSES:
        (tmp_path / f"{purpose}.json").write_text(json.dumps(listed(award, purpose)))
    assert command(str(path), *words)[0] == 0


def test_a_fingerprint_is_read_aloud_by_fours() -> None:
    assert keys.grouped("0123456789ab") == "0123 4567 89ab"
