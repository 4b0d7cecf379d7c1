"""What is announced and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Enrolment
from preau.mail.models import Message
from preau.support import announcements
from preau.support.models import Announcement
from tests import cast
from tests.faults import forks

BATCH = 5


def prepare(count: int) -> None:
    """A running edition of so many learners, with a confirmed announcement for all of them."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    track = edition.tracks.order_by("position")[0]
    people = Person.objects.bulk_create(
        Person(email=f"learner{n}@example.org", name=f"Learner {n}", joined_at=now) for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=now) for one in people
    )
    texts = {"fr": {"subject": "Séance", "text": "Rendez-vous **jeudi**."}}
    fields = {"state": "scheduled", "send_at": now, "counted": count}
    Announcement.objects.create(edition=edition, texts=texts, written_at=now, **fields)


def serve(batches: int = 0) -> None:
    """Serve what is due in small batches; where a number is given, the process ends in the middle of the next one."""
    announcements.BATCH = BATCH
    if batches:
        forks.doom_call(announcements, "_serve_batch", batches)
    announcements.serve_due(now=timezone.now())


def killed(batches: int) -> dict[str, Any]:
    """A process that serves so many batches and is killed in the next one; what it leaves."""
    forks.doomed(forks.fork(lambda: serve(batches)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that serve what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(serve), forks.fork(serve)]]


def report() -> dict[str, Any]:
    """How many messages each has; what the announcement says of itself."""
    row = Announcement.objects.get()
    told = Message.objects.filter(key=f"announcement:{row.pk}").values_list("person_id", flat=True)
    return {"messages": sorted(Counter(told).values()), "served": row.served, "state": row.state}
