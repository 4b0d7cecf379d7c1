"""People who reply in one thread and are killed: functions that a drill asks its hand for (`tests.faults.hand`).

Each writes down what it will send before it sends it, and what was acknowledged after; killed, it begins again with
what was not acknowledged, under the same number, as a device does."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.discussion import access, actions
from preau.discussion.models import Post, Thread
from tests import cast
from tests.discussion import talking
from tests.faults import forks

WHERE = {"edition": "thin-1"}
PACE = timedelta(minutes=2)  # between two messages of one person: nobody writes too often


def prepare(count: int) -> list[str]:
    """A thread, and so many people of the team who reply in it: their addresses of mail."""
    edition = cast.edition(opens=cast.monday(timezone.now(), -1))
    people = [cast.person(f"writer{n}") for n in range(count)]
    for person in people:
        cast.role(person, "teacher", edition=edition)
    talking.ask(talking.here(people[0], WHERE, timezone.now()))
    return [person.email for person in people]


def journal(email: str) -> Path:
    return Path(settings.STATE) / f"{email}.jsonl"


def lines(email: str) -> list[dict[str, Any]]:
    file = journal(email)
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def write(email: str, most: int) -> None:
    """Send what was not acknowledged, then so many more; every third message is deleted afterwards."""
    person, thread = Person.objects.get(email=email), Thread.objects.get()
    done = {line["act"] for line in lines(email) if line["step"] == "stored"}
    sent = [line for line in lines(email) if line["step"] == "sent"]
    number = len(sent)
    file = os.open(journal(email), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(step: str, act: str, text: str) -> None:
        os.write(file, f"{json.dumps({'step': step, 'act': act, 'text': text})}\n".encode())

    for line in [one for one in sent if one["act"] not in done]:
        send(person, thread, line["act"], line["text"], number)
        note("stored", line["act"], line["text"])
    for more in range(number, number + most):
        act, text = str(new_id()), f"{email} {more}"
        note("sent", act, text)
        send(person, thread, act, text, more)
        note("stored", act, text)


def send(person: Person, thread: Thread, key: str, text: str, number: int) -> None:
    """Reply under this number; the act of taking it away, where it is, has one of its own made of it."""
    now = timezone.now() + number * PACE
    at = talking.here(person, WHERE, now)
    act = Act(UUID(key), "discussion.reply", {"text": text}, received_at=now)
    opened = access.thread(at, thread.pk)
    actions.reply(act=act, at=at, opened=opened, said=actions.Said(text, agrees=True))
    if int(text.rsplit(" ", 1)[1]) % 3 == 2:
        away = Act(UUID(int=UUID(key).int ^ 1), "discussion.delete", {"post": key}, received_at=now)
        actions.delete(act=away, at=at, post=Post.objects.get(pk=key))


def killed(emails: list[str]) -> dict[str, Any]:
    """All write at once and end at a moment that nobody chose; what is there then."""
    began = time.monotonic()
    assert forks.ended(forks.fork(lambda: write(emails[0], 1))) == 0
    took = time.monotonic() - began

    def doomed(email: str) -> None:
        forks.doom(3 * took)
        write(email, 10_000)

    for child in [forks.fork(lambda email=email: doomed(email)) for email in emails]:  # type: ignore[misc]
        forks.doomed(child)
    return report(emails)


def finish(emails: list[str]) -> dict[str, Any]:
    """Everybody sends what was not acknowledged, and the thread is counted again; what is there then."""
    for email in emails:
        write(email, 0)
    before = counted()
    with transaction.atomic():
        actions.settle(Thread.objects.get().pk)
    return report(emails) | {"settled": before == counted()}


def counted() -> list[Any]:
    row = Thread.objects.get()
    return [row.latest, row.replies, row.answered_at, row.hidden]


def report(emails: list[str]) -> dict[str, Any]:
    """What the database holds against what was written down."""
    thread, posts = Thread.objects.get(), Post.objects.order_by("number")
    there = {str(key): text for key, text in posts.filter(number__gt=1).values_list("pk", "text")}
    noted = [line for email in emails for line in lines(email)]
    stored = {line["act"]: line["text"] for line in noted if line["step"] == "stored"}
    sent = {line["act"]: line["text"] for line in noted if line["step"] == "sent"}
    numbers = list(posts.values_list("number", flat=True))
    return {
        "lost": sorted(set(stored) - set(there)),
        "unasked": sorted(set(there) - set(sent)),
        "changed": sorted(key for key, text in there.items() if sent.get(key) != text),
        "doubled": len(there) - len(set(there.values())),
        "holes": numbers != list(range(1, thread.latest + 1)),
        "counts": thread.replies == posts.filter(number__gt=1, state=Post.State.SHOWN).count(),
        "waiting": len(set(sent) - set(stored)),
        "posts": len(there),
    }
