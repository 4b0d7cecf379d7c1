"""Killed while former people come in: nothing of the file counts; the same command goes on, to the same rows."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

KILLS = 3


def test_a_file_that_is_killed_counts_for_nothing_and_goes_on_to_the_same_rows(site: Site) -> None:
    site.ask("former.prepare")
    written = 0
    for _ in range(KILLS):
        left = site.ask("former.killed", random.randint(1, 4))
        assert (left["counts"], left["shown"], left["waiting"], left["lines"]) == ([], 0, 0, 0)
        assert len(left["written"]) >= written
        written = len(left["written"])
    assert written
    whole = site.ask("former.finished")
    assert whole["lines"] == 1
    assert whole["counts"]
    assert len(whole["doubts"]) > 1
    assert whole == site.ask("former.finished")  # the same file twice
    assert whole == site.ask("former.afresh")


def test_whenever_it_is_killed_all_of_it_counts_or_nothing(site: Site) -> None:
    site.ask("former.prepare")
    for _ in range(KILLS):
        left = site.ask("former.killed_within", 1.0)
        assert bool(left["counts"]) == bool(left["lines"]) == bool(left["shown"])
    assert site.ask("former.finished") == site.ask("former.afresh")
