"""The places of a sitting: how many are taken, and those of people who left. Under the lock of the sitting, where
somebody takes one."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from preau.exams.models import Seat, Sitting

LIVE = Q(given_up_at=None, enrolment__left_at=None)


def taken(sitting_id: UUID) -> int:
    """How many places of a sitting are taken, by people who have not left the edition."""
    return Seat.objects.filter(LIVE, sitting=sitting_id).count()


def taken_of(sittings: Iterable[UUID]) -> dict[UUID, int]:
    """The same of many, in one query; none where it is left out."""
    rows = Seat.objects.filter(LIVE, sitting__in=list(sittings)).order_by()
    return dict(rows.values_list("sitting").annotate(Count("pk")))


def clear(row: Sitting, now: datetime) -> None:
    """Places of people who left the edition are free for good: who comes back books again."""
    gone = Seat.objects.filter(sitting=row, given_up_at=None, enrolment__left_at__isnull=False)
    Seat.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).update(given_up_at=now)
