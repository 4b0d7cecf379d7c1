import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preau.certificates import keys, verification
from preau.certificates.verification import Report
from tests.certificates import sample

Json = dict[str, Any]

OTHER_SEED = bytes(32)
OTHER = keys.public_of(OTHER_SEED)


def own(name: str) -> Json | None:
    return sample.did_document() if name == sample.DID else None


def write(folder: Path, value: Any, name: str = "credential.json") -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def verify(path: Path, **options: Any) -> Report:
    return verification.verify_file(path, **({"now": sample.NOW} | options))


def said(report: Report) -> str:
    return "\n".join(report.lines)


@pytest.fixture
def signed() -> Json:
    return sample.sign(sample.unsigned(status=sample.status_entry()))


def test_this_installation_vouches_for_its_own(tmp_path: Path, signed: Json) -> None:
    report = verify(write(tmp_path, signed), own_did_document=own)
    assert report.ok
    assert "key of this installation" in said(report)
    assert "holder: Awa N'Diaye" in said(report)
    assert "revocation not checked" in said(report)
    assert report.lines[-1] == "VALID"


def test_the_key_beside_the_file_is_used_and_named_with_its_fingerprint(tmp_path: Path, signed: Json) -> None:
    write(tmp_path, sample.did_document(), "did.json")
    report = verify(write(tmp_path, signed))
    assert report.ok
    assert "key taken from the file beside it" in said(report)
    assert keys.fingerprint(sample.PUBLIC) in said(report)


def test_a_did_document_of_another_issuer_beside_the_file_is_not_believed(tmp_path: Path, signed: Json) -> None:
    write(tmp_path, sample.did_document(name="did:web:attacker.example"), "did.json")
    report = verify(write(tmp_path, signed))
    assert not report.ok
    assert "No key was found" in said(report)


def test_a_file_beside_never_replaces_the_installations_own_key(tmp_path: Path) -> None:
    forged = sample.sign(sample.unsigned(), OTHER_SEED)
    write(tmp_path, sample.did_document(OTHER), "did.json")
    assert verify(write(tmp_path, forged)).ok  # an unknown school: authentic to the key printed
    assert not verify(write(tmp_path, forged), own_did_document=own).ok


@pytest.mark.parametrize("form", ["did.json", "multikey.json", "multikey.txt", "key.pem"])
def test_the_key_may_be_given_in_each_usual_form(tmp_path: Path, signed: Json, form: str) -> None:
    written = {
        "did.json": json.dumps(sample.did_document()),
        "multikey.json": json.dumps(sample.did_document()["verificationMethod"][0]),
        "multikey.txt": keys.multikey(sample.PUBLIC) + "\n",
        "key.pem": keys.public_to_pem(sample.PUBLIC).decode(),
    }
    path = write(tmp_path, signed)
    assert verify(path, key=write(tmp_path, written[form], "given-" + form)).ok


@pytest.mark.parametrize(
    "content",
    [
        keys.multikey(OTHER),
        keys.public_to_pem(OTHER).decode(),
        json.dumps(sample.did_document(OTHER)),
        json.dumps(sample.did_document(name="did:web:attacker.example")),
        json.dumps(sample.did_document(name="did:web:attacker.example")["verificationMethod"][0]),
        "",
        "z",
        "{}",
        "-----BEGIN PUBLIC KEY-----",
        "\x00\xff",
    ],
)
def test_another_or_an_unreadable_key_is_refused(tmp_path: Path, signed: Json, content: str) -> None:
    report = verify(write(tmp_path, signed), key=write(tmp_path, content, "key"), own_did_document=own)
    assert not report.ok
    assert report.lines[-1].startswith("NOT VALID: ")


def test_a_proof_by_anothers_key_for_this_issuer_is_refused(tmp_path: Path) -> None:
    forged = sample.sign(sample.unsigned(), OTHER_SEED, "did:web:attacker.example#key-1")
    report = verify(write(tmp_path, forged), key=write(tmp_path, keys.multikey(OTHER), "key"))
    assert not report.ok
    assert "another issuer" in said(report)


def test_a_key_the_issuer_never_published_is_refused(tmp_path: Path) -> None:
    forged = sample.sign(sample.unsigned(), OTHER_SEED, sample.DID + "#key-9")
    assert not verify(write(tmp_path, forged), own_did_document=own).ok


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "creditsEarned"), 2),
        (("credentialSubject", "identifier", 0, "identityHash"), "Someone Else"),
        (("credentialSubject", "achievement", "ECTS"), 30),
        (("credentialSubject", "achievement", "name"), "Chirurgie"),
        (("issuer", "name"), "Another School"),
        (("id",), "https://attacker.example/verify/1"),
        (("credentialStatus", "statusListIndex"), "1"),
        (("proof", 0, "created"), "2020-01-01T00:00:00Z"),
    ],
)
def test_whatever_was_changed_the_credential_is_refused(
    tmp_path: Path, signed: Json, path: tuple[Any, ...], value: Any
) -> None:
    place: Any = signed
    for step in path[:-1]:
        place = place[step]
    assert place[path[-1]] != value
    place[path[-1]] = value
    report = verify(write(tmp_path, signed), own_did_document=own)
    assert not report.ok
    assert "does not match" in said(report)


def test_a_status_entry_taken_away_is_noticed(tmp_path: Path, signed: Json) -> None:
    del signed["credentialStatus"]
    assert not verify(write(tmp_path, signed), own_did_document=own).ok


def test_an_expired_and_a_future_credential_are_refused(tmp_path: Path) -> None:
    expired = sample.sign(sample.unsigned(valid_until=datetime(2026, 7, 1, tzinfo=UTC)))
    assert "has expired" in said(verify(write(tmp_path, expired), own_did_document=own))
    future = sample.sign(sample.unsigned(valid_from=datetime(2027, 1, 1, tzinfo=UTC)))
    assert "not valid yet" in said(verify(write(tmp_path, future), own_did_document=own))


def test_a_list_that_leaves_the_bit_clear_says_not_revoked(tmp_path: Path, signed: Json) -> None:
    listed = write(tmp_path, sample.sign(sample.status_list(94_566, 94_568)), "status.json")
    report = verify(write(tmp_path, signed), status=listed, own_did_document=own)
    assert report.ok
    assert "not revoked" in said(report)
    assert "not checked" not in said(report)


def test_a_revoked_credential_is_refused(tmp_path: Path, signed: Json) -> None:
    listed = write(tmp_path, sample.sign(sample.status_list(94_567)), "status.json")
    report = verify(write(tmp_path, signed), status=listed, own_did_document=own)
    assert not report.ok
    assert "has been revoked" in said(report)


def test_the_list_is_checked_with_the_key_beside_the_file_too(tmp_path: Path, signed: Json) -> None:
    write(tmp_path, sample.did_document(), "did.json")
    listed = write(tmp_path, sample.sign(sample.status_list(94_567)), "status.json")
    assert "has been revoked" in said(verify(write(tmp_path, signed), status=listed))


def wrong_lists() -> dict[str, Any]:
    subject = sample.status_list()["credentialSubject"]
    forged = sample.sign(sample.status_list(94_567))
    forged["credentialSubject"]["encodedList"] = sample.encoded()
    return {
        "forged": forged,
        "unsigned": sample.status_list(),
        "by another": sample.sign(sample.status_list(), OTHER_SEED),
        "of another": sample.sign(
            sample.status_list(issuer="did:web:attacker.example"), OTHER_SEED, "did:web:attacker.example#key-1"
        ),
        "another list": sample.sign(sample.status_list(id=sample.SITE + "/status/other.json")),
        "of yesteryear": sample.sign(sample.status_list(validUntil="2026-11-24T00:00:01Z")),
        "a credential": sample.sign(sample.unsigned()),
        "short": sample.sign(sample.status_list(credentialSubject=subject | {"encodedList": sample.encoded(size=8)})),
        "a bomb": sample.sign(
            sample.status_list(credentialSubject=subject | {"encodedList": sample.encoded(size=8 * 6_000_000)})
        ),
        "not gzip": sample.sign(sample.status_list(credentialSubject=subject | {"encodedList": "uAAAA"})),
        "array": [],
        "text": "{",
    }


@pytest.mark.parametrize("name", list(wrong_lists()))
def test_a_list_that_cannot_be_relied_on_is_refused(tmp_path: Path, signed: Json, name: str) -> None:
    listed = write(tmp_path, wrong_lists()[name], "status.json")
    report = verify(write(tmp_path, signed), status=listed, own_did_document=own)
    assert not report.ok


def test_each_purpose_is_told_apart(tmp_path: Path) -> None:
    other = sample.SITE + "/status/suspension-1.json"
    entries = [
        sample.status_entry(),
        sample.status_entry() | {"id": other + "#3", "statusPurpose": "suspension", "statusListCredential": other},
    ]
    path = write(tmp_path, sample.sign(sample.unsigned() | {"credentialStatus": entries}))
    revocations = write(tmp_path, sample.sign(sample.status_list()), "status.json")
    report = verify(path, status=revocations, own_did_document=own)
    assert report.ok
    assert "not revoked, by the status list of 2026-11-24" in said(report)
    assert "suspension not checked" in said(report)
    subject = sample.status_list(94_567)["credentialSubject"] | {"statusPurpose": "suspension"}
    suspensions = write(tmp_path, sample.sign(sample.status_list(id=other, credentialSubject=subject)), "status.json")
    assert "has been suspended" in said(verify(path, status=suspensions, own_did_document=own))


def test_a_place_outside_the_list_is_refused(tmp_path: Path) -> None:
    document = sample.sign(sample.unsigned(status=sample.status_entry(200_000)))
    listed = write(tmp_path, sample.sign(sample.status_list()), "status.json")
    assert not verify(write(tmp_path, document), status=listed, own_did_document=own).ok


def test_a_credential_without_a_list_says_that_revocation_was_not_checked(tmp_path: Path) -> None:
    report = verify(write(tmp_path, sample.sign(sample.unsigned())), own_did_document=own)
    assert report.ok
    assert "revocation not checked" in said(report)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        '"text"',
        "{",
        "{}",
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type": ["VerifiableCredential", "OpenBadgeCredential"], "credentialSubject": {}}',
        '{"type": ["VerifiableCredential", "OpenBadgeCredential"], "credentialSubject": [], "issuer": 3}',
        '{"type": {"a": 1}, "issuer": {"id": []}, "proof": {"verificationMethod": {}}}',
        "%PDF-1.7 not really",
        "x" * 300_000,
    ],
)
def test_a_hostile_file_gets_a_sentence(tmp_path: Path, text: str) -> None:
    report = verify(write(tmp_path, text), own_did_document=own)
    assert not report.ok
    assert report.lines[-1].startswith("NOT VALID: ")
    assert report.lines[-1].endswith(".")


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in said(verify(tmp_path / "absent.json"))
    assert "cannot be read" in said(verify(tmp_path))
    path = write(tmp_path, sample.sign(sample.unsigned()))
    assert "cannot be read" in said(verify(path, key=tmp_path / "absent.json"))
    assert "cannot be read" in said(verify(path, status=tmp_path / "absent.json"))


@pytest.mark.inputs
def test_a_badge_of_1edtech_holds_with_its_key_and_not_without(inputs: Path, tmp_path: Path) -> None:
    path = inputs / "openbadges3" / "simple.json"
    method = json.loads(path.read_text())["proof"][0]["verificationMethod"]
    assert verify(path, key=write(tmp_path, method.partition("#")[2], "key")).ok
    assert not verify(path).ok


@pytest.mark.inputs
def test_every_real_badge_gets_a_report(inputs: Path) -> None:
    for path in (inputs / "openbadges3").iterdir():
        assert verify(path, own_did_document=own).lines[-1].startswith("NOT VALID: ")


def test_nothing_a_file_says_can_steer_the_terminal(tmp_path: Path) -> None:
    document = sample.sign(sample.unsigned(edition="\x1b[2J", track="\u202eevil\x07"))
    report = verify(write(tmp_path, document), own_did_document=own)
    assert report.ok
    assert "\x1b" not in said(report)
    assert "\u202e" not in said(report)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("did:web:mooc.school.example"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SIGNED = sample.sign(sample.unsigned(status=sample.status_entry()))
PLACES = [
    *((name,) for name in SIGNED),
    *(("proof", 0, name) for name in SIGNED["proof"][0]),
    *(("credentialSubject", name) for name in SIGNED["credentialSubject"]),
    *(("credentialStatus", name) for name in SIGNED["credentialStatus"]),
    ("issuer", "id"),
]


@given(place=st.sampled_from(PLACES), value=values)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_member_of_any_type_gives_a_report_and_never_a_pass(place: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(SIGNED)
    target: Any = document
    for step in place[:-1]:
        target = target[step]
    if target[place[-1]] in (value, [value]) or [target[place[-1]]] == value:
        return
    target[place[-1]] = value
    report = verification.verify_document(document, own_did_document=own, now=sample.NOW)
    assert not report.ok
    assert report.lines[-1].startswith("NOT VALID: ")
