"""GIFT files that other people wrote: each question comes in or is reported by its line. Counts verified by eye."""

import re
from collections import Counter
from pathlib import Path

import pytest

from preau.quizzes.gift import Reading, read
from preau.quizzes.gift_writer import write
from preau.quizzes.questions import from_data, to_data

pytestmark = pytest.mark.inputs

NO_TEXT = "an answer has no text before its feedback; a number sign is written \\#"
STRAY = "a closing brace has no opening brace before it"

QUESTIONS: dict[str, dict[str, int]] = {
    "pygiftparser/categories.gift": {"essay": 2, "short": 3, "description": 1},
    "pygiftparser/inline.gift": {"choice": 2, "essay": 1, "short": 1},
    "pygiftparser/markdow.gift": {"essay": 3},
    "pygiftparser/match.gift": {"matching": 1},
    "pygiftparser/moodleFormat.gift": {"essay": 5},
    "pygiftparser/multiple.gift": {"multiple": 1},
    "pygiftparser/numerical.gift": {"numerical": 4},
    "pygiftparser/short.gift": {"short": 4},
    "pygiftparser/single.gift": {"choice": 3, "short": 1},
    "pygiftparser/specials.gift": {"short": 3},
    "pygiftparser/trueFalse.gift": {"truefalse": 3},
    "tsugi/00-CSS.txt": {"choice": 19},
    "tsugi/00-HTML.txt": {"choice": 17, "short": 2},
    "tsugi/00-Mini-Django-Essay.txt": {"essay": 8},
    "tsugi/00-Mini-Django.txt": {"choice": 10},
    "tsugi/00-Shell.txt": {"choice": 16},
    "tsugi/01-Request-Response.txt": {"choice": 20},
    "tsugi/04-SQL.txt": {"choice": 20},
    "tsugi/05-MVC.txt": {"choice": 20},
    "tsugi/06-Python-Assignments.txt": {"choice": 20},
    "tsugi/06-Python-Objects.txt": {"choice": 20},
    "tsugi/06-Views-Templates.txt": {"choice": 17},
    "tsugi/07-Views-Generic.txt": {"choice": 20},
    "tsugi/08-BigPicture.txt": {"choice": 20},
    "tsugi/09-Cookies-Sessions.txt": {"choice": 20},
    "tsugi/chatgpt-torture.txt": {
        "choice": 10,
        "multiple": 2,
        "truefalse": 2,
        "short": 3,
        "numerical": 4,
        "matching": 3,
        "essay": 1,
    },
    "tsugi/example_matching.gift": {"matching": 2},
    "tsugi/example_multiple_choice.gift": {"choice": 4},
    "tsugi/example_numerical.gift": {"numerical": 5},
    "tsugi/example_true_false.gift": {"truefalse": 4},
}
PROBLEMS: dict[str, list[tuple[int, str]]] = {
    "tsugi/00-CSS.txt": [(77, NO_TEXT)],
    "tsugi/06-Views-Templates.txt": [(105, STRAY), (130, STRAY), (155, STRAY)],
    "tsugi/example_multiple_choice.gift": [(7, NO_TEXT)],
}


def reading_of(inputs: Path, name: str) -> Reading:
    return read((inputs / "gift" / name).read_text(encoding="utf-8"))


def test_every_file_of_the_inputs_is_in_the_table(inputs: Path) -> None:
    folder = inputs / "gift"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".gift", ".txt")}
    assert found - {"pygiftparser/LICENSE.txt"} == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_in_or_reported(inputs: Path, name: str) -> None:
    reading = reading_of(inputs, name)
    assert Counter(question.type for question in reading.questions) == QUESTIONS[name]
    assert list(reading.problems) == PROBLEMS.get(name, [])


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name.startswith("tsugi")])
def test_each_title_of_a_file_is_a_question_or_a_problem(inputs: Path, name: str) -> None:
    titles = re.findall("^::", (inputs / "gift" / name).read_text(encoding="utf-8"), re.MULTILINE)
    reading = reading_of(inputs, name)
    assert len(reading.questions) + len(reading.problems) == len(titles)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_survives_writing_and_storing(inputs: Path, name: str) -> None:
    questions = reading_of(inputs, name).questions
    again = read(write(questions))
    assert again.problems == ()
    assert [{**to_data(q), "line": 0} for q in again.questions] == [{**to_data(q), "line": 0} for q in questions]
    assert tuple(from_data(to_data(question)) for question in questions) == questions


def test_the_words_of_some_questions_are_what_their_authors_wrote(inputs: Path) -> None:
    essays = {q.title: q for q in reading_of(inputs, "tsugi/00-Mini-Django-Essay.txt").questions}
    assert "return views.broken(request)\n\n    # When all else fails" in essays["Q3"].text.text
    assert essays["Q3"].text.format == "html"
    torture = {q.title[:6]: q for q in reading_of(inputs, "tsugi/chatgpt-torture.txt").questions}
    assert torture["TT_Q07"].choices[0].text.text == "{% csrf_token %}"
    assert [choice.weight for choice in torture["TT_Q20"].choices] == [50, 50, -50, -50]
    assert torture["TT_Q01"].category == "DJ4E / GIFT Torture Test"
    assert [number.weight for number in reading_of(inputs, "pygiftparser/numerical.gift").questions[3].numbers] == [
        100,
        50,
    ]
    assert reading_of(inputs, "pygiftparser/specials.gift").questions[2].general.text == "anything #### }"
    assert reading_of(inputs, "pygiftparser/moodleFormat.gift").questions[2].text.text.endswith("!\nWhat is the logo?")
