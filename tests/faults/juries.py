"""What a jury decided, being given and told, and killed: functions that a drill asks its hand for
(`tests.faults.hand`)."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from preau.certificates import serving
from preau.certificates.models import Award, Candidate, Deliberation
from preau.mail import actions as mail
from preau.mail.models import Message
from tests import cast
from tests.certificates import court
from tests.faults import forks

AT_ONCE = 10


def prepare(count: int) -> None:
    """Filed minutes about so many learners, every second of whom is admitted."""
    with tempfile.TemporaryDirectory() as folder:
        edition = court.edition(Path(folder))
    rita = cast.person("Rita")
    for n in range(count):
        court.learner(edition, f"P{n}", quiz=80 if n % 2 else 20)
    court.filed(court.frozen(court.prepared(edition, rita, "classic"), rita), rita)


def work(calls: int = 0) -> None:
    """Serve what is left; where a number is given, the process ends in the middle of a call of the outbox."""
    if calls:
        forks.doom_call(mail, "queue", calls)
    while serving.serve_due(now=court.OVER, limit=AT_ONCE):
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
    """How many messages each person has, how many awards each who was admitted, whether all of it is served."""
    told = Message.objects.filter(key__startswith="decision:").values_list("person_id", flat=True)
    given = Award.objects.values_list("enrolment_id", flat=True)
    admitted = Candidate.objects.filter(served_at__isnull=False, decisions__verdict="admitted").count()
    return {
        "told": sorted(Counter(told).values()),
        "given": sorted(Counter(given).values()),
        "agrees": admitted == len(given),
        "served": Deliberation.objects.exclude(served_at=None).count(),
    }
