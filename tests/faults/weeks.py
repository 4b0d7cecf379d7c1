"""Weekly messages that are prepared and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Enrolment
from preau.home import weekly
from preau.home.models import Round
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast
from tests.faults import forks

BATCH = 5


def prepare(count: int) -> None:
    """So many learners of an edition in its second week, in two zones."""
    edition = cast.edition(opens=cast.monday(timezone.now(), -1))
    track, zones = edition.tracks.order_by("position")[0], ("Europe/Paris", "Europe/Athens")
    people = Person.objects.bulk_create(
        Person(email=f"learner{n}@example.org", name=f"Learner {n}", zone=zones[n % 2]) for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=edition.enrols_at) for one in people
    )


def work(calls: int = 0) -> None:
    """Prepare what is due on this week's Monday at half past seven; where a number is given, the process ends in the
    middle of a call of the outbox."""
    weekly.BATCH, weekly.MOST = BATCH, 2 * BATCH
    if calls:
        forks.doom_call(mail, "queue_many", calls)
    while weekly.prepare(now=cast.monday(timezone.now()) - timedelta(minutes=30)):
        continue


def killed(calls: int) -> dict[str, Any]:
    """A process that works and is killed; what it leaves."""
    forks.doomed(forks.fork(lambda: work(calls)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that do what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(work), forks.fork(work)]]


def finish() -> dict[str, Any]:
    """One that has it to itself; what there is at the end."""
    work()
    return report()


def report() -> dict[str, Any]:
    """How many messages each person has; how many rounds are at their end."""
    told = Message.objects.filter(kind=weekly.KIND).values_list("person_id", flat=True)
    return {"told": sorted(Counter(told).values()), "ended": Round.objects.exclude(ended_at=None).count()}
