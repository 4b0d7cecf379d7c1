"""`kill -9` again and again while an announcement is queued: each person gets exactly one."""

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

LEARNERS = 1000
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
    return [sys.executable, "-P", "-m", "tests.faults.announcing", *words]


def ask(site: Site, *words: str) -> Any:
    done = subprocess.run(command(*words), env=site.env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def start(site: Site) -> "subprocess.Popen[str]":
    """A process that serves, from the moment it begins."""
    process = subprocess.Popen(
        command("work"), env=site.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "ready\n"
    return process


def test_an_announcement_killed_and_resumed_reaches_each_once(site: Site) -> None:
    assert ask(site, "prepare", str(LEARNERS)) == LEARNERS
    cut = 0
    for _ in range(KILLS):
        process = start(site)
        time.sleep(random.uniform(0.05, 0.3))
        process.kill()
        process.wait()
        between = ask(site, "report")
        cut += 0 < between["served"] < LEARNERS
        assert between["messages"] == [1] * between["served"]  # whole batches only
    assert cut, "no kill met a batch: it proves nothing"
    two = [start(site), start(site)]  # a worker thought dead goes on beside the one in its place
    assert [process.wait() for process in two] == [0, 0]
    assert ask(site, "report") == {"messages": [1] * LEARNERS, "served": LEARNERS, "state": "sent"}
