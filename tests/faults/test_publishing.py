"""Killed while grades are reckoned, the former ones stand; killed while they are told, each is told exactly once."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

COPIES = 24
KILLS = 3
MOST = 2  # batches between two kills: some are left at the end, for two at once


def test_results_killed_and_resumed_are_each_told_once(site: Site) -> None:
    site.ask("grading.prepare", COPIES)
    site.ask("grading.reckon", 0)
    before = site.ask("grading.report")
    assert (len(before["grades"]), before["inputs"], before["told"]) == (COPIES, 1, 0)
    for minutes in range(1, KILLS + 1):
        left = site.ask("grading.killed_reckoning", minutes, random.randint(1, MOST))
        assert (left["grades"], left["inputs"]) == (before["grades"], 1)
    told = 0
    for _ in range(KILLS):
        between = site.ask("grading.killed", random.randint(1, MOST))
        assert told < between["told"] < COPIES
        # Whole batches only: what is frozen, what was told and the ledger say the same.
        told = between["told"]
        assert between["changes"] == [1] * told
        assert between["results"] == told
        assert between["same"]
        assert not between["over"]
        assert between["grades"] != before["grades"]  # the last reckoning came first, and was whole
        assert between["inputs"] == 1
    assert site.ask("grading.two_at_once") == [0, 0]  # one thought dead goes on beside the one in its place
    end = site.ask("grading.report")
    assert (end["told"], end["results"], end["same"], end["over"]) == (COPIES, COPIES, True, True)
    assert end["changes"] == [1] * COPIES
    assert end["grades"] == between["grades"]
