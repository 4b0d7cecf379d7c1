"""Killed again and again while they reply in one thread: nothing that was acknowledged is lost or there twice, and the
thread counts what it holds."""

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

WRITERS = 3
KILLS = 6
RIGHT = {"lost": [], "unasked": [], "changed": [], "doubled": 0, "holes": False, "counts": True}


def test_replies_survive_kills_each_once(site: Site) -> None:
    writers = site.ask("talking.prepare", WRITERS)
    waited = 0
    for _ in range(KILLS):
        held = site.ask("talking.killed", writers)
        assert RIGHT.items() <= held.items(), held
        waited += held["waiting"]
    assert waited, "no kill met a message: they prove nothing"
    held = site.ask("talking.finish", writers)
    assert (RIGHT | {"waiting": 0, "settled": True}).items() <= held.items(), held
    assert held["posts"] > KILLS
