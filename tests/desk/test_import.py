"""A ZIP is looked at, then imported; a hostile or wrong one changes nothing."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from preau.accounts.models import Person
from preau.content.models import Version
from preau.courses.models import Edition
from tests import cast

UPLOAD = "/desk/courses/thin/upload/"


@pytest.fixture(autouse=True)
def own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.STATE = tmp_path


def zipped(extra: dict[str, bytes] | None = None) -> bytes:
    """The thin course as a ZIP, its French lesson rewritten."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(cast.THIN.rglob("*")):
            if path.is_file():
                name = str(path.relative_to(cast.THIN))
                text = path.read_bytes()
                if name == "fr/debut/01-lecon.md":
                    text = b"\n".join([*text.splitlines()[:6], b"Un **projet** a une fin.", b""])
                archive.writestr(name, text)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return held.getvalue()


def upload(who: Person, content: bytes, name: str = "thin.zip") -> Any:
    return cast.browser(who).post(UPLOAD, {"course": SimpleUploadedFile(name, content)})


def test_a_zip_is_looked_at_and_then_imported(edition: Edition, dora: Person) -> None:
    response = upload(dora, zipped())
    assert response.context["report"].units == 6
    assert Version.objects.count() == 1
    address = f"{UPLOAD}{response.context['token']}/"
    page = cast.browser(dora).post(address, follow=True).content
    assert b"notice success" in page
    assert sorted(Version.objects.values_list("number", flat=True)) == [1, 2]
    assert cast.browser(dora).post(address).status_code == 404  # confirmed once


def test_an_upload_is_confirmed_by_its_sender_only(edition: Edition, dora: Person, tom: Person) -> None:
    address = f"{UPLOAD}{upload(dora, zipped()).context['token']}/"
    eve = cast.person("Eve")
    cast.role(eve, "administrator")
    assert cast.browser(eve).post(address).status_code == 404
    assert cast.browser(tom).post(address).status_code == 404
    assert Version.objects.count() == 1


def test_what_is_wrong_is_told_by_file_and_line(edition: Edition, dora: Person) -> None:
    quiz = (cast.THIN / "fr/debut/02-quiz.md").read_bytes()
    response = upload(dora, replaced("fr/debut/02-quiz.md", quiz.replace(b"w1 sun 23:59", b"demain")))
    assert response.status_code == 422
    [problem] = response.context["problems"]
    assert (problem.file, problem.line) == ("fr/debut/02-quiz.md", 6)
    assert "fr/debut/02-quiz.md" in response.content.decode()
    assert Version.objects.count() == 1


@pytest.mark.parametrize("name", ["../evil.md", "/etc/evil.md", "fr\\evil.md", "C:/evil.md", "fr/con.md"])
def test_a_zip_that_leaves_its_folder_is_refused(edition: Edition, dora: Person, tmp_path: Path, name: str) -> None:
    response = upload(dora, zipped({name: b"# Evil"}))
    assert response.status_code == 422
    assert not list(tmp_path.rglob("evil.md"))
    assert not list(tmp_path.rglob("*.zip"))
    assert Version.objects.count() == 1


def test_a_bomb_is_refused(edition: Edition, dora: Person) -> None:
    assert upload(dora, zipped({"fr/debut/bomb.png": b"0" * (20 << 20)})).status_code == 422


@pytest.mark.parametrize("name", ["thin.zip", "thin.tar.gz", "thin.exe"])
def test_what_is_no_zip_is_refused(edition: Edition, dora: Person, name: str) -> None:
    assert upload(dora, b"MZ not a zip", name).status_code == 422
    assert Version.objects.count() == 1


def test_an_empty_form_and_an_empty_file_are_refused(edition: Edition, dora: Person) -> None:
    assert cast.browser(dora).post(UPLOAD, {}).status_code == 422
    assert upload(dora, b"").status_code == 422


def test_a_track_that_the_course_cannot_give_is_a_problem(edition: Edition, dora: Person) -> None:
    yaml = (cast.THIN / "course.yaml").read_bytes().replace(b"score: exam", b"score: nothing")
    response = upload(dora, replaced("course.yaml", yaml))
    assert response.status_code == 422
    assert "course.yaml" in response.content.decode()


def replaced(name: str, content: bytes) -> bytes:
    """The thin course with one file rewritten."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zipped())) as before, zipfile.ZipFile(held, "w") as after:
        for entry in before.infolist():
            after.writestr(entry.filename, content if entry.filename == name else before.read(entry))
    return held.getvalue()


def test_an_upload_that_nobody_confirms_goes(edition: Edition, dora: Person, tmp_path: Path) -> None:
    upload(dora, zipped())
    [old] = tmp_path.glob("uploads/*/*")
    os.utime(old, (0, 0))
    upload(dora, zipped())
    assert not old.exists()


def test_the_course_page_tells_its_versions(edition: Edition, dora: Person) -> None:
    [(version, units, questions, shown)] = cast.browser(dora).get("/desk/courses/thin/").context["versions"]
    assert (version.number, units, questions, [e.slug for e in shown]) == (1, 6, 7, ["thin-1"])
