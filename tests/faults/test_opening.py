"""Killed again and again while people are told that enrolment is open: each is told exactly once."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

PEOPLE = 200
KILLS = 5
MOST = 6  # batches between two kills: some are left at the end, for two at once


def test_telling_killed_and_resumed_reaches_each_once(site: Site) -> None:
    site.ask("opening.prepare", PEOPLE)
    before = 0
    for _ in range(KILLS):
        between = site.ask("opening.killed", random.randint(1, MOST))
        assert before < between["told"] < PEOPLE
        assert between["messages"] == [1] * between["told"]  # a row and its message are of one transaction
        before = between["told"]
    assert site.ask("opening.two_at_once") == [0, 0]
    assert site.ask("opening.report") == {"messages": [1] * PEOPLE, "told": PEOPLE}
