"""The terms of an assignment and its calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import rules, terms, wording
from preau.peer.terms import Calendar, Terms

DUE = datetime(2026, 3, 22, 22, 59, tzinfo=UTC)
CALENDAR = Calendar(
    opens=DUE - timedelta(days=7),
    due=DUE,
    closes=DUE + timedelta(hours=12),
    reviews_due=DUE + timedelta(days=7),
    results=DUE + timedelta(days=10),
)


def read(meta: dict[str, Any]) -> tuple[Terms, dict[str, str]]:
    said: dict[str, str] = {}

    def report(key: str, why: str) -> None:
        said.setdefault(key, why)

    return terms.read(meta, report), said


def test_nothing_said_is_the_rule_of_the_house() -> None:
    found, said = read({})
    assert found == Terms()
    assert (found.reviews, found.guaranteed, found.owed, found.scale) == (4, 3, None, "20")
    assert not said


def test_what_is_said_is_read() -> None:
    found, said = read(
        {"reviews": 5, "guaranteed": 2, "owed": 5, "ai": "forbidden", "scale": 100, "appeals": "3 d", "words": 900}
    )
    assert not said
    assert (found.reviews, found.guaranteed, found.owed, found.ai) == (5, 2, 5.0, "forbidden")
    assert (found.scale, found.appeals, found.words) == ("100", timedelta(days=3), 900)


@pytest.mark.parametrize(
    "meta",
    [
        {"reviews": -1},
        {"reviews": "four"},
        {"reviews": True},
        {"guaranteed": 5},
        {"owed": "never"},
        {"owed": 101},
        {"ai": "perhaps"},
        {"scale": 7},
        {"appeals": "soon"},
        {"formats": ["exe"]},
        {"formats": []},
        {"words": 0},
        {"self_review": "yes"},
        {"exemplars": "one"},
        {"exemplars": [{"id": "a"}]},
    ],
)
def test_what_cannot_be_used_is_reported_and_left_as_it_is(meta: dict[str, Any]) -> None:
    found, said = read(meta)
    assert list(said) == list(meta)
    assert getattr(found, next(iter(meta))) == getattr(Terms(), next(iter(meta)))


def test_nobody_is_promised_more_than_is_written() -> None:
    assert read({"reviews": 2})[0].guaranteed == 2


@given(st.lists(st.integers(-400, 400), min_size=2, max_size=2).map(sorted), st.booleans())
def test_the_phases_come_in_their_order(hours: list[int], published: bool) -> None:
    order = ["soon", "writing", "reviewing", "grading", "results", "over"]
    first, then = (terms.phase(CALENDAR, DUE + timedelta(hours=hour), published=published) for hour in hours)
    assert order.index(first) <= order.index(then)


def test_results_that_are_late_are_waited_for() -> None:
    assert terms.phase(CALENDAR, DUE + timedelta(days=30), published=False) == "grading"


@given(st.floats(0, 100))
def test_a_grade_is_never_shown_on_the_other_side_of_the_mark(score: float) -> None:
    shown = float(terms.shown(score, "20").split(" /")[0])
    assert (shown >= 10) == (score >= 50 - 1e-9)


def test_a_grade_is_shown_on_the_scale() -> None:
    assert terms.shown(62.5, "20") == "12.5 / 20"
    assert terms.shown(60, "20") == "12 / 20"
    assert terms.shown(62.5, "100") == "62.5 / 100"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rédigé par Awa Diop.", ["Awa", "Diop"]),
        ("REDIGE PAR AWA", ["Awa"]),
        ("Hawaï et diopside", []),
        ("l'élève Élodie-Ndèye écrit", ["Ndeye"]),
        ("", []),
    ],
)
def test_an_authors_name_is_found_as_words(text: str, found: list[str]) -> None:
    name = "Ba Ndeye" if "Ndeye" in found else "Awa Diop"
    assert rules.named(text, name) == found


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0, "To be worked on again (0 / 20)"),
        (50, "Acquired (10 / 20)"),
        (69.9, "Acquired"),
        (100, "Remarkable (20 / 20)"),
    ],
)
def test_a_scale_of_levels_says_the_level(score: float, said: str) -> None:
    with translation.override("en"):
        assert wording.grade(score, "levels").startswith(said)
