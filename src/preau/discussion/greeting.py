"""Whether newcomers are greeted: measured from what was written, never promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery

from preau.discussion.models import CircleMember, Post, Thread

BATCH = 500
DAY = timedelta(days=1)
WAITING = 20  # who waits longest
ENOUGH = 5  # introductions, before a share says anything
TURN = 600  # seconds for which the sentence on the page stays


def measure(*, now: datetime, limit: int = BATCH) -> int:
    """Write when each newcomer was first answered by somebody else, from their threads; returns how many changed. What
    was hidden since, or brought back, is measured again."""
    answered = F("introduced__thread__answered_at")
    fresh = Q(greeted_at=None, introduced__thread__answered_at__isnull=False)
    other = Q(greeted_at__isnull=False) & ~Q(greeted_at=answered)
    rows = CircleMember.objects.filter(fresh | other, introduced__isnull=False)
    due = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    thread = Thread.objects.filter(posts=OuterRef("introduced_id")).values("answered_at")
    return CircleMember.objects.filter(pk__in=due).update(greeted_at=Subquery(thread)) if due else 0


@dataclass(frozen=True)
class Waiting:
    """A newcomer whom nobody answered yet: their thread, and since when they wait."""

    title: str
    address: str
    circle: str
    language: str
    at: datetime


@dataclass(frozen=True)
class Greetings:
    """`introduced`: how many; `due`: those whose first day is over; `greeted`: those of them who were answered within
    it; `median`: hours to the first answer; `waiting`: the first of those who were not answered yet, of `unanswered`.
    """

    introduced: int
    due: int
    greeted: int
    median: float | None
    unanswered: int
    waiting: Sequence[Waiting]

    @property
    def share(self) -> float | None:
        """Of the due, 0 to 1; None before there is one."""
        return self.greeted / self.due if self.due else None


def greetings(space: UUID, now: datetime, *, language: str | None = None) -> Greetings:
    """How newcomers of a space (of one language, when it is given) were greeted; three queries."""
    rows = _introduced(space)
    if language is not None:
        rows = rows.filter(circle__language=language)
    counts = _counts(rows, now)
    answered = counts["answered"]
    return Greetings(
        introduced=counts["everybody"],
        due=counts["due"],
        greeted=counts["greeted"],
        median=_median(rows.filter(greeted_at__isnull=False), answered) if answered else None,
        unanswered=counts["everybody"] - answered,
        waiting=_waiting(rows.filter(greeted_at=None)),
    )


def _introduced(space: UUID) -> Any:
    took = ExpressionWrapper(F("greeted_at") - F("introduced__at"), output_field=DurationField())
    return CircleMember.objects.filter(space_id=space, introduced__state=Post.State.SHOWN).annotate(took=took)


def _counts(rows: Any, now: datetime) -> dict[str, int]:
    due = Q(introduced__at__lte=now - DAY)
    found: dict[str, int] = rows.aggregate(
        everybody=Count("pk"),
        due=Count("pk", filter=due),
        greeted=Count("pk", filter=due & Q(took__lte=DAY)),
        answered=Count("pk", filter=Q(greeted_at__isnull=False)),
    )
    return found


def _median(rows: Any, count: int) -> float:
    """Hours, of the middle one or the two in the middle."""
    start, most = (count - 1) // 2, 2 - count % 2
    middle: list[timedelta] = list(rows.order_by("took").values_list("took", flat=True)[start : start + most])
    return sum(middle, timedelta()).total_seconds() / 3600 / len(middle)


def _waiting(rows: Any) -> list[Waiting]:
    found = rows.select_related("circle__room__space__edition", "introduced__thread").order_by("introduced__at")
    return [
        Waiting(
            row.introduced.thread.title,
            f"/e/{row.circle.room.space.edition.slug}/discussion/thread/{row.introduced.thread_id}/",
            row.circle.room.key,
            row.circle.language,
            row.introduced.at,
        )
        for row in found[:WAITING]
    ]


def in_ten(space: UUID, now: datetime) -> int | None:
    """How many newcomers in ten were greeted within a day, for everybody to read; counted every ten minutes."""
    return _in_ten(space, int(now.timestamp()) // TURN)


@lru_cache(maxsize=256)
def _in_ten(space: UUID, turn: int) -> int | None:
    counts = _counts(_introduced(space), datetime.fromtimestamp(turn * TURN, UTC))
    return round(10 * counts["greeted"] / counts["due"]) if counts["due"] >= ENOUGH else None
