"""Killed again and again while statements are signed, printed and stored: each ends as one document and one file."""

import random

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEARNERS, KILLS = 40, 5
MOST = 5  # calls of a step between two kills: some are left at the end, for two at once


def test_each_statement_ends_as_one_document_and_one_file(site: Site) -> None:
    site.ask("stating.prepare", LEARNERS)
    for _ in range(KILLS):
        between = site.ask("stating.killed", random.randint(1, MOST))
        assert between["whole"] == between["finished"] < LEARNERS
    assert site.ask("stating.two_at_once") == [0, 0]
    assert site.ask("stating.report") == {"finished": LEARNERS, "whole": LEARNERS, "keys": 1}
