"""Summaries and mail at once that are prepared and killed: functions that a drill asks its hand for
(`tests.faults.hand`)."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from preau.discussion import access, digests, telling
from preau.discussion.models import Follow, Member, Post, Room, Thread
from preau.mail import actions as mail
from preau.mail.models import Message, Preference
from tests import cast
from tests.faults import forks

BATCH = 5


def prepare(count: int, posts: int) -> None:
    """So many learners who follow a room; half of them want mail at once; so many new posts."""
    now = timezone.now()
    edition = cast.edition(opens=cast.monday(now, -1))
    track = edition.tracks.order_by("position")[0]
    people = Person.objects.bulk_create(
        Person(email=f"learner{n}@example.org", name=f"Learner {n}", joined_at=now) for n in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=one, edition=edition, track=track, enrolled_at=now) for one in people
    )
    before = now - timedelta(days=2)
    Member.objects.bulk_create(
        Member(course=edition.course, person=one, joined_at=before, digested_at=before) for one in people
    )
    Preference.objects.bulk_create(
        Preference(person_id=one.pk, kind=telling.DISCUSSION, cadence="now", chosen_at=now) for one in people[::2]
    )
    write(edition, people, posts)


def write(edition: Edition, people: list[Person], posts: int) -> None:
    """Posts of the last hours by somebody who follows nothing."""
    now = timezone.now()
    writer = cast.person("writer")
    cast.role(writer, "teacher", edition=edition)
    at = access.here(writer, {"edition": edition.slug}, now=now)
    room = Room.objects.get(space_id=at.space, key="general")
    before = now - timedelta(days=2)
    Follow.objects.bulk_create(Follow(person=one, space_id=at.space, room=room, since=before) for one in people)
    shared = {"space_id": at.space, "room": room, "kind": "discussion", "language": "fr"}
    hour = now - timedelta(hours=1)
    thread = Thread.objects.create(title="Un fil", made_at=hour, latest=posts, latest_at=hour, **shared)
    Post.objects.bulk_create(
        Post(thread=thread, number=n, author=writer, text=f"Message {n}", at=hour) for n in range(1, posts + 1)
    )


def work(calls: int = 0) -> None:
    """Prepare summaries and tell what is due; where a number is given, the process ends in the middle of a call of the
    outbox."""
    digests.BATCH = BATCH
    if calls:
        forks.doom_call(mail, "queue_many", calls)
    now = timezone.now()
    while digests.prepare(now=now) or telling.tell_due(now=now):
        continue


def killed(calls: int) -> dict[str, Any]:
    """A process that works and is killed; what it leaves."""
    forks.doomed(forks.fork(lambda: work(calls)))
    return report()


def two_at_once() -> list[int]:
    """Two processes that do what is left; how each ended."""
    return [forks.ended(child) for child in [forks.fork(work), forks.fork(work)]]


def report() -> dict[str, Any]:
    """How many summaries and how many messages at once each person has; how many posts and people wait still."""
    summaries = Message.objects.filter(key__startswith="talk:").values_list("person_id", flat=True)
    told = Message.objects.filter(key__startswith="post:").values_list("person_id", flat=True)
    yesterday = timezone.now() - timedelta(days=1)
    return {
        "summaries": sorted(Counter(summaries).values()),
        "told": sorted(Counter(told).values()),
        "posts": Post.objects.filter(told=False).count(),
        "people": Member.objects.filter(digested_at__lt=yesterday).count(),
        "moved": Member.objects.filter(digested_at__gt=yesterday).count(),
    }
