"""Files come in pieces, are gone on with after a cut, and are read by nobody but whom they concern."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from preau.accounts import actions as accounts
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.audit.models import Entry
from preau.common.ids import new_id
from preau.courses.models import Edition
from preau.peer import access, access_documents, actions, converting, documents, uploading
from preau.peer.models import Document, PoolEntry, Review
from tests import cast
from tests.peer import papers, stage

NOW = cast.MONDAY + timedelta(days=3)
PDF = papers.pdf()
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def edition(db: None) -> Edition:
    """It runs today, and takes two files."""
    return stage.assessed(opens=cast.monday(timezone.now()), deliverable="both", files=2)


@pytest.fixture
def ana(edition: Edition) -> Person:
    return stage.learner("Ana", edition)


def begin(
    person: Person, edition: Edition, name: str = "projet.pdf", size: int = len(PDF), act: Any = None
) -> Document:
    now = timezone.now()
    place, facts = access.facts(person, edition.slug, "fr", stage.UNIT, now=now)
    act = act or cast.an_act("document.begin", {"name": name}, now)
    outcome = uploading.begin(act=act, by=person, place=place, facts=facts, name=name, size=size)
    return Document.objects.get(pk=outcome["document"])


def append(row: Document, person: Person, edition: Edition, offset: int, content: bytes) -> dict[str, Any]:
    place, facts = access.facts(person, edition.slug, "fr", stage.UNIT, now=timezone.now())
    return uploading.append(row, offset=offset, content=content, place=place, facts=facts)


def remove(row: Document, person: Person, edition: Edition) -> None:
    place, facts = access.facts(person, edition.slug, "fr", stage.UNIT, now=timezone.now())
    act = cast.an_act("document.remove", now=timezone.now())
    uploading.remove(act=act, by=person, row=row, place=place, facts=facts)


def whole(person: Person, edition: Edition, name: str = "projet.pdf", content: bytes = PDF) -> Document:
    """A file that came in one piece."""
    row = begin(person, edition, name, len(content))
    append(row, person, edition, 0, content)
    row.refresh_from_db()
    return row


def stored(row: Document) -> bytes:
    with default_storage.open(documents.original(row.pk)) as file:
        return bytes(file.read())


def test_a_file_comes_in_pieces_and_goes_on_after_a_cut(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition)
    assert append(row, ana, edition, 0, PDF[:500])["received"] == 500
    assert append(row, ana, edition, 0, PDF[:500])["received"] == 500  # the answer was lost: sent again
    assert append(row, ana, edition, 700, PDF[700:])["received"] == 500  # too far on: go back
    assert append(row, ana, edition, 500, PDF[500:900])["received"] == 900
    assert append(row, ana, edition, 900, PDF[900:])["state"] == "waiting"
    row.refresh_from_db()
    assert (row.format, row.received, stored(row)) == ("pdf", len(PDF), PDF)
    assert documents.parts(row.pk) == []
    assert append(row, ana, edition, 900, PDF[900:])["state"] == "waiting"  # the last answer was lost too


def test_a_piece_that_a_kill_left_unsaid_is_written_over(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition)
    default_storage.save(documents.part(row.pk, 0), io.BytesIO(b"half a pie"))
    append(row, ana, edition, 0, PDF[:300])
    append(row, ana, edition, 300, PDF[300:])
    assert stored(row) == PDF


def test_a_kill_before_the_end_is_said_leaves_a_file_that_ends(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition)
    default_storage.save(documents.part(row.pk, 0), io.BytesIO(PDF))
    Document.objects.filter(pk=row.pk).update(received=len(PDF))
    assert append(row, ana, edition, len(PDF), b"")["state"] == "waiting"
    assert stored(row) == PDF


def test_the_same_act_begins_one_file(ana: Person, edition: Edition) -> None:
    act = cast.an_act("document.begin", now=timezone.now())
    assert begin(ana, edition, act=act).pk == begin(ana, edition, act=act).pk
    assert Document.objects.count() == 1


def test_a_disguised_file_is_refused_with_what_to_do_and_its_bytes_go(ana: Person, edition: Edition) -> None:
    row = whole(ana, edition, "projet.pdf", b"MZ" + bytes(400))
    assert (row.state, row.reason) == ("refused", "unknown")
    assert not default_storage.exists(documents.original(row.pk))
    assert documents.parts(row.pk) == []
    assert "PDF" in documents.line(row).reason


def test_too_many_too_large_and_empty_are_refused(ana: Person, edition: Edition, settings: Settings) -> None:
    settings.DOCUMENT_MB = 1
    for size in (0, 1_000_001, 10**15):
        with pytest.raises(Refused):
            begin(ana, edition, size=size)
    begin(ana, edition)
    begin(ana, edition)
    with pytest.raises(Refused, match="2"):
        begin(ana, edition)


def test_more_than_was_said_is_refused(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition, size=10)
    with pytest.raises(Refused):
        append(row, ana, edition, 0, b"12345678901")
    row.refresh_from_db()
    assert row.received == 0


def test_an_assignment_of_text_takes_no_file(db: None) -> None:
    edition = stage.assessed(opens=cast.monday(timezone.now()))
    with pytest.raises(Refused):
        begin(stage.learner("Ana", edition), edition)


def test_a_name_of_a_path_is_kept_as_a_name(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition, "../../../etc/cron.d/projet.pdf")
    assert row.name == "projet.pdf"
    append(row, ana, edition, 0, PDF)
    assert documents.original(row.pk) == f"peer/{row.pk}/original"


def test_a_removed_file_makes_room_and_its_bytes_go(
    ana: Person, edition: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    row, _other = whole(ana, edition), whole(ana, edition)
    with django_capture_on_commit_callbacks(execute=True):
        remove(row, ana, edition)
    assert not default_storage.exists(documents.original(row.pk))
    begin(ana, edition)
    assert uploading.sweep(now=timezone.now() + timedelta(days=2)) == 1
    assert not Document.objects.filter(pk=row.pk).exists()


def hand_in(person: Person, edition: Edition) -> UUID:
    place = cast.place(person, edition, stage.UNIT, timezone.now())
    act = cast.an_act("assignment.submit", now=timezone.now())
    return UUID(actions.submit(act=act, by=person, place=place, text="Un projet.")["submission"])


def test_a_copy_keeps_a_file_that_is_removed_after(
    ana: Person, edition: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    row = whole(ana, edition)
    copy = hand_in(ana, edition)
    with django_capture_on_commit_callbacks(execute=True):
        remove(row, ana, edition)
    converting.convert_waiting(now=timezone.now())
    assert [one.name for one in documents.shown(copy, "/here/")] == ["document-1.pdf"]
    assert documents.of_draft(row.enrolment_id, row.unit_id) == []


def test_what_was_left_half_sent_goes_after_a_week(ana: Person, edition: Edition) -> None:
    row = begin(ana, edition)
    append(row, ana, edition, 0, PDF[:100])
    later = timezone.now() + uploading.ABANDONED
    assert uploading.sweep(now=later - timedelta(hours=1)) == 0
    uploading.sweep(now=later + timedelta(hours=1))
    uploading.sweep(now=later + timedelta(days=3))
    assert not Document.objects.exists()
    assert documents.parts(row.pk) == []


def test_shown_names_no_file_that_is_not_ready(ana: Person, edition: Edition) -> None:
    whole(ana, edition, "ana-projet.pdf")
    copy = hand_in(ana, edition)
    assert documents.shown(copy, "/here/") == []
    converting.convert_waiting(now=timezone.now())
    only = documents.shown(copy, "/here/")[0]
    assert (only.name, only.address) == ("document-1.pdf", "/here/document/1.pdf")
    assert only.megabytes == 0.1


# By address.


def address(edition: Edition, end: str = "documents/") -> str:
    return f"/e/{edition.slug}/peer/fr/{stage.UNIT}/{end}"


def upload(client: Client, edition: Edition, name: str = "projet.pdf", content: bytes = PDF) -> Any:
    """The plain form."""
    fields = {"act": str(new_id()), "file": SimpleUploadedFile(name, content)}
    return client.post(address(edition), fields)


def test_a_plain_form_adds_a_file(ana: Person, edition: Edition) -> None:
    client = cast.browser(ana)
    answer = upload(client, edition)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "projet.pdf" in page
    assert "0,1" in page or "0.1" in page
    assert Document.objects.get().state == "waiting"


def test_a_refused_file_says_why_on_the_page(ana: Person, edition: Edition) -> None:
    client = cast.browser(ana)
    page = client.get(
        upload(client, edition, "macros.docx", papers.docx(more={"word/vbaProject.bin": "x"}))["Location"]
    )
    assert "macro" in page.content.decode()


def test_a_form_that_is_too_long_is_refused_unread(ana: Person, edition: Edition, settings: Settings) -> None:
    settings.DOCUMENT_MB = 1
    client = cast.browser(ana)
    page = client.get(upload(client, edition, content=bytes(2_100_000))["Location"])
    assert "1 Mo" in page.content.decode().replace("\xa0", " ")
    assert not Document.objects.exists()


def test_a_script_sends_pieces_and_asks_where_it_was(ana: Person, edition: Edition) -> None:
    client = cast.browser(ana)
    act = {"act": str(new_id()), "name": "projet.pdf", "size": len(PDF)}
    outcome = client.post(address(edition), act, headers=JSON).json()["outcome"]
    there = f"/e/{edition.slug}/peer/document/{outcome['document']}/"
    piece = {"offset": 0, "chunk": SimpleUploadedFile("p", PDF[:400])}
    assert client.post(there, piece, headers=JSON).json()["outcome"]["received"] == 400
    known = client.get(there, headers=JSON).json()["outcome"]
    assert (known["received"], known["state"], known["piece"]) == (400, "uploading", uploading.PIECE)
    rest = {"offset": 400, "chunk": SimpleUploadedFile("p", PDF[400:])}
    assert client.post(there, rest, headers=JSON).json()["outcome"]["state"] == "waiting"
    for offset in ("", "-1", "1e3", "9" * 40):
        assert client.post(there, {"offset": offset}, headers=JSON).status_code == 422
    listed = cast.script(ana).get(address(edition)).content.decode()
    assert "projet.pdf" in listed
    assert "every 8s" in listed


def test_a_removal_by_address_gives_the_list_again(ana: Person, edition: Edition) -> None:
    row = whole(ana, edition)
    there = f"/e/{edition.slug}/peer/document/{row.pk}/remove/"
    listed = cast.script(ana).post(there, cast.form())
    assert listed.status_code == 200
    assert "projet.pdf" not in listed.content.decode()


@pytest.fixture
def assessed(edition: Edition, ana: Person) -> tuple[Document, Review]:
    """A ready file of Ana's copy, which Ben holds."""
    row = whole(ana, edition, "Ana Quatremère.pdf")
    hand_in(ana, edition)
    converting.convert_waiting(now=timezone.now())
    ben = stage.learner("Ben", edition)
    facts = stage.facts(ben, edition, timezone.now())
    copy = row.attached.get().submission
    review = Review.objects.create(
        assignment_id=facts.id,
        submission=copy,
        reviewer=ben,
        rubric_id=facts.rubric_id,
        leased_at=timezone.now(),
        seen_at=timezone.now(),
    )
    row.refresh_from_db()
    return row, review


def test_a_reviewer_gets_the_light_pdf_and_nothing_else(assessed: tuple[Document, Review], edition: Edition) -> None:
    row, review = assessed
    client = cast.browser(review.reviewer)
    here = f"/e/{edition.slug}/peer/review/{review.pk}/"
    answer = client.get(f"{here}document/1.pdf")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'inline; filename="document-1.pdf"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    told = json.dumps(dict(answer.headers)) + client.get(here).content.decode()
    for secret in ("Ana", "Quatremère", str(row.pk), str(row.enrolment_id)):
        assert secret not in told
    assert f"{here}document/1.pdf" in told
    for wrong in ("2", "0", "99999999999"):
        assert client.get(f"{here}document/{wrong}.pdf").status_code == 404
    for end in (".pdf", "/", "/original/"):
        assert client.get(f"/e/{edition.slug}/peer/document/{row.pk}{end}").status_code == 404


def test_others_get_nothing(assessed: tuple[Document, Review], edition: Edition) -> None:
    row, review = assessed
    client = cast.browser(stage.learner("Eve", edition))
    for path in (f"document/{row.pk}.pdf", f"document/{row.pk}/original/", f"review/{review.pk}/document/1.pdf"):
        assert client.get(f"/e/{edition.slug}/peer/{path}").status_code == 404
    assert client.post(f"/e/{edition.slug}/peer/document/{row.pk}/remove/", cast.form()).status_code == 404


def test_an_author_reads_what_reviewers_read(assessed: tuple[Document, Review], ana: Person, edition: Edition) -> None:
    row, _review = assessed
    client = cast.browser(ana)
    for path in (f"/e/{edition.slug}/peer/document/{row.pk}.pdf", address(edition, "own/document/1.pdf")):
        assert b"".join(client.get(path).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_what_the_team_opens_is_written_down(assessed: tuple[Document, Review], edition: Edition) -> None:
    row, _review = assessed
    cast.role(tom := cast.person("Tom"), "teacher", edition=edition)
    answer = cast.browser(tom).get(f"/e/{edition.slug}/peer/document/{row.pk}/original/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/octet-stream"
    light = cast.browser(tom).get(f"/e/{edition.slug}/peer/document/{row.pk}.pdf")
    assert b"".join(light.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    lines = Entry.objects.filter(verb="document.opened").order_by("at", "pk")
    assert [(one.person_id, one.about_id, one.details["what"]) for one in lines] == [
        (tom.pk, row.enrolment_id, "original"),
        (tom.pk, row.enrolment_id, "light"),
    ]


def test_the_team_has_both_beside_each_other(assessed: tuple[Document, Review], edition: Edition) -> None:
    row, review = assessed
    cast.role(tom := cast.person("Tom"), "teacher", edition=edition)
    page = cast.browser(tom).get(f"/desk/{edition.slug}/peer/cas/copies/{review.submission_id}/").content.decode()
    here = f"/e/{edition.slug}/peer/document/{row.pk}"
    assert (page.count(f'href="{here}.pdf"'), page.count(f'href="{here}/original/"')) == (1, 1)
    assert page.count(row.name) >= 1


def test_a_copy_that_is_closed_shows_its_author_their_files(
    assessed: tuple[Document, Review], ana: Person, edition: Edition
) -> None:
    row, _review = assessed
    PoolEntry.objects.update(leased=1)
    page = cast.script(ana).get(f"/e/{edition.slug}/me/fr/debut/cas/").content.decode()
    assert f'<a href="{address(edition, "own/document/1.pdf")}">{row.name}</a>' in page
    assert "Mo" in page[page.index(row.name) :][:120]
    assert "data-upload" not in page
    Document.objects.update(state=Document.State.WAITING)
    page = cast.script(ana).get(f"/e/{edition.slug}/me/fr/debut/cas/").content.decode()
    assert row.name in page
    assert "own/document" not in page


def test_an_erased_author_leaves_no_bytes(
    assessed: tuple[Document, Review], ana: Person, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    row, _review = assessed
    with django_capture_on_commit_callbacks(execute=True):
        accounts.erase(ana, by=ana.pk, now=timezone.now())
    assert not default_storage.exists(documents.original(row.pk))
    assert not default_storage.exists(documents.light(row.pk))
    assert not Document.objects.filter(name__contains="Quatremère").exists()


def test_the_list_costs_the_same_for_one_and_for_two(
    ana: Person, edition: Edition, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = cast.script(ana)
    whole(ana, edition)
    client.get(address(edition))
    with django_assert_max_num_queries(8) as first:
        client.get(address(edition))
    whole(ana, edition)
    with django_assert_num_queries(len(first)):
        client.get(address(edition))


def test_a_door_needs_its_edition(ana: Person, edition: Edition) -> None:
    row = whole(ana, edition)
    with pytest.raises(Http404):
        access_documents.own(ana, "elsewhere", row.pk)
    assert access_documents.own(ana, edition.slug, row.pk) == row
