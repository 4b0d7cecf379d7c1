"""Limits count across the tests of one process unless they are emptied, before and after; the postman's files are the
test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def own_postman(settings: Settings, tmp_path: Path) -> None:
    settings.POSTMAN_ROOT = tmp_path / "postman"
    settings.MAIL_RATE = 0
