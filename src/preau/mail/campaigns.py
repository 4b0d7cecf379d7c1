"""One message to many, told by its `key`: how it stands in the outbox, who has it already, what is withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from preau.mail import rules
from preau.mail.models import Message

MARGIN = timedelta(days=1)  # clocks differ, and ids are made a little before or after the times that rows tell
WAITS = Q(sent_at=None, stopped="", failures__lt=rules.TRIES)
WENT = Q(sent_at__isnull=False) | Q(stopped=Message.Stopped.DIGEST)


@dataclass(frozen=True)
class Standing:
    """Messages that `waiting` to go, were `sent` (alone or inside a summary), `failed` for good, and those `stopped`:
    their reader wants none, or the address is closed or cannot exist."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    stopped: int = 0


def standing(key: str, since: datetime, until: datetime) -> Standing:
    """How a message that was queued between two moments stands."""
    gave_up = Q(sent_at=None, stopped="", failures__gte=rules.TRIES)
    stopped = ~Q(stopped="") & ~Q(stopped=Message.Stopped.DIGEST)
    counted = _of(key, since, until).aggregate(
        waiting=Count("pk", filter=WAITS),
        sent=Count("pk", filter=WENT),
        failed=Count("pk", filter=gave_up),
        stopped=Count("pk", filter=stopped),
    )
    return Standing(**counted)


def withdraw(key: str, since: datetime, until: datetime) -> int:
    """Take back what waits and is in nobody's hands; returns how many messages. What the postman holds still goes."""
    return _of(key, since, until).filter(WAITS, claimed_at=None).delete()[0]


def told(key: str, people: Collection[UUID]) -> set[UUID]:
    """Those of these people, or strangers, who have the message in the outbox, sent or not."""
    rows = Message.objects.filter(key=key, person_id__in=people).order_by()
    return set(rows.values_list("person_id", flat=True))


def _of(key: str, since: datetime, until: datetime) -> QuerySet[Message]:
    """Ids sort by the time at which they were made: no index on the key is needed to look at one campaign only."""
    return Message.objects.filter(pk__gte=_id_at(since - MARGIN), pk__lt=_id_at(until + MARGIN), key=key).order_by()


def _id_at(moment: datetime) -> UUID:
    """The lowest UUIDv7 of a millisecond (RFC 9562, 5.7)."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))
