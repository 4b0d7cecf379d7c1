"""`kill -9` of the worker in the middle of sending: each person gets exactly one message, through a real mail server.

The suite plays a smaller storm; OUTBOX_STORM="5000 10" plays that many messages and kills."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from preau.config import processes
from preau.config.postgres import temporary_cluster
from preau.config.setup import ROOT

pytestmark = pytest.mark.faults

MESSAGES, KILLS = (int(word) for word in os.environ.get("OUTBOX_STORM", "500 4").split())
ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """What the mail server took, a line each."""
    path = tmp_path / "box"
    path.touch()
    return path


@pytest.fixture
def env(tmp_path: Path, box: Path) -> Iterator[dict[str, str]]:
    """What the processes are given: a database, a state folder and a running mail server of the test's own."""
    port = processes.free_port()
    ours = {
        **{name: value for name, value in os.environ.items() if name not in {"SITE_URL", "DATABASE_URL", "DEBUG"}},
        "PREAU_VAR": str(tmp_path / "var"),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "preau.config.settings",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "MAIL_RATE": "0",
        "REPLY_ADDRESS": "team@example.org",
    }
    command = [sys.executable, "-P", "-m", "tests.faults.mailbox", str(port), str(box)]
    server = subprocess.Popen(command, env=ours, cwd=ROOT)
    try:
        assert processes.wait_until(lambda: processes.listens("127.0.0.1", port), 90)
        if ON_POSTGRESQL:
            with temporary_cluster(durable=True) as made:
                yield {**ours, "DATABASE_URL": made.url}
        else:
            yield ours
    finally:
        processes.stop([server], 5)


def storm(env: dict[str, str], box: Path, victim: str, messages: int, kills: int) -> Counter[str]:
    """Play it; how often each line `recipient message-id` came, once the outbox says that all went."""
    command = [sys.executable, "-P", "-m", "tests.faults.outbox", str(messages), str(kills), str(box), victim]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    held = json.loads(done.stdout.splitlines()[-1])
    lines = Counter(box.read_text().splitlines())
    people = {line.partition(" ")[0] for line in lines}
    twice = sum(count > 1 for count in lines.values())
    sys.stderr.write(
        f"\n{messages} messages, {kills} kills of the {victim}: {len(people)} people, {twice} twice; {held}\n"
    )
    assert len(people) == len(lines) == messages
    assert (held["settled"], held["sent"], held["failed"]) == (True, messages, 0)
    return lines


def test_each_person_gets_exactly_one_message_whenever_the_worker_is_killed(env: dict[str, str], box: Path) -> None:
    assert max(storm(env, box, "worker", MESSAGES, KILLS).values()) == 1


def test_a_killed_postman_loses_nothing_and_what_comes_twice_has_one_number(env: dict[str, str], box: Path) -> None:
    kills = 3
    lines = storm(env, box, "postman", 200, kills)
    assert sum(lines.values()) <= 200 + kills
