"""Killed again and again while an issue of the newsletter is queued and sent, through a real mail server: each
subscriber gets exactly one."""

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from preau.config import processes
from preau.config.setup import ROOT
from tests.faults.home import Mould
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

READERS = 240
KILLS = 6
MOST = 6  # batches between two kills: some are left at the end, for two at once


def test_an_issue_killed_while_it_is_queued_reaches_each_once(site: Site) -> None:
    site.ask("newsletter.prepare", READERS)
    before = 0
    for _ in range(KILLS):
        between = site.ask("newsletter.killed", random.randint(1, MOST))
        assert before < between["queued"] < READERS
        assert between["messages"] == [1] * between["queued"]  # whole batches only
        before = between["queued"]
    assert site.ask("newsletter.two_at_once") == [0, 0]  # a worker thought dead goes on beside the one in its place
    assert site.ask("newsletter.report") == {"messages": [1] * READERS, "queued": READERS, "whole": True}


def test_an_issue_goes_to_each_mailbox_once_whenever_the_worker_is_killed(mould: Mould, tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.touch()
    command = [sys.executable, "-P", "-m", "tests.faults.mailbox", str(box)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert server.stdout
        more = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.stdout.readline().decode().strip(), "MAIL_RATE": "0"}
        with mould.home(tmp_path / "home", more=more) as site:
            held = site.ask("newsletter.storm", READERS, KILLS, str(box))
    finally:
        processes.stop([server], 5)
        server.communicate()
    told = Counter(line.partition(" ")[0] for line in box.read_text().splitlines())
    assert set(told.values()) == {1}
    assert len(told) == READERS
    assert held == {"settled": True, "sent": READERS, "failed": 0, "queued": READERS}
