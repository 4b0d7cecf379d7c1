"""People who wait for a course, told and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.mail import rules as mailing
from preau.mail.models import Message
from preau.news import telling
from preau.news.models import Waiting
from tests import cast
from tests.faults import forks

BATCH = 5


def prepare(count: int) -> None:
    """An edition that one can enrol in, and so many who wait for it, half of them without an account."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, 2))
    people = Person.objects.bulk_create(
        Person(email=f"waits{n}@example.org", name=f"Waits {n}", joined_at=now) for n in range(count // 2)
    )
    before = now - timedelta(days=9)
    values = {"course": edition.course, "language": "fr", "wording": "Une fois.", "asked_at": before}
    known = [Waiting(person=one, token=mailing.token(), confirmed_at=before, **values) for one in people]
    rest = range(count - len(known))
    others = [Waiting(address=f"a{n}@example.net", token=mailing.token(), confirmed_at=before, **values) for n in rest]
    Waiting.objects.bulk_create([*known, *others])


def tell(batches: int = 0) -> None:
    """Tell who waits in small batches; where a number is given, the process ends in the middle of the next one."""
    telling.BATCH = BATCH
    if batches:
        forks.doom_call(telling, "_tell_batch", batches)
    telling.tell_due(now=timezone.now())


def killed(batches: int) -> dict[str, Any]:
    """A process that tells so many batches and is killed in the next one; what it leaves."""
    forks.doomed(forks.fork(lambda: tell(batches)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that tell who is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(tell), forks.fork(tell)]]


def report() -> dict[str, Any]:
    """How many messages each has; how many rows say that they were told."""
    messages = Counter(Message.objects.filter(kind="opening").values_list("address", flat=True))
    return {"messages": sorted(messages.values()), "told": Waiting.objects.exclude(told_at=None).count()}
