"""Killed again and again while it signs, prints and seals: each learner ends with exactly one of each."""

import random
import time
from typing import Any

import pytest

from tests.faults.forks import PATIENCE
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS = 60


def test_sixty_certificates_survive_kills_and_each_is_made_once(site: Site) -> None:
    site.ask("issuing.prepare", LEARNERS)
    made = 0
    for where in ("list", "store", "row", "store", "row"):
        left = site.ask("issuing.killed", where, random.randint(1, 2 if where == "list" else 12))
        assert left["credentials"] >= made
        made = left["credentials"]
        sound(left)
        quiet(site)
    assert made < LEARNERS, "some are left at the end, for two at once"
    assert site.ask("issuing.two_at_once") == [0, 0]
    end = site.ask("issuing.report")
    assert (end["awards"], end["credentials"], end["papers"]) == (LEARNERS, LEARNERS, LEARNERS)
    sound(end)


def sound(left: dict[str, Any]) -> None:
    """Whatever there is, is whole."""
    assert left["papers"] == left["credentials"]
    assert left["whole"]
    assert left["same"]
    assert left["keys"] in ([1, 1], [1, 0], [0, 0])
    assert left["twice"] == []


def quiet(site: Site) -> None:
    """The hands of the killed one are gone."""
    end = time.monotonic() + PATIENCE
    while (left := site.ask("issuing.report"))["running"] and time.monotonic() < end:
        time.sleep(0.1)
    assert left["running"] == 0
