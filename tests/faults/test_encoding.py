"""Killed while it makes a video light: what was made stays made, and what ffmpeg had begun dies with its worker."""

import time
from typing import Any

import pytest

from tests.faults.forks import PATIENCE
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db, pytest.mark.film]


def test_a_worker_killed_in_the_middle_goes_on_where_it_was(site: Site) -> None:
    site.ask("encoding.prepare")
    first = site.ask("encoding.killed", 0, 2)
    assert (first["state"], sorted(first["made"])) == ("waiting", ["audio", "poster"])
    quiet(site)
    second = site.ask("encoding.killed", 1, 1)
    assert (second["state"], sorted(second["made"])) == ("waiting", ["audio", "poster", "small"])
    assert second["made"].items() >= first["made"].items()
    quiet(site)
    site.ask("encoding.work", 2)
    end = site.ask("encoding.report")
    assert (end["state"], end["tries"], end["whole"]) == ("ready", 1, True)
    assert end["made"].items() >= second["made"].items()
    assert end["lengths"] == pytest.approx([20, 20, 20], abs=0.3)
    assert (end["left"], end["running"]) == ([], 0)


def quiet(site: Site) -> dict[str, Any]:
    """Nothing that the killed one started goes on."""
    end = time.monotonic() + PATIENCE
    while (left := site.ask("encoding.report"))["running"] and time.monotonic() < end:
        time.sleep(0.1)
    assert left["running"] == 0
    return dict(left)
