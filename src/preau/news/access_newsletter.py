"""The doors of the newsletter: to a subscription by its token, to an issue that went. Missing and forbidden are one
404."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from preau.mail import rules
from preau.news.models import Mailing, Subscriber


def subscriber(token: str) -> Subscriber:
    """The subscription that this token names; it is the proof that its reader has the mail."""
    rows = Subscriber.objects.select_related("course", "person")
    found = rows.filter(token=token.lower()).first() if len(token) == rules.TOKEN else None
    if found is None:
        raise Http404
    return found


def issue(mailing_id: UUID, *, now: datetime) -> Mailing:
    """An issue as everybody may read it: its time has come, and it was not stopped before anybody had it."""
    rows = Mailing.objects.filter(Q(stopped_at=None) | Q(queued__gt=0), sending_at__lte=now)
    if found := rows.filter(pk=mailing_id).first():
        return found
    raise Http404


def issues(*, now: datetime) -> list[Mailing]:
    """The latest that went to everybody."""
    rows = Mailing.objects.filter(Q(stopped_at=None) | Q(queued__gt=0), sending_at__lte=now, segment={})
    return list(rows.order_by("-sending_at", "-pk")[:10])
