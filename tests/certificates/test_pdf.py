import dataclasses
import io
import json
from datetime import date
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.certificates import chalk, pdf, pdf_reading, seal, verification
from tests.certificates import sample

CREDENTIAL = json.dumps(sample.sign(sample.unsigned()), ensure_ascii=False).encode()
VALUES = pdf.CertificateValues(
    school="École de la Cour",
    holder="Awa N’Diaye-Lefèvre",
    course="Gestion de projet",
    track="Parcours classique",
    edition="Session 12, printemps 2026",
    credits=1,
    awarded_on=date(2026, 6, 30),
    verify_url="https://mooc.school.example/verify/K7QD-M2XV",
    code="K7QD-M2XV",
    signatory="Jeanne Marchand",
    role="Présidente du jury",
    details=("30 h de travail", "à distance"),
)


def made(language: pdf.Language = "fr", keywords: str = "", **changes: Any) -> bytes:
    """In this language first, then in the other."""
    values = dataclasses.replace(VALUES, **changes)
    other: pdf.Language = "en" if language == "fr" else "fr"
    return pdf.certificate_pdf({language: values, other: values}, CREDENTIAL, keywords=keywords)


def text_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert len(pages) == 2
    return " ".join(pages[0].extract_text().split())


def test_the_page_says_whose_it_is_for_what_and_where_to_check_it() -> None:
    text = text_of(made())
    for words in (
        "École de la Cour",
        "Certificat de réussite",
        "Awa N’Diaye-Lefèvre",
        "Gestion de projet",
        "Parcours classique · Session 12, printemps 2026",
        "crédit ECTS",
        "30 juin 2026",
        "Jeanne Marchand",
        "K7QD-M2XV",
        "mooc.school.example/verify/",
    ):
        assert words in text


def test_it_speaks_english_too() -> None:
    text = text_of(made("en", credits=2.5, awarded_on=date(2026, 7, 1)))
    assert "Certificate of Achievement" in text
    assert "2.5" in text
    assert "ECTS credits" in text
    assert "1 July 2026" in text


@pytest.mark.parametrize(
    ("credits", "words"),
    [(0.5, "0,5 crédit ECTS"), (1, "1 crédit ECTS"), (1.5, "1,5 crédit ECTS"), (2, "2 crédits ECTS")],
)
def test_french_credits_are_counted_as_french_counts(credits: float, words: str) -> None:
    assert words in text_of(made(credits=credits))


def test_the_first_of_a_month_is_premier_and_no_credits_print_no_circle() -> None:
    text = text_of(made(credits=0, awarded_on=date(2026, 7, 1)))
    assert "1er juillet 2026" in text
    assert "ECTS" not in text


def test_it_is_a_landscape_page_declared_pdf_a_3a_with_the_credential_as_its_source() -> None:
    reader = pypdf.PdfReader(io.BytesIO(made()))
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert root["/Lang"] == "fr"
    file = root["/AF"][0].get_object()
    assert file["/AFRelationship"] == "/Source"
    assert file["/EF"]["/F"].get_object()["/Subtype"] == "/application/vc+ld+json"


def test_the_credential_comes_back_byte_for_byte_and_verifies(tmp_path: Any) -> None:
    data = made()
    assert pdf_reading.extract_credential(data) == CREDENTIAL
    path = tmp_path / "certificate.pdf"
    path.write_bytes(data)
    report = verification.verify_file(
        path, own_did_document=lambda name: sample.did_document() if name == sample.DID else None, now=sample.NOW
    )
    assert report.ok
    assert "holder: Awa N'Diaye" in "\n".join(report.lines)


def test_the_same_values_give_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(holder="Ben Okri")


def test_markup_in_a_name_is_text() -> None:
    name = "#strong[Ana] *b* $x^2$ \\u{1F} <a> @ref `c` // d"
    assert name.replace(" ", "") in text_of(made(holder=name)).replace(" ", "")


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Nguyễn Thị Ánh", "Иван Петров", "Ελένη Παπαδοπούλου", "שרה לוי", "محمد بن عبد الله الطنجي"]
)
def test_the_scripts_of_the_bundled_fonts_print_a_name_as_it_is(name: str) -> None:
    data = made(holder=name)
    assert pdf_reading.extract_credential(data) == CREDENTIAL
    if name.isascii() or pdf.sure(name):
        assert name in text_of(data)


@pytest.mark.parametrize("name", ["王小明", "አበበ ቢቂላ", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "👩‍🎓", "a" + "\u0301" * 50])
def test_a_name_in_any_other_script_still_gives_a_certificate(name: str) -> None:
    text = text_of(made(holder=name))
    assert "Certificat de réussite" in text
    assert "□" not in text


def test_where_no_font_has_the_script_the_holder_is_named_by_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pdf._compile
    monkeypatch.setattr(pdf, "_compile", lambda inputs, when, *, system_fonts: real(inputs, when, system_fonts=False))
    text = text_of(made(holder="王小明", school="学校 School"))
    assert "Titulaire du certificat K7QD-M2XV" in text
    assert "?? School" in text


@given(
    holder=st.text(st.characters(codec="utf-8", max_codepoint=0x17F), max_size=300),
    course=st.text(st.characters(codec="utf-8", max_codepoint=0x17F), max_size=300),
    track=st.text(max_size=200),
)
@settings(max_examples=25, deadline=None)
def test_any_text_of_any_length_is_one_page_in_each_language(holder: str, course: str, track: str) -> None:
    data = made(holder=holder, course=course, track=track, school=course, role=holder)
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 2


def test_long_words_that_cannot_break_still_make_one_page_in_each_language() -> None:
    text_of(made(holder="W" * 400, course="W" * 400, school="W" * 400, track="W" * 400, edition="W" * 400))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-" + bytes(5000), b"\x00" * 100])
def test_a_pdf_without_credential_says_so(data: bytes) -> None:
    with pytest.raises(pdf_reading.NoCredential):
        pdf_reading.extract_credential(data)


def test_a_plain_pdf_has_no_credential() -> None:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(pdf_reading.NoCredential):
        pdf_reading.extract_credential(out.getvalue())


def test_a_pdf_with_two_credentials_is_refused() -> None:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("credential.json", CREDENTIAL)
    writer.add_attachment("credential.json", b"{}")
    writer.write(out)
    with pytest.raises(pdf_reading.NoCredential, match="2 credentials"):
        pdf_reading.extract_credential(out.getvalue())


def test_a_pdf_whose_attachment_expands_beyond_reason_is_refused() -> None:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("credential.json", bytes(50_000_000))
    for entry in writer._objects:
        if isinstance(entry, pypdf.generic.StreamObject) and len(entry._data) > 1_000_000:
            packed = entry.flate_encode()
            writer._objects[writer._objects.index(entry)] = packed
    writer.write(out)
    assert len(out.getvalue()) < 200_000
    with pytest.raises(pdf_reading.NoCredential):
        pdf_reading.extract_credential(out.getvalue())


@given(cut=st.integers(min_value=0, max_value=2000), at=st.integers(min_value=0))
@settings(max_examples=40, deadline=None)
def test_a_damaged_pdf_never_ends_in_a_traceback(cut: int, at: int) -> None:
    whole = WHOLE
    start = at % len(whole)
    try:
        pdf_reading.extract_credential(whole[:start] + whole[start + cut :])
    except pdf_reading.NoCredential:
        return


WHOLE = made()


def test_the_ornaments_are_the_same_every_time() -> None:
    for draw in (chalk.border, chalk.tree, chalk.rule, chalk.roundel):
        first = draw()
        draw.cache_clear()
        assert draw() == first


def test_a_sealed_certificate_is_intact_carries_the_credential_and_shows_a_change() -> None:
    key, certificate = seal.new_seal("École de la Cour", sample.AWARDED)
    sealed = seal.seal_pdf(made(), key, certificate, "École de la Cour")
    assert pdf_reading.extract_credential(sealed) == CREDENTIAL
    assert seal.is_intact(sealed)
    place = sealed.index(b"/Producer") if b"/Producer" in sealed else 2000
    assert not seal.is_intact(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
    assert not seal.is_intact(made())
