"""Summaries of the discussions, prepared while the process that does it is killed. Runs `inside`."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.config.bench import rows, scale
from preau.courses.models import Edition
from preau.discussion import digests, spaces
from preau.discussion.models import Follow, Member, Post, Room, Thread
from preau.mail.models import Message

THREADS, POSTS = 600, 8  # of a lively day
DIRECT = 5  # threads that each follows by themself, beside two rooms
KILLS = 3
TEXT = "Bonjour, la **marge totale** est le retard possible sans décaler la fin : on remonte depuis la fin du réseau. "


def run(*, people: int) -> dict[str, Any]:
    """Fills an edition with people who follow what was written since yesterday, prepares all their summaries; the
    seconds that it took, those of a bare insert of the same messages, and for how many people it is wrong."""
    edition, now = Edition.objects.select_related("course").get(slug=rows.DRILL), timezone.now()
    spaces.ensure(edition, now=now)
    everybody = list(rows.add_people(people, "summed", now))
    fill(edition, everybody)
    scale.settle()
    began = time.monotonic()
    for _ in range(KILLS):
        killed(random.uniform(0.5, 2.0))
    while digests.prepare(now=now):
        continue
    seconds = time.monotonic() - began
    keys = [person.pk for person in everybody]
    told = Counter(Message.objects.filter(kind="discussion").values_list("person_id", flat=True))
    return {
        "seconds": seconds,
        "insert": inserted(),
        "wrong": sum(told[key] != 1 for key in keys),
        "threads": THREADS,
        "posts": THREADS * POSTS,
    }


def fill(edition: Edition, people: list[Person]) -> None:
    """Everybody enrolled, a member, following; a day of posts."""
    now, draw = timezone.now(), random.Random(7)
    day = now - timedelta(days=1, hours=1)
    rows.enrol(people, edition, now)
    rows.in_bulk(
        Member(course=edition.course, person=one, joined_at=day, digested_at=day - timedelta(hours=1)) for one in people
    )
    room = list(Room.objects.filter(space__edition=edition).order_by("position")[:4])
    space = room[0].space_id
    shared = {"space_id": space, "kind": "question", "language": rows.LANGUAGE, "made_at": day}
    threads = [
        Thread(
            title=f"La marge {n}", room=room[n % 4], author=draw.choice(people), latest=POSTS, latest_at=now, **shared
        )
        for n in range(THREADS)
    ]
    rows.in_bulk(threads)
    rows.in_bulk(
        Post(thread=thread, number=n, author=draw.choice(people), text=TEXT * n, at=day + timedelta(minutes=n))
        for thread in threads
        for n in range(1, POSTS + 1)
    )
    before = day - timedelta(days=1)
    rows.in_bulk(Follow(person=one, space_id=space, room=row, since=before) for one in people for row in room[:2])
    rows.in_bulk(
        Follow(person=one, space_id=space, thread=thread, since=before)
        for one in people
        for thread in draw.sample(threads, DIRECT)
    )


def killed(after: float) -> None:
    """A process of its own that prepares, killed after so many seconds."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, after)
        while True:
            digests.prepare(now=timezone.now())
    os.waitpid(child, 0)


def inserted() -> float:
    """Seconds to insert the same messages once more, and nothing else; taken back."""
    messages = list(Message.objects.filter(kind="discussion"))
    for n, row in enumerate(messages):
        row.pk, row.key, row.token = None, f"again:{n}", None
    began = time.monotonic()
    with transaction.atomic():
        Message.objects.bulk_create(messages, batch_size=500)
        took = time.monotonic() - began
        transaction.set_rollback(True)
    return took
