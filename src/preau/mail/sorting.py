"""Which of the messages that wait go now: suppressed addresses, preferences, quiet hours, the cap of a day, digests."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext, override

from preau.common.ids import new_id
from preau.mail import kinds, letters, rules
from preau.mail.models import Message, Preference, Suppression

LEASE = timedelta(minutes=10)  # a sender killed in the middle leaves its claim; another takes it after this
LOOKED_BACK = timedelta(hours=26)  # longer than any local day


def due(now: datetime) -> QuerySet[Message]:
    """What may be looked at: neither sent nor stopped nor given up, its time come, in nobody's hands."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    ready = Q(send_at=None) | Q(send_at__lte=now)
    return Message.objects.filter(free, ready, sent_at=None, stopped="", failures__lt=rules.TRIES)


def claim(now: datetime, limit: int, name: str) -> list[Message]:
    """At most `limit` messages that may go now, transactional ones first, marked as held by `name`. The others that
    were looked at are stopped, put off or put together."""
    while True:
        looked, going = _claim(now, limit, name)
        if going or looked < limit:
            return going


@transaction.atomic
def _claim(now: datetime, limit: int, name: str) -> tuple[int, list[Message]]:
    urgent = kinds.transactional()
    rows = due(now).order_by("queued_at", "pk").select_for_update(skip_locked=True)
    looked = list(rows.filter(kind__in=urgent)[:limit])
    if len(looked) < limit:
        looked += rows.exclude(kind__in=urgent)[: limit - len(looked)]
    going = _sorted(looked, now)
    Message.objects.filter(pk__in=[m.pk for m in going]).update(claimed_at=now, claimed_by=name)
    return len(looked), going


@dataclass
class _Known:
    """What the decision about each message needs, read once for all: `closed` addresses in lower case, `wanted`
    cadences by (person, kind), `counted` times of messages that could have waited, by person."""

    closed: set[str]
    wanted: dict[tuple[UUID, str], str]
    counted: dict[UUID, list[datetime]]
    put_off: dict[tuple[datetime, bool], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    stopped: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    held: dict[UUID, list[Message]] = field(default_factory=lambda: defaultdict(list))


def _sorted(looked: Sequence[Message], now: datetime) -> list[Message]:
    known = _known(looked, now)
    going = [message for message in looked if _goes(message, known, now)]
    for reason, pks in known.stopped.items():
        Message.objects.filter(pk__in=pks).update(stopped=reason)
    for (at, held), pks in known.put_off.items():
        Message.objects.filter(pk__in=pks).update(send_at=at, held=held)
    return [*going, *(_digest(person, now) for person in known.held)]


def _known(looked: Sequence[Message], now: datetime) -> _Known:
    addresses = {message.address.lower() for message in looked}
    people = {m.person_id for m in looked if not kinds.read(m.kind).transactional}
    counted: dict[UUID, list[datetime]] = defaultdict(list)
    sent = Message.objects.filter(person_id__in=people, sent_at__gt=now - LOOKED_BACK)
    for person, at in sent.exclude(kind__in=kinds.transactional()).order_by().values_list("person_id", "sent_at"):
        counted[person] += [at] if at else []
    wanted = Preference.objects.filter(person_id__in=people).values_list("person_id", "kind", "cadence").order_by()
    return _Known(suppressed(addresses), {(p, kind): cadence for p, kind, cadence in wanted}, counted)


def closing() -> Q:
    """The suppressions that close an address: all but soft ones that are still few."""
    return ~Q(reason=Suppression.Reason.SOFT) | Q(failures__gte=rules.SOFT_BOUNCES)


def suppressed(addresses: Collection[str]) -> set[str]:
    """Those of these addresses (in lower case) to which nothing may go."""
    rows = Suppression.objects.filter(closing(), address__in=addresses).order_by()
    return set(rows.values_list("address", flat=True))


def _goes(message: Message, known: _Known, now: datetime) -> bool:
    """Does it go now? Otherwise `known` says what becomes of it."""
    if message.address.lower() in known.closed:
        known.stopped[Message.Stopped.SUPPRESSED].append(message.pk)
        return False
    kind = kinds.read(message.kind)
    if kind.transactional:
        return True
    cadence = known.wanted.get((message.person_id, message.kind), kind.cadence)
    if cadence == Preference.Cadence.OFF:
        known.stopped[Message.Stopped.OFF].append(message.pk)
        return False
    zone = rules.zone_of(message.zone)
    gathered = cadence in {Preference.Cadence.DAILY, Preference.Cadence.WEEKLY}
    if gathered and not message.held:
        known.put_off[rules.next_digest(now, zone, cadence), True].append(message.pk)
        return False
    if later := rules.quiet_until(now, zone):
        known.put_off[later, message.held].append(message.pk)
        return False
    if gathered:
        known.held[message.person_id].append(message)
        return False
    return _under_the_cap(message, known, now)


def _under_the_cap(message: Message, known: _Known, now: datetime) -> bool:
    zone = rules.zone_of(message.zone)
    since = rules.day_began(now, zone)
    today = known.counted[message.person_id]
    if settings.MAIL_CAP and message.kind != kinds.DIGEST.name:
        if sum(at >= since for at in today) >= settings.MAIL_CAP:
            known.put_off[rules.morning(now, zone), False].append(message.pk)
            return False
        today.append(now)
    return True


def _digest(person: UUID, now: datetime) -> Message:
    """One message made of all those that were held for this person and are due; a single one goes as it is."""
    held = list(due(now).filter(person_id=person, held=True).order_by("queued_at", "pk").select_for_update())
    latest = held[-1]
    if len(held) == 1:
        return latest
    pk = new_id()
    Message.objects.filter(pk__in=[m.pk for m in held]).update(stopped=Message.Stopped.DIGEST, digest_id=pk)
    with override(latest.language):
        subject = ngettext("{site}: {number} message", "{site}: {number} messages", len(held))
    return Message.objects.create(
        pk=pk,
        person_id=person,
        address=latest.address,
        key=f"digest:{pk.hex}",
        kind=kinds.DIGEST.name,
        language=latest.language,
        zone=latest.zone,
        subject=subject.format(site=settings.SITE_NAME, number=len(held)),
        text="\n\n".join(f"{m.subject}\n{'-' * min(len(m.subject), 60)}\n\n{m.text.strip()}" for m in held) + "\n",
        html=_together(held),
        token=rules.token(),
        queued_at=now,
    )


def _together(held: Iterable[Message]) -> SafeString:
    return format_html_join(
        "\n", "{}", ((format_html("<h2>{}</h2>\n{}", m.subject, letters.as_html(m)),) for m in held)
    )
