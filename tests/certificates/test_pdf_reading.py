"""What is taken out of a PDF that anybody may have made: one attachment, by its name, and never more than one is."""

import binascii
import subprocess
import sys
import zlib
from collections.abc import Sequence

import pytest

from preau.certificates import integrity, pdf_reading
from preau.config.setup import ROOT

CREDENTIAL = b'{"id": "https://mooc.school.example/verify/K7QDM2XV"}'
FLATE = b"/Filter/FlateDecode"
UNREADABLE = "The PDF carries no credential that can be read."


def written(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects; the first is its root."""
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + rows + end


def stream(data: bytes, filters: bytes) -> bytes:
    return b"<</Type/EmbeddedFile%s/Length %d>>\nstream\n" % (filters, len(data)) + data + b"\nendstream"


def carrying(*files: tuple[str, bytes, bytes], beside: Sequence[bytes] = ()) -> bytes:
    """A PDF with these attachments, each a name, its bytes as they lie there, and what is said of their filters."""
    names: bytes = b""
    objects: list[bytes] = []
    for name, data, filters in files:
        first = 2 + len(objects)
        names += b"(%s) %d 0 R " % (name.encode(), first)
        objects += [b"<</Type/Filespec/UF(%s)/EF<</F %d 0 R>>>>" % (name.encode(), first + 1), stream(data, filters)]
    root = b"<</Type/Catalog/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % names
    return written([root, *objects, *beside])


def refused(data: bytes) -> str:
    with pytest.raises(pdf_reading.NoCredential) as error:
        pdf_reading.extract_credential(data)
    return str(error.value)


@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (CREDENTIAL, b""),
        (zlib.compress(CREDENTIAL), FLATE),
        (zlib.compress(CREDENTIAL), b"/Filter[/FlateDecode]"),
    ],
    ids=["plain", "packed", "in an array"],
)
def test_plain_or_packed_once_it_is_read(data: bytes, filters: bytes) -> None:
    assert pdf_reading.extract_credential(carrying(("credential.json", data, filters))) == CREDENTIAL


@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (binascii.hexlify(zlib.compress(CREDENTIAL)) + b">", b"/Filter[/ASCIIHexDecode/FlateDecode]"),
        (zlib.compress(zlib.compress(CREDENTIAL)), b"/Filter[/FlateDecode/FlateDecode]"),
        (zlib.compress(CREDENTIAL), FLATE + b"/DecodeParms<</Predictor 1>>"),
        (binascii.hexlify(CREDENTIAL) + b">", b"/Filter/ASCIIHexDecode"),
        (zlib.compress(CREDENTIAL)[:-8], FLATE),
        (b"not packed", FLATE),
    ],
    ids=["hex", "twice", "predictor", "hex alone", "cut", "no zlib"],
)
def test_filters_that_are_not_ours_are_not_followed(data: bytes, filters: bytes) -> None:
    assert refused(carrying(("credential.json", data, filters))) == UNREADABLE


@pytest.mark.parametrize("filters", [b"", FLATE])
def test_what_is_longer_than_any_credential_is_not_expanded_further(filters: bytes) -> None:
    content = b" " * (integrity.LONGEST_DOCUMENT + 1)
    data = zlib.compress(content) if filters else content
    assert refused(carrying(("credential.json", data, filters))) == "The credential is larger than 256 KB."


def test_nothing_else_that_a_file_holds_is_expanded() -> None:
    bomb = stream(zlib.compress(bytes(9_000_000), 9), FLATE)
    data = carrying(("other.txt", b"not packed", FLATE), ("credential.json", CREDENTIAL, b""), beside=[bomb])
    assert pdf_reading.extract_credential(data) == CREDENTIAL


def test_of_several_none_is_expanded() -> None:
    twice = [("credential.json", b"not packed", FLATE)] * 2
    assert "carries 2 credentials" in refused(carrying(*twice))


def test_attachments_that_name_themselves_or_are_too_many_are_refused() -> None:
    kids = b"<</Names[(credential.json) 3 0 R]/Kids[2 0 R 2 0 R]>>"
    of = b"<</Type/Filespec/UF(credential.json)/EF<</F 4 0 R>>>>"
    root = b"<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>"
    assert refused(written([root, kids, of, stream(CREDENTIAL, b"")])) == UNREADABLE
    many = [(f"{n}.txt", b"", b"") for n in range(pdf_reading.MOST)]
    assert refused(carrying(("credential.json", CREDENTIAL, b""), *many)) == UNREADABLE


def test_whoever_checks_a_file_loads_nothing_that_prints() -> None:
    code = "import sys; from preau.certificates import verification; sys.exit('typst' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, check=False)
    assert done.returncode == 0
