"""Export, import, export again: a fixed point, and nothing dropped in silence."""

from datetime import datetime
from pathlib import Path

import pytest

from preau.content import exporting
from preau.content.models import UnitText, Version
from preau.interop.importing import import_path
from preau.quizzes.models import QuestionSpec
from tests import cast

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[2] / "samples" / "gestion-de-projet"


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def questions(version: Version) -> list[object]:
    rows = QuestionSpec.objects.filter(version=version).order_by("question__unit__key", "language", "position")
    return [{k: v for k, v in spec.data.items() if k != "line"} for spec in rows]


@pytest.mark.parametrize("source", [cast.THIN, SAMPLE], ids=["thin", "sample"])
def test_a_course_comes_back_as_it_went(source: Path, tmp_path: Path, now: datetime) -> None:
    first = cast.version(source, now=now)
    assert exporting.export(first, tmp_path / "one") == []
    second = cast.version(tmp_path / "one", now=now)
    assert second.number == 2
    assert questions(second) == questions(first)
    keys = UnitText.objects.filter(version=first).order_by("position", "language").values_list("unit", "title", "kind")
    again = (
        UnitText.objects.filter(version=second).order_by("position", "language").values_list("unit", "title", "kind")
    )
    assert list(again) == list(keys)
    exporting.export(second, tmp_path / "two")
    assert files(tmp_path / "two") == files(tmp_path / "one")


def test_an_export_writes_over_nothing(tmp_path: Path, now: datetime) -> None:
    version = cast.version(now=now)
    (tmp_path / "mine.txt").write_text("à garder")
    with pytest.raises(exporting.NotEmpty):
        exporting.export(version, tmp_path)


@pytest.mark.inputs
def test_a_plain_course_is_exported_as_a_folder(inputs: Path, tmp_path: Path, now: datetime) -> None:
    report = import_path(inputs / "hf-course-fr" / "chapters" / "fr", slug="hf", by=None, now=now)
    assert report.version is not None
    left = exporting.export(report.version, tmp_path / "hf")
    assert all(one.reason for one in left)
    again = import_path(tmp_path / "hf", slug=None, by=None, now=now)
    assert again.questions == 44
