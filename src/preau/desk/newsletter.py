"""What the desk shows of the newsletter: issues with their figures, how one stands, how it looks, who subscribes."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q

from preau.mail.campaigns import Standing
from preau.news import letters_newsletter as letters
from preau.news import mailing, segments
from preau.news.models import Mailing, Subscriber

KEPT = 3600  # seconds: the figures of an issue of which nothing waits any more


@dataclass(frozen=True)
class State:
    """Where an issue is: `name` is draft, scheduled, queueing, sending, sent or stopped."""

    row: Mailing
    name: str
    standing: Standing
    left: int  # how many subscribed mails were ended by their readers since it began to go

    @property
    def handled(self) -> int:
        """Messages of which something became."""
        return self.standing.sent + self.standing.failed + self.standing.stopped


def of(row: Mailing, now: datetime, left: int = 0) -> State:
    """Where it is now."""
    if row.sending_at is None:
        return State(row, "draft", Standing(), 0)
    if row.sending_at > now and row.cursor is None:
        return State(row, "scheduled", Standing(), 0)
    standing = _standing(row, now)
    if row.stopped_at is not None:
        name = "stopped"
    elif row.queued_at is None:
        name = "queueing"
    else:
        name = "sending" if standing.waiting else "sent"
    return State(row, name, standing, left)


def _standing(row: Mailing, now: datetime) -> Standing:
    """Counted in the outbox; what has settled is remembered for a while."""
    stopped = row.stopped_at.timestamp() if row.stopped_at else 0
    name = f"newsletter:{row.pk}:{row.queued}:{stopped}"
    known = cache.get(name)
    if isinstance(known, Standing):
        return known
    found = mailing.standing(row, now)
    if row.queued_at is not None and not found.waiting:
        cache.set(name, found, KEPT)
    return found


def states(rows: Sequence[Mailing], now: datetime) -> list[State]:
    """Where each of these is, and how many readers ended their subscription since."""
    first = min((row.sending_at for row in rows if row.sending_at), default=None)
    ends: list[datetime] = []
    if first is not None:
        left = Subscriber.objects.filter(ended=Subscriber.Ended.ASKED, ended_at__gte=first)
        ends = sorted(at for at in left.order_by().values_list("ended_at", flat=True) if at)
    return [of(row, now, len(ends) - bisect_left(ends, row.sending_at) if row.sending_at else 0) for row in rows]


def looks(row: Mailing) -> list[dict[str, Any]]:
    """[{code, subject, mail, plain, written}] for each language of the site: how readers of it will see it."""
    found = []
    for code, _name in settings.LANGUAGES:
        subject, plain, html = letters.as_sent(row, code)
        look = {"code": code, "subject": subject, "mail": html, "plain": plain}
        found.append({**look, "written": code in letters.written(row), "spoken": letters.spoken(row, code)})
    return found


def people(row: Mailing, now: datetime) -> dict[str, Any]:
    """`count` of those who would get it, `everybody` of those who get the newsletter at all, `without` of those it
    would reach who read a language that it is not written in."""
    meant = segments.subscribers(row.segment, now)
    every = Subscriber.objects.filter(ended_at=None, confirmed_at__isnull=False)
    spoken = Q(language__in=letters.written(row))
    counted = meant.aggregate(count=Count("pk"), without=Count("pk", filter=~spoken))
    return {**counted, "everybody": every.count()}


def subscribed() -> dict[str, int]:
    """How many get the newsletter, how many have not confirmed yet."""
    live = Subscriber.objects.filter(ended_at=None)
    return live.aggregate(
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)), asked=Count("pk", filter=Q(confirmed_at=None))
    )
