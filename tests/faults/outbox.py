"""Kills of the worker in the middle of sending: what a drill asks its hand for (`tests.faults.hand`). Each worker is a
child that runs the real one, and is killed with SIGKILL when the mail server (`tests.faults.mailbox`) has taken a
number of messages that nobody chose."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from preau.common.ids import new_id
from preau.config import processes, worker
from preau.mail import actions, queries
from preau.mail.models import Message
from tests.faults import forks
from tests.faults.site import children

worker.TEND = 0.05  # seconds between looks at the outbox; in service they are rarer
AFTER = 1  # seconds in which what is sent twice would be


def queue(count: int, name: str) -> None:
    """One transactional message a person: no quiet hours, at whatever hour the test runs."""
    row = {"key": name, "language": "fr", "subject": "La date a changé", "text": "Voici la nouvelle date.\n"}
    rows = ({**row, "person_id": new_id(), "address": f"{name}{n}@example.org"} for n in range(count))
    actions.queue_many(rows, now=timezone.now() - timedelta(seconds=1), kind="decision")


def kill_postman(of: int, over: Callable[[], bool]) -> None:
    """`kill -9` of a worker's postman, as soon as it has one, unless all is over."""
    while not over():
        for postman in children(of):
            with suppress(ProcessLookupError):
                os.kill(postman, signal.SIGKILL)
                return


def storm(messages: int, kills: int, box: str, victim: str) -> dict[str, Any]:
    """The storm, and how the outbox stands after it. The victim is `worker`, or `postman`: the worker's child that
    speaks to the server."""
    start = victim.encode()

    def taken() -> int:
        return sum(line.startswith(start) for line in Path(box).read_bytes().splitlines())

    def reached(count: int) -> bool:
        return processes.wait_until(lambda: taken() >= count, forks.PATIENCE, pause=0.002)

    queue(messages, victim)
    began = time.monotonic()
    child = forks.fork(worker.run)
    for number in range(kills):
        assert reached(round(messages * (number + random.random()) / (kills + 1)) + 1)  # never in the last part
        if victim == "postman":
            kill_postman(child, lambda: taken() >= messages)
        else:
            forks.kill(child)
            child = forks.fork(worker.run)
    assert reached(messages)
    took = time.monotonic() - began
    unsent = Message.objects.filter(sent_at=None)
    settled = processes.wait_until(lambda: not unsent.exists(), forks.PATIENCE, pause=0.1)
    time.sleep(AFTER)
    forks.kill(child)
    sent = Message.objects.filter(key=victim).exclude(sent_at=None).count()
    return {"settled": settled, "sent": sent, "failed": queries.health(timezone.now()).failed, "took": took}
