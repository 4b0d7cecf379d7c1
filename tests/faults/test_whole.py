"""`kill -9` in the middle of a printing, of a refresh of the shelf, of an import: the old or the new, whole."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from preau.config.postgres import temporary_postgres
from preau.config.setup import ROOT
from tests.faults.site import Site

pytestmark = pytest.mark.faults
ROUNDS = 5  # kills of each of the three


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A state folder and a database of one's own; nothing is served."""
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        with temporary_postgres() as url:
            yield Site(tmp_path, url)
    else:
        yield Site(tmp_path)


def test_what_a_kill_leaves_is_whole_and_mends_itself(site: Site) -> None:
    command = [sys.executable, "-P", "-m", "tests.faults.storm", str(ROUNDS)]
    done = subprocess.run(command, env=site.env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
