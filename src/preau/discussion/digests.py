"""Summaries: one message a day, or a week, to whoever follows something in which others wrote. A chore of the worker.

A summary is due once in each day (or week) of the person's own zone, from six in the morning. It is put in the outbox
as held for eight: mail joins it with whatever else it holds for that morning (`mail.sorting`), so that nobody gets two.
One that comes late, because no worker ran, goes as soon as it is there.

`Member.digested_at` moves in the same transaction as the outbox, and the message's key is the day: killed at any
moment, nobody is left out and nobody has two. Whoever wants mail at once, or none, is only moved on: `telling` writes
to the first. Questions that wait for an answer are told with what is new, never alone."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from preau.discussion import periods, summaries
from preau.discussion.models import Member
from preau.discussion.news import News
from preau.discussion.telling import DISCUSSION
from preau.mail import actions as mail
from preau.mail import queries
from preau.mail import rules as posting

BATCH = 200  # people of one transaction
AT_ONCE = 10.0  # seconds before the worker's other chores have their turn
PACE = timedelta(minutes=1)  # between two looks
LAG = timedelta(minutes=2)  # what was written a moment ago may not be committed yet: it is for the next summary
LONGEST = timedelta(days=8)  # nobody is told of more
GATHERED = ("daily", "weekly")


def prepare(*, now: datetime) -> int:
    """Prepare what is due, for so long at most; returns how many people were looked at. 0: nothing is due."""
    until, end, done = now - LAG, time.monotonic() + AT_ONCE, 0
    news: News | None = None
    for zone in _zones(until):
        due = _due(zone, until)
        while time.monotonic() < end:
            people = list(due.order_by("person").values_list("person", flat=True).distinct()[:BATCH])
            if not people:
                break
            news = news or News(until - LONGEST, until)
            looked = _batch(zone, people, news, now)
            done += looked
            if not looked:
                break  # another worker has them
    return done


def _zones(until: datetime) -> list[str]:
    """The zones in which somebody may be due."""
    zones = Member.objects.order_by("person__zone").values_list("person__zone")
    never = Count("pk", filter=Q(digested_at=None))
    rows = zones.annotate(oldest=Min("digested_at"), never=never)
    return [
        zone
        for zone, oldest, never_yet in rows
        if never_yet or oldest < periods.began(until, posting.zone_of(zone), weekly=False)
    ]


def _due(zone: str, until: datetime) -> "QuerySet[Member]":
    """The members of this zone whose day, or week, has begun since they were told."""
    place = posting.zone_of(zone)
    daily, weekly = (periods.began(until, place, weekly=weekly) for weekly in (False, True))
    rows = Member.objects.filter(Q(digested_at=None) | Q(digested_at__lt=daily), person__zone=zone)
    rows = rows.annotate(cadence=queries.cadence_of(DISCUSSION, "person_id"))
    return rows.filter(~Q(cadence="weekly") | Q(digested_at=None) | Q(digested_at__lt=weekly))


@dataclass(frozen=True)
class Row:
    """A member as a summary needs them."""

    pk: UUID
    person: UUID
    course: UUID
    since: datetime
    cadence: str
    email: str
    language: str
    active: bool


def _batch(zone: str, people: Sequence[UUID], news: News, now: datetime) -> int:
    """One batch: read and written outside of the transaction, put in the outbox within it."""
    rows = _rows(zone, people, news)
    told = summaries.of_people([row for row in rows if row.cadence in GATHERED and row.active], news)
    began = periods.began(news.until, posting.zone_of(zone), weekly=False)
    morning = posting.morning(began, posting.zone_of(zone))
    with transaction.atomic():
        locked = Member.objects.select_for_update(of=("self",), skip_locked=True).filter(
            Q(digested_at=None) | Q(digested_at__lt=began), pk__in=[row.pk for row in rows]
        )
        keys = set(locked.order_by("pk").values_list("pk", flat=True))
        ready = _whole(rows, keys)
        messages = [
            _message(members[0], zone, f"talk:{began.date()}", told[person])
            for person, members in ready.items()
            if person in told
        ]
        at = morning if morning > now else None
        mail.queue_many(messages, now=now, kind=DISCUSSION, send_at=at, held=True)
        done = [row.pk for members in ready.values() for row in members]
        Member.objects.filter(pk__in=done).update(digested_at=news.until)
    return len(ready)


def _rows(zone: str, people: Sequence[UUID], news: News) -> list[Row]:
    """The memberships of these people: all of a person's are told together."""
    rows = _due(zone, news.until).filter(person__in=people).order_by("person", "pk")
    columns = ("pk", "person_id", "course_id", "digested_at", "joined_at", "cadence")
    person = ("person__email", "person__language", "person__is_active")
    return [
        Row(pk, who, course, max(digested or joined, news.since), cadence, email, language, active)
        for pk, who, course, digested, joined, cadence, email, language, active in rows.values_list(*columns, *person)
    ]


def _whole(rows: Sequence[Row], keys: set[UUID]) -> Mapping[UUID, Sequence[Row]]:
    """By person, the rows of those of whom nobody else holds one."""
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.person, []).append(row)
    return {who: members for who, members in found.items() if all(row.pk in keys for row in members)}


def _message(row: Row, zone: str, key: str, said: tuple[str, str]) -> dict[str, Any]:
    subject, text = said
    return {
        "person_id": row.person,
        "address": row.email,
        "key": key,
        "language": summaries.spoken(row.language),
        "zone": zone,
        "subject": subject,
        "text": text,
    }
