"""What a simulated person answers: right by the key, or wrong as people are wrong. Pure: no Django."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from preau.quizzes import rules
from preau.quizzes.decimals import literal
from preau.quizzes.marking import wildcard_parts
from preau.quizzes.questions import Question
from preau.simulation.rules import number_for

type Values = dict[str, list[str]]

HARDEST, EASIEST = -0.14, 0.14
LOST = ("je ne sais pas", "le planning", "l’équipe", "à voir", "?")


def difficulty(identity: str) -> float:
    """What a question adds to everybody's chance of being right, in -0.14 to 0.14: the same in every cohort."""
    return HARDEST + (EASIEST - HARDEST) * number_for(0, "difficulty", identity) / 2**31


def values(question: Question, *, right: bool, seed: int, rng: Random) -> Values | None:
    """The form's values of an answer, as `rules.parse_given` with this seed reads them; None where nothing is asked.

    A `right` answer scores all of the question; a wrong one is not worth all of it wherever one can be made up.
    """
    kind = question.type
    if kind == "description":
        return None
    if kind == "essay":
        return {"answer": ["Je commencerais par écouter les personnes concernées, puis j’écrirais le besoin."]}
    if kind == "truefalse":
        return {"answer": ["true" if question.truth is right else "false"]}
    if kind in ("choice", "multiple"):
        return {"answer": _options(question, right, seed, rng)}
    if kind == "matching":
        return _pairs(question, right, seed, rng)
    return {"answer": [_number(question, right, rng) if kind == "numerical" else _text(question, right, rng)]}


def _options(question: Question, right: bool, seed: int, rng: Random) -> list[str]:
    place_of = {source: str(place) for place, source in enumerate(rules.shown_order(question, seed))}
    weights = [choice.weight for choice in question.choices]
    best = max(weights)
    if question.type == "choice":
        wanted = [n for n, weight in enumerate(weights) if (weight == best) is right]
        return [place_of[rng.choice(wanted or range(len(weights)))]]
    good = [n for n, weight in enumerate(weights) if weight > 0]
    bad = [n for n, weight in enumerate(weights) if weight <= 0]
    chosen = set(good)
    if not right:
        if bad and (len(good) == 1 or rng.random() < 0.6):
            chosen.add(rng.choice(bad))
        if len(good) > 1 and (not bad or rng.random() < 0.6):
            chosen.discard(rng.choice(good))
        if chosen == set(good):
            chosen = {rng.choice(bad)} if bad else set(good[:1])
    return [place_of[n] for n in sorted(chosen)]


def _pairs(question: Question, right: bool, seed: int, rng: Random) -> Values:
    place_of = {source: place for place, source in enumerate(rules.shown_order(question, seed))}
    options = {question.pairs[source].right: place_of[source] for source in rules.right_options(question)}
    places = [options[pair.right] for pair in rules.lefts(question)]
    if not right:
        for n in rng.sample(range(len(places)), min(2, len(places))):
            others = [place for place in options.values() if place != places[n]]
            places[n] = rng.choice(others) if others else places[n]
    return {f"pair-{n}": [str(place)] for n, place in enumerate(places)}


def _number(question: Question, right: bool, rng: Random) -> str:
    best = max(question.numbers, key=lambda number: number.weight)
    value = Decimal(best.low if not best.value else "0" if best.value == "*" else best.value)
    if right:
        return f"{value:f}".replace(".", "," if rng.random() < 0.5 else ".")
    step = max(abs(value) / 4, Decimal(1))
    tries = [value + step * factor for factor in rng.sample((-3, -2, -1, 1, 2, 3), 6)] + [value * 10 + 7]
    said = (f"{one:.2f}".rstrip("0").rstrip(".") or "0" for one in tries)
    return next((text for text in said if literal(text) and not _full(question, text)), "0")


def _text(question: Question, right: bool, rng: Random) -> str:
    best = max(question.shorts, key=lambda short: short.weight)
    exact = "".join(wildcard_parts(best.text)).strip() or "oui"
    if right:
        return exact
    letter = rng.randrange(max(1, len(exact) - 1))
    tries = (*rng.sample(LOST, len(LOST)), exact[:letter] + exact[letter + 1 :], exact[::-1])
    return next((text for text in tries if text.strip() and not _full(question, text)), LOST[0])


def _full(question: Question, given: str) -> bool:
    return rules.score(question, given).correct


def chance(ability: float, question: Question, attempt: int) -> float:
    """The chance that somebody of this ability is right at this attempt: a second look helps a little."""
    return min(0.98, max(0.05, ability + difficulty(question.identity or question.title) + 0.05 * (attempt - 1)))


def thinking(questions: Sequence[object], minutes: int, rng: Random) -> list[float]:
    """Seconds spent before each question is answered, from the minutes that the author gives to the whole."""
    each = 60 * max(1, minutes) / max(1, len(questions)) * 0.6
    return [each * rng.uniform(0.4, 1.5) for _ in questions]
