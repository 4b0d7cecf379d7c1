"""The one door for every message: into the outbox with the change that causes it, out of it by the worker."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from preau.common import ids
from preau.mail import kinds, letters, office, rules, settling, sorting
from preau.mail.models import Message, Preference, Suppression

TRIES = rules.TRIES
BATCH = 500
SECONDS = 10  # of sending at the set rate, at most, in one batch: what is urgent never waits for longer
AT_ONCE = 500  # rows of one INSERT


def queue(
    *,
    person_id: UUID,
    address: str,
    key: str,
    language: str,
    subject: str,
    text: str,
    now: datetime,
    kind: str = "account",
    html: str = "",
    zone: str = "",
    send_at: datetime | None = None,
    reply_to: str = "",
) -> None:
    """Put a message in the outbox, unless the same one (`key`) is there already for this person.

    `html` is a safe fragment that says what `text` says; without it the HTML is made from the text. `zone` (IANA) is
    the person's, for quiet hours; `send_at` is the earliest moment; `reply_to` replaces the address for answers.
    Raises KeyError for a kind that nobody registered."""
    row = {"person_id": person_id, "address": address, "key": key, "language": language, "zone": zone}
    words = {"subject": subject, "text": text, "html": html}
    queue_many([{**row, **words}], now=now, kind=kind, send_at=send_at, reply_to=reply_to)


def queue_many(
    rows: Iterable[Mapping[str, Any]],
    *,
    now: datetime,
    kind: str,
    send_at: datetime | None = None,
    reply_to: str = "",
    held: bool = False,
) -> int:
    """Put many messages in the outbox, each row with `person_id`, `address`, `key`, `language`, `subject`, `text` and,
    if need be, `html` and `zone`, as in `queue`; returns how many rows were read. Rows may come from a generator.
    `held`: each is already a summary, and at `send_at` goes in one with whatever else is held for its person."""
    kinds.find(kind)
    shared = {"kind": kind, "send_at": send_at, "reply_to": reply_to, "queued_at": now, "held": held}
    read = 0
    batch: list[Message] = []
    for row in rows:
        subject = " ".join(row["subject"].split())[:200]  # a line end would begin another header
        nowhere = Message.Stopped.NOWHERE if rules.goes_nowhere(row["address"]) else ""
        batch.append(
            Message(**{**row, "subject": subject}, **shared, id=ids.new_id(), token=rules.token(), stopped=nowhere)
        )
        read += 1
        if len(batch) == AT_ONCE:
            Message.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Message.objects.bulk_create(batch, ignore_conflicts=True)
    return read


def deliver(*, now: datetime, limit: int = BATCH) -> int:
    """Send what may go now, transactional messages first; returns how many went. A failure is kept with the message
    and tried again later. Over SMTP each goes exactly once, whichever process of ours is killed and when, unless it is
    the postman, between the last byte and the server's reply (decision 13)."""
    if not office.speaks_smtp():
        return _by_django(now, limit)
    with office.held() as desk:
        if desk is None:
            return 0  # another worker is at it, or the postman of one that was killed: it ends by itself
        settling.settle(desk.journal(), now=now, name=desk.name)
        desk.forget()
        if not sorting.due(now).exists() or (process := desk.start()) is None:
            return 0
        most = min(limit, settings.MAIL_RATE * SECONDS) if settings.MAIL_RATE else limit
        try:
            messages = sorting.claim(now, most, desk.name)
            office.hand(process, (job for message in messages if (job := _job(message, now)) is not None))
        finally:
            office.end(process)
        went = settling.settle(desk.journal(), now=now, name=desk.name)
        desk.forget()
        return went


def _job(message: Message, now: datetime) -> office.Job | None:
    try:
        data = letters.letter(message).message().as_bytes()
        recipient = letters.recipient(message.address)
    except ValueError as error:  # an address nobody can write to, a header that cannot be
        settling.failed(message, str(error), now=now)
        return None
    return office.Job(message.pk, letters.envelope_sender(message), recipient, data)


def _by_django(now: datetime, limit: int) -> int:
    """Through another backend than SMTP, in this process."""
    sent = 0
    for message in sorting.claim(now, limit, ""):
        try:
            letters.letter(message).send()
        except (OSError, ValueError) as error:  # a provider's errors are OSErrors; ValueError: see `_job`
            settling.failed(message, str(error), now=now)
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=now, error="", claimed_at=None)
        sent += 1
    return sent


@transaction.atomic
def prefer(*, person_id: UUID, cadences: Mapping[str, str], now: datetime) -> None:
    """Write how often a person wants each kind. Raises KeyError for an unknown or transactional kind, ValueError for
    an unknown cadence."""
    for name, cadence in cadences.items():
        if kinds.find(name).transactional:
            raise KeyError(name)
        if cadence not in Preference.Cadence.values:
            raise ValueError(cadence)
        Preference.objects.update_or_create(
            person_id=person_id, kind=name, defaults={"cadence": cadence, "chosen_at": now}
        )


@transaction.atomic
def stop(message: Message, *, now: datetime) -> None:
    """One click: the person of this message wants no more of its kind; of a digest, of the kinds that it held."""
    held = Message.objects.filter(digest_id=message.pk).order_by().values_list("kind", flat=True).distinct()
    names = set(held) if message.kind == kinds.DIGEST.name else {message.kind}
    prefer(person_id=message.person_id, cadences=dict.fromkeys(names, Preference.Cadence.OFF), now=now)


def listen(*, person_id: UUID, kind: str) -> None:
    """They ask for a message of this kind themselves: what they had stopped comes again. Raises KeyError for an unknown
    kind."""
    off = Preference.Cadence.OFF
    Preference.objects.filter(person_id=person_id, kind=kinds.find(kind).name, cadence=off).delete()


@transaction.atomic
def bounced(*, now: datetime, token: str = "", address: str = "", hard: bool, complaint: bool = False) -> bool:
    """A message came back, or its reader complained: a hard one and a complaint close the address at once, soft ones
    after some. Named by the message's `token`, which is the proof that it was ours; by `address` only where somebody
    trusted says so (a provider, an operator). False when nothing of ours is meant."""
    if token:
        address = Message.objects.filter(token=token).values_list("address", flat=True).first() or ""
    if not address:
        return False
    reason = Suppression.Reason.HARD if hard else Suppression.Reason.SOFT
    settling.suppress(address, Suppression.Reason.COMPLAINT if complaint else reason, now=now)
    return True


def lift(*, address: str) -> bool:
    """Write to this address again; False when it was not closed."""
    rows, _tables = Suppression.objects.filter(address=address.lower()).delete()
    return bool(rows)


def again() -> int:
    """Try every message once more that was given up; returns how many there are."""
    rows = Message.objects.filter(sent_at=None, stopped="", failures__gte=TRIES)
    return rows.update(failures=0, error="", claimed_at=None, claimed_by="", send_at=None)


def sent_to(person_id: UUID, address: str) -> list[dict[str, Any]]:
    """The messages of one person, oldest first, as exported to them."""
    rows = Message.objects.filter(Q(person_id=person_id) | Q(address__iexact=address)).order_by("queued_at", "pk")
    named = rows.values("subject", "text", "address", "language", "kind", "queued_at", "sent_at", "stopped")
    return [dict(row) for row in named]


def forget(*, person_id: UUID, addresses: Iterable[str]) -> None:
    """Delete every message of a person or to one of their addresses, sent or not, what they chose to receive, and what
    is known of those addresses."""
    closed = [address.lower() for address in addresses]
    same = Q(person_id=person_id)
    for address in closed:
        same |= Q(address__iexact=address)
    Message.objects.filter(same).delete()
    known = [person_id, *(rules.stranger(address) for address in closed)]
    Preference.objects.filter(person_id__in=known).delete()
    Suppression.objects.filter(address__in=closed).delete()
