"""Reading what a learner answered, and marking it. Pure: values in, values out; `rules` offers all of it under its
own name.

A *given* is what an `Answer` row stores, a JSON value in the terms of the author's order, whatever order was shown:
choice: an index; multiple: sorted indexes; truefalse: a boolean; short, numerical, essay: text; matching: for each left
side in order, the index of the chosen right side (`right_options`), or -1.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from hashlib import blake2b

from preau.quizzes.decimals import literal
from preau.quizzes.questions import Number, Pair, Question, Short, Text

type Given = int | bool | str | list[int]
type Values = Mapping[str, Sequence[str]] | Sequence[str]

FIELD = "answer"
PAIR_FIELD = "pair-"  # followed by the place of the left side among the left sides, from 0
LONGEST_ESSAY = 20_000
LONGEST_SHORT = 1_000
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"'})
_WHOLE = 99.9  # thirds and sevenths are written with few decimals: 3 × 33.3 % is all of it


class Unreadable(ValueError):
    """What was sent is not an answer to this question; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Mark:
    """`fraction` of the question, 0 to 1, None when no rule grades it; the feedback for what was answered."""

    fraction: float | None
    correct: bool
    feedbacks: tuple[Text, ...] = ()


def graded(question: Question) -> bool:
    """Whether a rule marks this question: not an essay, not a description."""
    return question.type not in ("essay", "description")


def shown_order(question: Question, seed: int | None) -> tuple[int, ...]:
    """The order in which options are shown, as indexes in the author's order; empty for questions without options.

    For choices an index of `choices`, for matching an index of `pairs` whose right side is an option. The same seed and
    `identity` give the same order in every language, and no text has a part in it; questions of one paper need seeds of
    their own (`rules.seed_for`). Without a seed: choices as written, right sides by alphabet, for their own order is
    the key.
    """
    if question.type in ("choice", "multiple"):
        places: Sequence[int] = range(len(question.choices))
    elif question.type == "matching":
        places = right_options(question)
    else:
        return ()
    if seed is None:
        by_alphabet = question.type == "matching"
        return tuple(
            sorted(places, key=lambda place: question.pairs[place].right.casefold()) if by_alphabet else places
        )
    return tuple(sorted(places, key=lambda place: order_key(seed, "shown", question.identity, str(place))))


def order_key(seed: int, *names: str) -> bytes:
    """A sort key that shuffles: a hash (BLAKE2b, RFC 7693), so that an order outlives versions of Python."""
    return blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=16).digest()


def lefts(question: Question) -> tuple[Pair, ...]:
    """The pairs that ask something: those with a left side."""
    return tuple(pair for pair in question.pairs if pair.left)


def right_options(question: Question) -> tuple[int, ...]:
    """Which right sides can be chosen: the first pair of each distinct right side."""
    first: dict[str, int] = {}
    for place, pair in enumerate(question.pairs):
        first.setdefault(pair.right, place)
    return tuple(first.values())


def parse_given(question: Question, values: Values, seed: int | None = None) -> Given:
    """The given that a form's values mean. `values` are the fields `answer`, or `pair-0`, `pair-1`…; or a plain list.

    An option is named by its place in `shown_order(question, seed)`, counted from 0; true and false by those words.
    Refuses (Unreadable) an empty answer, a place out of range, several values where one is meant, a number question's
    text that is no number, more than 20,000 characters (1,000 in a short answer), and characters that cannot be stored.
    """
    order = shown_order(question, seed)
    if question.type == "matching":
        return _pairs_given(question, values, order)
    said = _field(values, FIELD)
    if question.type == "multiple":
        places = sorted({_place(value, order) for value in said})
        if not places:
            raise Unreadable("nothing was chosen")
        return places
    if len(said) != 1:
        raise Unreadable("one answer is expected")
    if question.type == "choice":
        return _place(said[0], order)
    if question.type == "truefalse":
        if said[0] not in ("true", "false"):
            raise Unreadable("the answer is neither true nor false")
        return said[0] == "true"
    if question.type == "description":
        raise Unreadable("this text asks nothing")
    return _written(question, said[0])


def _field(values: Values, name: str) -> list[str]:
    found: object = values.get(name, ()) if isinstance(values, Mapping) else values
    said = [found] if isinstance(found, str) else found
    if not isinstance(said, list | tuple) or not all(isinstance(value, str) for value in said):
        raise Unreadable("the answer has a wrong shape")
    return list(said)


def _place(value: str, order: Sequence[int]) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 4) or int(value) >= len(order):
        raise Unreadable("the answer is not one of the options")
    return order[int(value)]


def _pairs_given(question: Question, values: Values, order: Sequence[int]) -> list[int]:
    count = len(lefts(question))
    if isinstance(values, Mapping):
        chosen = [_field(values, f"{PAIR_FIELD}{place}") or [""] for place in range(count)]
    else:
        chosen = [[value] for value in _field(values, FIELD)]
    if len(chosen) != count or any(len(said) != 1 for said in chosen):
        raise Unreadable("one answer to each line is expected")
    places = [_place(said[0], order) if said[0] else -1 for said in chosen]
    if all(place < 0 for place in places):
        raise Unreadable("nothing was chosen")
    return places


def _written(question: Question, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise Unreadable("the answer is empty")
    if len(text) > (LONGEST_ESSAY if question.type == "essay" else LONGEST_SHORT):
        raise Unreadable("the answer is too long")
    if _UNSTORABLE.search(text):
        raise Unreadable("the answer holds characters that cannot be stored")
    if question.type == "numerical" and literal(text) is None:
        raise Unreadable("the answer is not a number")
    return text


def score(question: Question, given: object) -> Mark:
    """The mark by Moodle's documented rules, on a scale of 0 to 1. A given of a shape that does not fit is worth 0.

    choice: the weight of the option; multiple: the sum of the weights, negative ones too; short and numerical: the
    weight of the best accepted answer that matches, the first of equals; matching: the share of right pairs. Below 0
    counts as 0.
    """
    if not graded(question):
        return Mark(None, False)
    if question.type in ("choice", "multiple"):
        return _mark_choices(question, given)
    if question.type == "truefalse":
        if not isinstance(given, bool):
            return _mark(0.0)
        return _mark(100.0 * (given == question.truth), question.if_true if given else question.if_false)
    if question.type == "matching":
        return _mark_pairs(question, given)
    if not isinstance(given, str):
        return _mark(0.0)
    best = _best_short(question, given) if question.type == "short" else _best_number(question, given)
    return _mark(best.weight, best.feedback) if best else _mark(0.0, question.wrong)


def _mark(percent: float, *feedbacks: Text) -> Mark:
    fraction = 1.0 if percent >= _WHOLE else max(0.0, percent / 100)
    return Mark(fraction, fraction == 1.0, tuple(feedback for feedback in feedbacks if feedback))


def _mark_choices(question: Question, given: object) -> Mark:
    places = given if isinstance(given, list) else [given]
    count = len(question.choices)
    if not all(isinstance(p, int) and not isinstance(p, bool) and 0 <= p < count for p in places):
        return _mark(0.0)
    chosen = [question.choices[place] for place in sorted(set(places))]
    if question.type == "choice" and len(chosen) != 1:
        return _mark(0.0)
    return _mark(sum(choice.weight for choice in chosen), *(choice.feedback for choice in chosen))


def _mark_pairs(question: Question, given: object) -> Mark:
    asked = lefts(question)
    if not isinstance(given, list) or len(given) != len(asked):
        return _mark(0.0)
    options = {place: question.pairs[place].right for place in right_options(question)}
    right = [pair for pair, place in zip(asked, given, strict=True) if _chosen(options, place) == pair.right]
    return _mark(100.0 * len(right) / len(asked), *(pair.feedback for pair in right))


def _chosen(options: Mapping[int, str], place: object) -> str | None:
    return options.get(place) if isinstance(place, int) and not isinstance(place, bool) else None


def _best_short(question: Question, given: str) -> Short | None:
    said = folded(given, question.case_sensitive)
    return _best(short for short in question.shorts if _matches(short.text, said, question.case_sensitive))


def _best_number(question: Question, given: str) -> Number | None:
    said = literal(given)
    if said is None:
        return None
    with localcontext(prec=1500):  # enough for any two literals to be added exactly: 100 digits, exponents of ±330
        return _best(number for number in question.numbers if _accepts(number, Decimal(said)))


def _best[T: (Short, Number)](matching: Iterable[T]) -> T | None:
    return max(matching, key=lambda answer: answer.weight, default=None)  # the first of equals


def _accepts(number: Number, said: Decimal) -> bool:
    if number.value == "*":
        return True
    if number.value:
        return abs(said - Decimal(number.value)) <= Decimal(number.tolerance or "0")
    return Decimal(number.low) <= said <= Decimal(number.high)


def folded(text: str, case_sensitive: bool) -> str:
    """Compared without what a keyboard decides: forms of accents, curly quotes, runs of spaces, and case unless it
    counts.
    """
    text = " ".join(unicodedata.normalize("NFC", text).translate(_APOSTROPHES).split())
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())


def _matches(pattern: str, said: str, case_sensitive: bool) -> bool:
    """Whether `said` fits `pattern`, whose parts between `*` are looked for from left to right: no backtracking."""
    parts = [_folded_part(part, case_sensitive) for part in wildcard_parts(pattern)]
    if len(parts) == 1:
        return said == parts[0].strip()
    first, *middle, last = parts[0].lstrip(), *parts[1:-1], parts[-1].rstrip()
    if not said.startswith(first) or len(said) < len(first) + len(last) or not said.endswith(last):
        return False
    place, end = len(first), len(said) - len(last)
    for part in middle:
        found = said.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _folded_part(part: str, case_sensitive: bool) -> str:
    """As `folded`, but a space next to a `*` still counts."""
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return f"{before}{folded(part, case_sensitive)}{after}"


def wildcard_parts(pattern: str) -> list[str]:
    """What stands between the `*` of an accepted text; `\\*` is an asterisk."""
    return [part.replace("\x00", "*") for part in pattern.replace("\\*", "\x00").split("*")]
