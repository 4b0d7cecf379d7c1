"""Limits count across tests of one process unless they are emptied."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()
