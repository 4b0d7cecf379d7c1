"""Sixteen clients who ask for copies at once, everybody on two devices: no forbidden lease, and each is counted."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

PEOPLE, CLIENTS, ROUNDS = 40, 16, 5
RIGHT = {"own": 0, "team": 0, "language": 0, "twice": 0, "edition": 0, "two_at_once": 0, "miscounted": 0}


def test_many_who_ask_at_once_are_given_what_they_may_have(site: Site, tmp_path: Path) -> None:
    actors = site.ask("leasing.prepare", PEOPLE)
    held: dict[str, Any] = site.ask("leasing.storm", actors, CLIENTS, ROUNDS, str(tmp_path))
    sys.stderr.write(f"\n{CLIENTS} clients: {held}\n")
    assert held["codes"] == [0] * CLIENTS
    assert held["wrong"] == RIGHT
    assert held["passed_over"] == 0, "a copy of a lower tier was served while a better one was left"
    assert min(held["served"].get(tier, 0) for tier in ("0", "1", "2")) > 0, "the storm met every tier"
    assert held["finished"] > 2 * PEOPLE
    # Killed in the middle, they leave whole leases or none.
    assert site.ask("leasing.kill", actors, 4, 1.0, str(tmp_path)) == RIGHT
