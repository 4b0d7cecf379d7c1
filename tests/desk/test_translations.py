"""A course's languages at the desk: states in words, the source then and now, and "it is right as it is"."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.common.ids import new_id
from preau.content import printing, translated
from preau.content.models import Version
from preau.content.translating import How, Standing, State
from preau.courses.models import Edition, Role
from preau.interop.importing import import_path
from tests import cast

BOARD = "/desk/courses/thin/translations/"
ONE = f"{BOARD}lecon/en/"


@pytest.fixture
def tess(edition: Edition) -> Person:
    """Teaches the whole course; her interface speaks English."""
    person = cast.person("Tess", language="en")
    cast.role(person, Role.Kind.TEACHER, course=edition.course)
    return person


@pytest.fixture
def later(edition: Edition, tmp_path: Path, now: datetime) -> Version:
    """A version whose French lesson says more, printed."""
    folder = Path(shutil.copytree(cast.THIN, tmp_path / "thin"))
    path = folder / "fr" / "debut" / "01-lecon.md"
    path.write_text(path.read_text().replace("un début et une fin", "un début, un milieu et une fin"))
    version = import_path(folder, slug="thin", by=None, now=now).version
    assert version
    printing.print_version(edition, version, by=None, now=now)
    return version


def page(who: Person, address: str) -> str:
    reply = cast.browser(who).get(address)
    assert reply.status_code == 200
    return reply.content.decode()


def standing(version: Version) -> Standing:
    return next(row for row in translated.of(version).rows if row.key == "lecon")


def fields(version: Version, **more: str) -> dict[str, Any]:
    row = standing(version)
    return {**cast.form(print=row.print, code=row.code), **more}


def test_the_table_says_each_state_in_words_and_is_filtered(tess: Person, later: Version) -> None:
    html = page(tess, BOARD)
    assert "A lesson" not in html  # titles are those of the source
    assert '<span lang="fr">Une leçon</span>' in html
    assert '<span class="state late">out of date</span>' in html
    assert html.count('<span class="state pending">not translated</span>') == 5
    assert "its text" in html
    assert "<dt>English, not translated</dt><dd>5</dd>" in html
    late = page(tess, f"{BOARD}?state=out_of_date")
    assert "Une leçon" in late
    assert "Un quiz" not in late
    assert "Une leçon" not in page(tess, f"{BOARD}?state=missing")
    assert "No unit is in this state." in page(tess, f"{BOARD}?state=up_to_date")
    assert BOARD in page(tess, "/desk/courses/thin/")


def test_the_source_then_and_now_stands_beside_the_translation(tess: Person, later: Version) -> None:
    html = page(tess, ONE)
    before, after = "un début et une fin", "un début, un milieu et une fin"
    assert f"<del>Un **projet** a {before}" in html
    assert f"<ins>Un **projet** a {after}" in html
    assert "Then, in version 1" in html
    assert "Now, in version 2" in html
    assert '<pre class="scroll" lang="en"># A lesson' in html
    assert "/desk/thin-1/units/lecon/edit/?language=en" in html
    assert f"translates: {standing(later).code}" in html
    missing = page(tess, f"{BOARD}quiz/en/")
    assert "learners read the source" in missing
    assert "/edit/" not in missing


def test_right_as_it_is_is_an_act_kept_until_either_text_changes(
    tess: Person, later: Version, edition: Edition, now: datetime
) -> None:
    client, sent = cast.browser(tess), fields(later)
    assert standing(later).state == State.OUT_OF_DATE
    assert client.post(f"{ONE}judge/", sent).status_code == 302
    assert client.post(f"{ONE}judge/", sent).status_code == 302  # the same act again
    row = standing(later)
    assert (row.state, row.how) == (State.UP_TO_DATE, How.MARKED)
    lines = [line for line in journal.about("course", edition.course_id) if line.verb == translated.RIGHT]
    assert [line.person_id for line in lines] == [tess.pk]
    assert lines[0].details["unit"] == "lecon"
    assert "Somebody said that this translation is right" in page(tess, ONE)
    assert client.post(f"{ONE}judge/", fields(later, undo="1")).status_code == 302
    assert standing(later).state == State.OUT_OF_DATE


def test_what_was_not_read_cannot_be_found_right(tess: Person, later: Version) -> None:
    reply = cast.browser(tess).post(f"{ONE}judge/", {**fields(later), "code": "abcdefghij"})
    assert reply.status_code == 422
    assert "One of the two texts changed meanwhile." in reply.content.decode()
    assert standing(later).state == State.OUT_OF_DATE
    act = new_id()
    client = cast.browser(tess)
    client.post(f"{ONE}judge/", {**fields(later), "act": str(act)})
    assert client.post(f"{ONE}judge/", {**fields(later, undo="1"), "act": str(act)}).status_code == 409


def test_only_who_teaches_the_whole_course_sees_it(tess: Person, tom: Person, ana: Person, later: Version) -> None:
    for who, status in ((tess, 200), (tom, 404), (ana, 404)):
        assert [cast.browser(who).get(address).status_code for address in (BOARD, ONE)] == [status] * 2
    assert cast.browser(tom).post(f"{ONE}judge/", fields(later)).status_code == 404


def test_what_a_zip_would_leave_behind_is_said_before_it_comes_in(tess: Person, later: Version, tmp_path: Path) -> None:
    folder = tmp_path / "thin"
    path = folder / "fr" / "debut" / "01-lecon.md"
    path.write_text(path.read_text().replace("milieu", "centre"))
    archive = shutil.make_archive(str(tmp_path / "thin-3"), "zip", folder)
    with Path(archive).open("rb") as file:
        html = cast.browser(tess).post("/desk/courses/thin/upload/", {"course": file}).content.decode()
    assert "English: 0 up to date, 1 out of date, 5 not translated." in html
    assert "Translations whose source changed since" in html
    assert "en/debut/01-lecon.md" in html
