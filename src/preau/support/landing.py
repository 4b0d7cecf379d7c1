"""A mail that came in lands where it belongs: in the request that it answers, else in a new one.

The token of one of our messages is a secret between us and its reader: whoever brings it back may write to that
request. Without it a sender proves nothing, unless our own mail server vouches for it: such a request has an address
and no person, so that nobody can speak, or be decided upon, in another's name. We never answer a mail by a program."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.text import clean, one_line
from preau.courses.models import Enrolment
from preau.mail import actions as mail
from preau.mail import queries as outbox
from preau.mail.incoming import Incoming
from preau.mail.models import Message
from preau.support import actions, rules
from preau.support.access import LookedAt
from preau.support.letters import KEY
from preau.support.models import Announcement, Entry, Request


@dataclass(frozen=True)
class Landed:
    """What became of a mail: `bounced`, `dropped` (`reason` says why), `doubled` (it was here already), or the
    `request` that it is in."""

    what: str
    reason: str = ""
    request: Request | None = None


def receive(incoming: Incoming, *, now: datetime) -> Landed:
    """Land one mail. The same mail (by its Message-ID) lands once."""
    if incoming.kind == "bounce":
        known = mail.bounced(token=incoming.token, hard=incoming.hard, complaint=incoming.complaint, now=now)
        return Landed("bounced", incoming.reason) if known else Landed("dropped", "a bounce of nothing of ours")
    if incoming.kind not in {"reply", "new"}:
        return Landed("dropped", f"{incoming.kind}: {incoming.reason}")
    if incoming.message_id and Entry.objects.filter(message_id=incoming.message_id).exists():
        return Landed("doubled")
    message = outbox.by_token(incoming.token) if incoming.token else None
    try:
        with transaction.atomic():
            return Landed("landed", request=_landed(incoming, message, now))
    except Refused as refusal:
        return Landed("dropped", refusal.reason)
    except IntegrityError:  # the same mail came twice at once
        return Landed("doubled")


def _landed(incoming: Incoming, message: Message | None, now: datetime) -> Request:
    row = _answered(message) if message else None
    person = _person(incoming, message)
    if row is None:
        row = _latest(person, incoming.sender, now) or _opened(incoming, message, person, now)
    row = Request.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.person_id is None and message is not None and person is not None:
        actions.change(row, person=person)  # their answer proves that the address is theirs
    known = person is not None and person.pk == row.person_id
    actions.written(
        row,
        clean(incoming.text).strip()[: rules.LONGEST] or _("(a mail without text)"),
        new_id(),
        author=person if known else None,
        attached=incoming.attachments,
        left_out=[{"name": file.name, "left_out": file.reason} for file in incoming.left_out],
        message_id=incoming.message_id,
        sender="" if known and person and person.email.lower() == incoming.sender.lower() else incoming.sender,
        now=now,
    )
    return row


def _answered(message: Message) -> Request | None:
    """The request that one of our messages told of, where it is now."""
    if not message.key.startswith(KEY):
        return None
    entry = Entry.objects.select_related("request").filter(pk=_uuid(message.key.removeprefix(KEY))).first()
    return entry.request if entry else None


def _person(incoming: Incoming, message: Message | None) -> Person | None:
    """Who wrote: whom our message went to, else whose address our mail server vouches for."""
    people = Person.objects.filter(is_active=True)
    if message is not None:
        return people.filter(pk=message.person_id).first() or people.filter(email__iexact=message.address).first()
    return people.filter(email__iexact=incoming.sender).first() if incoming.authenticated else None


def _latest(person: Person | None, sender: str, now: datetime) -> Request | None:
    """Where a mail too many goes: whoever opens more than `rules.A_DAY` requests in a day adds to the latest."""
    mine: dict[str, Any] = {"person": person} if person else {"person": None, "address__iexact": sender}
    recent = Request.objects.filter(**mine, asked_at__gt=now - timedelta(days=1), merged_into=None)
    rows = list(recent.order_by("-asked_at")[: rules.A_DAY])
    return rows[0] if len(rows) == rules.A_DAY else None


def _opened(incoming: Incoming, message: Message | None, person: Person | None, now: datetime) -> Request:
    enrolment = _enrolment(person, message, now)
    codes = [code for code, _name in settings.LANGUAGES]
    spoken = person.language if person else settings.LANGUAGE_CODE
    return Request.objects.create(
        edition=enrolment.edition if enrolment else None,
        enrolment=enrolment,
        person=person,
        address=person.email if person else incoming.sender,
        language=spoken if spoken in codes else settings.LANGUAGE_CODE,
        topic=Request.Topic.OTHER,
        subject=one_line(incoming.subject)[:200] or _("(no subject)"),
        about=LookedAt(title=message.subject if message else "").data(),
        asked_at=now,
        touched_at=now,
    )


def _enrolment(person: Person | None, message: Message | None, now: datetime) -> Enrolment | None:
    """The edition whose team a mail concerns: that of the announcement that it answers, else the only one in which the
    person is; of several nobody can tell, and the site's team hands it on."""
    if person is None:
        return None
    rows = Enrolment.objects.select_related("edition").filter(person=person, left_at=None)
    if message is not None and message.key.startswith("announcement:"):
        told = Announcement.objects.filter(pk=_uuid(message.key.split(":")[1])).values_list("edition_id", flat=True)
        return rows.filter(edition_id__in=told).first()
    current = list(rows.filter(edition__closes_at__gt=now - timedelta(days=60))[:2])
    return current[0] if len(current) == 1 else None


def _uuid(text: str) -> UUID:
    """The id in a message's key; of a key that holds none, one that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
