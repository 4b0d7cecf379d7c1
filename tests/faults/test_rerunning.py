"""Killed while the next edition is made: there is the whole edition, or none."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

KILLS = 3


def test_a_rerun_that_is_killed_leaves_nothing(site: Site) -> None:
    site.ask("rerunning.prepare")
    for _ in range(KILLS):
        assert set(site.ask("rerunning.killed", random.randint(1, 6)).values()) == {0}
    whole = site.ask("rerunning.finished")
    assert (whole["editions"], whole["roles"], whole["drafts"], whole["lines"]) == (1, 1, 1, 1)
    assert whole["pages"] > 6
    assert whole["dates"] > 0
