"""A slip of the pen in one unit: corrected alone, all or nothing, and nothing else of the course changes."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from preau.content import correcting, exporting, importing
from preau.content.models import UnitText, Version
from preau.quizzes import gift
from preau.quizzes.models import QuestionSpec
from tests import cast

SAMPLE = Path(__file__).parents[2] / "samples" / "gestion-de-projet"


def text(version: Version, unit: str, language: str = "fr") -> UnitText:
    rows = UnitText.objects.select_related("unit", "module", "version__course")
    return rows.get(version=version, unit__key=unit, language=language)


def corrected(version: Version, unit: str, before: str, after: str, now: datetime) -> Version:
    row = text(version, unit)
    typed = exporting.unit_file(row)
    assert before in typed
    ready = correcting.prepare(row, typed.replace(before, after), is_question=gift.is_question_fence)
    made = importing.store(ready, by=None, now=now).version
    assert made is not None
    return made


def problems(version: Version, unit: str, before: str, after: str) -> list[tuple[str, int, str]]:
    row = text(version, unit)
    typed = exporting.unit_file(row)
    assert before in typed
    with pytest.raises(importing.BadCourse) as refused:
        correcting.prepare(row, typed.replace(before, after), is_question=gift.is_question_fence)
    return [(p.file, p.line, p.reason) for p in refused.value.problems]


@pytest.mark.django_db
@pytest.mark.parametrize("course", [cast.THIN, SAMPLE])
def test_a_unit_saved_as_it_stands_is_the_same_unit(course: Path) -> None:
    version = cast.version(course)
    before = correcting.rebuilt(version)
    rows = UnitText.objects.filter(version=version).select_related("unit", "module", "version__course")
    for row in rows.order_by("kind", "language", "position")[:: 1 if course == cast.THIN else 12]:
        typed = exporting.unit_file(row)
        after = correcting.prepare(row, typed, is_question=gift.is_question_fence).source
        for was, unit in zip(before.units, after.units, strict=True):
            plain = replace(unit, body=unit.body.strip(), line=0, meta=comparable(unit.meta))
            assert plain == replace(was, body=was.body.strip(), line=0, meta=comparable(was.meta))


def comparable(meta: object) -> dict[str, object]:
    """A header without where its questions stand, and without what a title loses on its way into one line."""
    assert isinstance(meta, dict)
    asked = [(part["text"].strip(), part.get("pool")) for part in meta.get("questions", ())]
    return {**meta, "questions": asked, "title": ""}


def test_a_word_is_corrected_and_nothing_else(db: None, now: datetime) -> None:
    version = cast.version()
    made = corrected(version, "quiz", "Répondez.", "Répondez bien.", now)
    assert (made.number, made.course) == (2, version.course)
    assert text(made, "quiz").body.strip() == "Répondez bien."
    was, now_is = (correcting.rebuilt(one) for one in (version, made))
    differing = [a.key for a, b in zip(was.units, now_is.units, strict=True) if a.body.strip() != b.body.strip()]
    assert differing == ["quiz"]
    specs = QuestionSpec.objects.order_by("position", "question")
    assert specs.filter(version=made).count() == specs.filter(version=version).count()
    assert (was.modules, was.tracks) == (now_is.modules, now_is.tracks)


def test_the_same_correction_of_the_same_version_is_one_version(db: None, now: datetime) -> None:
    version = cast.version()
    first = corrected(version, "quiz", "Répondez.", "Répondez bien.", now)
    assert corrected(version, "quiz", "Répondez.", "Répondez bien.", now) == first


@pytest.mark.parametrize(
    ("unit", "before", "after", "line", "why"),
    [
        ("quiz", "id: quiz", "id: quizz", 2, "id stays"),
        ("quiz", "kind: quiz", "kind: exam", 3, "kind stays"),
        ("quiz", "due: w1 sun 23:59", "due: w2 sun 23:59", 6, "due is changed by importing"),
        ("quiz", "attempts: 2\n", "", 2, "attempts is changed by importing"),
        ("quiz", "minutes: 5", "minutes: lots", 5, "minutes must be a number"),
        ("quiz", "{T#Non, il en a une.#Oui.}", "{T#Non", 0, ""),
        ("quiz", "Répondez.", "![a](b.png)", 0, "does not exist"),
        ("quiz", "feedback: now\n---", "feedback: now", 1, "no closing line"),
        ("lecon", "---\n\n", "---\n\n```gift\n::q:: Oui ? {T}\n```\n\n", 0, "by importing the course"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_nothing_comes_in(
    db: None, unit: str, before: str, after: str, line: int, why: str
) -> None:
    version = cast.version()
    found = problems(version, unit, before, after)
    assert any(why in reason and (not line or line == at) for _, at, reason in found), found
    assert Version.objects.count() == 1


def test_a_translation_that_no_longer_agrees_is_refused(db: None) -> None:
    version = cast.version()
    row = text(version, "lecon", "en")
    typed = exporting.unit_file(row).replace("kind: lesson", "kind: quiz")
    with pytest.raises(importing.BadCourse):
        correcting.prepare(row, typed, is_question=gift.is_question_fence)
