"""A question as a learner's page shows it. The same question in the same state is always the same HTML, so that it is
made once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    """`outcome` is none | saved | right | partly | wrong | ungraded | cancelled; `pairs` are (field, left side,
    options); `reason` is that of the team's ruling, once what it says may be told."""

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
    ruling: str = ""  # also | right, once it may be told
    reason: str = ""
    fresh: bool = False  # just answered: the keyboard goes on from its outcome
    language: str = ""  # of what its author wrote


@dataclass(frozen=True)
class Answered:
    """What was given to a question, if anything was, and the score it got. Hashable: a list is kept as a tuple."""

    given: Any = None
    score: float | None = None
    there: bool = False

    @property
    def stored(self) -> Any:
        """What was given, in the shape that the rules read."""
        return list(self.given) if isinstance(self.given, tuple) else self.given


def answered(given: Any, score: float | None) -> Answered:
    """An answer as its row has it."""
    return Answered(tuple(given) if isinstance(given, list) else given, score, there=True)


@dataclass(frozen=True)
class Showing:
    """All that tells one learner's card of a question from another's: its number, the order of its options, the
    answer, whether it may still be given, what is right be told, and the keyboard go on from it (`fresh`), and what
    the team ruled on the question."""

    number: int
    order: tuple[int, ...]
    answer: Answered
    is_open: bool
    tell: bool
    fresh: bool = False
    ruling: rules.Ruling | None = None

    @property
    def cancelled(self) -> bool:
        return self.ruling is not None and self.ruling.kind == "cancel"


def card(questions: bank.Bank, item: bank.Item, showing: Showing) -> Card:
    """One question: its form while it may be answered, else what was given; what is right only when it may be told.
    A cancelled one asks nothing any more, and says so at once."""
    question, given = item.question, showing.answer.stored
    shown = Card(
        item.id,
        showing.number,
        question.type,
        questions.shown(question.text),
        questions.shown(Text(question.after, question.text.format)),
        open=showing.is_open and not showing.cancelled,
        outcome=outcome(item, showing),
        given=_typed(question, given),
        options=_options(questions, question, given, showing.order),
        pairs=_pairs(questions, question, given, showing.order),
        fresh=showing.fresh,
        language=questions.language,
    )
    if showing.ruling and showing.cancelled:
        return replace(shown, reason=showing.ruling.reason)
    return _told(shown, questions, question, showing) if showing.tell else shown


def outcome(item: bank.Item, showing: Showing) -> str:
    """The word for an answer's state."""
    answer = showing.answer
    if showing.cancelled:
        return "cancelled"
    if not answer.there:
        return "none"
    if not showing.tell:
        return "saved"
    if not item.graded or answer.score is None:
        return "ungraded"
    return "right" if answer.score >= 1 else "wrong" if answer.score <= 0 else "partly"


def _typed(question: Question, given: Any) -> str:
    if given is None or question.type in {"choice", "multiple", "matching"}:
        return ""
    return str(bool(given)).lower() if question.type == "truefalse" else str(given)


def _options(questions: bank.Bank, question: Question, given: Any, order: Sequence[int]) -> tuple[Option, ...]:
    if question.type not in {"choice", "multiple"}:
        return ()
    places = rules.positions(question, given, order)
    return tuple(
        Option(str(n), questions.shown(question.choices[source].text), n in places) for n, source in enumerate(order)
    )


def _pairs(
    questions: bank.Bank, question: Question, given: Any, order: Sequence[int]
) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    if question.type != "matching":
        return ()
    places = rules.positions(question, given, order)
    found = []
    for n, pair in enumerate(rules.lefts(question)):
        chosen = places[n] if n < len(places) else -1
        rights = tuple(Option(str(at), question.pairs[source].right, at == chosen) for at, source in enumerate(order))
        found.append((f"pair-{n}", questions.shown(pair.left) or escape(pair.left.text), rights))
    return tuple(found)


def _told(shown: Card, questions: bank.Bank, question: Question, showing: Showing) -> Card:
    answer, ruling = showing.answer, showing.ruling
    said = rules.ruled(question, ruling, answer.stored).feedbacks if answer.there else ()
    return replace(
        shown,
        general=questions.shown(question.general),
        solution=(*_right(questions, question, ruling), *_ruled(questions, question, ruling)),
        feedbacks=tuple(html for text in said if (html := questions.shown(text))),
        ruling=ruling.kind if ruling else "",
        reason=ruling.reason if ruling else "",
    )


def _right(questions: bank.Bank, question: Question, ruling: rules.Ruling | None) -> list[str]:
    """What the author's key says, unless something else is right now."""
    if ruling and ruling.kind == "right":
        return []
    right = rules.solution(question)
    solution = [questions.shown(text) or escape(text.text) for text in right.answers]
    solution += [f"{questions.shown(left)} → {escape(side)}" for left, side in right.pairs]
    if right.truth is not None:
        solution = ["true" if right.truth else "false"]
    return solution


def _ruled(questions: bank.Bank, question: Question, ruling: rules.Ruling | None) -> list[str]:
    """What the team accepts."""
    accepted = rules.corrected(question, ruling) if ruling else ()
    return [questions.shown(text) or escape(text.text) for text in accepted]


@lru_cache(maxsize=8192)
def _rendered(questions: bank.Bank, item: bank.Item, showing: Showing, language: str) -> str:
    values = {"card": card(questions, item, showing), "action": ACTION, "act": ACT, "language": language}
    with translation.override(language):
        return render_to_string("quizzes/card.html", values)


def html(questions: bank.Bank, item: bank.Item, showing: Showing, language: str, base: str) -> str:
    """The card's HTML, its form sent to `base` and the question's id, under a fresh act."""
    made = _rendered(questions, item, showing, language)
    is_open = showing.is_open and not showing.cancelled
    return made.replace(ACTION, f"{base}{item.id}/").replace(ACT, str(new_id())) if is_open else made
