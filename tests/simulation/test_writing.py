"""What simulated people write: copies that are their own, questions that are not all the same."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.peer import likeness
from preau.simulation import rules, sayings, writing
from preau.simulation.rules import Calendar, Persona
from preau.simulation.stage import awake

OPENS = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
CALENDAR = Calendar(OPENS - timedelta(days=40), OPENS, OPENS + timedelta(days=20), OPENS + timedelta(days=49))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_only_the_copy_that_was_taken_from_another_is_alike(seed: int) -> None:
    people = rules.cohort(300, seed, CALENDAR)
    copies = writing.copied(people)
    by_number = {one.number: one for one in people}
    prints = {
        one.number: likeness.fingerprint(
            writing.handed_in("Le cas", one, by_number.get(copies.get(one.number, 0)), seed, ("case", 1))
        )
        for one in people
        if one.persona is Persona.ADVANCED
    }
    found = [{pair.first, pair.second} for pair in likeness.alike(prints)]
    assert {*copies, *copies.values()} in found
    assert len(found) <= 2


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_no_sentence_is_left_unfinished(language: str) -> None:
    for seed in range(60):
        text = writing.deliverable("Le cas", 0.97, Random(seed), language)
        assert not {"{", "}"} & set(text)
        assert " de le " not in text
        assert "que un" not in text


@given(st.integers(0, 400_000))
def test_nobody_acts_at_night_in_their_zone(minutes: int) -> None:
    at = OPENS + timedelta(minutes=minutes)
    for zone in ("Africa/Dakar", "America/Port-au-Prince", "Europe/Paris"):
        when = awake(at, zone, Random(1))
        local = when.astimezone(ZoneInfo(zone))
        assert when >= at
        assert local.hour >= 6 or local.hour + local.minute / 60 < 0.5


def test_introductions_are_of_many_kinds() -> None:
    said = {sayings.hello("fr", Random(seed))[2] for seed in range(80)}
    assert len(said) > 60
