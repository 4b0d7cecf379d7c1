"""Whether a credential is in force, by lists and by nothing else: those that were named, those that lie beside the
file, what this installation knows; and whether a PDF is as it was sealed."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from preau.certificates import bitstring, integrity, seal, verification
from preau.certificates.verification import Own, Report
from tests.certificates import authority, sample, test_pdf
from tests.certificates.sample import NOW, listed

Json = dict[str, Any]

OTHER_SEED = bytes(32)
INDEX = 94_567
PURPOSES = bitstring.PURPOSES
SENTENCES = {
    "revocation": "has been revoked by its issuer",
    "suspension": "has been suspended by its issuer",
    "refresh": "was replaced by an up-to-date version: ask its holder for it",
}
CLEAR = ("not revoked", "not suspended", "no up-to-date version took its place")


def write(folder: Path, value: Any, name: str) -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A credential that names a list of each purpose, with the keys of its school beside it."""
    write(tmp_path, sample.did_document(), "did.json")
    return write(tmp_path, sample.sign(sample.unsigned(sample.entries())), "credential.json")


def verify(path: Path, *lists: Path, own: Own | None = None) -> Report:
    return verification.verify_file(path, status=lists, own=own, now=NOW)


def said(report: Report) -> str:
    return "\n".join(report.lines)


def beside(path: Path, purpose: str, document: Any) -> Path:
    return write(path.parent, document, f"status-{purpose}-1.json")


def test_without_a_list_nothing_is_said_to_be_checked(path: Path) -> None:
    report = verify(path)
    assert report.ok
    for purpose in PURPOSES:
        assert f"{purpose} not checked: no status list was given" in said(report)


def test_the_lists_beside_the_file_are_read_and_named(path: Path) -> None:
    for purpose in PURPOSES:
        beside(path, purpose, listed(purpose, INDEX - 1, INDEX + 1))
    report = verify(path)
    assert report.ok
    for purpose in PURPOSES:
        assert f"status list taken from the file beside it (status-{purpose}-1.json)" in said(report)
    for words in CLEAR:
        assert f"{words}, by the status list of {NOW:%Y-%m-%d}" in said(report)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("where", ["named", "beside"])
def test_a_bit_that_is_set_voids_it_and_says_how(path: Path, tmp_path: Path, purpose: str, where: str) -> None:
    others = [one for one in PURPOSES if one != purpose]
    put: Callable[[str, Json], Path] = (
        (lambda name, one: beside(path, name, one))
        if where == "beside"
        else (lambda name, one: write(tmp_path, one, f"given-{name}.json"))
    )
    lists = [put(one, listed(one)) for one in others] + [put(purpose, listed(purpose, INDEX))]
    report = verify(path, *(lists if where == "named" else ()))
    assert not report.ok
    assert SENTENCES[purpose] in report.lines[-1]
    assert "signature: authentic" in said(report)


def test_what_was_replaced_is_never_called_revoked(path: Path) -> None:
    for purpose in PURPOSES:
        beside(path, purpose, listed(purpose, *([INDEX] if purpose == "refresh" else [])))
    assert "revoked" not in said(verify(path))


def test_several_lists_may_be_named_and_what_none_says_is_not_checked(path: Path, tmp_path: Path) -> None:
    given = [write(tmp_path, listed(one), f"{one}.json") for one in ("revocation", "refresh")]
    report = verify(path, *given)
    assert report.ok
    assert "not revoked, by" in said(report)
    assert "no up-to-date version took its place, by" in said(report)
    assert "suspension not checked: its list was not given" in said(report)


def unreliable() -> dict[str, Any]:
    """Lists at the address that the credential names, of which none can be relied on."""
    clear = listed("revocation", INDEX)
    forged = json.loads(json.dumps(clear))
    forged["credentialSubject"]["encodedList"] = bitstring.packed([])
    plain = bitstring.document(sample.SITE, "revocation", 1, [], NOW)
    stranger = "did:web:attacker.example"
    purpose = json.loads(json.dumps(plain))
    purpose["credentialSubject"]["statusPurpose"] = "suspension"
    return {
        "forged": forged,
        "unsigned": plain,
        "signed by another": integrity.sign(plain, OTHER_SEED, sample.METHOD, NOW),
        "of another issuer": integrity.sign(plain | {"issuer": stranger}, OTHER_SEED, f"{stranger}#key-1", NOW),
        "expired": listed("revocation", now=NOW - timedelta(days=8)),
        "of tomorrow": listed("revocation", now=NOW + timedelta(days=1)),
        "of another purpose": integrity.sign(purpose, sample.SEED, sample.METHOD, NOW),
        "truncated": json.dumps(clear)[:-200],
        "a credential": sample.sign(sample.unsigned()) | {"id": plain["id"]},
        "no object": "[]",
        "empty": "",
    }


@pytest.mark.parametrize("where", ["named", "beside"])
@pytest.mark.parametrize("name", list(unreliable()))
def test_a_list_that_cannot_be_relied_on_is_a_verdict(path: Path, tmp_path: Path, name: str, where: str) -> None:
    document = unreliable()[name]
    lists = [beside(path, "revocation", document)] if where == "beside" else [write(tmp_path, document, "given.json")]
    report = verify(path, *(lists if where == "named" else ()))
    assert not report.ok
    assert report.lines[-1].startswith("NOT VALID: ")
    assert "status" in report.lines[-1].lower()
    assert report.lines[-1].endswith(".")


def test_a_list_that_it_does_not_name_is_no_hindrance_beside_it_and_one_when_given(path: Path) -> None:
    other = beside(path, "revocation-of-another", listed("revocation", INDEX, number=2))
    report = verify(path)
    assert report.ok
    assert f"{other.name} beside the file is not a list that the credential names: not used" in said(report)
    assert not verify(path, other).ok


def test_a_revoked_one_is_not_saved_by_an_older_list_beside_a_newer(path: Path, tmp_path: Path) -> None:
    old = write(tmp_path, listed("revocation", now=NOW - timedelta(days=2)), "old.json")
    new = write(tmp_path, listed("revocation", INDEX), "new.json")
    for lists in ((old, new), (new, old)):
        assert SENTENCES["revocation"] in said(verify(path, *lists))


def test_a_purpose_that_only_informs_voids_nothing(path: Path, tmp_path: Path) -> None:
    entry = sample.status_entry() | {"statusPurpose": "message"}
    other = write(tmp_path, sample.sign(sample.unsigned(entry)), "other.json")
    assert verify(other).ok


def test_entries_in_an_array_as_others_write_them_are_read(path: Path, tmp_path: Path) -> None:
    document = sample.unsigned() | {"credentialStatus": list(sample.entries())}
    other = write(tmp_path, sample.sign(document), "other.json")
    beside(other, "suspension", listed("suspension", INDEX))
    assert SENTENCES["suspension"] in said(verify(other))


def of_ours(bits: Mapping[str, Sequence[int]] | None = None, seals: tuple[str, ...] = ()) -> Own:
    """An installation that issued it, and knows of these places."""

    def known(address: str) -> bytes | None:
        purpose = address.rpartition("/")[2].partition("-")[0]
        return bitstring.unpacked(bitstring.packed((bits or {}).get(purpose, [])))

    return Own(lambda name: sample.did_document() if name == sample.DID else None, known, lambda: seals)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_this_installation_knows_better_than_any_list(path: Path, purpose: str) -> None:
    for one in PURPOSES:
        beside(path, one, listed(one))
    assert SENTENCES[purpose] in said(verify(path, own=of_ours({purpose: [INDEX]})))
    report = verify(path, own=of_ours())
    assert report.ok
    for words in CLEAR:
        assert f"{words}, by the records of this installation" in said(report)
    assert "beside it" not in said(report)


KEY = seal.Key(*seal.new_seal("École de la Cour", NOW))
MARK = seal.fingerprint(KEY.certificate)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    write(tmp_path, sample.did_document(), "did.json")
    path = tmp_path / "certificate.pdf"
    path.write_bytes(seal.seal_pdf(test_pdf.made(), KEY.private, KEY.certificate, "École de la Cour"))
    return path


def test_a_sealed_pdf_says_by_whom(sealed: Path) -> None:
    report = verify(sealed)
    assert report.ok
    assert "seal: intact, made by “École de la Cour”" in said(report)
    assert MARK in said(report).replace(" ", "")


def test_a_pdf_without_seal_says_that_what_is_printed_is_not_protected(sealed: Path) -> None:
    sealed.write_bytes(test_pdf.made())
    report = verify(sealed)
    assert report.ok
    assert "seal: none; what is printed is not protected" in said(report)


def test_a_pdf_that_was_changed_since_is_refused_though_its_credential_is_authentic(sealed: Path) -> None:
    data = bytearray(sealed.read_bytes())
    data[data.index(b"/MediaBox") + 12] ^= 1
    sealed.write_bytes(bytes(data))
    report = verify(sealed)
    assert not report.ok
    assert "changed after it was sealed" in report.lines[-1]


@pytest.mark.parametrize("after", [b"\n", b"\n%%EOF\n", b"1 0 obj\n<<>>\nendobj\n"])
def test_nothing_can_be_added_to_a_sealed_pdf(sealed: Path, after: bytes) -> None:
    sealed.write_bytes(sealed.read_bytes() + after)
    assert not verify(sealed).ok


def test_a_pdf_of_ours_that_somebody_else_sealed_is_refused(sealed: Path) -> None:
    assert verify(sealed, own=of_ours(seals=(MARK,))).ok
    report = verify(sealed, own=of_ours(seals=("0" * 64,)))
    assert not report.ok
    assert "sealed by another" in report.lines[-1]


@pytest.mark.slow
def test_a_seal_that_an_authority_certified_is_read_with_those_above_it_and_no_digit_of_it_may_change() -> None:
    key = authority.seal_key(NOW)
    data = seal.seal_pdf(test_pdf.made(), key.private, key.certificate, "École")
    assert seal.read(data) == seal.Seal(True, seal.fingerprint(key.certificate), "Cachet de l’École")
    start = data.index(b"/Contents <3") + 11
    for at in range(start, data.index(b">", start)):
        digit = b"1" if data[at : at + 1] == b"0" else b"0"
        assert not seal.is_intact(data[:at] + digit + data[at + 1 :]), at - start
