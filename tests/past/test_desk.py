"""Former editions at the desk: for who keeps the records of the whole course."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.courses.models import Course
from preau.past.models import Source
from tests import cast
from tests.past.stage import HEAD, bring, rows, wrote

BASE = "/desk/courses/thin/former/"
ANA = "ana@example.org;1;Ana Silva;5;quiz-1;10;20"


@pytest.fixture
def rita(course: Course) -> Person:
    person = cast.person("Rita")
    cast.role(person, "registrar", course=course)
    return person


def upload(keeper: Person, *lines: str, kind: str = "people") -> Any:
    file = SimpleUploadedFile("former.csv", ("\n".join(lines) + "\n").encode())
    said = {"file": file, "origin": "Unow, export of March 2017", "kind": kind}
    return cast.browser(keeper).post(f"{BASE}upload/", said)


def confirm(keeper: Person, looked: Any, **more: str) -> Any:
    said = {name: looked.context[name] for name in ("origin", "kind")}
    return cast.browser(keeper).post(f"{BASE}upload/{looked.context['token']}/", {**said, **more})


def test_a_registrar_of_the_course_finds_the_way_and_a_teacher_does_not(course: Course, rita: Person) -> None:
    assert BASE in cast.browser(rita).get("/desk/").content.decode()
    tom = cast.person("Tom")
    cast.role(tom, "teacher", course=course)
    assert BASE not in cast.browser(tom).get("/desk/courses/thin/").content.decode()
    assert cast.browser(tom).get(BASE).status_code == 404
    dora = cast.person("Dora")
    cast.role(dora, "administrator")
    assert BASE in cast.browser(dora).get("/desk/courses/thin/").content.decode()


def test_a_file_is_looked_at_before_it_comes_in(course: Course, rita: Person) -> None:
    looked = upload(rita, HEAD, ANA)
    assert looked.status_code == 200
    assert not Source.objects.exists()
    assert confirm(rita, looked).status_code == 302
    assert len(rows()) == 1
    assert Source.objects.get().by == rita
    page = cast.browser(rita).get(BASE).content.decode()
    assert "Unow, export of March 2017" in page
    assert "Rita" in page


def test_broken_lines_are_listed_and_left_out_only_when_confirmed(course: Course, rita: Person) -> None:
    looked = upload(rita, HEAD, ANA, "nobody;;;5;quiz-1;10;20")
    assert "nobody" in looked.content.decode()
    assert confirm(rita, looked).status_code == 422
    assert rows() == []
    assert confirm(rita, looked, skip="1").status_code == 302
    assert len(rows()) == 1


def test_a_file_that_cannot_be_read_says_why(course: Course, rita: Person) -> None:
    assert upload(rita, "nom;session", "Ana;5").status_code == 422


def test_figures_come_in_at_the_desk_too(course: Course, rita: Person) -> None:
    looked = upload(rita, "edition;enrolled", "5;14 231", kind="totals")
    assert confirm(rita, looked).status_code == 302
    assert "14" in cast.browser(rita).get(BASE).content.decode()


def test_an_upload_is_its_senders(course: Course, rita: Person) -> None:
    looked = upload(rita, HEAD, ANA)
    dora = cast.person("Dora")
    cast.role(dora, "administrator")
    assert confirm(dora, looked).status_code == 404


@pytest.mark.parametrize("who", ["ANA@example.org", "0001", "GDP-1"])
def test_somebody_is_found_by_address_number_or_certificate(
    course: Course, rita: Person, tmp_path: Path, who: str
) -> None:
    bring(wrote(tmp_path, HEAD, ANA), course)
    bring(wrote(tmp_path, "email;edition;track;certificate", "ana@example.org;5;classic;GDP-1", name="c.csv"), course)
    page = cast.browser(rita).get(BASE, {"who": who}).content.decode()
    assert "Ana Silva" in page
    assert "Ana Silva" not in cast.browser(rita).get(BASE, {"who": "nobody"}).content.decode()


def test_pages_cost_the_same_for_few_and_for_many(course: Course, rita: Person, tmp_path: Path) -> None:
    def cost(path: str) -> int:
        client = cast.browser(rita)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def pair(n: int) -> list[str]:
        one = ANA.replace("ana@", f"p{n}@").replace(";1;", f";A{n};")
        return [one, one.replace("@", "b@")]

    bring(wrote(tmp_path, HEAD, *pair(0)), course)
    pages = (BASE, f"{BASE}doubts/", f"{BASE}files/{Source.objects.get().pk}/", "/me/former/")
    before = [cost(path) for path in pages]
    bring(wrote(tmp_path, HEAD, *[line for n in range(1, 12) for line in pair(n)], name="b.csv"), course)
    assert [cost(path) for path in pages] == before
