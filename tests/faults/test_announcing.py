"""Killed again and again while an announcement is queued: each person gets exactly one."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS = 300
KILLS = 6
MOST = 8  # batches between two kills: some are left at the end, for two at once


def test_an_announcement_killed_and_resumed_reaches_each_once(site: Site) -> None:
    site.ask("announcing.prepare", LEARNERS)
    before = 0
    for _ in range(KILLS):
        between = site.ask("announcing.killed", random.randint(1, MOST))
        assert before < between["served"] < LEARNERS
        assert between["messages"] == [1] * between["served"]  # whole batches only
        before = between["served"]
    assert site.ask("announcing.two_at_once") == [0, 0]  # a worker thought dead goes on beside the one in its place
    assert site.ask("announcing.report") == {"messages": [1] * LEARNERS, "served": LEARNERS, "state": "sent"}
