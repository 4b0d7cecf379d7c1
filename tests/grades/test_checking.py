"""Rules of a course that contradict each other or cannot be met: said by line when it is read, and nothing comes in."""

import shutil
from pathlib import Path

import pytest

from preau.content.importing import BadCourse
from preau.content.models import Version
from preau.interop.importing import import_path
from tests import cast

HEAD = """slug: thin
title: {fr: Un petit cours, en: A small course}
languages: [fr, en]
modules:
  - {id: debut, title: {fr: Le début, en: The beginning}, opens: w1 mon 08:00}
  - id: suite
    title: {fr: La suite, en: What follows}
    elective: true
"""
REVIEWS = "    needs: [{reviews: all}]\n"
CLASSIC = "  classic: {credits: 1, needs: [{mean: quiz, of: core, at_least: 60}]}\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rest", "line", "words"),
    [
        ("tracks:\n  classic: {extends: clasic, needs: [{score: exam, at_least: 50}]}\n", 10, "no track clasic"),
        ("tracks:\n  a: {extends: b}\n  b: {extends: a, needs: [{reviews: all}]}\n", 10, "in a circle"),
        ("tracks:\n  classic:\n    needs:\n      - {mean: quiz, at_least: 60}\n      - {mean: quiz}\n", 13, "at_least"),
        ("tracks:\n  classic: {needs: [{passed: elective, count: 4}]}\n", 10, "only"),
        ("tracks:\n  classic: {needs: [{score: essay, at_least: 4}]}\n", 10, "no graded unit"),
        ("tracks:\n" + CLASSIC + "  more:\n    extends: classic\n    credits: 0.5\n", 13, "fewer credits"),
        ("tracks:\n" + CLASSIC + "  team: {added: true, extends: classic}\n", 11, "its own needs only"),
        ("tracks:\n  classic: {until: w99, needs: [{reviews: all}]}\n", 10, "not a date"),
        (
            "tracks:\n  classic:\n    until: w5 mon 08:00\n    deliberation: w4 mon 8:00\n" + REVIEWS,
            11,
            "after the deliberation",
        ),
        ("tracks:\n  classic: {for: alumni, needs: [{reviews: all}]}\n", 10, "returning"),
        ("    counts_for: [clasic]\ntracks:\n" + CLASSIC, 9, "not a track"),
        ("    counts_for: classic\ntracks:\n" + CLASSIC, 9, "list of tracks"),
        ("    attestation: perhaps\ntracks:\n" + CLASSIC, 9, "true or false"),
        ("tracks:\n" + CLASSIC + "carries:\n  - {results: quiz}\n", 12, "how many editions"),
        ("tracks:\n" + CLASSIC + "carries: [{results: essay, editions: 1}]\n", 11, "no graded unit"),
    ],
)
def test_a_rule_that_cannot_be_is_said_by_line(tmp_path: Path, rest: str, line: int, words: str) -> None:
    with pytest.raises(BadCourse) as bad:
        import_path(written(tmp_path, HEAD + rest), slug=None, by=None, now=cast.MONDAY)
    found = [(one.file, one.line, one.reason) for one in bad.value.problems]
    assert [one for one in found if one[:2] == ("course.yaml", line) and words in one[2]], found
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_an_elective_that_ends_after_the_jury_of_a_track_that_it_counts_for_is_said_by_its_file(
    tmp_path: Path,
) -> None:
    tracks = "tracks:\n  classic: {deliberation: w4 mon 08:00, needs: [{passed: elective, count: 1}]}\n"
    folder = written(tmp_path, HEAD + tracks)
    late = folder / "fr" / "suite" / "99-tard.md"
    late.write_text("---\nid: tard\nkind: quiz\ndue: w5 sun 23:59\n---\n# Tard\n```quiz\nVrai ? {T}\n```\n", "utf-8")
    with pytest.raises(BadCourse) as bad:
        import_path(folder, slug=None, by=None, now=cast.MONDAY)
    assert any(one.file.endswith("99-tard.md") and "deliberation" in one.reason for one in bad.value.problems)
    of_no_account = (
        HEAD + "    counts_for: []\n" + tracks.replace("passed: elective, count: 1", "mean: quiz, at_least: 5")
    )
    (folder / "course.yaml").write_text(of_no_account, "utf-8")
    import_path(folder, slug=None, by=None, now=cast.MONDAY)


def written(root: Path, course: str) -> Path:
    folder = root / "thin"
    shutil.copytree(cast.THIN, folder)
    (folder / "course.yaml").write_text(course, "utf-8")
    return folder
