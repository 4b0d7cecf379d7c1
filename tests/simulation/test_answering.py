"""Simulated answers through the real reader and marker."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from preau.quizzes import rules
from preau.quizzes.questions import Choice, Number, Pair, Question, Short, Text
from preau.simulation import answering

QUESTIONS = (
    Question("choice", Text("Qui ?"), choices=(Choice(Text("a"), 100), Choice(Text("b")), Choice(Text("c"), 50))),
    Question(
        "multiple",
        Text("Lesquels ?"),
        choices=(Choice(Text("a"), 50), Choice(Text("b"), 50), Choice(Text("c"), -50), Choice(Text("d"), -50)),
    ),
    Question("truefalse", Text("Vrai ?"), truth=False),
    Question("short", Text("Comment ?"), shorts=(Short("chemin critique"), Short("*critique*", 50))),
    Question("numerical", Text("Combien ?"), numbers=(Number("12.5", "0.5"),)),
    Question("numerical", Text("Entre ?"), numbers=(Number(low="3", high="4"),)),
    Question("matching", Text("?"), pairs=(Pair(Text("l"), "un"), Pair(Text("m"), "deux"), Pair(Text(""), "trois"))),
)
ANY = st.sampled_from(QUESTIONS)
SEEDS = st.integers(0, 2**31 - 1)


def fraction(question: Question, right: bool, seed: int) -> float | None:
    values = answering.values(question, right=right, seed=seed, rng=Random(seed))
    assert values is not None
    return rules.score(question, rules.parse_given(question, values, seed)).fraction


@given(ANY, SEEDS)
def test_a_right_answer_earns_everything(question: Question, seed: int) -> None:
    assert fraction(question, True, seed) == 1


@given(ANY, SEEDS)
def test_a_wrong_answer_is_readable_and_earns_less(question: Question, seed: int) -> None:
    earned = fraction(question, False, seed)
    assert earned is not None
    assert earned < 1


def test_a_description_asks_nothing() -> None:
    assert answering.values(Question("description", Text("Lisez.")), right=True, seed=1, rng=Random(1)) is None


@given(ANY, st.floats(0, 1), st.integers(1, 9))
def test_nobody_is_certain_to_be_right_or_wrong(question: Question, ability: float, attempt: int) -> None:
    assert 0 < answering.chance(ability, question, attempt) < 1
