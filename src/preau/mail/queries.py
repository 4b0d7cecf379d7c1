"""What is known of the outbox and of one person's messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Min, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from preau.mail import kinds, office, rules, sorting
from preau.mail.models import Message, Preference, Suppression


@dataclass(frozen=True)
class Health:
    """`waiting` may go now, `oldest` of them in seconds; `later` waits for its time; `failed` were given up; `sent` in
    the last hour; `suppressed` addresses; `down` says why the server could not be reached, "" when it could."""

    waiting: int
    oldest: int
    later: int
    failed: int
    sent: int
    suppressed: int
    down: str


def health(now: datetime) -> Health:
    """The outbox for the operator's page."""
    unsent = Message.objects.filter(sent_at=None, stopped="")
    alive = unsent.filter(failures__lt=rules.TRIES)
    waiting = alive.exclude(send_at__gt=now)
    since = waiting.aggregate(at=Min(Coalesce("send_at", "queued_at")))["at"]
    return Health(
        waiting=waiting.count(),
        oldest=max(0, int((now - since).total_seconds())) if since else 0,
        later=alive.filter(send_at__gt=now).count(),
        failed=unsent.filter(failures__gte=rules.TRIES).count(),
        sent=Message.objects.filter(sent_at__gt=now - timedelta(hours=1)).count(),
        suppressed=Suppression.objects.filter(sorting.closing()).count(),
        down=office.down() if office.speaks_smtp() else "",
    )


def given_up() -> list[dict[str, Any]]:
    """[{error, count}] of the messages that were given up, the commonest first."""
    rows = Message.objects.filter(sent_at=None, stopped="", failures__gte=rules.TRIES)
    counted = rows.order_by().values("error").annotate(count=Count("pk")).order_by("-count", "error")
    return [dict(row) for row in counted[:50]]


def cadences(person_id: UUID) -> list[dict[str, Any]]:
    """[{kind, cadence}] of every kind, transactional ones too, in the order of registration; one query."""
    chosen = dict(Preference.objects.filter(person_id=person_id).order_by("kind").values_list("kind", "cadence"))
    return [{"kind": kind, "cadence": chosen.get(kind.name, kind.cadence)} for kind in kinds.known()]


def cadence_of(kind: str, person: str) -> Coalesce:
    """How often the person whose id is in this column of an outer query wants messages of this kind."""
    chosen = Preference.objects.filter(person_id=OuterRef(person), kind=kind).values("cadence")[:1]
    return Coalesce(Subquery(chosen), Value(kinds.find(kind).cadence), output_field=CharField())


def closed_since(address: str) -> datetime | None:
    """Since when nothing goes to this address, or None when it is open."""
    return (
        Suppression.objects.filter(sorting.closing(), address=address.lower()).values_list("since", flat=True).first()
    )


def by_token(token: str) -> Message | None:
    """The message that this token names."""
    return Message.objects.filter(token=token.lower()).first() if len(token) == rules.TOKEN else None


def choices_of(person_id: UUID) -> list[dict[str, Any]]:
    """What a person chose to receive, as exported to them."""
    rows = Preference.objects.filter(person_id=person_id).order_by("kind").values("kind", "cadence", "chosen_at")
    return [dict(row) for row in rows]


def suppressions_of(addresses: set[str]) -> list[dict[str, Any]]:
    """What is known of a person's addresses, as exported to them."""
    lower = [address.lower() for address in addresses]
    rows = Suppression.objects.filter(address__in=lower).order_by("address")
    return [dict(row) for row in rows.values("address", "reason", "since", "failures")]
