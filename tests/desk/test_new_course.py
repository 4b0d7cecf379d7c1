"""A ZIP makes a new course: it is looked at, named, then made; a name that is taken loses nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.content.models import Version
from preau.courses.models import Course, Edition
from tests import cast
from tests.desk.test_import import replaced, zipped

NEW = "/desk/courses/"


@pytest.fixture(autouse=True)
def own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.STATE = tmp_path


def look(who: Person, content: bytes, name: str = "Mon cours.zip") -> Any:
    return cast.browser(who).post(NEW, {"course": SimpleUploadedFile(name, content)})


def make(who: Person, token: object, slug: str, act: Any = None) -> Any:
    return cast.browser(who).post(f"{NEW}upload/{token}/", cast.form(act, slug=slug))


def test_a_zip_is_looked_at_and_then_made_a_course_of_the_name_it_says(dora: Person) -> None:
    response = look(dora, zipped())
    assert (response.status_code, response.context["report"].units) == (200, 6)
    assert 'value="thin"' in response.content.decode()
    assert not Course.objects.exists()
    assert make(dora, response.context["token"], "thin").headers["Location"] == "/desk/courses/thin/"
    course = Course.objects.get()
    assert (course.slug, course.title("fr"), course.versions.get().number) == ("thin", "Un petit cours", 1)
    said = {entry.verb: entry.person_id for entry in journal.about("course", course.pk)}
    assert said == {"course.created": dora.pk, "course.imported": dora.pk}


def test_another_name_can_be_typed(dora: Person) -> None:
    token = look(dora, zipped()).context["token"]
    assert make(dora, token, "Autre-Nom").status_code == 302
    assert Course.objects.get().slug == "autre-nom"


def test_a_course_that_names_itself_nowhere_is_called_like_its_zip(dora: Person) -> None:
    yaml = (cast.THIN / "course.yaml").read_bytes().replace(b"slug: thin\n", b"")
    assert 'value="mon-cours"' in look(dora, replaced("course.yaml", yaml)).content.decode()


def test_a_name_that_is_taken_is_said_with_a_link_and_the_zip_is_kept(edition: Edition, dora: Person) -> None:
    response = look(dora, zipped())
    assert 'href="/desk/courses/thin/"' in response.content.decode()
    token = response.context["token"]
    refused = make(dora, token, "thin")
    assert refused.status_code == 422
    assert 'href="/desk/courses/thin/"' in refused.content.decode()
    assert Version.objects.count() == 1
    assert make(dora, token, "thin-bis").status_code == 302
    assert set(Course.objects.values_list("slug", flat=True)) == {"thin", "thin-bis"}


def test_a_zip_whose_name_is_taken_can_become_a_version_of_that_course(edition: Edition, dora: Person) -> None:
    token = look(dora, zipped()).context["token"]
    assert cast.browser(dora).post(f"/desk/courses/thin/upload/{token}/").status_code == 302
    assert Course.objects.get().versions.count() == 2


def test_sent_twice_it_is_made_once(dora: Person) -> None:
    token, act = look(dora, zipped()).context["token"], new_id()
    for _again in range(2):
        assert make(dora, token, "thin", act).headers["Location"] == "/desk/courses/thin/"
    assert Course.objects.count() == 1
    assert make(dora, token, "other").status_code == 404  # another act: the upload was confirmed


@pytest.mark.parametrize("slug", ["", "a b", "été", "-", "a--b", "x" * 61, "../up"])
def test_a_name_that_is_none_is_refused_and_the_zip_is_kept(dora: Person, slug: str) -> None:
    token = look(dora, zipped()).context["token"]
    response = make(dora, token, slug)
    assert (response.status_code, bool(response.context["form"].errors)) == (422, True)
    assert not Course.objects.exists()
    assert make(dora, token, "thin").status_code == 302


def test_what_is_wrong_is_told_by_file_and_line(dora: Person) -> None:
    quiz = (cast.THIN / "fr/debut/02-quiz.md").read_bytes()
    response = look(dora, replaced("fr/debut/02-quiz.md", quiz.replace(b"w1 sun 23:59", b"demain")))
    assert response.status_code == 422
    [problem] = response.context["problems"]
    assert (problem.file, problem.line) == ("fr/debut/02-quiz.md", 6)
    assert not Course.objects.exists()


def test_an_upload_is_made_a_course_by_its_sender_only(dora: Person) -> None:
    token = look(dora, zipped()).context["token"]
    eve = cast.person("Eve")
    cast.role(eve, "administrator")
    assert make(eve, token, "thin").status_code == 404
    assert not Course.objects.exists()


def test_only_an_administrator_finds_the_page(edition: Edition, dora: Person, tom: Person, rita: Person) -> None:
    eve = cast.person("Eve")
    cast.role(eve, "teacher", course=Course.objects.get())
    seen = [cast.browser(who).get(NEW).status_code for who in (dora, tom, rita, eve)]
    assert seen == [200, 404, 404, 404]
    assert b'href="/desk/courses/"' in cast.browser(dora).get("/desk/").content
    assert b'href="/desk/courses/"' not in cast.browser(tom).get("/desk/").content
    assert look(tom, zipped()).status_code == 404
