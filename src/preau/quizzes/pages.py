"""The learner's part of a quiz as a page shows it: questions as drawn for them, what they gave, what may be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.common.ids import new_id
from preau.content.kinds import Place
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.quizzes import access, bank, rules
from preau.quizzes.questions import Text
from preau.quizzes.terms import Terms, terms


@dataclass(frozen=True)
class Try:
    """An attempt as its rows say: answers by question, each (given, score)."""

    id: UUID
    number: int
    seed: int
    version_id: UUID
    closed_at: datetime | None
    score: float
    of: float
    answers: Mapping[UUID, tuple[Any, float | None]]

    @property
    def percent(self) -> float:
        return 100 * self.score / self.of if self.of else 0.0


@dataclass
class Option:
    value: str
    html: str
    chosen: bool
    verdict: str = ""  # right | wrong, once told


@dataclass
class Card:
    """One question as shown. `outcome` is none | saved | right | partly | wrong | ungraded."""

    id: UUID
    number: int
    type: str
    html: str
    after: str
    open: bool
    outcome: str
    given: str = ""
    options: list[Option] = field(default_factory=list)
    pairs: list[tuple[str, str, list[Option]]] = field(default_factory=list)  # field, left side, options
    feedbacks: list[str] = field(default_factory=list)
    general: str = ""
    solution: list[str] = field(default_factory=list)
    fresh: bool = False  # just answered: the keyboard goes on from its outcome


def tries(rows: Sequence[Mapping[str, Any]]) -> list[Try]:
    """The attempts of a learner from the joined rows of their fragment, oldest first."""
    found: dict[UUID, Try] = {}
    for row in rows:
        if row["try__id"] is None:
            continue
        answers: dict[UUID, tuple[Any, float | None]] = {}
        one = found.setdefault(
            row["try__id"],
            Try(
                row["try__id"],
                row["try__number"],
                row["try__seed"],
                row["try__version_id"],
                row["try__closed_at"],
                row["try__score"],
                row["try__of"],
                answers,
            ),
        )
        if row["try__answers__question_id"] is not None:
            assert isinstance(one.answers, dict)
            one.answers[row["try__answers__question_id"]] = (row["try__answers__given"], row["try__answers__score"])
    return sorted(found.values(), key=lambda t: t.number)


def personal(request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole fragment of a quiz."""
    unit, asked = place.unit, terms(place.unit.kind, place.unit.meta)
    due, closes = access.limits(unit, rows[0]["extended__until"])
    grace = dates.GRACE[unit.kind]
    attempts = tries(rows)
    latest = attempts[-1] if attempts else None
    told = latest is not None and rules.revealed(asked.feedback, latest.closed_at is not None, place.now, due, grace)
    may_start = rules.may_start(len(attempts), asked.attempts, place.now, unit.opens, due, grace)
    is_open = latest is not None and latest.closed_at is None and (closes is None or place.now <= closes)
    values = {
        "unit": unit,
        "outline": place.outline,
        "terms": asked,
        "due": due,
        "closes": closes,
        "attempts": attempts,
        "latest": latest,
        "open": is_open,
        "told": told,
        "may_start": bool(may_start) and not is_open,
        "cards": cards(latest, place.outline, unit, asked, is_open=is_open, told=told) if latest else [],
        "address": f"/e/{place.outline.slug}/me/{place.outline.language}/{unit.module}/{unit.key}/",
        "base": f"/e/{place.outline.slug}/me/quiz/",
        "act": str(new_id()),
        "extended": rows[0]["extended__until"],
        "left": None if asked.attempts is None else asked.attempts - len(attempts),
        "kept": kept(attempts, asked) if told and not is_open else None,
        "language": place.outline.language,
        "late": due is not None and place.now > due,
    }
    return render_to_string("quizzes/personal.html", values, request)


def kept(attempts: Sequence[Try], asked: Terms) -> float | None:
    """The score that counts, in percent."""
    scores = [attempt.percent for attempt in attempts if attempt.of]
    return rules.keep(scores, asked.keep) if scores else None


def one_card(place: Place, rows: Sequence[Mapping[str, Any]], question: UUID) -> tuple[Try, Card]:
    """The latest attempt and the card of one of its questions, just answered."""
    unit, asked = place.unit, terms(place.unit.kind, place.unit.meta)
    due, closes = access.limits(unit, rows[0]["extended__until"])
    latest = tries(rows)[-1]
    closed = latest.closed_at is not None
    told = rules.revealed(asked.feedback, closed, place.now, due, dates.GRACE[unit.kind])
    is_open = not closed and (closes is None or place.now <= closes)
    shown = cards(latest, place.outline, unit, asked, is_open=is_open, told=told)
    found = next(card for card in shown if card.id == question)
    found.fresh = True
    return latest, found


def cards(attempt: Try, outline: Outline, unit: UnitFacts, asked: Terms, *, is_open: bool, told: bool) -> list[Card]:
    """The questions of an attempt, in the order drawn."""
    questions = bank.of(attempt.version_id, unit.id, outline.language)
    shown: list[Card] = []
    number = 0  # a description asks nothing and takes no number
    for item in questions.paper(attempt.seed, asked.draw):
        number += item.question.type != "description"
        shown.append(card(questions, item, number, attempt, asked, is_open=is_open, told=told))
    return shown


def card(
    questions: bank.Bank, item: bank.Item, number: int, attempt: Try, asked: Terms, *, is_open: bool, told: bool
) -> Card:
    """One question: its form while it may be answered, else what was given; what is right only once it may be told."""
    given, score = attempt.answers.get(item.id, (None, None))
    answered = item.id in attempt.answers
    final = asked.feedback == "now" and answered
    tell = told and (final or not is_open)
    question = item.question
    shown = Card(
        item.id,
        number,
        question.type,
        questions.shown(question.text),
        questions.shown(Text(question.after, question.text.format)),
        open=is_open and not final,
        outcome=outcome(item, answered, score, tell),
    )
    _fill(shown, questions, item, given, rules.seed_for(attempt.seed, item.key))
    if tell:
        _tell(shown, questions, item, given, answered)
    return shown


def outcome(item: bank.Item, answered: bool, score: float | None, tell: bool) -> str:
    """The word for an answer's state."""
    if not answered:
        return "none"
    if not tell:
        return "saved"
    if not item.graded or score is None:
        return "ungraded"
    return "right" if score >= 1 else "wrong" if score <= 0 else "partly"


def _fill(shown: Card, questions: bank.Bank, item: bank.Item, given: Any, seed: int) -> None:
    question = item.question
    order = rules.shown_order(question, seed)
    places = rules.positions(question, given, seed)
    if question.type in {"choice", "multiple"}:
        shown.options = [
            Option(str(n), questions.shown(question.choices[source].text), n in places)
            for n, source in enumerate(order)
        ]
    elif question.type == "matching":
        for n, pair in enumerate(rules.lefts(question)):
            chosen = places[n] if n < len(places) else -1
            rights = [Option(str(at), question.pairs[source].right, at == chosen) for at, source in enumerate(order)]
            shown.pairs.append((f"pair-{n}", questions.shown(pair.left) or escape(pair.left.text), rights))
    elif question.type == "truefalse":
        shown.given = "" if given is None else str(bool(given)).lower()
    elif given is not None:
        shown.given = str(given)


def _tell(shown: Card, questions: bank.Bank, item: bank.Item, given: Any, answered: bool) -> None:
    question = item.question
    shown.general = questions.shown(question.general)
    solution = rules.solution(question)
    shown.solution = [questions.shown(text) or escape(text.text) for text in solution.answers]
    shown.solution += [f"{questions.shown(left)} → {escape(right)}" for left, right in solution.pairs]
    if solution.truth is not None:
        shown.solution = ["true" if solution.truth else "false"]
    if answered:
        shown.feedbacks = [html for text in rules.score(question, given).feedbacks if (html := questions.shown(text))]


def preview(request: HttpRequest, unit: UnitFacts, outline: Outline) -> str:
    """The questions as some learner would draw them, with what is right: for the course's team."""
    asked = terms(unit.kind, unit.meta)
    nobody = Try(new_id(), 1, 1, outline.version_id, None, 0, 1, {})
    values = {"cards": cards(nobody, outline, unit, asked, is_open=False, told=True), "unit": unit, "outline": outline}
    return render_to_string("quizzes/preview.html", values, request)
