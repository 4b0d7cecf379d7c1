"""What differs between two editions, at the desk: by group, with titles, line by line."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.desk import differences
from tests import cast
from tests.cast import MONDAY
from tests.content.test_differing import changed

PAGE = "/desk/thin-2/differences/"


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    cast.edition(slug="thin-1")
    return cast.edition(slug="thin-2", opens=MONDAY + timedelta(weeks=27, hours=-1), of=changed(tmp_path))


@pytest.fixture
def tom(edition: Edition) -> Person:
    person = cast.person("Tom")
    cast.role(person, "teacher", course=edition.course)
    return person


def test_the_edition_before_is_compared_first(edition: Edition, tom: Person) -> None:
    page = cast.browser(tom).get(PAGE).content.decode()
    assert '<option value="thin-1" selected>' in page
    assert "<ins>Une ligne de plus.</ins>" in page
    assert "<strong>Nouveau</strong>" in page
    assert "<strong>Classique</strong>" in page
    assert PAGE in cast.browser(tom).get("/desk/thin-2/").content.decode()
    back = cast.browser(tom).get("/desk/thin-1/differences/?with=thin-2").content.decode()
    assert "<del>Une ligne de plus.</del>" in back
    assert "/desk/thin-2/differences/" in _following(tom)


def _following(tom: Person) -> str:
    form = cast.form(opens_at="2027-03-01T08:00")
    return cast.browser(tom).post("/desk/thin-2/next/", form).content.decode()


def test_dates_have_the_title_of_what_they_are_the_dates_of(edition: Edition, tom: Person) -> None:
    row = edition.milestones.get(key="quiz", what="due")
    row.at += timedelta(days=2)
    row.save()
    groups = dict(differences.between(Edition.objects.get(slug="thin-1"), edition, "fr"))
    (line,) = groups["date"]
    assert line.title.startswith("Un quiz · ")
    assert line.key == "quiz due"


def test_an_edition_that_one_does_not_teach_is_not_compared_with(edition: Edition, tom: Person, tmp_path: Path) -> None:
    rose = cast.person("Rose")
    cast.role(rose, "teacher", edition=edition)
    page = cast.browser(rose).get(PAGE).content.decode()
    assert "thin-1" not in page
    assert cast.browser(rose).get(f"{PAGE}?with=thin-1").status_code == 404
    other = cast.edition(
        slug="other-1", of=cast.version(Path(shutil.copytree(cast.THIN, tmp_path / "o")), slug="other")
    )
    cast.role(rose, "teacher", edition=other)
    assert "<details" not in cast.browser(rose).get(f"{PAGE}?with=other-1").content.decode()


def test_the_same_queries_however_much_differs(edition: Edition, tom: Person) -> None:
    first = Edition.objects.get(slug="thin-1")

    def cost(before: Edition, after: Edition) -> int:
        with CaptureQueriesContext(connection) as queries:
            differences.between(before, after, "fr")
        return len(queries)

    assert cost(first, edition) <= cost(first, first) + 2


def test_a_long_text_is_cut(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "LINES", 2)
    groups = dict(differences.between(Edition.objects.get(slug="thin-1"), edition, "fr"))
    line = next(one for one in groups["unit"] if one.key == "lecon")
    assert len(line.text) == 2
    assert line.cut
