"""Kills of the worker in the middle of sending, run as `python -m tests.faults.outbox MESSAGES KILLS BOX VICTIM` in a
process of its own, since it forks: each worker is a child that runs the real one, and is killed with SIGKILL when the
mail server (`tests.faults.mailbox`, which writes into BOX) has taken a number of messages that nobody chose.

VICTIM is `worker`, or `postman` for the worker's child that speaks to the server. It prints what the outbox holds at
the end, as JSON."""

import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils import timezone

from preau.config import command, processes

command.prepare(command.Needs(pages=False))

from preau.common.ids import new_id  # noqa: E402  the models load once Django is set up
from preau.config import worker  # noqa: E402
from preau.mail import actions, queries  # noqa: E402
from preau.mail.models import Message  # noqa: E402
from tests.faults.site import children  # noqa: E402

worker.TEND = 0.05  # seconds between looks at the outbox; in service they are rarer


def queue(count: int) -> None:
    """One transactional message a person: no quiet hours, at whatever hour the test runs."""
    row = {"key": "storm", "language": "fr", "subject": "La date a changé", "text": "Voici la nouvelle date.\n"}
    rows = ({**row, "person_id": new_id(), "address": f"p{n}@example.org"} for n in range(count))
    actions.queue_many(rows, now=timezone.now() - timedelta(seconds=1), kind="decision")


def start() -> int:
    """A worker in a child; returns its process id."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    child = os.fork()
    if child == 0:
        try:
            worker.run()
        finally:
            os._exit(3)
    return child


def kill(child: int) -> None:
    """`kill -9`, and nothing else ended it before."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the worker ended by itself"


def kill_postman(worker_id: int) -> None:
    """`kill -9` of the worker's postman, as soon as it has one."""
    while True:
        for postman in children(worker_id):
            with suppress(ProcessLookupError):
                os.kill(postman, signal.SIGKILL)
                return


def main(messages: int, kills: int, box: Path, victim: str) -> dict[str, Any]:
    """The storm, and how the outbox stands after it."""

    def reached(count: int) -> bool:
        return processes.wait_until(lambda: box.read_bytes().count(b"\n") >= count, 180, pause=0.002)

    queue(messages)
    began = time.monotonic()
    child = start()
    for number in range(kills):
        assert reached(round(messages * (number + random.random()) / (kills + 1)) + 1)  # never in the last part
        if victim == "postman":
            kill_postman(child)
        else:
            kill(child)
            child = start()
    assert reached(messages)
    took = time.monotonic() - began
    unsent = Message.objects.filter(sent_at=None)
    settled = processes.wait_until(lambda: not unsent.exists(), 180, pause=0.2)
    time.sleep(1)  # were anything sent twice, it would be now
    kill(child)
    health = queries.health(timezone.now())
    return {
        "settled": settled,
        "sent": Message.objects.exclude(sent_at=None).count(),
        "failed": health.failed,
        "took": took,
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])))  # noqa: T201  read by the test
