"""Killed again and again while the weekly messages are prepared, then two at once: each learner gets exactly one."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS, KILLS, MOST = 120, 5, 4  # the last: calls of the outbox between two kills


def test_the_weekly_messages_survive_kills_and_reach_each_once(site: Site) -> None:
    site.ask("weeks.prepare", LEARNERS)
    for _ in range(KILLS):
        assert set(site.ask("weeks.killed", random.randint(1, MOST))["told"]) <= {1}
    assert site.ask("weeks.two_at_once") == [0, 0]
    assert site.ask("weeks.finish") == {"told": [1] * LEARNERS, "ended": 2}
