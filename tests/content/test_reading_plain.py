"""A folder that nobody wrote for Préau: what can come in does, the rest is told by file and line."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preau.content.reading import NOTHING, read_course
from preau.content.source import SourceCourse


def is_question(label: str, text: str) -> bool:
    return label.startswith("quiz") or (not label and "::" in text)


def course(root: Path, /, only: str = "", **files: str) -> SourceCourse:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return read_course(root / only if only else root, slug=None, is_question=is_question, readers={".mdx": str})


def skipped(read: SourceCourse) -> list[tuple[str, int]]:
    return [(one.file, one.line) for one in read.skipped]


def test_a_file_is_a_lesson_titled_by_its_heading(tmp_path: Path) -> None:
    read = course(
        tmp_path, **{"2.md": "# Le <i>plan</i> de `base`\n\nUn.\n", "10.md": "Deux.\n", "1-intro.md": "Zéro.\n"}
    )
    assert [(one.key, one.title, one.kind, one.line) for one in read.units] == [
        ("1-intro", "Intro", "lesson", 1),
        ("2", "Le plan de base", "lesson", 2),
        ("10", "10", "lesson", 1),
    ]
    assert (read.plain, read.problems, read.skipped) == (True, (), ())


def test_folders_are_modules_in_natural_order(tmp_path: Path) -> None:
    files = {"10 Fin/1.md": "x", "2-debut/1.md": "x", "2-debut/b/1.md": "x", "0.md": "x"}
    read = course(tmp_path / "Mon cours", **files)
    assert [(one.key, *one.titles.values()) for one in read.modules] == [
        ("main", "Mon cours"), ("2-debut", "Debut"), ("2-debut-b", "Debut / B"), ("10-fin", "Fin")]  # fmt: skip
    assert [one.key for one in read.units] == ["0", "2-debut-1", "2-debut-b-1", "10-fin-1"]
    assert (read.slug, read.titles) == ("mon-cours", {"fr": "Mon cours"})


def test_a_file_with_several_first_level_headings_is_as_many_units(tmp_path: Path) -> None:
    text = "---\nauthor: Ana\n---\nAvant.\n\n# Un\n\na\n\n```\n# pas un titre\n```\n\nDeux\n====\n\nb\n\n## Sous\n"
    read = course(tmp_path, **{"a.md": text})
    assert [(one.key, one.title, one.line) for one in read.units] == [("a-un", "Un", 4), ("a-deux", "Deux", 16)]
    assert read.units[0].body.startswith("Avant.\n\n\n\na\n")
    assert "# pas un titre" in read.units[0].body
    assert all(one.meta["author"] == "Ana" for one in read.units)


def test_header_lines_are_kept_as_metadata(tmp_path: Path) -> None:
    read = course(tmp_path, **{"a.md": "Title: Le plan\nMinutes: 12\nCategory: PM\n\nUn.\n"})
    assert read.units[0].title == "Le plan"
    assert dict(read.units[0].meta) == {"title": "Le plan", "minutes": 12, "category": "PM"}


def test_front_matter_that_does_not_read_is_left_out_and_told(tmp_path: Path) -> None:
    read = course(tmp_path, **{"a.md": "---\ntitle: [\n---\nUn.\n", "b.md": "---\nminutes: long\n---\nDeux.\n"})
    assert [one.body for one in read.units] == ["Un.\n", "Deux.\n"]
    assert "minutes" not in read.units[1].meta
    assert skipped(read) == [("a.md", 2), ("b.md", 2)]


def test_each_run_of_questions_is_a_quiz_after_its_text(tmp_path: Path) -> None:
    text = (
        "# A\n\nUn.\n\n```quiz\nA? {T}\n```\n\n```quiz\nB? {T}\n```\n\nDeux.\n\n```quiz\nC? {T}\n```\n\n# B\n\nTrois.\n"
    )
    read = course(tmp_path, **{"a.md": text})
    assert [(one.key, one.kind, len(one.meta.get("questions", ()))) for one in read.units] == [
        ("a-a", "lesson", 0), ("a-a-q1", "quiz", 2), ("a-a-q2", "quiz", 1), ("a-b", "lesson", 0)]  # fmt: skip
    assert "weight" not in read.units[1].meta
    assert [part["line"] for part in read.units[1].meta["questions"]] == [6, 10]


def test_a_text_of_questions_only_is_the_quiz_itself(tmp_path: Path) -> None:
    read = course(tmp_path, **{"a.md": "# Bilan\n\n<!-- rien -->\n\n```quiz\nA? {T}\n```\n"})
    assert [(one.key, one.kind, one.title) for one in read.units] == [("a", "quiz", "Bilan")]


def test_each_gift_file_is_a_quiz(tmp_path: Path) -> None:
    read = course(tmp_path, **{"10.gift": "A? {T}", "2.gift": "B? {T}", "c/bilan-final.gift": "C? {T}"})
    assert [(one.key, one.kind, one.title) for one in read.units] == [
        ("2", "quiz", "2"), ("10", "quiz", "10"), ("c-bilan-final", "quiz", "Bilan final")]  # fmt: skip
    assert read.units[0].meta["questions"] == [{"file": "2.gift", "line": 1, "text": "B? {T}"}]


@pytest.mark.parametrize("name", ["a.md", "a.mdx", "a.gift"])
def test_one_file_is_a_course(tmp_path: Path, name: str) -> None:
    read = course(tmp_path, only=name, **{name: "::A:: ![](x.svg) ? {T}\n", "b.md": "autre", "x.svg": "<svg/>"})
    assert (read.slug, [one.file for one in read.units], read.skipped) == ("a", [name], ())
    assert list(read.files) == ["x.svg"]


def test_attachments_are_found_by_composition_then_without_case_and_told(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "c/schéma.png")
    text = "![](schéma.png)\n[b](Plan.PDF)\n![](none.png)\n[c](../../../etc/passwd.txt)\n![](https://x.org/a.png)\n"
    read = course(tmp_path, **{"c/a.md": text, decomposed: "x", "c/plan.pdf": "x"})
    assert {name: str(path) for name, path in read.files.items()} == {
        "c/schéma.png": decomposed, "c/Plan.PDF": "c/plan.pdf"}  # fmt: skip
    assert skipped(read) == [("c/a.md", 2), ("c/a.md", 3), ("c/a.md", 4)]


def test_a_picture_in_a_gift_file_is_an_attachment(tmp_path: Path) -> None:
    text = '::A:: ![](x.svg) {T}\n\n::B:: [html]<img src\\="y.svg"> {T}\n\n::C:: ![](http\\://x.org/z.png) {T}\n'
    read = course(tmp_path, **{"a.gift": text, "x.svg": "", "y.svg": ""})
    assert (sorted(read.files), read.skipped) == (["x.svg", "y.svg"], ())


def test_markup_of_other_systems_is_left_out_and_told(tmp_path: Path) -> None:
    text = (
        "import X from './x'\n\n# A\n\n<Banner\n  items={[{a: '>'}]}\n/>\n\nUn <Badge kind='x' /> mot.\n\n"
        "{#if fw === 'pt'}\nDeux.\n{:else}\nTrois.\n{/if}\n\n"
        "```jsx\n<Code/>\n```\n\n`<Inline/>` a < B and C > d\n\n{/* note */}\n"
    )
    read = course(tmp_path, **{"a.mdx": text})
    assert skipped(read) == [("a.mdx", 1), ("a.mdx", 5), ("a.mdx", 9), ("a.mdx", 11)]
    body = read.units[0].body
    assert body.split("\n")[8 - 3 : 13] == ["Un  mot.", "", "", "Deux.", "", "Trois.", "", ""]
    assert all(kept in body for kept in ("<Code/>", "`<Inline/>` a < B and C > d"))
    assert body.count("\n") == text.count("\n") - 3


def test_html_becomes_marks(tmp_path: Path) -> None:
    text = (
        '# A\n\n<div class="x">\n<img src="a.svg" alt="Un plan">\n</div>\n\nUn <em>mot </em><b>fort</b>, '
        "<code>x*y</code> et <a href='https://x.org/'>là</a>. `<i>code</i>`\n"
    )
    read = course(tmp_path, **{"a.md": text, "a.svg": ""})
    assert read.units[0].body == (
        "\n\n![Un plan](a.svg)\n\n\nUn *mot* **fort**, `x*y` et [là](https://x.org/). `<i>code</i>`\n"
    )
    assert list(read.files) == ["a.svg"]


def test_files_that_are_no_texts_are_told_unless_a_text_refers_to_them(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\0")
    (tmp_path / "c.md").write_bytes(b"a\n\xe9")
    read = course(tmp_path, **{"a.md": "![](x.svg)", "x.svg": "", "notes.docx": ""})
    assert ([one.key for one in read.units], skipped(read)) == (["a"], [("b.md", 1), ("c.md", 2), ("notes.docx", 0)])


def test_a_fence_that_never_closes_is_told(tmp_path: Path) -> None:
    assert skipped(course(tmp_path, **{"a.md": "# A\n\n```python\nx = 1\n\n# B\n"})) == [("a.md", 3)]


def test_two_units_of_one_key_get_two_keys_and_are_told(tmp_path: Path) -> None:
    read = course(tmp_path, **{"a.md": "# Un\n\nx\n\n# Un\n\ny\n", "É é.md": "x", "e-e.md": "y"})
    assert [one.key for one in read.units] == ["a-un", "a-un-2", "e-e", "e-e-2"]
    assert len(read.skipped) == 2


def test_names_without_latin_letters_have_stable_keys(tmp_path: Path) -> None:
    first = course(tmp_path / "1", **{"مقدمة.md": "x", "章.md": "y"})
    again = course(tmp_path / "2", **{"مقدمة.md": "x", "章.md": "y", "0.md": "z"})
    keys = {one.key for one in first.units}
    assert len(keys) == 2
    assert keys < {one.key for one in again.units}


def test_the_language_is_that_of_the_words(tmp_path: Path) -> None:
    assert course(tmp_path / "a", **{"1.md": "This is the plan of the project and it is good."}).languages == ("en",)
    assert course(tmp_path / "b", **{"1.md": "Voici le plan que nous avons pour le projet."}).languages == ("fr",)
    assert course(tmp_path / "en", **{"1.md": "Bon."}).languages == ("en",)


def test_an_empty_folder_and_a_missing_file_are_problems(tmp_path: Path) -> None:
    assert [one.reason for one in course(tmp_path).problems] == [NOTHING]
    assert [one.reason for one in course(tmp_path, only="none.md").problems] == [NOTHING]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(st.text(alphabet="-:#`<>{}[]()!/=~\n\"'* aBT", max_size=150), st.sampled_from(["a.md", "a.mdx", "a.gift"]))
def test_every_unit_has_a_key_a_title_and_a_body_that_keeps_its_lines(tmp_path: Path, text: str, name: str) -> None:
    read = course(tmp_path, only=name, **{name: text})
    lines = text.split("\n")
    assert len({one.key for one in read.units}) == len(read.units)
    for one in read.units:
        assert one.title
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one.key)
        for number, row in enumerate(one.body.split("\n"), one.line):
            assert not row.strip() or len(row.strip()) == 1 or number <= len(lines)
