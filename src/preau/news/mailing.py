"""An issue of the newsletter: written as a draft, looked at, sent to oneself, then to those who are meant, at once or
at a time; stopped, and gone on with.

The worker queues what is due, batch after batch; a batch is one transaction that moves the cursor with the outbox, so a
kill leaves nobody out, and the outbox refuses the same message twice."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.common.languages import known
from preau.mail import actions as mail
from preau.mail import campaigns, rules
from preau.news import letters_newsletter as letters
from preau.news import segments, subscribing
from preau.news.models import Mailing, Subscriber

BATCH = 1000
RESUMED = "newsletter.resumed"  # the verb of the journal
AT_ONCE = 20.0  # seconds of queueing before the worker looks at the rest; the next look goes on


@dataclass(frozen=True)
class Draft:
    """What is written: `texts` {language: {"subject", "body"}}, one whole at least; `segment` {name: value}."""

    texts: Mapping[str, Mapping[str, str]]
    segment: Mapping[str, str]


def key(row: Mailing) -> str:
    """By which the outbox knows its messages."""
    return f"newsletter:{row.pk}"


def write(*, act: acts.Act, by: Person, draft: Draft, row: Mailing | None, now: datetime) -> acts.Outcome:
    """Keep a draft, new or changed; of an issue that was stopped, what the rest will get. Refuses what is on its way or
    has gone, and a segment that does not exist."""

    def work() -> acts.Outcome:
        try:
            segment = segments.checked(draft.segment)
        except segments.Unknown as error:
            raise Refused(_("These people cannot be chosen. Nothing was stored.")) from error
        kept = _locked(row) if row else Mailing(made_by=by, made_at=now)
        if not writable(kept):
            raise Refused(changed_meanwhile())
        kept.texts, kept.segment = {code: dict(said) for code, said in draft.texts.items()}, segment
        kept.edited_at = now
        kept.save()
        return {"mailing": str(kept.pk)}

    return acts.once(act, by.pk, work)


def writable(row: Mailing) -> bool:
    """A draft, or what was stopped in the middle."""
    return row.sending_at is None or row.stopped_at is not None


def delete(*, act: acts.Act, by: Person, row: Mailing) -> acts.Outcome:
    """Throw a draft away. Refuses what was sent."""

    def work() -> acts.Outcome:
        kept = Mailing.objects.select_for_update().filter(pk=row.pk).first()
        if kept is not None and kept.sending_at is not None:
            raise Refused(changed_meanwhile())
        if kept is not None:
            kept.delete()
        return {"mailing": str(row.pk)}

    return acts.once(act, by.pk, work)


def send(
    *, act: acts.Act, by: Person, row: Mailing, seen: str, send_at: datetime | None, now: datetime
) -> acts.Outcome:
    """Confirm what was seen (its `fingerprint`): it goes at `send_at`, or at once; what was stopped goes on at once, to
    those who do not have it. Refuses when it was changed meanwhile, when nobody is meant, when nothing is said."""

    def work() -> acts.Outcome:
        kept = _locked(row)
        if fingerprint(kept) != seen or not writable(kept):
            raise Refused(changed_meanwhile())
        if not letters.written(kept):
            raise Refused(_("Nothing is written yet: a subject and a text in one language at least."))
        if send_at is not None and send_at < now:
            raise Refused(_("This time has passed. Choose a later one, or send it at once."))
        if not (people := segments.subscribers(kept.segment, now).count()):
            raise Refused(_("Nobody is meant: nothing would be sent. Choose other people."))
        again = kept.stopped_at is not None
        kept.sending_at = kept.sending_at or send_at or now
        kept.sent_by, kept.cursor, kept.queued_at, kept.stopped_at = by, None, None, None
        kept.save()
        verb = RESUMED if again else "newsletter.confirmed"
        journal.log(verb, by=by.pk, about="mailing", about_id=kept.pk, at=now, people=people)
        return {"mailing": str(kept.pk), "people": people}

    return acts.once(act, by.pk, work)


def stop(*, act: acts.Act, by: Person, row: Mailing, now: datetime) -> acts.Outcome:
    """Before its time it is a draft again. In the middle, what was queued and waits is withdrawn; what went stays.
    Refuses when all of it went."""

    def work() -> acts.Outcome:
        kept = _locked(row)
        if kept.sending_at is None or kept.stopped_at is not None:
            raise Refused(changed_meanwhile())
        if kept.sending_at > now and kept.cursor is None:
            kept.sending_at, kept.sent_by = None, None
        else:
            withdrawn = campaigns.withdraw(key(kept), *_span(kept, now))
            if kept.queued_at is not None and not withdrawn:
                raise Refused(_("All of it has gone: there is nothing left to stop."))
            kept.queued, kept.stopped_at = max(0, kept.queued - withdrawn), now
        kept.save()
        journal.log("newsletter.stopped", by=by.pk, about="mailing", about_id=kept.pk, at=now, queued=kept.queued)
        return {"mailing": str(kept.pk)}

    return acts.once(act, by.pk, work)


def send_to_me(*, act: acts.Act, by: Person, row: Mailing, now: datetime) -> acts.Outcome:
    """The message as others would get it, to oneself, at once, in each language that is written."""

    def work() -> acts.Outcome:
        for language in letters.written(row):
            made = letters.letter(row, language)
            text, html = made.to(subscribing.page_of(language))
            with override(language):
                subject = _("Trial: {subject}").format(subject=made.subject)
            mail.queue(
                person_id=by.pk,
                address=by.email,
                key=f"newsletter-test:{new_id()}",
                language=language,
                subject=subject,
                text=text,
                html=html,
                now=now,
            )
        return {"mailing": str(row.pk)}

    return acts.once(act, by.pk, work)


def fingerprint(row: Mailing) -> str:
    """Says which draft somebody looked at: it differs when anything of it changed."""
    said = json.dumps([row.texts, row.segment], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def changed_meanwhile() -> str:
    """Why an issue is not what somebody believes that it is."""
    return _("This issue has changed meanwhile. Look at it again: nothing was stored.")


def _locked(row: Mailing) -> Mailing:
    if found := Mailing.objects.select_for_update().filter(pk=row.pk).first():
        return found
    raise Refused(changed_meanwhile())


def _span(row: Mailing, now: datetime) -> tuple[datetime, datetime]:
    """Between which moments its messages were queued."""
    return row.sending_at or row.made_at, row.queued_at or now


def standing(row: Mailing, now: datetime) -> campaigns.Standing:
    """How its messages stand in the outbox."""
    return campaigns.standing(key(row), *_span(row, now)) if row.sending_at else campaigns.Standing()


def queue_due(*, now: datetime) -> int:
    """Queue what is due, for so long at most; returns how many subscribers were dealt with."""
    total, end = 0, time.monotonic() + AT_ONCE
    while (dealt := _queue_batch(now)) is not None:
        total += dealt
        if time.monotonic() > end:
            break
    return total


class Reader(NamedTuple):
    """A subscriber as a batch reads them; `account` is the address of the person's account."""

    pk: UUID
    person_id: UUID | None
    address: str
    account: str | None
    zone: str
    language: str
    token: str
    confirmed_at: datetime

    @property
    def at(self) -> str:
        """Where mail reaches them."""
        return self.account or self.address

    @property
    def who(self) -> UUID:
        """As the outbox knows them."""
        return self.person_id or rules.stranger(self.address)


@transaction.atomic
def _queue_batch(now: datetime) -> int | None:
    """One batch of one issue; None when nothing is due."""
    due = Mailing.objects.filter(sending_at__lte=now, queued_at=None, stopped_at=None).order_by("sending_at", "pk")
    row = due.select_for_update(skip_locked=True).first()
    if row is None:
        return None
    everybody = readers(row)
    rows = everybody.filter(pk__gt=row.cursor) if row.cursor else everybody
    fields = ("pk", "person_id", "address", "person__email", "zone", "language", "token", "confirmed_at")
    batch = [Reader(*one) for one in rows.order_by("pk").values_list(*fields)[:BATCH]]
    gone = _not_again(row, batch, everybody) | subscribing.end_meanwhile(
        (subscribing.Candidate(r.pk, r.person_id, r.at.lower(), r.confirmed_at) for r in batch), now
    )
    queued = mail.queue_many(
        _messages(row, [one for one in batch if one.pk not in gone]), now=now, kind=subscribing.KIND
    )
    row.queued = F("queued") + queued
    row.cursor = batch[-1].pk if batch else row.cursor
    row.queued_at = None if len(batch) == BATCH else now
    row.save(update_fields=["queued", "cursor", "queued_at"])
    return len(batch)


def readers(row: Mailing) -> QuerySet[Subscriber]:
    """Those who get an issue that was confirmed, in no order: who comes after its time does not, so that nobody is met
    again under a second subscription."""
    assert row.sending_at is not None
    return segments.subscribers(row.segment, row.sending_at).filter(confirmed_at__lte=row.sending_at)


def _not_again(row: Mailing, batch: Sequence[Reader], everybody: QuerySet[Subscriber]) -> set[UUID]:
    """Those of a batch who have this issue already, by their account or its address, or get it by their account."""
    gone_on = any(line.verb == RESUMED for line in journal.about("mailing", row.pk))
    told = campaigns.told(key(row), {w for r in batch for w in (r.who, rules.stranger(r.at))}) if gone_on else set()
    alone = {r.address.lower() for r in batch if r.person_id is None}
    lower = Person.objects.alias(lower=Lower("email")).filter(lower__in=alone).order_by()
    accounts = {
        pk: email.lower() for pk, email in lower.values_list("pk", "email")
    }  # by an index, whatever their number
    both = everybody.filter(person__in=accounts).values_list("person_id", flat=True)
    twice = {accounts[pk] for pk in both if pk} if accounts else set()
    again = {r.pk for r in batch if told and (r.who in told or rules.stranger(r.at) in told)}
    return again | {r.pk for r in batch if r.person_id is None and r.address.lower() in twice}


def _messages(row: Mailing, batch: Sequence[Reader]) -> Iterator[dict[str, Any]]:
    spoken = {language: letters.letter(row, known(language)) for language in {reader.language for reader in batch}}
    for reader in batch:
        own = subscribing.page_of(reader.language) if reader.person_id else subscribing.own_page(reader.token)
        text, html = spoken[reader.language].to(own)
        yield {
            "person_id": reader.who,
            "address": reader.at,
            "key": key(row),
            "language": known(reader.language),
            "zone": reader.zone,
            "subject": spoken[reader.language].subject,
            "text": text,
            "html": html,
        }
