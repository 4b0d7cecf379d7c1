"""A file of former people comes in, whole or not at all; the same one twice changes nothing."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from preau.courses.models import Course, Edition
from preau.desk import former
from preau.past import queries
from preau.past.models import Doubt, Former, FormerResult, Source
from preau.past.report import Report
from tests import cast

pytestmark = pytest.mark.django_db
ORIGIN = "Unow, export of March 2017"
HEAD = "E-mail;N° étudiant;Nom;Session;Unité;Note;Sur"


@pytest.fixture
def course() -> Course:
    """The thin course, whose first edition here is the eighth."""
    return cast.edition(number=8, slug="thin-8").course


def wrote(place: Path, *lines: str, encoding: str = "utf-8", name: str = "former.csv") -> Path:
    path = place / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def bring(path: Path, course: Course, **options: object) -> Report:
    return former.bring(path, course, origin=ORIGIN, by=None, now=timezone.now(), **options)


def rows() -> list[tuple[object, ...]]:
    named = FormerResult.objects.order_by("former__email", "former__number", "edition_number", "what", "key", "line")
    return list(
        named.values_list("former__email", "former__number", "edition_number", "what", "key", "percent", "passed")
    )


def test_people_and_results_come_in(course: Course, tmp_path: Path) -> None:
    report = bring(
        wrote(
            tmp_path,
            HEAD,
            " Ana@Example.org ;00123;Ana Silva;session 5;Quiz 1;15,5;20",
            "ana@example.org;;Ana Silva;Édition n° 6;quiz_1;62 %;",
            ";0456;Ben Diallo;5;quiz-1;12/16;",
        ),
        course,
    )
    assert report.written
    assert not report.problems
    assert rows() == [
        ("", "456", 5, "unit", "quiz-1", 75.0, None),
        ("ana@example.org", "123", 5, "unit", "quiz-1", 77.5, None),
        ("ana@example.org", "123", 6, "unit", "quiz-1", 62.0, None),
    ]
    assert Source.objects.get().origin == ORIGIN


def test_the_same_file_twice_changes_nothing(course: Course, tmp_path: Path) -> None:
    path = wrote(tmp_path, HEAD, "ana@example.org;1;Ana;5;quiz-1;10;20")
    bring(path, course)
    before = rows()
    assert bring(path, course).unchanged
    assert rows() == before
    assert Source.objects.count() == Former.objects.count() == 1
