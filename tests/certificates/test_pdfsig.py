"""The seal in the hands of a reader that shares no code with us: Poppler."""

import subprocess
from pathlib import Path

import pytest

from preau.certificates import seal
from preau.config import programs
from tests.certificates import authority, sample, test_pdf

pytestmark = pytest.mark.poppler
SCHOOL = "École de la Cour"


def told(path: Path) -> str:
    """What pdfsig says of a file; it is not asked to judge the certificate, which only the school's own could pass."""
    program = programs.POPPLER.find()
    assert program is not None
    done = subprocess.run([program, "-nocert", path], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["ours", "the school's own"])
def test_a_stranger_finds_the_seal_valid_over_the_whole_file(tmp_path: Path, kind: str) -> None:
    key = seal.Key(*seal.new_seal(SCHOOL, sample.NOW)) if kind == "ours" else authority.seal_key(sample.NOW)
    path = tmp_path / "certificate.pdf"
    path.write_bytes(seal.seal_pdf(test_pdf.made(), key.private, key.certificate, SCHOOL))
    said = told(path)
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1


@pytest.mark.parametrize("place", [b"/MediaBox", b"stream\n", b"/Type/EmbeddedFile", b"xref"])
def test_a_stranger_notices_a_change(tmp_path: Path, place: bytes) -> None:
    data = bytearray(seal.seal_pdf(test_pdf.made(), *seal.new_seal(SCHOOL, sample.NOW), SCHOOL))
    at = data.index(place) + len(place) + 3
    data[at] ^= 1
    path = tmp_path / "certificate.pdf"
    path.write_bytes(bytes(data))
    assert "Signature Validation: Signature is Valid." not in told(path)
