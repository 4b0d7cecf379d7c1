"""GIFT by its documentation: every type, every option, and what is refused with its line."""

import sys
from types import FrameType
from typing import Any

import pytest

from preau.quizzes.gift import LONGEST_FILE, is_question_fence, read
from preau.quizzes.questions import Choice, Number, Pair, Question, Short, Text


def one(text: str) -> Question:
    reading = read(text)
    assert reading.problems == ()
    (question,) = reading.questions
    return question


def refused(text: str) -> tuple[int, str]:
    reading = read(text)
    assert reading.questions == ()
    (problem,) = reading.problems
    return problem


def test_one_right_answer_is_a_choice() -> None:
    question = one("::Q1:: Two and two? {=four ~three ~five#too much}")
    assert (question.type, question.title, question.text) == ("choice", "Q1", Text("Two and two?"))
    assert question.choices == (
        Choice(Text("four"), 100.0),
        Choice(Text("three")),
        Choice(Text("five"), 0.0, Text("too much")),
    )


def test_weights_without_a_right_answer_make_a_multiple_choice() -> None:
    question = one("Who?{~%-100%No one ~%50%Grant ~%50%Grant's wife ~%-33.333%x}")
    assert question.type == "multiple"
    assert [choice.weight for choice in question.choices] == [-100, 50, 50, -33.333]


def test_a_partly_right_answer_beside_a_right_one_stays_a_choice() -> None:
    question = one("Born in {~Jerusalem ~%25%Bethlehem =Nazareth}.")
    assert (question.type, question.after) == ("choice", ".")
    assert [choice.weight for choice in question.choices] == [0, 25, 100]


def test_both_marks_and_a_weight_count_as_weighted() -> None:
    question = one("Which?{\n=~%50% a\n=~%50% b\n~%-50% c\n}")
    assert question.type == "multiple"
    assert question.choices[0] == Choice(Text("a"), 50.0)


@pytest.mark.parametrize(
    ("block", "truth"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False), ("true", True)]
)
def test_true_and_false(block: str, truth: bool) -> None:
    question = one(f"It rains.{{{block}}}")
    assert (question.type, question.truth) == ("truefalse", truth)


def test_true_or_false_has_the_feedback_of_a_wrong_answer_first() -> None:
    question = one("42.{\nFALSE#no, it is not#yes, false####Read the book.}")
    assert (question.if_true, question.if_false) == (Text("no, it is not"), Text("yes, false"))
    assert question.general == Text("Read the book.")


def test_a_short_answer_has_several_texts_with_weights_and_stars() -> None:
    question = one("Who?{=Ulysses S. Grant#full =%50%*Grant =2\\\\*3}")
    assert question.type == "short"
    assert question.shorts == (
        Short("Ulysses S. Grant", 100.0, Text("full")),
        Short("*Grant", 50.0),
        Short("2\\*3"),
    )


def test_one_short_answer_needs_no_mark() -> None:
    assert one("easy {yes}").shorts == (Short("yes"),)


def test_numbers_have_tolerances_ranges_and_weights() -> None:
    question = one(
        "When?{#\n=1822:0#Right.\n=%50%1822:2#Close.\n=%25%1 800..1 900\n~#Not at all.\n####He was born then.\n}"
    )
    assert question.numbers == (
        Number("1822", "0", weight=100.0, feedback=Text("Right.")),
        Number("1822", "2", weight=50.0, feedback=Text("Close.")),
        Number(low="1800", high="1900", weight=25.0),
    )
    assert (question.wrong, question.general) == (Text("Not at all."), Text("He was born then."))


@pytest.mark.parametrize(
    ("block", "number"),
    [
        ("#3.14159:0.0005", Number("3.14159", "0.0005")),
        ("#3,141..3,142", Number(low="3.141", high="3.142")),
        ("#-5..-1", Number(low="-5", high="-1")),
        ("# 42", Number("42", "0")),
        ("#6.02e23:1e21", Number("6.02e23", "1e21")),
        ("#=*", Number("*")),
    ],
)
def test_a_number_is_written_in_many_ways(block: str, number: Number) -> None:
    assert one(f"How much?{{{block}}}").numbers == (number,)


def test_pairs_match_and_may_have_distractors() -> None:
    question = one("Match. {=cat -> cat food#yes =dog -> dog food = -> hay ####Pets.}")
    assert question.type == "matching"
    assert question.pairs == (
        Pair(Text("cat"), "cat food", Text("yes")),
        Pair(Text("dog"), "dog food"),
        Pair(Text(""), "hay"),
    )
    assert question.general == Text("Pets.")


def test_a_missing_word_has_text_on_both_sides() -> None:
    question = one("Two plus {=two =2} equals four.")
    assert (question.text.text, question.after) == ("Two plus ", " equals four.")


def test_nothing_between_the_braces_is_an_essay() -> None:
    assert one("Why? { }").type == "essay"
    assert one("Why? {####Because.}").general == Text("Because.")


def test_no_braces_at_all_is_a_description() -> None:
    question = one("::Read this::The next questions are about rain.")
    assert (question.type, question.title) == ("description", "Read this")


def test_formats_are_named_and_inherited() -> None:
    question = one("::t::[html]<b>Q</b>{=[markdown]*a*#x ~[odd]b####[plain]c}")
    assert question.text == Text("<b>Q</b>", "html")
    assert question.choices[0] == Choice(Text("*a*", "markdown"), 100.0, Text("x", "html"))
    assert question.choices[1].text == Text("[odd]b", "html")
    assert question.general == Text("c", "plain")


def test_escapes_stand_for_themselves_and_for_a_line_break() -> None:
    question = one(r"a \{x\} \~ \= \# \: \\ b\nc \d{=1 \= 1 ~\#f00#no\: 2}")
    assert question.text.text == "a {x} ~ = # : \\ b\nc \\d"
    assert question.choices[0].text.text == "1 = 1"
    assert question.choices[1] == Choice(Text("#f00"), 0.0, Text("no: 2"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"$$\\frac\{a\}\{b\} \= c$$", r"$$\frac{a}{b} = c$$"),
        (r"$$\frac{a}{b} = \nabla c$$", r"$$\frac{a}{b} = \nabla c$$"),
        (r"\\( x^{T} \\)", r"\( x^{T} \)"),
        (r"\(\sum_{i=1}^n\)", r"\(\sum_{i=1}^n\)"),
        (r"\\[ {}^{14}C \\]", r"\[ {}^{14}C \]"),
    ],
)
def test_formulas_come_through_escaped_or_not(written: str, meant: str) -> None:
    question = one(f"How is {written} written?{{=as {written} ~otherwise}}")
    assert question.text.text == f"How is {meant} written?"
    assert question.choices[0].text.text == f"as {meant}"
    assert len(question.choices) == 2


def test_two_dollar_signs_before_two_prices_are_no_formula() -> None:
    assert [choice.text.text for choice in one("How much?{=$$5 ~$$6 ~$$7#$$8}").choices] == ["$$5", "$$6", "$$7"]


def test_braces_in_pairs_belong_to_the_text_or_the_answer_around_them() -> None:
    question = one("What does {{ name }} do?\n{\n={% show %}#yes\n~nothing\n}")
    assert question.text.text == "What does {{ name }} do?"
    assert question.choices[0] == Choice(Text("{% show %}"), 100.0, Text("yes"))


def test_categories_hold_until_the_next_and_comments_vanish() -> None:
    reading = read("// one\n$CATEGORY: $course$/Rain\n\na\n// aside\nb {}\n\nc {}\n$CATEGORY: top\nd {}")
    assert [(q.category, q.text.text) for q in reading.questions] == [
        ("$course$/Rain", "a\nb"),
        ("$course$/Rain", "c"),
        ("top", "d"),
    ]


def test_ids_and_tags_come_from_comments() -> None:
    reading = read(
        "// [id:rain-1] [tag:water] [tag:a\\]b]\n::Q:: a {}\n\n// [id:rain-2]\n\nb {}\n// [id:rain-3]\n::Q:: c {}"
    )
    assert [q.identity for q in reading.questions] == ["rain-1", "rain-2", "rain-3"]
    assert reading.questions[0].tags == ("water", "a]b")


def test_an_id_used_twice_is_reported_and_so_is_one_without_question() -> None:
    reading = read("// [id:x]\na {}\n\n// [id:x]\nb {}\n\n// [id:y]\n")
    assert len(reading.questions) == 1
    assert reading.problems == (
        (5, "the id of this question is already used in this file"),
        (7, "this id or tag stands before no question"),
    )


def test_windows_files_read_like_others() -> None:
    text = "::Q::\nWhat?\n{\n=a\n~b\n}\n\nWhy? {}\n"
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_blank_lines_between_the_braces_part_nothing() -> None:
    reading = read("a {\n=right\n\n// wrong ones\n~wrong\n\n}\n\nb {}")
    assert [(q.type, q.line) for q in reading.questions] == [("choice", 1), ("essay", 9)]


def test_blank_lines_in_code_part_nothing() -> None:
    question = one("::Q::[html]Explain:\n<pre>\nif x {\n\n    y = {}\n}\n</pre>\n{=a ~b}")
    assert (question.type, question.text.text) == ("choice", "Explain:\n<pre>\nif x {\n\n    y = {}\n}\n</pre>")
    fenced = one("Explain:\n```\na\n\n    b\n```\n{}")
    assert fenced.text.text == "Explain:\n```\na\n\n    b\n```"


def test_a_title_begins_a_question_where_the_blank_line_was_forgotten() -> None:
    reading = read("::A:: a {T}\n::B:: b {F}\n::C\n:: c {}")
    assert [(q.title, q.type, q.line) for q in reading.questions] == [
        ("A", "truefalse", 1),
        ("B", "truefalse", 2),
        ("C", "essay", 3),
    ]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a {=b", 1, "not closed"),
        ("a\n=b}", 2, "no opening brace"),
        ("a {=b}\nc {=d}", 2, "more than one block"),
        ("a {~b ~c}", 1, "no answer is right"),
        ("a {=%0%b}", 1, "no answer is right"),
        ("a {\n=b\n~\n}", 3, "no text"),
        ("a {\n=b\n~#ff0000\n}", 3, "number sign"),
        ("a {~=b}", 1, "no text"),
        ("a {b ~c =d}", 1, "before the first"),
        ("a {=%150%b =c}", 1, "between -100 and 100"),
        ("a {=b -> c}", 1, "at least two pairs"),
        ("a {\n=b -> c\n=d -> e\n=f}", 4, "left -> right"),
        ("a {\n=b -> c\n=d ->\n}", 3, "no right side"),
        ("a {#}", 1, "no number"),
        ("a {#\n=1\n=many}", 3, "not a number"),
        ("a {#3:-1}", 1, "below zero"),
        ("a {#5..1}", 1, "above its end"),
        ("a {#1~%50%2}", 1, "~ is followed"),
        ("{=a ~b}", 1, "no text"),
        ("::a {=b}", 1, "not closed by ::"),
        ("a {{ b }}", 1, "neither"),
    ],
)
def test_a_broken_question_is_reported_by_line(text: str, line: int, word: str) -> None:
    at, reason = refused(text)
    assert (at, word in reason) == (line, True), reason


def test_the_rest_comes_in_around_a_broken_question() -> None:
    reading = read("a {}\n\n::X:: b {=c ~d\n\n~e\n\n::Y:: f {T}\n\ng {=h}", first_line=10)
    assert [q.text.text for q in reading.questions] == ["a", "f", "g"]
    assert reading.problems == ((12, "the answers are not closed by a brace"),)


def test_lines_count_from_where_the_text_begins() -> None:
    assert read("\n\n// note\n::Q::a {}", first_line=100).questions[0].line == 103


def test_what_no_database_takes_is_replaced() -> None:
    assert one("a\x00b \ud800 {}").text.text == "a\ufffdb \ufffd"


def test_bounds_are_reported() -> None:
    assert refused("x" * (LONGEST_FILE + 1))[1] == "the file is longer than 4,000,000 characters"
    assert refused("x" * 200_001)[1] == "the question is longer than 200,000 characters"
    assert refused("a {" + "~b" * 501 + "}")[1] == "there are too many answers"
    assert refused(f"::{'t' * 501}:: a {{}}")[1] == "the title is longer than 500 characters"
    assert refused(f"// [id:{'t' * 81}]\na {{}}")[1].startswith("an id or a tag is longer than 80")
    assert len(read("a {}\n\n" * 5_003).problems) == 3
    assert len(read("{\n\n" * 2_000).problems) == 1_001


HOSTILE = ["{", "}", "{\n\n", "}{\n\n", "{}\n\n", "<pre>\n\n", "```\n\n", "$$", "$${", "\\(", "\\(~", "\\)", "::"]
HOSTILE += ["::a::\n", "//[id:", "//[id:a\\]", "//x\n", "%", "= ~", "=%", "####", "->", "=a->b", "\\", "\\n", "[html]"]
HOSTILE += ["$CATEGORY:a\n", "\n\na"]


def lines_run(text: str) -> int:
    """How many lines of our own are executed to read `text`."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if "quizzes" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("start", ["", "a {=b", "<pre>", "\\(~", "//[id:"])
@pytest.mark.parametrize("unit", HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(start: str, unit: str) -> None:
    assert lines_run(start + unit * 200) <= 2.1 * lines_run(start + unit * 100) + 200


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_line_of_a_million_characters_is_read_to_its_end(unit: str) -> None:
    line = unit.replace("\n", " ") * (1_000_000 // len(unit))
    reading = read(f"::first:: q {{}}\n\n{line}\n\n::last:: q {{}}")
    assert reading.questions[0].title == "first"
    assert reading.problems or len(reading.questions) > 1


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("gift", "What? {=a ~b}"),
        ("quiz week-1", "::Q:: It rains. {T}"),
        ("GIFT", "Why? {}"),
        ("{gift}", "How many? {#3}"),
        ("pairs", "Match {=a -> b =c -> d}"),
        ("", "::Q:: a {}"),
        ("gift", "What? {=a ~b"),
        ("question", "::Q:: a {=b"),
    ],
)
def test_a_fence_is_a_question(label: str, body: str) -> None:
    assert is_question_fence(label, body)


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("python", "x = {1: 2}"),
        ("python title=a", "::Q:: a {=b ~c}"),
        ("js,linenos", "::Q:: a {=b ~c}"),
        ("{.python}", "::Q:: a {=b ~c}"),
        ("out", "::Q:: a {=b ~c}"),
        ("", "a {=b ~c}"),
        ("", "std::vector<int> v{};"),
        ("note", "Only words."),
        ("note", "Set {x} to one."),
        ("gift", ""),
        ("", "::Q:: only words"),
    ],
)
def test_a_fence_is_code_or_words(label: str, body: str) -> None:
    assert not is_question_fence(label, body)
