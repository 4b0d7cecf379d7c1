"""Killed while it makes files light: none is lost, none is half a PDF, and what it had started dies with it."""

import time
from typing import Any

import pytest

from tests.faults.forks import PATIENCE
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

FILES = 3


def test_a_worker_killed_in_the_middle_loses_no_file(site: Site) -> None:
    site.ask("converting.prepare", FILES)
    for turn in (0, 1):
        assert site.ask("converting.killed", turn)["told"] == 0
        quiet(site)
    site.ask("converting.work", 2)
    end = site.ask("converting.report")
    assert end["states"] == ["ready"] * FILES
    assert end["whole"] == [True] * FILES
    assert end["stored"] == ["light.pdf", "original"]
    assert (end["left"], end["running"], end["told"]) == ([], 0, 0)
    assert max(end["tries"]) <= 3


def quiet(site: Site) -> dict[str, Any]:
    """Nothing that the killed one started goes on."""
    end = time.monotonic() + PATIENCE
    while (left := site.ask("converting.report"))["running"] and time.monotonic() < end:
        time.sleep(0.1)
    assert left["running"] == 0
    return dict(left)
