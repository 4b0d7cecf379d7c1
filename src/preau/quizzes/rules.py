"""The rules of quizzes: what is drawn, how it is shuffled and marked, what is shown and when. Pure: no Django, no
clock.

How answers are read and marked is in `marking`, what the team's rulings change in `ruling`: both offered here too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from preau.quizzes.marking import (
    Given,
    Mark,
    Unreadable,
    Values,
    graded,
    lefts,
    order_key,
    parse_given,
    right_options,
    score,
    shown_order,
    wildcard_parts,
)
from preau.quizzes.questions import Number, Question, Text
from preau.quizzes.ruling import RULING_KINDS, Ruling, RulingKind, corrected, leaves_one, ruled, ruling_of
from preau.quizzes.terms import Feedback, Keep

__all__ = [
    "RULING_KINDS",
    "Given",
    "Mark",
    "Ruling",
    "RulingKind",
    "Solution",
    "Unreadable",
    "Values",
    "Verdict",
    "corrected",
    "disagreements",
    "draw",
    "graded",
    "keep",
    "leaves_one",
    "lefts",
    "may_answer",
    "may_start",
    "parse_given",
    "positions",
    "public",
    "revealed",
    "right_options",
    "ruled",
    "ruling_of",
    "score",
    "seed_for",
    "shown_order",
    "solution",
]


def draw(identities: Sequence[str], count: int | None, seed: int) -> tuple[str, ...]:
    """`count` of the questions in a shuffled order, all when there are fewer; without a count, all of them as they
    stand.

    Depends on nothing but the set of identities and the seed, so the same draw comes back on any machine; a question
    added to the pool changes at most one of those drawn. Refuses (ValueError) a negative count.
    """
    distinct = tuple(dict.fromkeys(identities))
    if count is None:
        return distinct
    if count < 0:
        raise ValueError("a draw of fewer than no questions")
    return tuple(sorted(distinct, key=lambda identity: order_key(seed, "drawn", identity))[:count])


def seed_for(seed: int, key: str) -> int:
    """The seed of one question of an attempt, below 2³¹: from the attempt's seed and the question's stable key.

    Needed wherever several questions share an attempt: with one seed for all, a right answer that the author always
    writes first would always be shown at the same place.
    """
    return int.from_bytes(order_key(seed, "question", key)[:4]) >> 1


def positions(question: Question, given: object, order: Sequence[int]) -> tuple[int, ...]:
    """Where a given stands among the options as shown in this `shown_order`: the chosen places, or for matching one per
    left side, -1 for none.
    """
    place_of = {source: place for place, source in enumerate(order)}
    if isinstance(given, bool) or not isinstance(given, int | list):
        return ()
    chosen = [given] if isinstance(given, int) else given
    places = [place_of.get(source, -1) if isinstance(source, int) else -1 for source in chosen]
    return tuple(places) if question.type == "matching" else tuple(sorted(place for place in places if place >= 0))


def public(question: Question, seed: int | None) -> dict[str, Any]:
    """What a learner may see before the answer counts, as JSON: no weight, feedback, accepted answer, title or tag.

    `text` and `after`; `choices` (value, text, format), `lefts` (field, text, format) and `rights` (value, text) in
    `shown_order`; a value is what `parse_given` with the same seed expects.
    """
    data: dict[str, Any] = {"type": question.type, **_shown(question.text), "after": question.after}
    order = shown_order(question, seed)
    if question.type in ("choice", "multiple"):
        data["choices"] = [
            {"value": str(place), **_shown(question.choices[source].text)} for place, source in enumerate(order)
        ]
    if question.type == "matching":
        data["lefts"] = [{"field": f"pair-{n}", **_shown(pair.left)} for n, pair in enumerate(lefts(question))]
        data["rights"] = [
            {"value": str(place), "text": question.pairs[source].right} for place, source in enumerate(order)
        ]
    return data


def _shown(text: Text) -> dict[str, str]:
    return {"text": text.text, "format": text.format}


@dataclass(frozen=True)
class Solution:
    """The right answers for people: `answers` in the author's order, `pairs` as (left, right), or `truth`."""

    answers: tuple[Text, ...] = ()
    pairs: tuple[tuple[Text, str], ...] = ()
    truth: bool | None = None


def solution(question: Question) -> Solution:
    """What is right, for display once it may be shown; empty for essays and descriptions.

    The best choices (all that earn something where several count), the accepted texts of the best weight with `…` for
    `*`, and numbers as `3.14 ± 0.01` or `3 … 4`.
    """
    if question.type == "multiple":
        return Solution(tuple(choice.text for choice in question.choices if choice.weight > 0))
    if question.type == "choice":
        best = max(choice.weight for choice in question.choices)
        return Solution(tuple(choice.text for choice in question.choices if choice.weight == best))
    if question.type == "short":
        best = max(short.weight for short in question.shorts)
        texts = ("…".join(wildcard_parts(short.text)) for short in question.shorts if short.weight == best)
        return Solution(tuple(Text(text, "plain") for text in texts))
    if question.type == "numerical":
        best = max(number.weight for number in question.numbers)
        return Solution(tuple(_number(number) for number in question.numbers if number.weight == best))
    if question.type == "matching":
        return Solution(pairs=tuple((pair.left, pair.right) for pair in lefts(question)))
    return Solution(truth=question.truth)


def _number(number: Number) -> Text:
    if not number.value:
        return Text(f"{number.low} … {number.high}", "plain")
    exact = number.value == "*" or not number.tolerance or float(number.tolerance) == 0
    return Text(number.value if exact else f"{number.value} ± {number.tolerance}", "plain")


def keep(scores: Sequence[float], how: Keep) -> float:
    """The score that counts among those of several attempts in their order; 0 when there is none."""
    if not scores:
        return 0.0
    if how == "best":
        return max(scores)
    if how == "last":
        return scores[-1]
    return sum(scores) / len(scores)


@dataclass(frozen=True)
class Verdict:
    """Whether something may be done, and when it may not, why. True or false as such."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


_ALLOWED = Verdict(True)


def may_start(
    attempts_used: int,
    attempts_allowed: int | None,
    now: datetime,
    opens: datetime | None,
    due: datetime | None,
    grace: timedelta,
) -> Verdict:
    """Whether an attempt received at `now` may begin: after the opening, by the deadline and its grace, with one left.

    `attempts_allowed` None is without limit, `due` None without deadline; both ends belong to the window.
    """
    if opens is not None and now < opens:
        return Verdict(False, "the quiz is not open yet")
    if due is not None and now > due + grace:
        return Verdict(False, "the deadline and its grace have passed")
    if attempts_allowed is not None and attempts_used >= attempts_allowed:
        return Verdict(False, "every attempt was used")
    return _ALLOWED


def may_answer(
    feedback: Feedback, closed: bool, answered: bool, now: datetime, due: datetime | None, grace: timedelta
) -> Verdict:
    """Whether an answer received at `now` counts. `answered`: this question of this attempt already has one.

    With feedback at once an answer is final; with feedback after, it may be rewritten until the attempt closes.
    """
    if closed:
        return Verdict(False, "the attempt is closed")
    if due is not None and now > due + grace:
        return Verdict(False, "the deadline and its grace have passed")
    if feedback == "now" and answered:
        return Verdict(False, "the answer is final: its result was shown")
    return _ALLOWED


def revealed(feedback: Feedback, closed: bool, now: datetime, due: datetime | None, grace: timedelta) -> bool:
    """Whether the outcome of an answer may be shown to its author.

    With feedback at once, yes. With feedback after, only once no answer can be received any more (`may_answer`): past
    the deadline and its grace, whether or not this attempt was closed; without a deadline, once it is closed. `due` is
    the last deadline of anyone who can still answer, extensions included.
    """
    if feedback == "now":
        return True
    return closed if due is None else now > due + grace


def disagreements(a: Sequence[Question], b: Sequence[Question]) -> tuple[str, ...]:
    """Why `b` is no translation of `a`; nothing when it is one. Questions are paired by identity, the others by their
    order.

    They must agree in number and type, in the number of options, and in which of them are right: an answer is stored by
    the place of its option, and marked in either language.
    """
    if len(a) != len(b):
        return (f"{len(a)} questions in one language and {len(b)} in the other",)
    named = {question.identity: question for question in b if question.identity}
    missing = [q.identity for q in a if q.identity and q.identity not in named]
    if missing or len(named) != sum(1 for q in a if q.identity):
        reason = "the ids of the questions differ"
        return (f"{reason}: {', '.join(missing)} is missing" if missing else reason,)
    unnamed = iter([question for question in b if not question.identity])
    pairs = ((q, named[q.identity] if q.identity else next(unnamed)) for q in a)
    return tuple(reason for place, pair in enumerate(pairs, 1) for reason in _differences(place, *pair))


def _differences(place: int, a: Question, b: Question) -> Iterator[str]:
    name = a.identity or str(place)
    if a.type != b.type:
        yield f"question {name} is of type {a.type} in one language and {b.type} in the other"
    elif len(a.choices) != len(b.choices) or len(lefts(a)) != len(lefts(b)) or len(a.pairs) != len(b.pairs):
        yield f"question {name} does not have as many options in both languages"
    elif a.truth != b.truth or [choice.weight for choice in a.choices] != [choice.weight for choice in b.choices]:
        yield f"question {name} does not have the same right answers in both languages"
