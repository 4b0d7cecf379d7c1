"""Lessons in MDX: questions become GIFT, and every later line keeps its number."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.content.reading import read_course
from preau.content.source import SourceCourse
from preau.interop.javascript import NotLiteral, read
from preau.interop.mdx import as_markdown, to_markdown
from preau.quizzes import gift
from preau.quizzes.questions import Question


def questions(text: str) -> list[Question]:
    """The questions of the fences that a page of MDX gives; none of them may be broken."""
    found: list[Question] = []
    for fence in re.findall(r"^```gift\n(.*?)^```$", to_markdown(text), re.DOTALL | re.MULTILINE):
        assert gift.is_question_fence("gift", fence)
        reading = gift.read(fence)
        assert reading.problems == ()
        found += reading.questions
    return found


ONE = """\
# Quiz

### 1. Que vaut `{x} = 1 ~ 2` ?

```py
x = {"a": 1}  # un

print(x)
```

<Question
	choices={[
		{
			text: "Le <i>tout</i> : <code>a = {b}</code>",
			explain: "Voir <a href=\\"https://x.org/#a\\">là</a>.",
			correct: true
		},
		{ text: 'Rien d\\'autre', explain: "" },
		{ text: `Un _mot_`, },
	]}
/>

La suite.
"""


def test_a_question_becomes_gift_with_what_asks_it() -> None:
    (question,) = questions(ONE)
    assert (question.type, question.text.format) == ("choice", "markdown")
    assert question.text.text == 'Que vaut `{x} = 1 ~ 2` ?\n\n```py\nx = {"a": 1}  # un\n\nprint(x)\n```'
    assert [(one.text.text, one.weight, one.feedback.text) for one in question.choices] == [
        ("Le *tout* : `a = {b}`", 100.0, "Voir [là](https://x.org/#a)."),
        ("Rien d'autre", 0.0, ""),
        (r"Un \_mot\_", 0.0, ""),
    ]


def test_every_line_after_a_question_keeps_its_number() -> None:
    before, after = ONE.split("\n"), to_markdown(ONE).split("\n")
    assert len(before) == len(after)
    assert after.index("La suite.") == before.index("La suite.")
    assert after.index("```gift") == before.index("<Question")
    assert after[2] == ""


def test_several_right_choices_weigh_the_same_and_wrong_ones_take_it_back() -> None:
    text = "## Q\n\n<Question choices={[\n{text: 'a', correct: true},\n{text: 'b', correct: true},\n{text: 'c'}\n]}/>\n"
    (question,) = questions(text)
    assert (question.type, [one.weight for one in question.choices]) == ("multiple", [50.0, 50.0, -50.0])


def test_a_question_on_one_line_takes_the_lines_of_its_heading() -> None:
    text = "## Q ?\n\n<Question choices={[{text: 'a', correct: true}, {text: 'b'}]} />\nSuite\n"
    assert [one.text.text for one in questions(text)] == ["Q ?"]
    assert to_markdown(text).split("\n")[3] == "Suite"


def test_a_lesson_above_a_question_stays_and_its_last_paragraph_asks() -> None:
    text = "## Cours\n\na\n\nb\n\nc\n\nd ?\n\n<Question choices={[\n{text: 'a', correct: true},\n{text: 'b'}\n]}/>\n"
    assert [one.text.text for one in questions(text)] == ["d ?"]
    assert to_markdown(text).startswith("## Cours\n\na\n\nb\n\nc\n\n\n\n```gift")


def test_a_question_without_a_right_choice_is_told_by_the_reader_of_gift() -> None:
    made = to_markdown("## Q\n\n<Question choices={[\n{text: 'a'},\n{text: 'b'}\n]}/>\n")
    fence = made.split("```gift\n")[1].split("```")[0]
    assert gift.read(fence).problems
    assert gift.is_question_fence("gift", fence)


@pytest.mark.parametrize(
    "choices", ["{choices}", "{[{text: t('a')}]}", "{[{text: `${a}`}]}", "{[]}", "{[{text: ''}]}", '"a"']
)
def test_a_question_that_would_have_to_run_stays_as_it_is(choices: str) -> None:
    text = f"## Q\n\n<Question choices={choices} />\n"
    assert to_markdown(text) == text


def test_videos_become_links_and_tips_become_notes() -> None:
    text = '<Youtube id="tiZFewofSLM"/>\n\n<Tip warning={true}>\n\nUn.\n\n</Tip>\n\n<Tip>Deux</Tip>\n\n<Other/>\n'
    assert to_markdown(text) == (
        "[YouTube](https://www.youtube.com/watch?v=tiZFewofSLM)\n\n> [!WARNING]\n>\n> Un.\n>\n\n\n> Deux\n\n<Other/>\n"
    )


def test_what_stands_in_code_stays_as_it_is() -> None:
    text = "```jsx\n<Question choices={[{text: 'a', correct: true}, {text: 'b'}]} />\n<Tip>\n```\n\n`<Tip>a</Tip>`\n"
    assert to_markdown(text) == text


@given(st.text(alphabet="<>{}[]()/=`'\"\n QuestionTipx#", max_size=120))
def test_any_text_keeps_at_least_its_lines(text: str) -> None:
    assert to_markdown(text).count("\n") >= text.count("\n")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_words_that_look_like_marks_come_back_as_words(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert re.sub(r"\\([\\`*_<$])", r"\1", as_markdown(escaped)) == text


def test_a_literal_reads_as_people_write_it() -> None:
    written = """[ // two
      { text: "a" + 'b', "n": -1.5, e: <p>x {' '} <b>y</b></p>, f: <>z</>, u: null, }, /* and */ [true, false],
      `two\nlines`, "\\u00e9\\x41\\u{1F600}\\n" ]"""
    assert read(written) == [
        {"text": "ab", "n": -1.5, "e": "<p>x <b>y</b></p>", "f": "z", "u": None},
        [True, False],
        "two\nlines",
        "éA😀\n",
    ]


@pytest.mark.parametrize(
    "text", ["", "a", "[1 2]", "{a 1}", "{a: }", "'a", '"a\nb"', "f()", "[1] 2", "<p>", "[" * 50, "`${x}`"]
)
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(NotLiteral):
        read(text)


@pytest.fixture
def french(inputs: Path) -> SourceCourse:
    root = inputs / "hf-course-fr" / "chapters" / "fr"
    return read_course(root, slug="nlp", is_question=gift.is_question_fence, readers={".mdx": to_markdown})


@pytest.mark.inputs
def test_a_real_course_in_mdx_comes_in_with_all_its_questions(french: SourceCourse) -> None:
    assert (french.languages, len(french.modules), french.problems) == (("fr",), 5, ())
    assert Counter(one.kind for one in french.units) == {"lesson": 31, "quiz": 4}
    assert len({one.file for one in french.units}) == 32
    readings = [gift.read(part["text"]) for one in french.units for part in one.meta.get("questions", ())]
    assert [one.problems for one in readings if one.problems] == []
    asked = [question for one in readings for question in one.questions]
    assert Counter(one.type for one in asked) == {"choice": 32, "multiple": 12}
    assert all(one.text.text for one in asked)


@pytest.mark.inputs
def test_a_real_course_in_mdx_tells_what_it_left_out(french: SourceCourse) -> None:
    reasons = Counter(re.split(r"[:>}]", one.reason.removeprefix("unknown markup "))[0] for one in french.skipped)
    assert reasons["<CourseFloatingBanner"] == 39
    assert reasons["<FrameworkSwitchCourse"] == 15
    assert not any(one.reason.startswith("unknown markup <Q") for one in french.skipped)
    assert all(one.line for one in french.skipped if one.file.endswith(".mdx"))


@pytest.mark.inputs
def test_a_real_course_in_mdx_keeps_every_line_where_it_was(inputs: Path) -> None:
    for file in sorted((inputs / "hf-course-fr" / "chapters" / "fr").rglob("*.mdx")):
        text = file.read_text()
        before, after = text.split("\n"), to_markdown(text).split("\n")
        assert len(before) == len(after)
        assert all(
            new == old for old, new in zip(before, after, strict=True) if old.startswith(("## ", "```py")) and new
        )
