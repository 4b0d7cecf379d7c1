"""Who waits for a course is told that enrolment is open: once, in their language, with the dates in their zone.

The worker tells batch after batch; a batch is one transaction that marks its rows with the outbox, so a kill leaves
nobody out and tells nobody twice, and the outbox refuses the same message twice besides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import override

from preau.accounts.models import Person
from preau.common.languages import known
from preau.common.templatetags.preau import told as moment
from preau.courses.models import Edition, Enrolment, Track
from preau.mail import actions as mail
from preau.mail import rules as mailing
from preau.news import waiting
from preau.news.models import Waiting

BATCH = 500
PACE = timedelta(minutes=1)


def tell_due(*, now: datetime) -> int:
    """Tell everybody who waits for a course that one can enrol in; returns how many rows were dealt with."""
    total = 0
    for edition in opened(now):
        while batch := _tell_batch(edition, now):
            total += batch
    return total


def opened(now: datetime) -> list[Edition]:
    """The public editions that one can enrol in and whose course somebody waits for; the one that opens last first."""
    waits = Waiting.objects.filter(course_id=OuterRef("course_id"), told_at=None, confirmed_at__isnull=False)
    rows = Edition.objects.filter(
        Exists(waits),
        visibility=Edition.Visibility.PUBLIC,
        published_at__lte=now,
        enrols_at__lte=now,
        enrolment_closes_at__gt=now,
        closes_at__gt=now,
    )
    return list(rows.select_related("course").order_by("-opens_at", "pk"))


@transaction.atomic
def _tell_batch(edition: Edition, now: datetime) -> int:
    """One batch, the longest waiting first; 0 when nobody is left. Who enrolled, or is told by their account already,
    waits no more."""
    rows = Waiting.objects.select_for_update(of=("self",), skip_locked=True).select_related("person")
    live = rows.filter(course=edition.course_id, told_at=None, confirmed_at__isnull=False)
    batch = list(live.order_by("pk")[:BATCH])
    if not batch:
        return 0
    done = _needless(edition, batch)
    told = [row for row in batch if row.pk not in done]
    if done:
        Waiting.objects.filter(pk__in=done).delete()
    if told:
        mail.queue_many(_messages(edition, told), now=now, kind=waiting.KIND)
        Waiting.objects.filter(pk__in=[row.pk for row in told]).update(told_at=now, edition=edition)
    return len(batch)


def _needless(edition: Edition, batch: Sequence[Waiting]) -> set[UUID]:
    """Those of a batch who are not to be told: enrolled in this edition, now or before, by their account or with its
    address; with an address whose account waits too; with an account that is closed."""
    addresses = {row.address.lower() for row in batch if not row.person_id}
    lower = Person.objects.annotate(lower=Lower("email")).filter(lower__in=addresses)
    accounts = dict(lower.order_by().values_list("lower", "pk"))
    people = {row.person_id for row in batch if row.person_id} | set(accounts.values())
    enrolled = set(
        Enrolment.objects.filter(edition=edition, person_id__in=people).order_by().values_list("person_id", flat=True)
    )
    asked = Waiting.objects.filter(course=edition.course_id, person_id__in=set(accounts.values()))
    knows = enrolled | set(asked.order_by().values_list("person_id", flat=True))
    gone = {row.pk for row in batch if row.person and (row.person_id in enrolled or not row.person.is_active)}
    return gone | {row.pk for row in batch if not row.person_id and accounts.get(row.address.lower()) in knows}


def _messages(edition: Edition, rows: Sequence[Waiting]) -> Iterator[dict[str, Any]]:
    letter = Letter.about(edition, {row.track for row in rows})
    for row in rows:
        zone = row.zone or edition.zone
        subject, text = letter.said(known(row.language), zone, row.track)
        yield {
            "person_id": row.person_id or mailing.stranger(row.address),
            "address": row.person.email if row.person else row.address,
            "key": f"opening:{edition.pk}",
            "language": known(row.language),
            "zone": zone,
            "subject": subject,
            "text": text,
        }


@dataclass(frozen=True)
class Letter:
    """What is told of an edition: `tracks` are its own, `others` those asked for that it does not have, by key, as an
    earlier edition had them. The same words are written once."""

    edition: Edition
    tracks: dict[str, Track]
    others: dict[str, Track]
    written: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def about(cls, edition: Edition, keys: set[str]) -> "Letter":
        """Two queries."""
        tracks = {track.key: track for track in Track.objects.filter(edition=edition).order_by("position")}
        gone = keys - set(tracks) - {""}
        earlier = Track.objects.filter(edition__course=edition.course_id, key__in=gone)
        others = {track.key: track for track in earlier.order_by("edition__number")}
        return cls(edition, tracks, others)

    def said(self, language: str, zone: str, track: str) -> tuple[str, str]:
        """(subject, text) for somebody who asked for this track."""
        case = (language, zone, track)
        if case not in self.written:
            with override(language):
                self.written[case] = self._said(language, ZoneInfo(zone), track)
        return self.written[case]

    def _said(self, language: str, zone: ZoneInfo, track: str) -> tuple[str, str]:
        edition = self.edition
        title = edition.course.title(language)
        page = f"{settings.SITE_URL}/{language}/courses/{edition.course.slug}/#enrol"
        dates = _("The course begins on {opens}. Enrolment closes on {closes}.").format(
            opens=moment(edition.opens_at, zone), closes=moment(edition.enrolment_closes_at, zone)
        )
        parts = [
            _("Hello,"),
            _("You asked us to tell you: enrolment in “{course}” is open.").format(course=title),
            dates,
            self._track(language, track),
            page,
            _("This was the one message that you asked for. Your request is deleted within a month."),
        ]
        subject = _("Enrolment is open: {course}").format(course=title)
        return subject, "\n\n".join(part for part in parts if part) + "\n"

    def _track(self, language: str, key: str) -> str:
        if not key:
            return ""
        if key in self.tracks:
            return _("The track that you asked about is there: {track}.").format(track=self.tracks[key].title(language))
        asked = self.others[key].title(language) if key in self.others else key
        there = ", ".join(track.title(language) for track in self.tracks.values())
        return _("The track that you asked about, {track}, is not part of this session. It has: {tracks}.").format(
            track=asked, tracks=there
        )
