"""Whatever single byte of a form is changed, the form is refused; only whitespace outside what is signed is excused."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from preau.certificates import credential, integrity, seal, verification
from tests.certificates import sample, test_pdf
from tests.certificates.sample import NOW, listed

Json = dict[str, Any]

MUTATIONS = 1_000
BLANK = b" \n\r\t"


def mutations(data: bytes, seed: int, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """A thousand copies in each of which one byte is another; the place of each, between these."""
    dice = random.Random(seed)
    for _turn in range(MUTATIONS):
        at = dice.randrange(start, len(data) if end is None else end)
        yield at, data[:at] + bytes([(data[at] + dice.randrange(1, 256)) % 256]) + data[at + 1 :]


def own(name: str) -> Json | None:
    return sample.did_document() if name == sample.DID else None


def published(document: Json) -> bytes:
    """As it is served."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


@pytest.mark.slow
def test_any_byte_of_a_credential_counts(tmp_path: Path) -> None:
    data = published(sample.sign(sample.unsigned(sample.entries())))
    path = tmp_path / "credential.json"
    path.write_bytes(data)
    assert verification.verify_file(path, own_did_document=own, now=NOW).ok
    for at, changed in mutations(data, 1):
        path.write_bytes(changed)
        report = verification.verify_file(path, own_did_document=own, now=NOW)
        excused = data[at] in BLANK and changed[at] in BLANK and json.loads(changed) == json.loads(data)
        assert report.ok == excused, (at, data[at - 20 : at + 20], changed[at : at + 1])
        assert report.lines[-1] == "VALID" or report.lines[-1].startswith("NOT VALID: ")


@pytest.mark.slow
def test_any_byte_of_a_status_list_counts(tmp_path: Path) -> None:
    path, other = tmp_path / "credential.json", tmp_path / "list.json"
    path.write_bytes(published(sample.sign(sample.unsigned(sample.entries()))))
    data = published(listed("revocation", 5, 77_000, 131_071))
    other.write_bytes(data)
    options = {"own_did_document": own, "now": NOW}
    assert "not revoked" in "\n".join(verification.verify_file(path, status=[other], **options).lines)  # type: ignore[arg-type]
    for at, changed in mutations(data, 2):
        other.write_bytes(changed)
        report = verification.verify_file(path, status=[other], own_did_document=own, now=NOW)
        excused = data[at] in BLANK and changed[at] in BLANK and json.loads(changed) == json.loads(data)
        assert report.ok == excused, (at, data[at - 20 : at + 20], changed[at : at + 1])


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """As it is stored."""
    key, certificate = seal.new_seal("École de la Cour", NOW)
    return seal.seal_pdf(test_pdf.made(keywords=seal.TO_BE_SEALED), key, certificate, "École de la Cour")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["anywhere", "in the seal", "in what was appended"])
def test_any_byte_of_a_sealed_pdf_counts(sealed: bytes, tmp_path: Path, where: str) -> None:
    room = sealed.index(b"/Contents <3") + len(b"/Contents ")
    start, end = {
        "anywhere": (0, len(sealed)),
        "in the seal": (room, sealed.index(b">", room) + 1),
        "in what was appended": (sealed.index(b"%%EOF") + 5, len(sealed)),
    }[where]
    path = tmp_path / "certificate.pdf"
    path.write_bytes(sealed)
    assert verification.verify_file(path, own=verification.Own(own, seals=lambda: seals(sealed)), now=NOW).ok
    for at, changed in mutations(sealed, 3, start, end):
        path.write_bytes(changed)
        report = verification.verify_file(path, own_did_document=own, now=NOW)
        assert not report.ok, (at, sealed[at - 20 : at + 20], changed[at : at + 1])


def seals(data: bytes) -> tuple[str, ...]:
    found = seal.read(data)
    return (found.fingerprint,) if found else ()


def test_every_cut_of_a_form_is_refused(sealed: bytes, tmp_path: Path) -> None:
    plain = published(sample.sign(sample.unsigned(sample.entries())))
    path = tmp_path / "cut"
    for data, longest in ((sealed, len(sealed)), (plain, len(plain) - 2)):
        for end in [0, 1, *range(0, longest, longest // 40), longest - 1]:
            path.write_bytes(data[:end])
            report = verification.verify_file(path, own_did_document=own, now=NOW)
            assert not report.ok
            assert report.lines[-1].startswith("NOT VALID: ")


def test_two_documents_that_read_alike_are_signed_apart() -> None:
    """Letters that look the same are others: no form of a name stands for another."""
    one = sample.sign(sample.unsigned(holder=credential.Holder("a@example.org", "s", "Zoe\u0301")))
    one["credentialSubject"]["identifier"][0]["identityHash"] = "Zo\u00e9"
    with pytest.raises(integrity.Invalid):
        integrity.check(one, sample.PUBLIC, now=NOW)
