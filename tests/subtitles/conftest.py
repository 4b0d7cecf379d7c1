"""The stage of the tests of subtitles."""

from pathlib import Path

import pytest
from django.utils import timezone

from tests.subtitles import stage as staging
from tests.subtitles.stage import Stage


@pytest.fixture
def stage(db: None, tmp_path: Path) -> Stage:
    """An edition in its second week with a film of four cues, in French and English."""
    return staging.made(tmp_path, timezone.now())
