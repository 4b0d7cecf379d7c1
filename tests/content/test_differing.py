"""What differs between two versions or editions of a course, as their author and their learners see it."""

import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from preau.content import differing, printing
from preau.content.differing import Change
from preau.content.models import Version
from tests import cast
from tests.cast import MONDAY

pytestmark = pytest.mark.django_db


def changed(place: Path, now: int = 1) -> Version:
    """The thin course with a unit reworded, one gone, one new, a deadline moved and a track that asks more."""
    root = Path(shutil.copytree(cast.THIN, place / "thin"))
    lesson = root / "fr/debut/01-lecon.md"
    lesson.write_text(lesson.read_text().rstrip() + "\n\nUne ligne de plus.\nEt une autre.\n")
    (root / "fr/debut/09-nouveau.md").write_text("---\nid: nouveau\n---\n# Nouveau\nVoilà.\n")
    course = root / "course.yaml"
    course.write_text(course.read_text().replace("at_least: 60", "at_least: 70", 1))
    return cast.version(root, now=MONDAY + timedelta(days=now))


def test_the_same_version_differs_in_nothing() -> None:
    version = cast.version()
    assert differing.versions(version, version) == []


def test_what_an_author_changed_is_named(tmp_path: Path) -> None:
    found = differing.versions(cast.version(), changed(tmp_path))
    assert Change("unit", "lecon", "changed", "fr", ("text: 3 lines new, 0 gone",)) in found
    assert Change("unit", "nouveau", "added", "fr") in found
    assert [one.key for one in found if one.what == "track"] == ["classic"]
    back = differing.versions(changed(tmp_path / "again"), cast.version())
    assert Change("unit", "nouveau", "removed", "fr") in back


def test_two_editions_at_other_dates_differ_by_the_day_of_their_calendar() -> None:
    first = cast.edition(slug="thin-1")
    version = first.printings.get(current=True).version
    second = cast.edition(slug="thin-2", opens=MONDAY + timedelta(weeks=27, hours=-1), of=version)
    assert differing.editions(first, second) == []
    tom = cast.person("Tom")
    row = second.milestones.get(key="quiz", what="due")
    printing.move_date(second, key="quiz", what="due", at=row.at + timedelta(days=1), by=tom.pk, now=MONDAY)
    (moved,) = differing.editions(first, second)
    assert (moved.what, moved.key, moved.change) == ("date", "quiz due", "changed")
    day = int(moved.said[0].partition(" → ")[0].partition(",")[0].removeprefix("day "))
    assert f"→ day {day + 1}," in moved.said[0]


def test_the_command_tells_and_writes(tmp_path: Path) -> None:
    cast.version()
    changed(tmp_path)
    out, report = StringIO(), tmp_path / "report.json"
    call_command("diff", "thin@1", "thin@2", json=report, stdout=out)
    assert "~ unit lecon (fr): text: 3 lines new, 0 gone" in out.getvalue()
    assert "+ unit nouveau (fr)" in out.getvalue()
    assert '"key": "nouveau"' in report.read_text()


@pytest.mark.parametrize("name", ["nothing", "thin@9", "nothing@1", "@", "thin@x"])
def test_what_is_not_there_is_said(name: str) -> None:
    cast.version()
    with pytest.raises(CommandError, match="there is no"):
        call_command("diff", "thin@1", name, stdout=StringIO())
