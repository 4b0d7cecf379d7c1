"""What a ruling does to a mark: properties, whatever the question and the answer."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes import rules
from preau.quizzes.questions import Choice, Number, Pair, Question, Short, Text

ASKED = Text("?")
CHOICE = Question("choice", ASKED, choices=tuple(Choice(Text(t), w) for t, w in [("a", 100), ("b", 0), ("c", 50)]))
MULTIPLE = Question(
    "multiple", ASKED, choices=tuple(Choice(Text(t), w) for t, w in [("a", 50), ("b", 50), ("c", -50), ("d", -50)])
)
TRUTH = Question("truefalse", ASKED, truth=True, if_false=Text("No."))
SHORT = Question("short", ASKED, shorts=(Short("marge"), Short("marge*", 50)))
NUMBER = Question("numerical", ASKED, numbers=(Number(value="3", tolerance="0.5"),), wrong=Text("Three."))
MATCHING = Question(
    "matching", ASKED, pairs=tuple(Pair(Text(left), right) for left, right in [("a", "x"), ("b", "y"), ("c", "z")])
)
ESSAY = Question("essay", ASKED)


def givens(question: Question) -> st.SearchStrategy[Any]:
    """Answers to a question, and now and then one of a shape that does not fit."""
    fitting: dict[str, st.SearchStrategy[Any]] = {
        "choice": st.integers(0, 2),
        "multiple": st.lists(st.integers(0, 3), min_size=1, unique=True).map(sorted),
        "truefalse": st.booleans(),
        "short": st.sampled_from(["marge", "Marge", "marge libre", "délai", "*"]),
        "numerical": st.sampled_from(["3", "3.4", "2.5", "4", "1e400", "-3"]),
        "matching": st.lists(st.integers(-1, 2), min_size=3, max_size=3),
        "essay": st.text(max_size=9),
    }
    return st.one_of(fitting[question.type], st.sampled_from([None, 9, "", [], [7], True]))


@st.composite
def cases(draw: st.DrawFn, kind: rules.RulingKind | None = None) -> tuple[Question, rules.Ruling, Any]:
    question = draw(st.sampled_from([CHOICE, MULTIPLE, TRUTH, SHORT, NUMBER, MATCHING, ESSAY]))
    values = draw(st.lists(givens(question), min_size=1, max_size=3))
    chosen = kind if kind is not None else draw(st.sampled_from(rules.RULING_KINDS))
    return question, rules.ruling_of(chosen, values, "because"), draw(givens(question))


@given(cases("also"))
def test_nobody_loses_by_one_answer_more(case: tuple[Question, rules.Ruling, Any]) -> None:
    question, ruling, answer = case
    before, after = rules.score(question, answer).fraction, rules.ruled(question, ruling, answer).fraction
    assert (before is None and after is None) or (before is not None and after is not None and after >= before)


@given(cases())
def test_a_mark_stays_within_the_question(case: tuple[Question, rules.Ruling, Any]) -> None:
    mark = rules.ruled(*case)
    assert mark.fraction is None or 0 <= mark.fraction <= 1
    assert mark.correct == (mark.fraction == 1)


@given(cases(), st.randoms())
def test_the_order_of_the_accepted_answers_does_not_matter(
    case: tuple[Question, rules.Ruling, Any], random: Any
) -> None:
    question, ruling, answer = case
    values = list(ruling.values)
    random.shuffle(values)
    twice = rules.Ruling(ruling.kind, (*values, *values), ruling.reason)
    assert rules.ruled(question, twice, answer) == rules.ruled(question, ruling, answer)


@given(cases("cancel"))
def test_a_cancelled_question_is_like_one_that_nobody_marks(case: tuple[Question, rules.Ruling, Any]) -> None:
    assert rules.ruled(*case) == rules.Mark(None, False)


@given(st.sampled_from([CHOICE, MULTIPLE, TRUTH, SHORT, NUMBER]), st.data())
def test_what_is_ruled_right_is_right(question: Question, data: st.DataObject) -> None:
    fitting = {"choice": 1, "multiple": [2, 3], "truefalse": False, "short": "délai", "numerical": "7"}[question.type]
    for kind in ("also", "right"):
        ruling = rules.ruling_of(kind, [fitting], "because")  # type: ignore[list-item]
        assert rules.ruled(question, ruling, fitting) == rules.Mark(1.0, True)


def test_only_what_is_ruled_right_is_right() -> None:
    assert rules.ruled(CHOICE, rules.Ruling("right", (1,)), 0).fraction == 0
    assert rules.ruled(TRUTH, rules.Ruling("right", (False,)), True).fraction == 0
    assert rules.ruled(SHORT, rules.Ruling("right", ("délai",)), "marge").fraction == 0
    assert rules.ruled(NUMBER, rules.Ruling("right", ("7",)), "7.5").fraction == 1
    assert rules.ruled(NUMBER, rules.Ruling("right", ("7",)), "7.6").fraction == 0


def test_several_choices_and_pairs_are_partly_right() -> None:
    ruling = rules.Ruling("right", ((1, 2),))
    marks = [rules.ruled(MULTIPLE, ruling, given).fraction for given in ([1, 2], [1], [1, 3], [0, 1, 2, 3], [0])]
    assert marks == [1, 0.5, 0, 0, 0]
    swapped = rules.Ruling("right", ((1, 0, 2),))
    assert rules.ruled(MATCHING, swapped, [1, 0, -1]).fraction == 2 / 3
    assert rules.ruled(MATCHING, rules.Ruling("right", ((-1, -1, 2),)), [-1, -1, 2]).fraction == 1 / 3


def test_the_feedback_of_a_wrong_key_is_not_told() -> None:
    assert rules.score(TRUTH, False).feedbacks
    assert not rules.ruled(TRUTH, rules.Ruling("also", (False,)), False).feedbacks
    assert rules.ruled(NUMBER, rules.Ruling("also", ("9",)), "4").feedbacks == (Text("Three."),)


def test_what_is_accepted_is_told_in_words() -> None:
    assert rules.corrected(MATCHING, rules.Ruling("right", ((1, 0, 2),)))[0].text == "a → y"
    assert rules.corrected(MULTIPLE, rules.Ruling("also", ((1, 2),))) == (Text("b"), Text("c"))
    assert rules.corrected(TRUTH, rules.Ruling("also", (False,)))[0].text == "false"


@given(st.lists(st.booleans(), max_size=5), st.lists(st.booleans(), max_size=5), st.none() | st.integers(0, 6))
def test_a_paper_counts_something_whatever_is_drawn(fixed: list[bool], pool: list[bool], draw: int | None) -> None:
    drawn = len(pool) if draw is None else min(draw, len(pool))
    worst = sorted(pool)[:drawn]
    assert rules.leaves_one(fixed, pool, draw) == any([*fixed, *worst])
