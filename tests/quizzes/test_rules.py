"""The rules of quizzes, by properties where there is one."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes import rules
from preau.quizzes.decimals import literal
from preau.quizzes.gift import read
from preau.quizzes.questions import Choice, Question, Text, from_data, to_data

seeds = st.integers(0, 2**31 - 1)
names = st.lists(st.text("abcdef", min_size=1, max_size=4), max_size=12)


def one(text: str) -> Question:
    (question,) = read(text).questions
    return question


CHOICE = one("Q{=right#yes ~wrong#no ~%50%half ~%-50%worse}")
MULTIPLE = one("Q{~%50%a#good ~%50%b ~%-50%c#bad ~d}")
THIRDS = one("Q{~%33.333%a ~%33.333%b ~%33.333%c ~%-100%d}")
TRUTH = one("Q{T#no, true#yes, true}")
SHORT = one("Q{=Paris#yes =%50%*par*#nearly =%25%* ####All cities.}")
NUMBER = one("Q{#=3.14:0.01#yes =%50%3..4#nearly ~#no}")
MATCH = one("Q{=a -> 1 =b -> 2 =c -> 1 = -> 3}")
ESSAY = one("Q{}")
WORDS = one("Only words.")
ALL = [CHOICE, MULTIPLE, THIRDS, TRUTH, SHORT, NUMBER, MATCH, ESSAY, WORDS]
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(names, st.integers(0, 15), seeds)
def test_a_draw_is_a_part_of_the_pool_without_repetition(pool: list[str], count: int, seed: int) -> None:
    drawn = rules.draw(pool, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(set(pool)))
    assert set(drawn) <= set(pool)
    assert rules.draw(sorted(pool, reverse=True), count, seed) == drawn


@given(names, st.integers(0, 15), seeds)
def test_a_new_question_in_the_pool_replaces_at_most_one(pool: list[str], count: int, seed: int) -> None:
    before, after = rules.draw(pool, count, seed), rules.draw([*pool, "new"], count, seed)
    assert len(set(before) - set(after)) <= 1


def test_without_a_count_everything_comes_as_it_stands() -> None:
    assert rules.draw(["b", "a", "b"], None, 5) == ("b", "a")
    with pytest.raises(ValueError, match="fewer"):
        rules.draw(["a"], -1, 5)


def test_draws_and_orders_never_change_with_python() -> None:
    assert rules.draw(["a", "b", "c", "d", "e"], 3, 7) == ("e", "d", "a")
    assert rules.shown_order(CHOICE, 7) == (2, 1, 0, 3)
    assert rules.seed_for(7, "q1") == 568799441


@given(st.sampled_from(ALL), seeds)
def test_a_shown_order_holds_every_option_once(question: Question, seed: int) -> None:
    order = rules.shown_order(question, seed)
    assert len(order) == len(set(order))
    assert rules.shown_order(question, seed) == order
    if question.type in ("choice", "multiple"):
        assert sorted(order) == list(range(len(question.choices)))
    if question.type == "matching":
        assert {question.pairs[place].right for place in order} == {pair.right for pair in question.pairs}


def test_each_place_shows_each_option_to_somebody() -> None:
    firsts = {rules.shown_order(CHOICE, rules.seed_for(1, str(key)))[0] for key in range(60)}
    assert firsts == {0, 1, 2, 3}


@given(st.sampled_from([CHOICE, MULTIPLE]), seeds | st.none(), st.data())
def test_a_choice_is_given_back_as_it_was_shown(question: Question, seed: int | None, data: st.DataObject) -> None:
    order = rules.shown_order(question, seed)
    place = data.draw(st.sampled_from(range(len(order))))
    answer = rules.parse_given(question, {"answer": [str(place)]}, seed)
    assert answer == (order[place] if question.type == "choice" else [order[place]])
    assert rules.positions(question, answer, rules.shown_order(question, seed)) == (place,)


@given(seeds | st.none(), st.lists(st.sampled_from(["", "0", "1", "2"]), min_size=3, max_size=3).filter(any))
def test_pairs_are_given_back_as_they_were_shown(seed: int | None, values: list[str]) -> None:
    form = {f"pair-{place}": [value] for place, value in enumerate(values)}
    answer = rules.parse_given(MATCH, form, seed)
    assert answer == rules.parse_given(MATCH, values, seed)
    assert rules.positions(MATCH, answer, rules.shown_order(MATCH, seed)) == tuple(
        int(value) if value else -1 for value in values
    )


def test_what_is_given_is_stored_in_the_terms_of_its_type() -> None:
    assert rules.parse_given(MULTIPLE, ["3", "0", "3"]) == [0, 3]
    assert rules.parse_given(TRUTH, {"answer": ["false"]}) is False
    assert rules.parse_given(SHORT, {"answer": [" Paris\r\n"]}) == "Paris"
    assert rules.parse_given(NUMBER, ["3,14"]) == "3,14"
    assert rules.parse_given(ESSAY, ["One\r\ntwo"]) == "One\ntwo"


@pytest.mark.parametrize(
    ("question", "values"),
    [
        (CHOICE, {}),
        (CHOICE, {"answer": []}),
        (CHOICE, ["0", "1"]),
        (CHOICE, ["4"]),
        (CHOICE, ["-1"]),
        (CHOICE, ["²"]),
        (CHOICE, ["00000"]),
        (CHOICE, {"answer": [3]}),
        (CHOICE, {"answer": 3}),
        (MULTIPLE, []),
        (MULTIPLE, ["0", "9"]),
        (TRUTH, ["True"]),
        (SHORT, ["  "]),
        (SHORT, ["x" * 1_001]),
        (SHORT, ["a\x00"]),
        (SHORT, ["a\ud800"]),
        (NUMBER, ["12 km"]),
        (ESSAY, ["x" * 20_001]),
        (MATCH, ["0", "1"]),
        (MATCH, ["", "", ""]),
        (MATCH, ["0", "1", "3"]),
        (MATCH, {"pair-0": ["0", "1"]}),
        (WORDS, ["x"]),
    ],
)
def test_what_is_no_answer_is_refused(question: Question, values: Any) -> None:
    with pytest.raises(rules.Unreadable) as refusal:
        rules.parse_given(question, values)
    assert refusal.value.reason


@given(st.sampled_from(ALL), json_values)
def test_whatever_is_stored_a_mark_is_a_fraction(question: Question, stored: Any) -> None:
    mark = rules.score(question, stored)
    assert (mark.fraction is None) == (not rules.graded(question))
    assert mark.fraction is None or 0 <= mark.fraction <= 1
    assert mark.correct == (mark.fraction == 1)


@pytest.mark.parametrize(
    ("question", "answer", "fraction", "feedbacks"),
    [
        (CHOICE, 0, 1, ["yes"]),
        (CHOICE, 1, 0, ["no"]),
        (CHOICE, 2, 0.5, []),
        (CHOICE, 3, 0, []),
        (MULTIPLE, [0, 1], 1, ["good"]),
        (MULTIPLE, [0, 1, 3], 1, ["good"]),
        (MULTIPLE, [0, 1, 2], 0.5, ["good", "bad"]),
        (MULTIPLE, [2], 0, ["bad"]),
        (THIRDS, [0, 1, 2], 1, []),
        (THIRDS, [0, 1], 0.66666, []),
        (TRUTH, True, 1, ["yes, true"]),
        (TRUTH, False, 0, ["no, true"]),
        (SHORT, "  PARIS ", 1, ["yes"]),
        (SHORT, "Comparison", 0.5, ["nearly"]),
        (SHORT, "Rome", 0.25, []),
        (NUMBER, "3,145", 1, ["yes"]),
        (NUMBER, "3.15", 1, ["yes"]),
        (NUMBER, "3.1500001", 0.5, ["nearly"]),
        (NUMBER, "4", 0.5, ["nearly"]),
        (NUMBER, "0,314e1", 1, ["yes"]),
        (NUMBER, "5", 0, ["no"]),
        (MATCH, [0, 1, 0], 1, []),
        (MATCH, [0, 3, 0], 2 / 3, []),
        (MATCH, [0, -1, -1], 1 / 3, []),
        (ESSAY, "anything", None, []),
    ],
)
def test_marks_follow_the_weights(
    question: Question, answer: Any, fraction: float | None, feedbacks: list[str]
) -> None:
    mark = rules.score(question, answer)
    assert mark.fraction == pytest.approx(fraction)
    assert [text.text for text in mark.feedbacks] == feedbacks


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=6), st.data())
def test_a_multiple_choice_is_the_sum_of_what_was_chosen(weights: list[int], data: st.DataObject) -> None:
    question = Question("multiple", Text("Q"), choices=tuple(Choice(Text("o"), float(w)) for w in weights))
    chosen = data.draw(st.lists(st.sampled_from(range(len(weights))), unique=True, min_size=1))
    total = sum(weights[place] for place in chosen)
    assert rules.score(question, chosen).fraction == pytest.approx(min(1, max(0, total / 100)))


@pytest.mark.parametrize(
    ("accepted", "said", "right"),
    [
        ("été", "e\u0301te\u0301", True),
        ("l'eau", "L’EAU", True),
        ("New York", "new\u00a0 york", True),
        ("New York", "newyork", False),
        ("a*c", "abbbc", True),
        ("a*c", "ac", True),
        ("a*c", "acd", False),
        ("*b*b*", "b", False),
        ("ab*ba", "aba", False),
        ("a *", "ab", False),
        ("2\\*3", "2*3", True),
        ("2\\*3", "2xx3", False),
        ("straße", "STRASSE", True),
        ("*", "whatever", True),
    ],
)
def test_short_answers_forgive_what_a_keyboard_decides(accepted: str, said: str, right: bool) -> None:
    question = replace(SHORT, shorts=(replace(SHORT.shorts[0], text=accepted),))
    assert rules.score(question, said).correct == right


def test_case_counts_where_the_question_says_so() -> None:
    strict = replace(SHORT, shorts=SHORT.shorts[:1], case_sensitive=True)
    assert rules.score(strict, "Paris").correct
    assert not rules.score(strict, "paris").correct


def test_the_best_answer_that_matches_counts_and_the_first_of_equals() -> None:
    question = one("Q{=%20%*a*#low =abc#first =a*#second}")
    assert rules.score(question, "abc").feedbacks == (Text("first"),)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("3,14", "3.14"),
        ("1 000 000,5", "1000000.5"),
        ("1\u202f000", "1000"),
        ("1'000", "1000"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234", "1.234"),
        ("1,234,567", "1234567"),
        ("−2", "-2"),
        (".5", "0.5"),
        ("1,5 × 10³", "1.5e3"),
        ("1.5x10^-3", "1.5e-3"),
        ("2E+5", "2e5"),
        ("1 2", None),
        ("12 km", None),
        ("5²", None),
        ("1e999", None),
        ("nan", None),
        ("", None),
        ("9" * 101, None),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, read_as: str | None) -> None:
    assert literal(written) == read_as


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_a_number_right_to_the_last_digit_is_right(value: object) -> None:
    question = replace(NUMBER, numbers=(replace(NUMBER.numbers[0], value=str(literal(f"{value:f}")), tolerance="0"),))
    assert rules.score(question, f"{value:f}").correct
    assert rules.score(question, f"{value:f}".replace(".", ",")).correct


@given(st.lists(st.floats(0, 100), min_size=1))
def test_the_score_kept_lies_among_the_attempts(scores: list[float]) -> None:
    assert rules.keep(scores, "best") == max(scores)
    assert rules.keep(scores, "last") == scores[-1]
    assert min(scores) - 1e-9 <= rules.keep(scores, "average") <= max(scores) + 1e-9


def test_no_attempt_keeps_nothing() -> None:
    assert rules.keep([], "best") == rules.keep([], "last") == rules.keep([], "average") == 0


def without_key(question: Question, other: Question) -> Question:
    """`question` with every weight, feedback, right answer and name taken from a stranger."""
    return replace(
        question,
        title=other.title,
        tags=other.tags,
        category=other.category,
        line=other.line,
        general=other.general,
        wrong=other.wrong,
        if_true=other.if_true,
        if_false=other.if_false,
        truth=not question.truth if question.truth is not None else None,
        shorts=other.shorts,
        numbers=other.numbers,
        case_sensitive=not question.case_sensitive,
        choices=tuple(replace(c, weight=-c.weight, feedback=Text("secret")) for c in question.choices),
        pairs=tuple(replace(pair, feedback=Text("secret")) for pair in question.pairs),
    )


@given(st.sampled_from(ALL), st.sampled_from(ALL), seeds | st.none())
def test_what_is_public_does_not_depend_on_the_key(question: Question, other: Question, seed: int | None) -> None:
    twin = without_key(question, replace(other, title="secret", category="secret", general=Text("secret"), line=9))
    assert rules.public(twin, seed) == rules.public(question, seed)
    assert "secret" not in str(rules.public(twin, seed))


@given(st.permutations(["1", "2", "3"]))
def test_right_sides_without_a_seed_stand_by_alphabet(rights: list[str]) -> None:
    question = one("Q{" + " ".join(f"=l{n} -> {right}" for n, right in enumerate(rights)) + "}")
    assert [option["text"] for option in rules.public(question, None)["rights"]] == ["1", "2", "3"]


@given(st.permutations(["u", "v", "w"]), seeds)
def test_the_place_of_a_right_side_tells_nothing_of_its_left(rights: list[str], seed: int) -> None:
    question = one("Q{" + " ".join(f"=l{n} -> {right}" for n, right in enumerate(rights)) + "}")
    shown = rules.public(question, seed)
    assert [side["text"] for side in shown["lefts"]] == ["l0", "l1", "l2"]
    assert {option["text"] for option in shown["rights"]} == {"u", "v", "w"}
    assert [option["value"] for option in shown["rights"]] == ["0", "1", "2"]


@given(st.sampled_from([CHOICE, MULTIPLE, MATCH]), seeds)
def test_answering_with_the_public_values_can_be_right(question: Question, seed: int) -> None:
    shown = rules.public(question, seed)
    solved = rules.solution(question)
    if question.type == "matching":
        value_of = {option["text"]: option["value"] for option in shown["rights"]}
        values = [value_of[right] for _, right in solved.pairs]
    else:
        right = {text.text for text in solved.answers}
        values = [option["value"] for option in shown["choices"] if option["text"] in right]
    assert rules.score(question, rules.parse_given(question, values, seed)).correct


def test_solutions_are_for_people() -> None:
    assert [text.text for text in rules.solution(CHOICE).answers] == ["right"]
    assert [text.text for text in rules.solution(one("Q{=2\\\\*3 =%50%x =a*c}")).answers] == ["2*3", "a…c"]
    assert [text.text for text in rules.solution(one("Q{#=3:0.1 =2..4 =5}")).answers] == ["3 ± 0.1", "2 … 4", "5"]
    assert rules.solution(MATCH).pairs == ((Text("a"), "1"), (Text("b"), "2"), (Text("c"), "1"))
    assert rules.solution(TRUTH).truth is True
    assert rules.solution(ESSAY) == rules.Solution()


def test_a_translation_agrees_in_number_type_options_and_right_answers() -> None:
    french = [one("Q ?{=juste ~faux}"), one("V ?{V}"), one("E ?{}")]
    english = [one("Q?{=right ~wrong}"), one("T?{T#no}"), one("E?{}")]
    assert rules.disagreements(english, [french[0], english[1], french[2]]) == ()
    assert "is of type truefalse" in rules.disagreements(english, french)[0]
    assert "3 questions" in rules.disagreements(english, french[:2])[0]
    assert "as many options" in rules.disagreements([one("Q{=a ~b ~c}")], [one("Q{=a ~b}")])[0]
    assert "same right answers" in rules.disagreements([one("Q{=a ~b}")], [one("Q{~a =b}")])[0]
    assert "same right answers" in rules.disagreements([one("Q{T}")], [one("Q{F}")])[0]


def test_questions_are_paired_by_identity_before_their_order() -> None:
    a = read("// [id:x]\nQ{T}\n\n// [id:y]\nQ{}\n\nQ{=a}").questions
    b = read("Q{=b}\n\n// [id:y]\nR{}\n\n// [id:x]\nR{T}").questions
    assert rules.disagreements(a, b) == ()
    assert rules.disagreements(a, (b[0], b[1], replace(b[2], identity="z"))) == (
        "the ids of the questions differ: x is missing",
    )


@pytest.mark.parametrize("question", ALL)
def test_every_question_here_is_stored_as_plain_json(question: Question) -> None:
    assert from_data(json.loads(json.dumps(to_data(question)))) == question


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "riddle"},
        {"type": "essay", "text": 3},
        {"type": "essay", "text": ["a", "odd"]},
        {"type": "truefalse", "text": "a", "truth": 1},
        {"type": "choice", "text": "a", "choices": {}},
        {"type": "choice", "text": "a", "choices": [{"text": "b", "weight": "1"}]},
    ],
)
def test_what_is_no_stored_question_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"text|type|weight|list|truth"):
        from_data(data)
