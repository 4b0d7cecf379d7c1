"""What the postman's journal says, written into the outbox. Done again it changes nothing more."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F

from preau.mail import rules
from preau.mail.models import Message, Suppression
from preau.mail.office import Journal

STATUS = re.compile(r"\d\.\d{1,3}\.\d{1,3}")  # an enhanced status code (RFC 3463)
DOUBTFUL = "sent again: the postman was killed while the server took it"


@transaction.atomic
def settle(journal: Journal, *, now: datetime, name: str) -> int:
    """Note what went and what failed, and give back what `name` had claimed and did not send; returns how many
    went."""
    sent = Message.objects.filter(pk__in=journal.sent, sent_at=None)
    went = sent.update(sent_at=now, error="", claimed_at=None, claimed_by="")
    mine = Message.objects.filter(claimed_by=name, sent_at=None)
    for message in mine.filter(pk__in=journal.failed.keys() - journal.sent).order_by("pk"):
        failed(message, journal.failed[message.pk], now=now)
    Message.objects.filter(pk__in=journal.doubtful, claimed_by=name).update(error=DOUBTFUL)
    mine.update(claimed_at=None, claimed_by="")
    return went


def failed(message: Message, words: str, *, now: datetime) -> None:
    """Count a failure: again later, or never when the server says that the address does not exist."""
    status = STATUS.search(words)
    if status and rules.is_hard(status.group()):
        suppress(message.address, Suppression.Reason.HARD, now=now)
        Message.objects.filter(pk=message.pk).update(
            stopped=Message.Stopped.SUPPRESSED, error=words[:200], claimed_at=None, claimed_by=""
        )
        return
    Message.objects.filter(pk=message.pk).update(
        failures=F("failures") + 1,
        error=words[:200],
        send_at=rules.retry_at(now, message.failures + 1),
        claimed_at=None,
        claimed_by="",
    )


def suppress(address: str, reason: str, *, now: datetime) -> None:
    """Stop writing to an address. A soft bounce counts; it never weakens a firmer reason."""
    row, new = Suppression.objects.select_for_update().get_or_create(
        address=address.lower(), defaults={"reason": reason, "since": now}
    )
    if new:
        return
    row.failures = min(row.failures + 1, 1000)
    if row.reason == Suppression.Reason.SOFT and reason != Suppression.Reason.SOFT:
        row.reason, row.since = reason, now
    row.save(update_fields=["failures", "reason", "since"])
