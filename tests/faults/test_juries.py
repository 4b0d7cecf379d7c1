"""Killed again and again while a jury's decisions are given and told, then two at once: each person ends with exactly
what was decided, told once."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS, KILLS, MOST = 40, 5, 6  # the last: messages between two kills


def test_what_a_jury_decided_survives_kills_and_reaches_each_once(site: Site) -> None:
    site.ask("juries.prepare", LEARNERS)
    for _ in range(KILLS):
        left = site.ask("juries.killed", random.randint(1, MOST))
        assert set(left["told"]) | set(left["given"]) <= {1}
        assert left["agrees"]
    assert site.ask("juries.two_at_once") == [0, 0]
    whole = {"told": [1] * LEARNERS, "given": [1] * (LEARNERS // 2), "agrees": True, "served": 1}
    assert site.ask("juries.finish") == whole
