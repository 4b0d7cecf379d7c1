"""The one door for every message: into the outbox with the change that causes it, out of it by the worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from preau.mail.models import Message

LEASE = timedelta(minutes=10)  # a sender killed in the middle leaves its claim; another takes it after this
TRIES = 8
BATCH = 100


def queue(*, person_id: UUID, address: str, key: str, language: str, subject: str, text: str, now: datetime) -> None:
    """Put a message in the outbox, unless the same one (`key`) is there already for this person."""
    message = Message(
        person_id=person_id,
        address=address,
        key=key,
        language=language,
        subject=" ".join(subject.split())[:200],  # a line end would begin another header
        text=text,
        queued_at=now,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)


def deliver(*, now: datetime, limit: int = BATCH) -> int:
    """Send what waits, oldest first; returns how many went. A failure is kept with the message and tried again
    later."""
    sent = 0
    for message in _claim(now, limit):
        try:
            EmailMessage(
                message.subject, message.text, to=[message.address], headers={"Auto-Submitted": "auto-generated"}
            ).send()
        except (OSError, ValueError) as error:  # smtplib's are OSErrors; a ValueError is an address nobody can write to
            Message.objects.filter(pk=message.pk).update(failures=F("failures") + 1, error=str(error)[:200])
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=now, error="")
        sent += 1
    return sent


@transaction.atomic
def _claim(now: datetime, limit: int) -> list[Message]:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    nowhere = Q(address__iendswith=".example") | Q(address__iendswith=".invalid")  # RFC 2606: simulated, erased people
    waiting = Message.objects.filter(free, ~nowhere, sent_at=None, failures__lt=TRIES).order_by("queued_at")
    messages = list(waiting.select_for_update(skip_locked=True)[:limit])
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(claimed_at=now)
    return messages


def sent_to(person_id: UUID, address: str) -> list[dict[str, Any]]:
    """The messages of one person, oldest first, as exported to them."""
    rows = Message.objects.filter(Q(person_id=person_id) | Q(address__iexact=address)).order_by("queued_at", "pk")
    return [dict(row) for row in rows.values("subject", "text", "address", "language", "queued_at", "sent_at")]


def forget(*, person_id: UUID, addresses: Iterable[str]) -> None:
    """Delete every message of a person or to one of their addresses, sent or not."""
    same = Q(person_id=person_id)
    for address in addresses:
        same |= Q(address__iexact=address)
    Message.objects.filter(same).delete()
