"""What is reckoned, published and killed: functions that a drill asks its hand for (`tests.faults.hand`)."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from preau.grades.models import Result
from preau.peer import computing, publishing
from preau.peer.models import Assignment, GradeChange, PeerGrade, Review, StaffTurn
from tests import cast
from tests.faults import forks
from tests.peer import grading as peers
from tests.peer import stage

BATCH = 3


def prepare(count: int) -> None:
    """An edition in which so many learners handed in and assessed each other, whose results are due."""
    opens = cast.monday(timezone.now(), -4)
    at = opens + timedelta(days=10)
    edition = stage.assessed(opens=opens, reviews=3)
    peers.around(peers.team(edition, count, at), at)


def reckon(minutes: int, batches: int = 0) -> None:
    """Reckon, as it was so many minutes later; where a number is given, the process ends in the middle of the
    writing."""
    computing.BATCH = BATCH
    if batches:
        forks.doom_call(PeerGrade.objects, "bulk_create", batches)
    row = next(iter(computing.running(timezone.now())))
    computing.recompute(row, now=timezone.now() + timedelta(minutes=minutes))


def killed_reckoning(minutes: int, batches: int) -> dict[str, Any]:
    """A process that reckons other reviews than before, and is killed after so many batches; what it leaves."""
    Review.objects.filter(score__lt=60).update(score=99)
    forks.doomed(forks.fork(lambda: reckon(minutes, batches)))
    return report()


def publish(batches: int = 0) -> None:
    """Publish what is due in small batches; where a number is given, the process ends in the middle of the next one."""
    publishing.BATCH = BATCH
    if batches:
        forks.doom_call(publishing, "_publish_batch", batches)
    publishing.publish_due(now=due())


def due() -> datetime:
    """After every reckoning of the drill."""
    return timezone.now() + timedelta(hours=1)


def killed(batches: int) -> dict[str, Any]:
    """A process that publishes so many batches and is killed in the next one; what it leaves."""
    forks.doomed(forks.fork(lambda: publish(batches)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that publish what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(publish), forks.fork(publish)]]


def report() -> dict[str, Any]:
    """The grades by copy, of how many reckonings they are, how many results each was told, what the ledger has."""
    grades = PeerGrade.objects.order_by("pk")
    row = Assignment.objects.get()
    return {
        "grades": {str(one.pk): one.score for one in grades},
        "inputs": len({one.inputs for one in grades}),
        "told": grades.filter(published_at__isnull=False).count(),
        "changes": sorted(Counter(GradeChange.objects.order_by().values_list("submission_id", flat=True)).values()),
        "results": Result.objects.count(),
        "same": all(
            one.score == one.submission.enrolment.results.get().score
            for one in grades.filter(published_at__isnull=False).select_related("submission__enrolment")
        ),
        "turns": StaffTurn.objects.count(),
        "over": row.published_at is not None,
    }
