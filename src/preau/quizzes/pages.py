"""The learner's part of a quiz as a page shows it: questions as drawn for them, what they gave, what may be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from preau.common.ids import new_id
from preau.content.kinds import Place
from preau.content.outline import Outline, UnitFacts
from preau.quizzes import access, bank, beginning, cards, rules, rulings, timing
from preau.quizzes.clock import Clock
from preau.quizzes.terms import Terms, terms


@dataclass(frozen=True)
class Try:
    """An attempt as its rows say: answers by question."""

    id: UUID
    number: int
    seed: int
    version_id: UUID
    closed_at: datetime | None
    ends_at: datetime | None
    score: float
    of: float
    answers: Mapping[UUID, cards.Answered]

    @property
    def percent(self) -> float:
        return 100 * self.score / self.of if self.of else 0.0


def tries(rows: Sequence[Mapping[str, Any]]) -> list[Try]:
    """The attempts of a learner from the joined rows of their fragment, oldest first."""
    found: dict[UUID, Try] = {}
    for row in rows:
        if row["try__id"] is None:
            continue
        answers: dict[UUID, cards.Answered] = {}
        one = found.setdefault(
            row["try__id"],
            Try(
                row["try__id"],
                row["try__number"],
                row["try__seed"],
                row["try__version_id"],
                row["try__closed_at"],
                row["try__ends_at"],
                row["try__score"],
                row["try__of"],
                answers,
            ),
        )
        if row["try__answers__question_id"] is not None:
            assert isinstance(one.answers, dict)
            one.answers[row["try__answers__question_id"]] = cards.answered(
                row["try__answers__given"], row["try__answers__score"]
            )
    return sorted(found.values(), key=lambda t: t.number)


def personal(request: HttpRequest, place: Place, rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole fragment of a quiz."""
    unit, asked = place.unit, terms(place.unit.kind, place.unit.meta)
    due, closes = access.limits(unit, rows[0]["extended__until"], place.outline)
    attempts = tries(rows)
    latest = attempts[-1] if attempts else None
    told = latest is not None and _told(place, latest, asked)
    is_open = latest is not None and _open(place, latest, due, closes)
    shown = ""
    if latest:
        shown = "".join(drawn(latest, place.outline, unit, asked, is_open=is_open, told=told))
    values = {
        "unit": unit,
        "outline": place.outline,
        "terms": asked,
        "due": due,
        "closes": closes,
        "tells": access.tells(unit, place.outline),
        "attempts": attempts,
        "latest": latest,
        "open": is_open,
        "told": told,
        "clock": _clock(place, latest, asked, due, closes) if latest else None,
        **_beginning(place, asked, attempts, rows[0]["extended__until"], is_open=is_open),
        "cards": shown,
        "address": f"/e/{place.outline.slug}/me/{place.outline.language}/{unit.module}/{unit.key}/",
        "base": base(place.outline, latest) if latest else "",
        "act": str(new_id()),
        "extended": rows[0]["extended__until"],
        "extended_why": rows[0]["extended__reason"],
        "kept": kept(attempts, asked) if told and not is_open else None,
        **{name: rows[0][f"result__{name}"] for name in ("corrected", "carried", "carried_from")},
        "excused_at": rows[0]["excused__given_at"],
        "language": place.outline.language,
        "late": due is not None and place.now > due,
        "now": place.now,
        "grace_hours": timing.CUT // timedelta(hours=1),
    }
    return render_to_string("quizzes/personal.html", values)


def _open(place: Place, attempt: Try, due: datetime | None, closes: datetime) -> bool:
    """May the questions of an attempt still be answered?"""
    over = timing.over(place.now, access.end_of(place.unit, attempt.ends_at, due))
    return attempt.closed_at is None and place.now <= closes and not over


def _clock(place: Place, latest: Try, asked: Terms, due: datetime | None, closes: datetime) -> Clock | None:
    """The clock of an attempt that is timed, whether it runs, may still receive what was written in a cut, or is
    over."""
    ends_at = access.end_of(place.unit, latest.ends_at, due)
    if ends_at is None:
        return None
    until = min(ends_at + timing.CUT, closes)
    questions = bank.of(latest.version_id, place.unit.id, place.outline.language).paper(latest.seed, asked.draw)
    ids = [item.id for item in questions if item.question.type != "description"]
    answered = sum(question in latest.answers for question in ids)
    return Clock(latest.id, ends_at, until, place.now, answered, len(ids), latest.closed_at)


def _beginning(
    place: Place, asked: Terms, attempts: Sequence[Try], extended: datetime | None, *, is_open: bool
) -> Mapping[str, Any]:
    """What is said of beginning an attempt: `begin` is None while one runs; `left` are the attempts that remain."""
    if is_open:
        return {"begin": None, "may_start": False, "left": None, "would_end": None}
    found, now = beginning.of(place, asked, extended), place.now
    may = rules.may_start(len(attempts), found.attempts, now, found.opens, found.closes, timedelta(0))
    left = None if found.attempts is None else found.attempts - len(attempts)
    return {"begin": found, "may_start": bool(may), "left": left, "would_end": found.ends(now)}


def _told(place: Place, attempt: Try, asked: Terms) -> bool:
    """May what is right be told? Without a deadline, the closing of the edition ends an attempt that was left open."""
    tells, closed = access.tells(place.unit, place.outline), attempt.closed_at is not None
    over = tells is None and place.now > place.outline.closes_at
    return over or rules.revealed(asked.feedback, closed, place.now, tells, timedelta(0))


def kept(attempts: Sequence[Try], asked: Terms) -> float | None:
    """The score that counts, in percent."""
    scores = [attempt.percent for attempt in attempts if attempt.of]
    return rules.keep(scores, asked.keep) if scores else None


def one_card(place: Place, rows: Sequence[Mapping[str, Any]], question: UUID) -> str:
    """The card of one question of the latest attempt, just answered."""
    unit, asked = place.unit, terms(place.unit.kind, place.unit.meta)
    latest = tries(rows)[-1]
    told = _told(place, latest, asked)
    is_open = _open(place, latest, *access.limits(unit, rows[0]["extended__until"], place.outline))
    shown = drawn(latest, place.outline, unit, asked, is_open=is_open, told=told, only=question)
    return next(shown)


def drawn(
    attempt: Try,
    outline: Outline,
    unit: UnitFacts,
    asked: Terms,
    *,
    is_open: bool,
    told: bool,
    only: UUID | None = None,
) -> Iterator[str]:
    """The cards of an attempt's questions, in the order drawn; the one that was `only` just answered, alone."""
    questions = bank.of(attempt.version_id, unit.id, outline.language)
    ruled = rulings.of(outline.edition_id, outline.revision)
    number = 0  # a description asks nothing and takes no number
    for item in questions.paper(attempt.seed, asked.draw):
        number += item.question.type != "description"
        if only not in (None, item.id):
            continue
        answer = attempt.answers.get(item.id, cards.Answered())
        final = asked.feedback == "now" and answer.there
        showing = cards.Showing(
            number,
            rules.shown_order(item.question, rules.seed_for(attempt.seed, item.key)),
            answer,
            is_open=is_open and not final,
            tell=told and (final or not is_open),
            fresh=only is not None,
            ruling=ruled.get(item.id),
        )
        yield cards.html(questions, item, showing, outline.language, base(outline, attempt))


def base(outline: Outline, attempt: Try) -> str:
    """Where an attempt's acts are sent."""
    return f"/e/{outline.slug}/me/quiz/{attempt.id}/"


def preview(request: HttpRequest, unit: UnitFacts, outline: Outline) -> str:
    """The questions as some learner would draw them, with what is right: for the course's team."""
    asked = terms(unit.kind, unit.meta)
    nobody = Try(new_id(), 1, 1, outline.version_id, None, None, 0, 1, {})
    return "".join(drawn(nobody, outline, unit, asked, is_open=False, told=True))
