"""Killed again and again while answers are scored anew: no grade is wrong and nobody is told twice."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS = 28
KILLS = 4
MOST = 2  # batches between two kills: some are left at the end, for two at once


def test_a_regrading_killed_and_resumed_leaves_no_wrong_grade(site: Site) -> None:
    ruling = site.ask("regrading.prepare", LEARNERS)
    before = 0
    for _ in range(KILLS):
        between = site.ask("regrading.killed", ruling, random.randint(1, MOST))
        moved = between["affected"]
        assert before < moved < LEARNERS
        assert between["begun"]
        assert not between["over"]
        # Whole batches only: what the ruling counts, the grades, the messages and the record say the same.
        assert between["results"].get("50.0", 0) == moved
        assert between["attempts"].get("1.0", 0) == between["answers"].get("1.0", 0) == moved
        assert between["messages"] == between["lines"] == [1] * moved
        before = moved
    assert site.ask("regrading.two_at_once", ruling) == [0, 0]  # one thought dead goes on beside the one in its place
    end = site.ask("regrading.report")
    assert (end["over"], end["affected"]) == (True, LEARNERS)
    assert end["results"] == {"50.0": LEARNERS}
    assert end["messages"] == end["lines"] == [1] * LEARNERS
