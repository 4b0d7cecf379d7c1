"""Killed again and again while summaries are prepared and followers are told: each person gets exactly one of each."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS, POSTS = 120, 6
KILLS = 5
MOST = 6  # calls of the outbox between two kills: some are left at the end, for two at once


def test_summaries_and_mail_at_once_survive_kills_and_reach_each_once(site: Site) -> None:
    site.ask("summing.prepare", LEARNERS, POSTS)
    for _ in range(KILLS):
        between = site.ask("summing.killed", random.randint(1, MOST))
        assert set(between["summaries"]) <= {1}
        assert between["moved"] >= len(between["summaries"]), "a summary and its mark are one"
    assert site.ask("summing.two_at_once") == [0, 0]
    half = LEARNERS // 2
    assert site.ask("summing.report") == {
        "summaries": [1] * half,
        "told": [POSTS] * half,
        "posts": 0,
        "people": 0,
        "moved": LEARNERS,
    }
