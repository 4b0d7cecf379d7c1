"""`kill -9` of the worker in the middle of sending: each person gets exactly one message, through a real mail server.

The suite plays a smaller storm; OUTBOX_STORM="5000 10" plays that many messages and kills."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from preau.config import processes
from preau.config.setup import ROOT
from tests.faults.home import Mould
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

MESSAGES, KILLS = (int(word) for word in os.environ.get("OUTBOX_STORM", "500 4").split())


@dataclass(frozen=True)
class Post:
    """A site that sends, and the file in which its mail server writes what it took, a line each."""

    site: Site
    box: Path

    def storm(self, victim: str, messages: int, kills: int) -> Counter[str]:
        """Play it; how often each line `recipient message-id` came, once the outbox says that all went."""
        held = self.site.ask("outbox.storm", messages, kills, str(self.box), victim)
        lines = Counter(line for line in self.box.read_text().splitlines() if line.startswith(victim))
        people = {line.partition(" ")[0] for line in lines}
        twice = sum(count > 1 for count in lines.values())
        sys.stderr.write(
            f"\n{messages} messages, {kills} kills of the {victim}: {len(people)} people, {twice} twice; {held}\n"
        )
        assert len(people) == len(lines) == messages
        assert (held["settled"], held["sent"], held["failed"]) == (True, messages, 0)
        return lines


@pytest.fixture(scope="module")
def post(mould: Mould, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """One for both storms, whose people differ, with a running mail server of its own."""
    folder = tmp_path_factory.mktemp("post")
    box = folder / "box"
    box.touch()
    command = [sys.executable, "-P", "-m", "tests.faults.mailbox", str(box)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert server.stdout
        port = server.stdout.readline().decode().strip()
        more = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "MAIL_RATE": "0", "REPLY_ADDRESS": "team@example.org"}
        with mould.home(folder / "home", more=more) as site:
            yield Post(site, box)
    finally:
        processes.stop([server], 5)
        server.communicate()


def test_each_person_gets_exactly_one_message_whenever_the_worker_is_killed(post: Post) -> None:
    assert max(post.storm("worker", MESSAGES, KILLS).values()) == 1


def test_a_killed_postman_loses_nothing_and_what_comes_twice_has_one_number(post: Post) -> None:
    kills = 3
    lines = post.storm("postman", 200, kills)
    assert sum(lines.values()) <= 200 + kills
