"""`kill -9` again and again while answers are scored anew: no grade is wrong and nobody is told twice."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from preau.config.postgres import temporary_cluster
from preau.config.setup import ROOT
from tests.faults.site import Site

pytestmark = pytest.mark.faults

LEARNERS = 24
KILLS = 4


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A state folder and a database of one's own that keeps every commit; nothing is served."""
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        with temporary_cluster(durable=True) as cluster:
            yield Site(tmp_path, cluster.url)
    else:
        yield Site(tmp_path)


def command(*words: str) -> Sequence[str]:
    return [sys.executable, "-P", "-m", "tests.faults.regrading", *words]


def ask(site: Site, *words: str) -> Any:
    done = subprocess.run(command(*words), env=site.env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def start(site: Site, ruling: str) -> "subprocess.Popen[str]":
    """A process that regrades, from the moment it begins."""
    process = subprocess.Popen(
        command("work", ruling), env=site.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def test_a_regrading_killed_and_resumed_leaves_no_wrong_grade(site: Site) -> None:
    ruling = ask(site, "prepare", str(LEARNERS))
    cut = 0
    for _ in range(KILLS):
        process = start(site, ruling)
        time.sleep(random.uniform(0.02, 0.25))
        process.kill()
        process.wait()
        between = ask(site, "report")
        cut += between["begun"] and not between["over"]
        moved = between["affected"]
        # Whole batches only: what the ruling counts, the grades, the messages and the record say the same.
        assert between["results"].get("50.0", 0) == moved
        assert between["attempts"].get("1.0", 0) == between["answers"].get("1.0", 0) == moved
        assert between["messages"] == between["lines"] == [1] * moved
    assert cut, "no kill met a batch: it proves nothing"
    two = [start(site, ruling), start(site, ruling)]  # a worker thought dead goes on beside the one in its place
    assert [process.wait() for process in two] == [0, 0]
    end = ask(site, "report")
    assert (end["over"], end["affected"]) == (True, LEARNERS)
    assert end["results"] == {"50.0": LEARNERS}
    assert end["messages"] == end["lines"] == [1] * LEARNERS
