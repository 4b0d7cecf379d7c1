"""What a printing writes: the pages that differ, and no other."""

import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from preau.accounts.models import Person
from preau.content import printing
from preau.content.models import Page, Printing, Version
from preau.courses.models import Edition, Milestone
from preau.grades.models import Completion
from tests import cast


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the thin course that a test may edit."""
    return Path(shutil.copytree(cast.THIN, tmp_path / "thin"))


def edited(folder: Path, file: str, old: str, new: str) -> Version:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return cast.version(folder)


def digests(edition: Edition) -> dict[str, str]:
    return dict(Page.objects.filter(edition=edition).values_list("path", "digest"))


def keys(edition: Edition) -> dict[str, UUID]:
    return dict(Page.objects.filter(edition=edition).values_list("path", "pk"))


def print_again(edition: Edition, version: Version) -> int:
    return printing.print_version(edition, version, by=None, now=cast.MONDAY + timedelta(days=1))


def test_the_same_version_again_changes_no_page(edition: Edition) -> None:
    before = keys(edition)
    assert print_again(edition, edition.course.versions.get()) == 0
    assert keys(edition) == before
    assert Printing.objects.count() == 1


def test_a_fix_in_a_text_changes_its_page_alone(edition: Edition, folder: Path) -> None:
    before = digests(edition)
    version = edited(folder, "fr/debut/01-lecon.md", "un début et une fin", "un début, un milieu et une fin")
    assert print_again(edition, version) == 1
    after = digests(edition)
    assert {path for path in after if after[path] != before[path]} == {"/e/thin-1/fr/debut/lecon/"}


def test_a_fix_in_a_text_that_another_language_shows_changes_both(edition: Edition, folder: Path) -> None:
    version = edited(folder, "fr/suite/01-plus.md", "À lire", "À relire")
    before = digests(edition)
    assert print_again(edition, version) == 2
    after = digests(edition)
    assert {p for p in after if after[p] != before[p]} == {"/e/thin-1/fr/suite/plus/", "/e/thin-1/en/suite/plus/"}


def test_a_fix_in_a_title_changes_the_pages_that_show_it(edition: Edition, folder: Path) -> None:
    before = digests(edition)
    version = edited(folder, "fr/suite/01-plus.md", "title: En plus", "title: En prime")
    assert print_again(edition, version) == sum(before[p] != after for p, after in digests(edition).items())
    shown = {p for p, html in Page.objects.filter(edition=edition).values_list("path", "html") if b"En prime" in html}
    after = digests(edition)
    assert {p for p in after if after[p] != before[p]} == shown


def test_a_fix_in_a_question_changes_no_page(edition: Edition, folder: Path) -> None:
    version = edited(folder, "fr/debut/02-quiz.md", "Combien de jours ?", "Combien de jours en tout ?")
    assert print_again(edition, version) == 0
    assert Printing.objects.get(current=True).version == version


def test_a_unit_taken_out_loses_its_page_and_nobodys_work(ana: Person, edition: Edition, folder: Path) -> None:
    unit = edition.course.units.get(key="plus")
    Completion.objects.create(enrolment=ana.enrolments.get(), unit=unit, done_at=cast.MONDAY)
    (folder / "fr/suite/02-autre.md").write_text("---\nid: autre\nkind: lesson\ntitle: Autre\n---\nAutre.\n")
    (folder / "fr/suite/01-plus.md").unlink()
    print_again(edition, cast.version(folder))
    assert not [path for path in digests(edition) if "/plus/" in path]
    assert Completion.objects.count() == 1
    print_again(edition, edition.course.versions.get(number=1))
    assert [path for path in digests(edition) if "/plus/" in path]


def test_dates_that_do_not_fit_change_nothing(edition: Edition, folder: Path) -> None:
    before = digests(edition)
    version = edited(folder, "fr/debut/04-cas.md", "w2 sun 23:59", "w40 sun 23:59")
    with pytest.raises(printing.BadDates, match="cas: due w40 sun 23:59 is after the edition closes"):
        print_again(edition, version)
    assert digests(edition) == before
    assert Printing.objects.get(current=True).version.number == 1


def test_a_date_moved_by_hand_survives_a_printing(edition: Edition, dora: Person) -> None:
    at = cast.MONDAY + timedelta(days=10)
    printing.move_date(edition, key="quiz", what="due", at=at, by=dora.pk, now=cast.MONDAY)
    print_again(edition, edition.course.versions.get())
    assert Milestone.objects.get(edition=edition, key="quiz", what="due").at == at
