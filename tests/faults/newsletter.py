"""An issue of the newsletter, queued and sent by workers that are killed: functions that a drill asks its hand for
(`tests.faults.hand`)."""

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from preau.accounts.models import Person
from preau.config import processes, worker
from preau.mail import rules
from preau.mail.models import Message
from preau.news import mailing
from preau.news.models import Mailing, Subscriber
from tests.faults import forks

BATCH = 5
NOON = 12
AFTER = 1  # seconds in which what is sent twice would be


def awake(now: datetime) -> str:
    """A zone in which nobody sleeps, whenever the drill runs: an issue keeps to quiet hours."""
    zones = ("Pacific/Auckland", "Asia/Tokyo", "Asia/Dubai", "Europe/Paris", "America/New_York", "Pacific/Honolulu")
    return min(zones, key=lambda zone: abs(now.astimezone(ZoneInfo(zone)).hour - NOON))


def prepare(count: int) -> None:
    """So many subscribers, half of them with an account, and an issue that is due."""
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(email=f"reads{n}@example.org", name=f"Reads {n}", joined_at=now) for n in range(count // 2)
    )
    before = now - timedelta(days=9)
    words = {"language": "fr", "wording": "Oui.", "asked_at": before, "confirmed_at": before, "seen_at": before}
    words |= {"zone": awake(now)}
    known = [Subscriber(person=one, token=rules.token(), **words) for one in people]
    rest = range(count - len(known))
    others = [Subscriber(address=f"reads-a{n}@example.net", token=rules.token(), **words) for n in rest]
    Subscriber.objects.bulk_create([*known, *others])
    texts = {"fr": {"subject": "La lettre", "body": "Le cours **reprend**."}}
    Mailing.objects.create(texts=texts, made_at=now, edited_at=now, sending_at=now)


def queue(batches: int = 0) -> None:
    """Queue what is due in small batches; where a number is given, the process ends in the middle of the next one."""
    mailing.BATCH = BATCH
    if batches:
        forks.doom_call(mailing, "_queue_batch", batches)
    mailing.AT_ONCE = forks.PATIENCE
    mailing.queue_due(now=timezone.now())


def killed(batches: int) -> dict[str, Any]:
    """A process that queues so many batches and is killed in the next one; what it leaves."""
    forks.doomed(forks.fork(lambda: queue(batches)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that queue for who is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(queue), forks.fork(queue)]]


def report() -> dict[str, Any]:
    """How many messages each has; what the issue says of itself."""
    row = Mailing.objects.get()
    messages = Counter(Message.objects.filter(key=mailing.key(row)).values_list("address", flat=True))
    return {"messages": sorted(messages.values()), "queued": row.queued, "whole": row.queued_at is not None}


def storm(count: int, kills: int, box: str) -> dict[str, Any]:
    """The real worker queues and sends, and is killed so many times on the way, at moments that nobody chose: some
    while it queues, some while it sends; what is left once everybody has it."""
    worker.TEND, mailing.BATCH, mailing.AT_ONCE = 0.05, BATCH, 0.05
    prepare(count)

    def taken() -> int:
        return len(Path(box).read_bytes().splitlines())

    child = forks.fork(worker.run)
    for number in range(kills):
        most = round(count * (number + random.random()) / (kills + 1))
        assert processes.wait_until(lambda most=most: taken() >= most, forks.PATIENCE, pause=0.002)  # type: ignore[misc]
        forks.kill(child)
        child = forks.fork(worker.run)
    assert processes.wait_until(lambda: taken() >= count, forks.PATIENCE, pause=0.01)
    unsent = Message.objects.filter(sent_at=None)
    whole = Mailing.objects.exclude(queued_at=None)
    settled = processes.wait_until(lambda: whole.exists() and not unsent.exists(), forks.PATIENCE, pause=0.1)
    time.sleep(AFTER)
    forks.kill(child)
    row = Mailing.objects.get()
    standing = mailing.standing(row, timezone.now())
    return {"settled": settled, "sent": standing.sent, "failed": standing.failed, "queued": row.queued}
