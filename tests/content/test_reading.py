"""A course folder with a course.yaml: what comes in, and every mistake by file and line."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preau.content.reading import read_course
from preau.content.source import SourceCourse, SourceUnit

COURSE = """\
slug: pert
title: {fr: Le PERT, en: PERT}
languages: [fr, en]
modules:
  - id: week-1
    title: {fr: Semaine 1, en: Week 1}
    opens: w1 mon 08:00
  - id: agile
    title: Agile
    elective: true
    pass: 60
tracks:
  classic: {credits: 1, needs: [{mean: quiz, of: core, at_least: 60}]}
  advanced: {extends: classic, credits: 2}
grace: {quiz: 24 h, assignment: 12 h}
"""
GOOD = {
    "course.yaml": COURSE,
    "fr/week-1/01-besoin.md": "---\nminutes: 12\nvideo: pert.mp4\n---\n# Le besoin\n\n![Un dessin](img/a.svg)\n",
    "fr/week-1/02-quiz.md": (
        "---\nid: quiz-1\nkind: quiz\ntitle: Quiz\ndue: w1 sun 23:59\n---\nIntro\n\n```gift\nA? {T}\n```\n"
    ),
    "fr/week-1/img/a.svg": "<svg/>",
    "fr/week-1/pert.mp4": "video",
    "fr/week-1/pert.fr.vtt": "WEBVTT",
    "fr/agile/10-scrum.md": "Un sprint.\n",
    "fr/agile/2-histoire.md": "# Histoire\n",
    "en/week-1/01-besoin.md": "# The need\n",
    "README.md": "not a unit",
}


def is_question(label: str, text: str) -> bool:
    return label.startswith("quiz") or (not label and "::" in text)


def course(root: Path, **changes: str | bytes | None) -> SourceCourse:
    """The good course with some files changed (None: absent); names have `__` for `/` and `_` for `.` at their end."""
    for name, content in {**GOOD, **changes}.items():
        if content is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_course(root, slug=None, is_question=is_question)


def unit(read: SourceCourse, key: str, language: str = "fr") -> SourceUnit:
    return next(one for one in read.units if (one.key, one.language) == (key, language))


def problems(root: Path, **changes: str | bytes | None) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.reason) for one in course(root, **changes).problems]


def test_a_good_course_has_no_problem(tmp_path: Path) -> None:
    read = course(tmp_path)
    assert (read.problems, read.skipped, read.plain) == ((), (), False)
    assert (read.slug, read.titles, read.languages) == ("pert", {"fr": "Le PERT", "en": "PERT"}, ("fr", "en"))
    assert read.tracks["advanced"] == {"extends": "classic", "credits": 2}
    assert read.meta == {"grace": {"quiz": "24 h", "assignment": "12 h"}}


def test_modules_keep_their_order_and_terms(tmp_path: Path) -> None:
    week, agile = course(tmp_path).modules
    assert (week.key, week.titles["en"], week.opens, week.elective, week.passing) == (
        "week-1", "Week 1", "w1 mon 08:00", False, 50.0)  # fmt: skip
    assert (agile.titles, agile.elective, agile.passing) == ({"fr": "Agile", "en": "Agile"}, True, 60.0)


def test_units_come_in_natural_order_language_by_language(tmp_path: Path) -> None:
    assert [(one.language, one.key) for one in course(tmp_path).units] == [
        ("fr", "besoin"), ("fr", "quiz-1"), ("fr", "histoire"), ("fr", "scrum"), ("en", "besoin")]  # fmt: skip


def test_a_title_comes_from_the_front_matter_the_heading_or_the_file(tmp_path: Path) -> None:
    read = course(tmp_path)
    assert [unit(read, key).title for key in ("quiz-1", "besoin", "scrum")] == ["Quiz", "Le besoin", "Scrum"]


def test_a_body_knows_its_line_and_leaves_its_questions(tmp_path: Path) -> None:
    read = course(tmp_path)
    assert (unit(read, "besoin").line, unit(read, "besoin").body) == (6, "\n![Un dessin](img/a.svg)\n")
    quiz = unit(read, "quiz-1")
    assert quiz.body.split("\n") == ["Intro", "", "", "", "", ""]
    assert quiz.meta["questions"] == [{"file": "fr/week-1/02-quiz.md", "line": 10, "text": "A? {T}\n"}]


def test_attachments_go_by_the_name_that_a_text_uses(tmp_path: Path) -> None:
    files = course(tmp_path).files
    assert {name: str(path) for name, path in files.items()} == {
        "fr/week-1/img/a.svg": "fr/week-1/img/a.svg",
        "fr/week-1/pert.mp4": "fr/week-1/pert.mp4",
        "fr/week-1/pert.fr.vtt": "fr/week-1/pert.fr.vtt",
        "en/week-1/pert.mp4": "fr/week-1/pert.mp4",
        "en/week-1/pert.fr.vtt": "fr/week-1/pert.fr.vtt",
    }


def test_a_translation_takes_what_it_does_not_say_from_its_source(tmp_path: Path) -> None:
    read = course(tmp_path, **{"en/week-1/02-quiz.md": "---\nid: quiz-1\n---\n# A quiz\n\n```gift\nA? {T}\n```\n"})
    assert read.problems == ()
    quiz = unit(read, "quiz-1", "en")
    assert (quiz.kind, quiz.title, quiz.meta["due"]) == ("quiz", "A quiz", "w1 sun 23:59")


def test_questions_in_a_lesson_become_practice_quizzes_after_it(tmp_path: Path) -> None:
    text = (
        "# Le besoin\n\nUn.\n\n```quiz\nA? {T}\n```\n\n~~~\n::b:: B? {T}\n~~~\n\nDeux.\n\n"
        "```quiz\nC? {F}\n```\n\n```python\nx={}\n```\n"
    )
    read = course(tmp_path, **{"fr/week-1/01-besoin.md": text})
    assert [one.key for one in read.units[:3]] == ["besoin", "besoin-q1", "besoin-q2"]
    assert [[part["line"] for part in one.meta["questions"]] for one in read.units[1:3]] == [[6, 10], [16]]
    assert (read.units[1].kind, read.units[1].title, read.units[1].meta["weight"]) == ("quiz", "Le besoin – Quiz 1", 0)
    assert "python" in read.units[0].body
    assert "{T}" not in read.units[0].body


def test_a_weight_in_the_lesson_weighs_its_quiz(tmp_path: Path) -> None:
    text = "---\nweight: 2\nattempts: 3\n---\n# Le besoin\nUn.\n```quiz\nA? {T}\n```\n"
    quiz = unit(course(tmp_path, **{"fr/week-1/01-besoin.md": text}), "besoin-q1")
    assert (quiz.meta["weight"], quiz.meta["attempts"]) == (2, 3)


def test_a_gift_file_is_a_quiz(tmp_path: Path) -> None:
    read = course(tmp_path, **{"fr/week-1/03-bilan.gift": "// title: Le bilan\n// weight: 2\nA? {T}\n"})
    quiz = unit(read, "bilan")
    assert (quiz.kind, quiz.title, quiz.meta["weight"], quiz.meta["questions"][0]["line"]) == ("quiz", "Le bilan", 2, 1)


@pytest.mark.parametrize("place", ["fr/week-1/pert.gift", "fr/pools/pert.gift"])
def test_a_pool_is_drawn_from_and_is_no_unit(tmp_path: Path, place: str) -> None:
    text = "---\nid: quiz-1\nkind: quiz\ndraw: {pool: pert, count: 1}\n---\n# Quiz\n"
    read = course(tmp_path, **{"fr/week-1/02-quiz.md": text, place: "A? {T}\n\nB? {T}\n"})
    assert read.problems == ()
    assert [one.key for one in read.units[:2]] == ["besoin", "quiz-1"]
    assert unit(read, "quiz-1").meta["questions"] == [
        {"file": place, "line": 1, "text": "A? {T}\n\nB? {T}\n", "pool": True}]  # fmt: skip


@pytest.mark.parametrize("name", ["rubric", "exemplars"])
def test_a_rubric_and_exemplars_in_a_file_are_read_in_their_place(tmp_path: Path, name: str) -> None:
    text = f"---\nkind: assignment\n{name}: grille.yaml\n---\n# Rendu\n"
    read = course(tmp_path, **{"fr/agile/3-rendu.md": text, "fr/agile/grille.yaml": "criteria:\n  - id: plan\n"})
    rendu = unit(read, "rendu")
    assert rendu.meta[name] == {"criteria": [{"id": "plan"}]}
    assert rendu.meta[f"{name}_file"] == "fr/agile/grille.yaml"
    assert "fr/agile/grille.yaml" not in read.files


def test_a_kind_that_nobody_knows_is_no_problem_of_the_reader(tmp_path: Path) -> None:
    read = course(tmp_path, **{"fr/agile/3-x.md": "---\nkind: simulator\nspeed: 3\n---\n# X\n"})
    assert (read.problems, unit(read, "x").kind) == ((), "simulator")


def test_the_slug_given_wins_over_the_one_written(tmp_path: Path) -> None:
    course(tmp_path)
    assert read_course(tmp_path, slug="other", is_question=is_question).slug == "other"


def test_composition_of_names_never_matters_and_case_is_noticed(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "fr/agile/été.svg")
    text = "# Histoire\n![](été.svg)\n[le plan](Plan.PDF)\n"
    read = course(tmp_path, **{"fr/agile/2-histoire.md": text, decomposed: "x", "fr/agile/plan.pdf": "x"})
    assert read.problems == ()
    assert str(read.files["fr/agile/été.svg"]) == decomposed
    assert [(one.line, "plan.pdf" in one.reason) for one in read.skipped] == [(3, True)]


@pytest.mark.parametrize(
    ("file", "content", "line", "words"),
    [
        ("course.yaml", COURSE + "slug: x\n", 16, "written twice"),
        ("course.yaml", COURSE.replace("elective: true", "electif: true"), 10, 'did you mean "elective"'),
        ("course.yaml", COURSE.replace("elective: true", "elective: maybe"), 10, "true or false"),
        ("course.yaml", COURSE.replace("pass: 60", "pass: 600"), 11, "0 to 100"),
        ("course.yaml", COURSE.replace("w1 mon 08:00", "w1 lundi 08:00"), 7, "lundi"),
        ("course.yaml", COURSE.replace("id: agile", "id: week-1"), 8, "two modules"),
        ("course.yaml", COURSE.replace("24 h", "a day"), 15, "length of time"),
        ("course.yaml", COURSE.replace("[fr, en]", "[fr, en, de]"), 1, '"de" does not exist'),
        ("course.yaml", COURSE.replace("{fr: Le PERT, en: PERT}", "{en: PERT}"), 2, "source language"),
        ("course.yaml", COURSE.replace("slug: pert", "slug: Le PERT"), 1, "cannot be an id"),
        ("course.yaml", COURSE.replace("    pass: 60", "    units: [2-histoire, 3-absent]"), 8, "3-absent"),
        ("course.yaml", "- a\n", 1, "key: value"),
        ("course.yaml", b"slug: pert\ntitle: \xe9t\xe9\n", 2, "UTF-8"),
        ("fr/agile/2-histoire.md", "---\ntitle: [\n---\n", 2, "not YAML"),
        ("fr/agile/2-histoire.md", b"# A\n\nL'\xe9t\xe9\n", 3, "UTF-8"),
        ("fr/agile/2-histoire.md", b"# A\n\0\n", 2, "zero byte"),
        ("fr/agile/2-histoire.md", "# A\n" + "x" * 1_100_000, 2, "characters"),
        ("fr/agile/2-histoire.md", "---\nminuts: 12\n---\n# A\n", 2, 'did you mean "minutes"'),
        ("fr/agile/2-histoire.md", "---\nminutes: many\n---\n# A\n", 2, "number"),
        ("fr/agile/2-histoire.md", "---\nid: Mon Unité\n---\n# A\n", 2, "cannot be an id"),
        ("fr/agile/2-histoire.md", "---\nid: besoin\n---\n# A\n", 2, "already that of fr/week-1/01-besoin.md"),
        ("fr/agile/2-histoire.md", "---\ntitle: A\u202eB\n---\n", 2, "direction"),
        ("fr/agile/2-histoire.md", "---\ndue: w1 sun\n---\n# A\n", 2, "is not a date"),
        ("fr/agile/2-histoire.md", "---\nopens: w2 mon 08:00\ndue: w1 sun 23:59\n---\n# A\n", 3, "is before opens"),
        ("fr/agile/2-histoire.md", "---\ndue: w2 mon 08:00\ncloses: w2 mon 07:59\n---\n# A\n", 3, "is before due"),
        ("fr/agile/2-histoire.md", "---\ndraw: 5\n---\n# A\n", 2, "{pool: name, count: 5}"),
        ("fr/agile/2-histoire.md", "---\nkind: quiz\ndraw: {pool: none, count: 1}\n---\n# A\n", 3, "none.gift"),
        ("fr/agile/2-histoire.md", "---\nkind: exam\nfeedback: no\n---\n# A\n```gift\nA? {T}\n```\n", 3, "now, after"),
        ("fr/agile/2-histoire.md", "---\nkind: quiz\n---\n# A\n", 5, "without a question"),
        ("fr/agile/2-histoire.md", "---\nvideo: none.mp4\n---\n# A\n", 2, "does not exist"),
        ("fr/agile/2-histoire.md", "# A\n\ntext\n![](none.svg)\n", 4, "does not exist"),
        ("fr/agile/2-histoire.md", "# A\n[plan](../../../plan.pdf)\n", 2, "leaves the folder"),
        ("fr/agile/2-histoire.md", "# A\n<img\n src='none.png'>\n", 2, "does not exist"),
        ("fr/agile/2-histoire.md", "# A\n```quiz\nA? ![](none.png) {T}\n```\n", 3, "does not exist"),
        ("fr/agile/2-histoire.md", "# A\n```python\nx\n", 2, "never closes"),
        ("en/week-1/09-more.md", "# More\n", 1, "translates no unit"),
        ("en/agile/01-besoin.md", "---\nid: histoire\nkind: survey\n---\n# X\n", 2, "is a survey here"),
        ("fr/week-9/1.md", "# X\n", 0, "not a module"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_problem_by_file_and_line(
    tmp_path: Path, file: str, content: str | bytes, line: int, words: str
) -> None:
    found = problems(tmp_path, **{file: content})
    assert [one for one in found if one[:2] == (file, line) and words in one[2]], found


def test_a_module_without_units_and_a_language_without_folder_are_problems(tmp_path: Path) -> None:
    changes = {"fr/agile/10-scrum.md": None, "fr/agile/2-histoire.md": None, "en/week-1/01-besoin.md": None}
    reasons = [reason for _, _, reason in problems(tmp_path, **changes)]
    assert reasons == ['the folder of the language "en" does not exist', "the module agile has no unit in fr/agile"]


def test_a_link_out_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "root" / "link.pdf").symlink_to(tmp_path / "secret")
    assert ("link.pdf", 1, "it is a link out of the folder") in problems(tmp_path / "root")


def test_addresses_elsewhere_and_on_the_page_are_no_attachments(tmp_path: Path) -> None:
    text = "# A\n[a](https://x.org/a.pdf) [b](#part) [c](mailto:a@b.c) [d](//x.org/a.png) [e](/e/x/) [f](scrum)\n"
    assert problems(tmp_path, **{"fr/agile/2-histoire.md": text}) == []


def test_what_stands_in_code_and_comments_is_neither_read_nor_checked(tmp_path: Path) -> None:
    text = (
        "# A\n\n```md\n# B\n![](none.svg)\n```\n\n`![](none.svg)`\n\n<!-- ![](n.svg)\n\n# C -->\n\n    ![](none.svg)\n"
    )
    read = course(tmp_path, **{"fr/agile/2-histoire.md": text})
    assert (read.problems, unit(read, "histoire").title) == ((), "A")
    assert "n.svg)\n\n#" not in unit(read, "histoire").body


def test_the_digest_changes_with_any_byte_and_any_name(tmp_path: Path) -> None:
    first = course(tmp_path / "1").digest
    assert course(tmp_path / "2").digest == first
    assert course(tmp_path / "3", **{"fr/week-1/img/a.svg": "<svg />"}).digest != first
    assert course(tmp_path / "4", **{"NOTES.txt": ""}).digest != first


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.sampled_from(["course.yaml", "fr/week-1/01-besoin.md", "fr/agile/3.gift"]))
def test_no_file_whatever_it_holds_makes_the_reader_fail(tmp_path: Path, data: bytes, name: str) -> None:
    assert course(tmp_path, **{name: data}).digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text(alphabet="-:#`<>{}[]()!/=~\n\"'* abT", max_size=120))
def test_no_text_of_marks_makes_the_reader_fail(tmp_path: Path, text: str) -> None:
    assert course(tmp_path, **{"fr/agile/2-histoire.md": text}).digest


@pytest.mark.parametrize("limit", ["0", "601", "1.5", "true", "une heure", "-3"])
def test_a_limit_is_a_whole_number_of_minutes(tmp_path: Path, limit: str) -> None:
    quiz = f"---\nid: quiz-1\nkind: quiz\nlimit: {limit}\n---\n# Quiz\n\n```gift\nA? {{T}}\n```\n"
    problems = course(tmp_path, **{"fr/week-1/02-quiz.md": quiz}).problems
    assert [(one.file, one.line) for one in problems] == [("fr/week-1/02-quiz.md", 4)]
    assert "600" in problems[0].reason


def test_a_translation_gives_the_time_of_its_source(tmp_path: Path) -> None:
    def quiz(limit: int | None) -> str:
        said = f"limit: {limit}\n" if limit else ""
        return f"---\nid: quiz-1\nkind: quiz\n{said}---\n# Quiz\n\n```gift\nA? {{T}}\n```\n"

    same = course(tmp_path / "a", **{"fr/week-1/02-quiz.md": quiz(30), "en/week-1/02-quiz.md": quiz(None)})
    assert same.problems == ()
    assert unit(same, "quiz-1", "en").meta["limit"] == 30
    more = course(tmp_path / "b", **{"fr/week-1/02-quiz.md": quiz(30), "en/week-1/02-quiz.md": quiz(90)})
    assert [(one.file, one.line) for one in more.problems] == [("en/week-1/02-quiz.md", 4)]
