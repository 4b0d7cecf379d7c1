"""Announcements: written as a draft, looked at, sent to oneself, then to a segment at once or at a time.

The worker serves what is due, batch after batch; a batch is one transaction that moves the cursor with the outbox, so a
kill leaves nobody out, and the outbox refuses the same message twice.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import markdown
from preau.common.ids import new_id
from preau.common.prepared import Prepared
from preau.common.text import one_line
from preau.common.words import words
from preau.courses import segments
from preau.courses.models import Edition, Enrolment
from preau.mail import actions as mail
from preau.mail import letters
from preau.support.models import Announcement

BATCH = 1000
SHOWN = 5  # on an edition's home at once, the latest
State = Announcement.State


@dataclass(frozen=True)
class Draft:
    """What is written: `texts` {language: {"subject", "text"}}, the course's first language at least."""

    texts: Mapping[str, Mapping[str, str]]
    segment: Sequence[Mapping[str, str]]
    on_site: bool
    by_mail: bool
    shown_until: datetime | None


def write(
    *, act: acts.Act, by: Person, edition: Edition, draft: Draft, row: Announcement | None, now: datetime
) -> acts.Outcome:
    """Keep a draft, new or changed. Refuses when it was confirmed meanwhile, and a segment that does not exist."""

    def work() -> acts.Outcome:
        try:
            segment = segments.checked(edition, draft.segment)
        except segments.Unknown as error:
            raise Refused(_("These people cannot be chosen in this edition. Nothing was stored.")) from error
        kept = _locked(row, State.DRAFT) if row else Announcement(edition=edition, written_by=by, written_at=now)
        kept.segment, kept.texts = segment, {code: dict(said) for code, said in draft.texts.items()}
        kept.on_site, kept.by_mail, kept.shown_until = draft.on_site, draft.by_mail, draft.shown_until
        kept.save()
        return {"announcement": str(kept.pk)}

    return acts.once(act, by.pk, work)


def schedule(
    *, act: acts.Act, by: Person, row: Announcement, seen: str, send_at: datetime | None, now: datetime
) -> acts.Outcome:
    """Confirm what was seen (its `fingerprint`): it goes at `send_at`, or at once. Refuses when it was changed
    meanwhile, when nobody is meant, when nothing is said, or when it goes nowhere."""

    def work() -> acts.Outcome:
        kept = _locked(row, State.DRAFT)
        if fingerprint(kept) != seen:
            raise Refused(changed_meanwhile())
        if reason := _in_the_way(kept, send_at, now):
            raise Refused(reason)
        if not (counted := segments.people(kept.edition, kept.segment).count()):
            raise Refused(_("Nobody is meant: nothing would be sent. Choose other people."))
        kept.state, kept.send_at, kept.counted = State.SCHEDULED, send_at or now, counted
        kept.save()
        log = {"announcement": str(kept.pk), "people": counted}
        journal.log("announcement.confirmed", by=by.pk, about="edition", about_id=kept.edition_id, at=now, **log)
        return {"announcement": str(kept.pk), "people": counted}

    return acts.once(act, by.pk, work)


def _in_the_way(row: Announcement, send_at: datetime | None, now: datetime) -> str:
    if not row.texts.get(row.edition.course.languages[0], {}).get("text", "").strip():
        return _("Nothing is written yet in the first language of the course.")
    if not (row.on_site or row.by_mail):
        return _("Choose where it goes: on the site, by mail, or both.")
    if send_at is not None and send_at < now:
        return _("This time has passed. Choose a later one, or send it at once.")
    if row.on_site and row.shown_until is not None and row.shown_until <= (send_at or now):
        return _("It would be on the site until a time before it goes. Change one of the two.")
    return ""


def changed_meanwhile() -> str:
    """Why an announcement is not what somebody believes that it is."""
    return _("This announcement has changed meanwhile. Look at it again: nothing was stored.")


def fingerprint(row: Announcement) -> str:
    """Says which draft somebody looked at: it differs when anything of it changed."""
    until = row.shown_until.isoformat() if row.shown_until else ""
    said = json.dumps([row.texts, row.segment, row.on_site, row.by_mail, until], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def cancel(*, act: acts.Act, by: Person, row: Announcement, now: datetime) -> acts.Outcome:
    """Take it back before it has gone, or stop it in the middle; what went stays. Refuses when all of it went."""

    def work() -> acts.Outcome:
        kept = _locked(row, State.DRAFT, State.SCHEDULED, State.SENDING)
        kept.state = State.CANCELLED
        kept.save(update_fields=["state"])
        log = {"announcement": str(kept.pk), "served": kept.served}
        journal.log("announcement.cancelled", by=by.pk, about="edition", about_id=kept.edition_id, at=now, **log)
        return {"announcement": str(kept.pk)}

    return acts.once(act, by.pk, work)


def send_to_me(*, act: acts.Act, by: Person, row: Announcement, now: datetime) -> acts.Outcome:
    """The message as others would get it, to oneself, at once, in each language that is written."""

    def work() -> acts.Outcome:
        for language in written(row):
            subject, text, html = message(row, language)
            mail.queue(
                person_id=by.pk,
                address=by.email,
                key=f"announcement-test:{new_id()}",
                language=language,
                subject=_("Trial: {subject}").format(subject=subject),
                text=text,
                html=html,
                now=now,
            )
        return {"announcement": str(row.pk)}

    return acts.once(act, by.pk, work)


def _locked(row: Announcement, *states: str) -> Announcement:
    found = Announcement.objects.select_for_update(of=("self",)).select_related("edition__course").get(pk=row.pk)
    if found.state not in states:
        raise Refused(changed_meanwhile())
    return found


def written(row: Announcement) -> list[str]:
    """The languages in which there is a text, in the course's order."""
    said = [code for code, one in row.texts.items() if one.get("text", "").strip()]
    first = row.edition.course.languages
    return sorted(said, key=lambda code: first.index(code) if code in first else len(first))


def said(row: Announcement, language: str) -> tuple[str, str]:
    """(subject, Markdown) in a language, else in the first that was written."""
    codes = written(row)
    code = language if language in codes else next(iter(codes), "")
    one = row.texts.get(code, {"subject": "", "text": ""})
    return one_line(one["subject"]), one["text"]


def on_page(text: str) -> str:
    """The HTML of an announcement as the site shows it."""
    return markdown.render(text, anchors=False, trusted_images=False, words=words()).html


def message(row: Announcement, language: str) -> tuple[str, str, str]:
    """(subject, text, HTML) of its mail: links of the site in full, and where to read it."""
    subject, text = said(row, language)
    with override(language):
        home = f"{settings.SITE_URL}/e/{row.edition.slug}/"
        below = _("Read it on the site: {address}").format(address=home)
        html = markdown.render(text, anchors=False, trusted_images=False, words=words(), address=_in_full).html
    return subject, f"{text.strip()}\n\n{below}\n", f'{html}<p><a href="{home}">{home}</a></p>'


def as_sent(row: Announcement, language: str) -> tuple[str, str, str]:
    """The same with what the mail will have below it: the ways to choose and to stop."""
    subject, text, html = message(row, language)
    return subject, *letters.preview("announcement", language=language, text=text, html=html)


def _in_full(address: str) -> str:
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def serve_due(*, now: datetime) -> int:
    """Serve everything that is due; returns how many people were served."""
    total = 0
    while (served := _serve_batch(now)) is not None:
        total += served
    return total


@transaction.atomic
def _serve_batch(now: datetime) -> int | None:
    """One batch of one announcement; None when nothing is due."""
    due = Q(state=State.SENDING) | Q(state=State.SCHEDULED, send_at__lte=now)
    rows = Announcement.objects.select_for_update(of=("self",), skip_locked=True).select_related("edition__course")
    row = rows.filter(due).order_by("send_at", "pk").first()
    if row is None:
        return None
    people = segments.people(row.edition, row.segment)
    people = people.filter(pk__gt=row.cursor) if row.cursor else people
    fields = ("pk", "person_id", "person__email", "person__language", "person__zone")
    batch = list(people.order_by("pk").values_list(*fields)[:BATCH])
    if row.by_mail:
        mail.queue_many(_messages(row, batch), now=now, kind="announcement")
    row.served = F("served") + len(batch)
    row.cursor = batch[-1][0] if batch else row.cursor
    row.state, row.sent_at = (State.SENDING, None) if len(batch) == BATCH else (State.SENT, now)
    row.save(update_fields=["served", "cursor", "state", "sent_at"])
    return len(batch)


def _messages(row: Announcement, people: Sequence[tuple[UUID, UUID, str, str, str]]) -> Iterator[dict[str, Any]]:
    spoken = {language: message(row, language) for language in {one[3] for one in people}}
    for _pk, person_id, address, language, zone in people:
        subject, text, html = spoken[language]
        yield {
            "person_id": person_id,
            "address": address,
            "key": f"announcement:{row.pk}",
            "language": language,
            "zone": zone,
            "subject": subject,
            "text": text,
            "html": html,
        }


def of_edition(edition: Edition) -> QuerySet[Announcement]:
    """Every announcement of an edition, the latest first."""
    return edition.announcements.select_related("written_by").order_by("-written_at", "-pk")


def _on_site(edition: UUID, now: datetime) -> QuerySet[Announcement]:
    rows = Announcement.objects.filter(edition_id=edition, on_site=True, state__in=[State.SENDING, State.SENT])
    return rows.filter(Q(shown_until=None) | Q(shown_until__gt=now)).order_by("-send_at")[:SHOWN]


ON_SITE = Prepared(_on_site, (UUID(int=1), datetime.fromisoformat("2000-01-01T00:00:00+00:00")))


def concerning(enrolment: Enrolment, language: str, *, now: datetime) -> list[dict[str, Any]]:
    """What a learner sees on the edition's home: [{"subject", "html", "at"}]; one query when there is nothing, else
    two."""
    rows = ON_SITE.all(enrolment.edition_id, now)
    if not rows:
        return []
    for row in rows:
        row.edition = enrolment.edition
    concerned = {
        f"n{n}": Case(
            When(segments.condition(row.segment), then=Value(True)), default=False, output_field=BooleanField()
        )
        for n, row in enumerate(rows)
        if row.segment
    }
    mine = Enrolment.objects.filter(pk=enrolment.pk).annotate(**concerned).values(*concerned).get() if concerned else {}
    found = [row for n, row in enumerate(rows) if mine.get(f"n{n}", True)]
    shown = [(said(row, language), row.send_at) for row in found]
    return [{"subject": subject, "html": on_page(text), "at": at} for (subject, text), at in shown]
