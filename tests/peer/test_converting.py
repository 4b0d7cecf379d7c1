"""From what an author sent to what a reviewer reads: light, and silent about who made it. LibreOffice is a real one."""

import io
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import Settings

from preau.common.confined import Bounds
from preau.config import health
from preau.courses.models import Edition
from preau.mail.models import Message
from preau.peer import converting, documents, formats
from preau.peer.formats import Unfit
from preau.peer.models import Document, Submission
from tests import cast
from tests.peer import papers, stage
from tests.peer.listening import listening

NOW = cast.MONDAY + timedelta(days=3)
office = pytest.mark.office
TELLING = (papers.AUTHOR, papers.LATIN, papers.AUTHOR.split()[1], papers.LATIN.split()[1], papers.GONE, papers.REMARK)


def made(folder: Path, kind: str, content: bytes) -> bytes:
    """The light PDF of a file."""
    (folder / f"in.{kind}").write_bytes(content)
    assert converting.made(folder, kind) >= 1
    return (folder / "light.pdf").read_bytes()


def words(light: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(light)).pages)


def opened(light: bytes) -> str:
    """Everything that a PDF says, unpacked: names, texts, streams."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(light)) as pdf:
        pdf.save(target, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream) and _readable(one)]
    return b"\n".join([target.getvalue(), *streams]).decode("latin-1") + repr(pikepdf.open(io.BytesIO(light)).docinfo)


def _readable(one: pikepdf.Stream) -> bool:
    return one.get("/Filter") != pikepdf.Name.DCTDecode


def assert_silent(light: bytes) -> None:
    """Nobody is named: not in the words, the metadata, the pictures; nothing runs, nothing is attached."""
    whole = opened(light) + words(light)
    for said in TELLING:
        for form in (said, said.encode("utf-16-be").decode("latin-1"), said.encode().decode("latin-1")):
            assert form not in whole
    with pikepdf.open(io.BytesIO(light)) as pdf:
        assert dict(pdf.docinfo) == {"/Title": "Document"}
        assert not set(pdf.Root.keys()) & {"/Metadata", "/Names", "/OpenAction", "/AA", "/AcroForm", "/Outlines"}
        assert not pdf.attachments
    for mark in ("/JavaScript", "/EmbeddedFile", "/PieceInfo", "/Author", "/Creator", "/Producer", "/CreationDate"):
        assert mark not in whole


@office
@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("docx", papers.docx("Un projet en trois lots."), "une phrase ajoutée"),
        ("odt", papers.odt(), "Un projet"),
        ("xlsx", papers.xlsx(), "Budget"),
        ("odp", papers.odp(), "Diapositive"),
    ],
)
def test_an_office_document_becomes_pages_that_name_nobody(
    tmp_path: Path, kind: str, content: bytes, says: str
) -> None:
    light = made(tmp_path, kind, content)
    assert says in words(light)
    assert_silent(light)


@office
def test_photos_of_a_document_become_lighter(tmp_path: Path) -> None:
    content = papers.docx("Trois photos.", photos=1, more={"word/media/0.jpeg": papers.photo((2400, 1800))})
    light = made(tmp_path, "docx", content)
    assert len(light) < len(content) / 3
    assert_silent(light)


@pytest.mark.parametrize("photo", [papers.photo(), papers.photo((90, 60)), b""])
def test_a_pdf_is_stripped_too(tmp_path: Path, photo: bytes) -> None:
    light = made(tmp_path, "pdf", papers.pdf(2, photo_of=photo))
    assert_silent(light)
    assert photo or "Un projet" in words(light)
    with pikepdf.open(io.BytesIO(light)) as pdf:
        links = [str(one.A.URI) for one in pdf.pages[0].get("/Annots", [])]  # what it cites, and no other way out
        assert links == ["https://example.org/source"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_becomes_a_page(tmp_path: Path, kind: str) -> None:
    light = made(tmp_path, kind.lower(), papers.photo((3000, 2000), kind=kind))
    assert_silent(light)
    with pikepdf.open(io.BytesIO(light)) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.P
        assert max(int(image.Width), int(image.Height)) <= 1600
        with Image.open(io.BytesIO(image.read_raw_bytes())) as drawn:
            assert not drawn.getexif()


def test_a_text_becomes_pages(tmp_path: Path) -> None:
    light = made(tmp_path, "txt", "Un projet\r\n\r\n#set page(fill: red) *trois* $lots$ \\ éà\n".encode())
    assert "#set page(fill: red) *trois* $lots$" in words(light)  # words, never orders to whatever sets them
    assert_silent(light)


def refusal(folder: Path, kind: str, content: bytes) -> str:
    (folder / f"in.{kind}").write_bytes(content)
    with pytest.raises((Unfit, converting.Stopped)) as refused:
        converting.made(folder, kind)
    assert not (folder / "light.pdf").exists()
    return str(getattr(refused.value, "reason", "stopped"))


def shut() -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("pdf", shut(), "encrypted"),
        ("pdf", b"%PDF-1.7\nrien du tout", "broken"),
        ("pdf", papers.pdf(201, hostile=False), "too many pages"),
        ("png", papers.png_bomb(), "large picture"),
        ("jpeg", papers.photo()[:900], "broken"),
        ("docx", papers.bomb(), "bomb"),
        (
            "docx",
            papers.docx(more={"word/styles.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
            "names",
        ),
        ("odt", papers.opened("text", "<pas fermé>"), "broken"),
    ],
)
def test_what_cannot_be_made_light_is_refused_and_bounded(
    tmp_path: Path, kind: str, content: bytes, reason: str
) -> None:
    assert refusal(tmp_path, kind, content) == reason


@office
def test_a_document_cannot_fetch_a_file_of_ours_nor_call_home(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("le secret de la maison")
    calls: list[str] = []
    with listening(calls) as port:
        odt = papers.odt(
            extra=f'<text:section text:name="s"><text:section-source xlink:href="{secret.as_uri()}"/></text:section>'
            f'<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="http://127.0.0.1:{port}/a.png"/>'
            "</draw:frame></text:p>"
        )
        assert "secret de la maison" not in words(made(tmp_path, "odt", odt))
        other = tmp_path / "word"
        other.mkdir()
        far = (("p9", "image", f"http://127.0.0.1:{port}/b.png"), ("t", "attachedTemplate", secret.as_uri()))
        body = papers.drawing(9).replace("r:embed", "r:link")
        assert "Un projet" in words(made(other, "docx", papers.docx("Un projet.", body=body, rows=far)))
    assert calls == []


# The chore.


@pytest.fixture
def edition(db: None, tmp_path: Path, settings: Settings) -> Edition:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return stage.assessed(deliverable="both")


def waiting(edition: Edition, name: str, content: bytes, kind: str, **fields: Any) -> Document:
    """A file that is here whole and waits."""
    person = stage.learner(name.partition(".")[0], edition)
    enrolment = stage.enrolment(person, edition)
    unit = stage.facts(person, edition, NOW).unit.id
    values = {"format": kind, "size": len(content), "received": len(content), "state": "waiting", "added_at": NOW}
    row = Document.objects.create(enrolment=enrolment, unit_id=unit, name=name, **{**values, **fields})
    default_storage.save(documents.original(row.pk), ContentFile(content))
    return row


def state(row: Document) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def test_the_chore_makes_the_oldest_light(edition: Edition) -> None:
    later = waiting(edition, "ben.pdf", papers.pdf(), "pdf", added_at=NOW + timedelta(hours=1))
    first = waiting(edition, "ana.txt", b"Un projet.", "txt")
    assert converting.convert_waiting(now=NOW) == 1
    assert (state(first)[0], state(later)[0]) == ("ready", "waiting")
    assert (first.pages, first.light_size) == (1, default_storage.size(documents.light(first.pk)))
    assert converting.convert_waiting(now=NOW, limit=5) == 1
    assert converting.convert_waiting(now=NOW, limit=5) == 0
    with default_storage.open(documents.original(first.pk)) as original:
        assert original.read() == b"Un projet."  # kept for the team


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_not_wait_for_it(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    row = waiting(stage.assessed(deliverable="both"), "ana.txt", b"Un projet.", "txt")
    begun, go_on, real = threading.Event(), threading.Event(), converting.made

    def slow(folder: Path, kind: str) -> int:
        begun.set()
        assert go_on.wait(60)
        return real(folder, kind)

    monkeypatch.setattr(converting, "made", slow)
    thread = converting.convert_beside(NOW)
    assert thread
    assert begun.wait(60)
    assert converting.convert_beside(NOW) is None  # one at a time
    go_on.set()
    thread.join(60)
    assert state(row)[0] == "ready"
    again = converting.convert_beside(NOW)
    assert again
    again.join(60)


def test_a_file_that_cannot_be_made_light_is_refused_and_its_author_told(edition: Edition) -> None:
    row = waiting(edition, "ana.pdf", b"%PDF-1.4 rien", "pdf")
    copy(row)
    converting.convert_waiting(now=NOW)
    assert state(row) == ("refused", "broken")
    letter = Message.objects.get(key=f"document:{row.pk}")
    assert "ana.pdf" in letter.text


def copy(row: Document) -> Submission:
    """The file as part of a copy."""
    made = Submission.objects.create(
        enrolment=row.enrolment,
        unit=row.unit,
        version_id=row.enrolment.edition.course.versions.get().pk,
        text="Un projet.",
        size=10,
        fingerprint="0" * 64,
        submitted_at=NOW,
    )
    documents.attach(made, [row])
    return made


def test_what_stops_its_converter_is_tried_again_and_then_refused(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "OURS", Bounds(seconds=0))  # the file that makes a converter hang
    row = waiting(edition, "ana.pdf", papers.pdf(), "pdf")
    now = NOW
    for number in range(1, converting.TRIES + 1):
        assert state(row)[0] == "waiting"
        assert converting.convert_waiting(now=now) == 1
        assert converting.convert_waiting(now=now) == 0  # not at once
        row.refresh_from_db()
        assert row.tries == number
        now += converting.PAUSE
    assert state(row) == ("refused", "cannot be converted")


def test_a_worker_that_was_killed_has_its_file_taken_by_the_next(edition: Edition) -> None:
    row = waiting(edition, "ana.pdf", papers.pdf(), "pdf", tries=1, tried_at=NOW)
    assert converting.convert_waiting(now=NOW + timedelta(minutes=2)) == 0
    assert converting.convert_waiting(now=NOW + converting.LEASE) == 1
    assert state(row)[0] == "ready"


def test_a_file_that_kills_its_worker_each_time_is_not_tried_for_ever(edition: Edition) -> None:
    row = waiting(edition, "ana.pdf", papers.pdf(), "pdf", tries=converting.TRIES, tried_at=NOW)
    converting.convert_waiting(now=NOW + converting.LEASE)
    assert state(row) == ("refused", "cannot be converted")


def test_without_libreoffice_documents_wait_and_the_doctor_says_so(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "office", lambda: None)
    word = waiting(edition, "ana.docx", papers.docx(), "docx")
    text = waiting(edition, "ben.txt", b"Un projet.", "txt", added_at=NOW + timedelta(hours=1))
    assert converting.convert_waiting(now=NOW, limit=9) == 1
    assert (state(word)[0], word.tries, state(text)[0]) == ("waiting", 0, "ready")
    assert any("LibreOffice" in line for line in health.papers(NOW))


def test_nothing_is_said_while_nothing_waits(db: None) -> None:
    assert list(health.papers(datetime.now(tz=NOW.tzinfo))) == []


def test_an_erased_file_stays_erased_however_far_its_making_was(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = waiting(edition, "ana.txt", b"Un projet.", "txt")
    real = converting.made

    def slow(folder: Path, kind: str) -> int:
        pages = real(folder, kind)
        Document.objects.filter(pk=row.pk).delete()
        return pages

    monkeypatch.setattr(converting, "made", slow)
    converting.convert_waiting(now=NOW)
    assert not default_storage.exists(documents.light(row.pk))
    assert not default_storage.exists(documents.original(row.pk))


def test_formats_that_libreoffice_reads_each_have_their_filter() -> None:
    assert set(converting.FILTERS) == set(formats.OFFICE)
    assert os.path.basename(str(converting.office() or "soffice.bin")) == "soffice.bin"
