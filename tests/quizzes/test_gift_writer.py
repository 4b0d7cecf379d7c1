"""What the writer writes, the reader reads back: on texts made of GIFT's own pieces and on questions made at random."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes.gift import read
from preau.quizzes.gift_writer import write
from preau.quizzes.questions import (
    Choice,
    Format,
    Number,
    Pair,
    Question,
    Short,
    Text,
    from_data,
    to_data,
)

PIECES = [
    *"{}=~#:\\%*",
    *("\n", "\n\n", "::", "####", "->", "$$", "\\(", "\\)", "\\\\", "\\n", "\\=", "\\{", "\\}", "\\#", "\\~", "\\:"),
    *("[html]", "[markdown]", "[plain]", "//", "// [id:a]\n", "// [tag:x\\]y]\n", "$CATEGORY: c/d\n", "%50%", "%-25%"),
    *(
        " ",
        "\t",
        "a",
        "n",
        "été",
        "\u00a0",
        "T",
        "TRUE",
        "FALSE",
        "3",
        "3.5:0.1",
        "1..2",
        "..",
        "<pre>",
        "</pre>",
        "```",
    ),
    *("::t:: q {=a ~b}\n\n", "q {T#x#y}\n\n", "{#3:1}", "{}", "{=a -> b =c -> d}", "{=a =b} c", "\r\n", "\x00", "[id:"),
]
FORMATS: list[Format] = ["auto", "markdown", "html", "moodle", "plain"]


def without_lines(questions: Iterable[Question]) -> list[Question]:
    return [replace(question, line=0) for question in questions]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_what_was_read_is_read_again_after_writing(text: str) -> None:
    questions = read(text).questions
    again = read(write(questions))
    assert again.problems == ()
    assert without_lines(again.questions) == without_lines(questions)
    assert write(again.questions) == write(questions)


@given(st.text(alphabet="{}=~#:\\%\n$[]()/<pre>n aT->3.`", max_size=200))
def test_any_text_at_all_is_read_again_after_writing(text: str) -> None:
    questions = read(text).questions
    assert without_lines(read(write(questions)).questions) == without_lines(questions)


WORDS = [*"{}=~#:\\%\n$[]()/*<> \tnaéT->3.`", "::", "[html]", "$$", "//", "```", "<pre>", "%50%", "$CATEGORY:"]
said = st.lists(st.sampled_from(WORDS), max_size=20).map(lambda parts: "".join(parts).strip())
present = said.filter(bool)
weight = st.integers(-10_000, 9_999).map(lambda hundredths: hundredths / 100)
literals = st.integers(0, 10_000).map(str) | st.integers(0, 10_000).map(lambda n: f"{n // 100}.5e{n % 7 + 1}")


@st.composite
def texts(draw: st.DrawFn, form: Format) -> Text:
    """A text as it can stand in a question of that format: none of its own, or the question's, or another."""
    own = draw(st.sampled_from([form, *FORMATS[1:]]))
    words = draw(said)
    return Text(words, own) if words else Text("")


@st.composite
def questions(draw: st.DrawFn) -> Question:
    form = draw(st.sampled_from(FORMATS))
    words = texts(form)
    full = words.filter(bool)
    base = Question(
        "essay",
        Text(draw(present), form),
        title=" ".join(draw(said).split()),
        after=draw(st.sampled_from(["", ".", " then\n\nb", "\n::x", "$$ {x}", "//y", "``` <pre>"])),
        general=draw(words),
        tags=tuple(dict.fromkeys(draw(st.lists(st.sampled_from(["a]b", "c\\", "é"]), max_size=2)))),
        category=draw(st.sampled_from(["", "$course$/Week {1}", "b"])),
    )
    kind = draw(
        st.sampled_from(["choice", "multiple", "truefalse", "short", "numerical", "matching", "essay", "description"])
    )
    if kind == "choice":
        options = draw(st.lists(st.builds(Choice, full, weight, words), min_size=1, max_size=4))
        return replace(base, type="choice", choices=(Choice(draw(full), 100.0), *options))
    if kind == "multiple":
        options = draw(st.lists(st.builds(Choice, full, weight, words), min_size=1, max_size=4))
        return replace(base, type="multiple", choices=(*options, Choice(draw(full), 50.0)))
    if kind == "truefalse":
        truth = draw(st.booleans())
        return replace(base, type="truefalse", truth=truth, if_true=draw(words), if_false=draw(words))
    if kind == "short":
        shorts = draw(st.lists(st.builds(Short, present, weight, words), max_size=3))
        return replace(base, type="short", shorts=(*shorts, Short(draw(present))))
    if kind == "numerical":
        value = st.builds(Number, literals, literals, weight=weight, feedback=words)
        numbers = draw(st.lists(value, max_size=3))
        return replace(base, type="numerical", numbers=(*numbers, Number(low="-1", high="2.50")), wrong=draw(words))
    if kind == "matching":
        pairs = draw(st.lists(st.builds(Pair, full, present, words), min_size=2, max_size=4))
        return replace(base, type="matching", pairs=tuple(pairs))
    if kind == "description":
        return replace(base, type="description", after="", general=Text(""))
    return base


@given(st.lists(questions(), max_size=3))
def test_a_written_question_is_read_as_itself(some: list[Question]) -> None:
    reading = read(write(some))
    assert reading.problems == ()
    assert without_lines(reading.questions) == some


@given(questions())
def test_a_question_survives_as_json(question: Question) -> None:
    assert from_data(to_data(question)) == question


def test_a_text_is_written_in_lines_that_can_be_compared() -> None:
    question = Question(
        "essay", Text("# Title\n\nOne line: a = b\nanother", "markdown"), title="T: one", identity="t-1"
    )
    assert write([question]) == ("// [id:t-1]\n::T\\: one::[markdown]# Title\\n\n" + "One line: a = b\nanother{}\n")


def test_code_left_open_does_not_swallow_the_next_question() -> None:
    some = [Question("description", Text("<pre>int a;")), Question("essay", Text("Why? </pre>"))]
    assert without_lines(read(write(some)).questions) == some
