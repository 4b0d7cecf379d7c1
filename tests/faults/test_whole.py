"""A kill in the middle of a printing, of a refresh of the shelf, of an import: the old or the new, whole."""

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]
ROUNDS = 5  # kills of each of the three


def test_what_a_kill_leaves_is_whole_and_mends_itself(site: Site) -> None:
    assert site.ask("storm.storm", ROUNDS) == []
