"""A question as a learner's page shows it. A card is a value: the same card is always the same HTML, so that it is
made once."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from preau.common.ids import new_id
from preau.quizzes import bank, rules
from preau.quizzes.questions import Question, Text

# Stand in the cached HTML for what differs between two showings; private-use characters that no text of ours keeps.
ACTION, ACT = "\ue000action\ue001", "\ue000act\ue001"


@dataclass(frozen=True)
class Option:
    value: str
    html: str
    chosen: bool


@dataclass(frozen=True)
class Card:
    """`outcome` is none | saved | right | partly | wrong | ungraded; `pairs` are (field, left side, options)."""

    id: UUID
    number: int
    type: str
    html: str
    after: str
    open: bool
    outcome: str
    given: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[tuple[str, str, tuple[Option, ...]], ...] = ()
    feedbacks: tuple[str, ...] = ()
    general: str = ""
    solution: tuple[str, ...] = ()
    fresh: bool = field(default=False)  # just answered: the keyboard goes on from its outcome


@dataclass(frozen=True)
class Answered:
    """What was given to a question, if anything was, and the score it got."""

    given: Any = None
    score: float | None = None
    there: bool = False


def card(
    questions: bank.Bank, item: bank.Item, number: int, seed: int, answer: Answered, *, is_open: bool, tell: bool
) -> Card:
    """One question: its form while it may be answered, else what was given; what is right only when it may be told."""
    question = item.question
    shown = Card(
        item.id,
        number,
        question.type,
        questions.shown(question.text),
        questions.shown(Text(question.after, question.text.format)),
        open=is_open,
        outcome=outcome(item, answer, tell),
        given=_typed(question, answer.given),
        options=_options(questions, question, answer.given, seed),
        pairs=_pairs(questions, question, answer.given, seed),
    )
    return _told(shown, questions, question, answer) if tell else shown


def outcome(item: bank.Item, answer: Answered, tell: bool) -> str:
    """The word for an answer's state."""
    if not answer.there:
        return "none"
    if not tell:
        return "saved"
    if not item.graded or answer.score is None:
        return "ungraded"
    return "right" if answer.score >= 1 else "wrong" if answer.score <= 0 else "partly"


def _typed(question: Question, given: Any) -> str:
    if given is None or question.type in {"choice", "multiple", "matching"}:
        return ""
    return str(bool(given)).lower() if question.type == "truefalse" else str(given)


def _options(questions: bank.Bank, question: Question, given: Any, seed: int) -> tuple[Option, ...]:
    if question.type not in {"choice", "multiple"}:
        return ()
    places = rules.positions(question, given, seed)
    order = rules.shown_order(question, seed)
    return tuple(
        Option(str(n), questions.shown(question.choices[source].text), n in places) for n, source in enumerate(order)
    )


def _pairs(
    questions: bank.Bank, question: Question, given: Any, seed: int
) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    if question.type != "matching":
        return ()
    places = rules.positions(question, given, seed)
    order = rules.shown_order(question, seed)
    found = []
    for n, pair in enumerate(rules.lefts(question)):
        chosen = places[n] if n < len(places) else -1
        rights = tuple(Option(str(at), question.pairs[source].right, at == chosen) for at, source in enumerate(order))
        found.append((f"pair-{n}", questions.shown(pair.left) or escape(pair.left.text), rights))
    return tuple(found)


def _told(shown: Card, questions: bank.Bank, question: Question, answer: Answered) -> Card:
    right = rules.solution(question)
    solution = [questions.shown(text) or escape(text.text) for text in right.answers]
    solution += [f"{questions.shown(left)} → {escape(side)}" for left, side in right.pairs]
    if right.truth is not None:
        solution = ["true" if right.truth else "false"]
    said = rules.score(question, answer.given).feedbacks if answer.there else ()
    return replace(
        shown,
        general=questions.shown(question.general),
        solution=tuple(solution),
        feedbacks=tuple(html for text in said if (html := questions.shown(text))),
    )


@lru_cache(maxsize=8192)
def _rendered(shown: Card, language: str) -> str:
    with translation.override(language):
        return render_to_string(
            "quizzes/card.html", {"card": shown, "action": ACTION, "act": ACT, "language": language}
        )


def html(shown: Card, language: str, base: str) -> str:
    """The card's HTML, its form sent to `base` and the question's id, under a fresh act."""
    made = _rendered(shown, language)
    return made.replace(ACTION, f"{base}{shown.id}/").replace(ACT, str(new_id())) if shown.open else made
