"""The import of real courses: what comes in, what is reported, and what is refused as a whole."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from preau.content.importing import BadCourse
from preau.content.models import Page, UnitText, Version
from preau.interop.importing import import_path
from preau.quizzes.models import QuestionSpec
from tests import cast

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[2] / "samples" / "gestion-de-projet"


def test_the_sample_course_comes_in_whole_and_prints(now: datetime) -> None:
    report = import_path(SAMPLE, slug=None, by=None, now=now)
    assert report.skipped == []
    assert report.units >= 45
    assert report.questions >= 135
    edition = cast.edition(slug="gdp-1", of=report.version)
    assert Page.objects.filter(edition=edition).count() == 2 * report.units


def test_the_same_source_is_no_new_version(now: datetime) -> None:
    first = import_path(cast.THIN, slug=None, by=None, now=now)
    again = import_path(cast.THIN, slug=None, by=None, now=now)
    assert again.unchanged
    assert again.version == first.version


def test_a_dry_run_writes_nothing(now: datetime) -> None:
    report = import_path(cast.THIN, slug=None, by=None, now=now, dry_run=True)
    assert report.units == 6
    assert Version.objects.count() == 0


def test_a_broken_course_changes_nothing_and_says_where(tmp_path: Path, now: datetime) -> None:
    course = tmp_path / "thin"
    shutil.copytree(cast.THIN, course)
    quiz = course / "fr" / "debut" / "02-quiz.md"
    quiz.write_text(quiz.read_text().replace("{#3:0.5 ####Trois.}", "{#trois}"))
    bad = "---\nid: quiz\nkind: lesson\ntitle: Deux\n---\n![](absent.png)\n"
    (course / "fr" / "debut" / "01-lecon.md").write_text(bad)
    with pytest.raises(BadCourse) as refusal:
        import_path(course, slug=None, by=None, now=now)
    said = {(problem.file, problem.line > 0) for problem in refusal.value.problems}
    assert ("fr/debut/02-quiz.md", True) in said
    assert ("fr/debut/01-lecon.md", True) in said
    assert Version.objects.count() == 0


def test_the_command_writes_its_report_on_refusal_too(tmp_path: Path) -> None:
    course = tmp_path / "thin"
    shutil.copytree(cast.THIN, course)
    (course / "fr" / "debut" / "02-quiz.md").write_text("---\nid: quiz\nkind: quiz\ntitle: Vide\n---\nRien.\n")
    report = tmp_path / "report.json"
    with pytest.raises(CommandError):
        call_command("import", str(course), json=report)
    written = json.loads(report.read_text())
    assert set(written) >= {"course", "units", "questions", "videos", "cues", "skipped"}
    assert any(entry["file"] == "fr/debut/02-quiz.md" for entry in written["skipped"])


@pytest.mark.inputs
def test_a_french_course_in_mdx_comes_in(inputs: Path, now: datetime) -> None:
    report = import_path(inputs / "hf-course-fr" / "chapters" / "fr", slug="hf", by=None, now=now)
    assert report.version is not None
    assert UnitText.objects.filter(version=report.version).values("file").distinct().count() == 32
    assert QuestionSpec.objects.filter(version=report.version).count() == report.questions == 44
    edition = cast.edition(slug="hf-1", of=report.version)
    assert Page.objects.filter(edition=edition).count() == report.units


@pytest.mark.inputs
def test_every_gift_file_comes_in(inputs: Path, now: datetime, tmp_path: Path) -> None:
    folder = tmp_path / "gift"
    folder.mkdir()
    for file in sorted((inputs / "gift").rglob("*")):
        if file.suffix in {".gift", ".txt"} and "LICENSE" not in file.name:
            shutil.copy(file, folder / f"{file.stem}.gift")
    report = import_path(folder, slug="gift", by=None, now=now)
    assert len(list(folder.iterdir())) == 30
    assert report.units == 30
    assert report.questions == 327
    assert len(report.skipped) >= 5
