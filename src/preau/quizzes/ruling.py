"""What a ruling of the course's team changes in how a question is marked. Pure: values in, values out; `rules` offers
all of it under its own name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, get_args

from preau.quizzes.decimals import literal
from preau.quizzes.marking import Given, Mark, folded, graded, lefts, score
from preau.quizzes.questions import Question, Text

type RulingKind = Literal["cancel", "also", "right"]
RULING_KINDS: tuple[RulingKind, ...] = get_args(RulingKind.__value__)


@dataclass(frozen=True)
class Ruling:
    """`cancel`: the question counts for nobody. `also`: each of `values` is right too. `right`: nothing else is.

    A value is a given of the question (`marking`), its list kept as a tuple, so that a ruling is hashable. A number is
    accepted with the widest tolerance that the question's own key has.
    """

    kind: RulingKind
    values: tuple[int | bool | str | tuple[int, ...], ...] = ()
    reason: str = ""


def ruling_of(kind: RulingKind, values: Iterable[Given], reason: str) -> Ruling:
    """A ruling from what its row holds."""
    return Ruling(kind, tuple(tuple(v) if isinstance(v, list) else v for v in values), reason)


def ruled(question: Question, ruling: Ruling | None, given: object) -> Mark:
    """The mark of a given under the ruling that stands, if one does; `marking.score` without one.

    A cancelled question has no fraction, like one that nobody grades: it leaves what was scored and what could be. The
    author's feedback speaks of the key, so it is left out where the ruling decides. Several choices and pairs are
    partly right as elsewhere: each right choice brings its share, each wrong one takes its share away.
    """
    if ruling is None or not graded(question):
        return score(question, given)
    if ruling.kind == "cancel":
        return Mark(None, False)
    accepted = max((_agreement(question, value, given) for value in ruling.values), default=0.0)
    own = score(question, given)
    if ruling.kind == "also" and (own.fraction or 0.0) >= accepted:
        return own
    return Mark(accepted, accepted == 1.0)


def _agreement(question: Question, value: object, given: object) -> float:
    """How far a given is what a value says, 0 to 1; a shape that does not fit is 0."""
    if question.type == "matching":
        return _pairs(question, value, given)
    if question.type == "multiple":
        return _choices(question, value, given)
    if question.type in ("choice", "truefalse"):
        return float(type(value) is type(given) and value == given)
    if not isinstance(value, str) or not isinstance(given, str):
        return 0.0
    if question.type == "numerical":
        return float(_close(question, value, given))
    return float(folded(value, question.case_sensitive) == folded(given, question.case_sensitive))


def _choices(question: Question, value: object, given: object) -> float:
    if not isinstance(value, Sequence) or not isinstance(given, Sequence):
        return 0.0
    right, chosen = set(value), set(given)
    if right == chosen:
        return 1.0
    wrong = len(question.choices) - len(right)
    share = len(chosen & right) / max(1, len(right)) - len(chosen - right) / max(1, wrong)
    return min(1.0, max(0.0, share))


def _pairs(question: Question, value: object, given: object) -> float:
    asked = lefts(question)
    if not isinstance(value, Sequence) or not isinstance(given, Sequence) or not len(value) == len(given) == len(asked):
        return 0.0
    same = [one == other and _place(one) >= 0 for one, other in zip(value, given, strict=True)]
    return same.count(True) / len(asked)


def _place(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _close(question: Question, value: str, given: str) -> bool:
    wanted, said = literal(value), literal(given)
    if wanted is None or said is None:
        return False
    tolerances = [Decimal(number.tolerance or "0") for number in question.numbers if number.value not in ("", "*")]
    with localcontext(prec=1500):  # as in `marking`: any two literals are subtracted exactly
        return abs(Decimal(said) - Decimal(wanted)) <= max(tolerances, default=Decimal(0))


def corrected(question: Question, ruling: Ruling) -> tuple[Text, ...]:
    """The values of a ruling for people, in order; true and false by those words, pairs one line each."""
    return tuple(text for value in ruling.values for text in _said(question, value))


def _said(question: Question, value: object) -> list[Text]:
    if question.type == "truefalse":
        return [Text("true" if value else "false", "plain")]
    if isinstance(value, str):
        return [Text(value, "plain")]
    places: Sequence[object] = value if isinstance(value, tuple) else (value,)
    if question.type == "matching":
        pairs = zip(lefts(question), map(_place, places), strict=False)
        return [
            Text(f"{pair.left.text} → {question.pairs[place].right}", pair.left.format)
            for pair, place in pairs
            if 0 <= place < len(question.pairs)
        ]
    return [question.choices[p].text for p in map(_place, places) if 0 <= p < len(question.choices)]


def leaves_one(fixed: Sequence[bool], pool: Sequence[bool], draw: int | None) -> bool:
    """Whether every paper still counts something. `fixed` and `pool`: whether each question outside and inside the
    pool counts; `draw` how many of the pool each paper has, None for all."""
    drawn = len(pool) if draw is None else min(draw, len(pool))
    return any(fixed) or drawn > pool.count(False)
