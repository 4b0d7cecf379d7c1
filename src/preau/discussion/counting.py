"""What people gave to the discussions of a course, counted again from the rows: posts, thanks, chosen answers, and
whether they are trusted by the criteria that everybody can read (`rules.Given`). A chore of the worker.

The marker is the revision of a thread, which grows with everything that changes how it looks: a post, a thank-you, a
choice, a deletion, a moderator's act. Who wrote in a thread whose revision was not counted yet is counted again; the
revision is read before the rows, so that nothing that comes in between is lost, and done twice is as once."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from preau.discussion import rules
from preau.discussion.models import Member, Post, Room, Thread
from preau.discussion.rules import Given

BATCH = 50  # threads
CHUNK = 500  # people
AT_ONCE = 5.0  # seconds before the worker's other chores have their turn
PACE = timedelta(minutes=1)


def count_due(*, now: datetime) -> int:
    """Count whoever wrote in a thread that changed, for so long at most; then who is trusted. Returns how many threads
    were looked at."""
    done, end = 0, time.monotonic() + AT_ONCE
    while time.monotonic() < end:
        changed = Thread.objects.filter(Q(counted=None) | ~Q(counted=F("revision")))
        batch = list(changed.order_by("pk").values_list("pk", "revision", "space__course")[:BATCH])
        if not batch:
            break
        for course in {course for _pk, _revision, course in batch}:
            _count({pk for pk, _revision, where in batch if where == course}, course)
        for pk, revision, _course in batch:
            Thread.objects.filter(pk=pk).update(counted=revision)
        done += len(batch)
    trust(now=now)
    return done


def _count(threads: Iterable[UUID], course: UUID) -> None:
    wrote = Post.objects.filter(thread__in=threads, author__isnull=False).order_by()
    people = sorted({person for person in wrote.values_list("author_id", flat=True).distinct() if person})
    for first in range(0, len(people), CHUNK):
        recount(people[first : first + CHUNK], course)


@transaction.atomic
def recount(people: Iterable[UUID], course: UUID) -> None:
    """Write what these people gave to a course: four queries, and one for those for whom it changed."""
    rows = Member.objects.select_for_update(of=("self",)).filter(course=course, person__in=people).order_by("pk")
    members = {row.person_id: row for row in rows}
    posts, accepted = _given(members, course), _accepted(members, course)
    changed = []
    for person, row in members.items():
        count, thanks = posts.get(person, (0, 0))
        found = (count, thanks, accepted.get(person, 0))
        if found != (row.posts, row.thanked, row.accepted):
            row.posts, row.thanked, row.accepted = found
            changed.append(row)
    Member.objects.bulk_update(changed, ["posts", "thanked", "accepted"])


def _given(people: Iterable[UUID], course: UUID) -> Mapping[UUID, tuple[int, int]]:
    """Posts that are shown, and the thanks for them; a voice for a question to a live session is no thanks."""
    rows = Post.objects.filter(author__in=people, state=Post.State.SHOWN, thread__space__course=course).order_by()
    thanks = Sum("thanks", filter=~Q(thread__room__kind=Room.Kind.LIVE), default=0)
    found: Any = rows.values("author").annotate(n=Count("pk"), thanks=thanks).values_list("author", "n", "thanks")
    return {author: (count, thanked) for author, count, thanked in found}


def _accepted(people: Iterable[UUID], course: UUID) -> Mapping[UUID, int]:
    """Answers of theirs that were chosen, to the questions of others."""
    rows = Thread.objects.filter(accepted__author__in=people, space__course=course).exclude(
        author=F("accepted__author")
    )
    return dict(rows.order_by().values("accepted__author").annotate(n=Count("pk")).values_list("accepted__author", "n"))


def trust(*, now: datetime) -> int:
    """Set and take back trust by the rules; returns how many changed. Time alone changes it too: a week that passed, a
    mute that ended."""
    near = Q(posts__gte=rules.TRUST_POSTS, thanked__gte=rules.TRUST_THANKS)
    changed = 0
    for row in Member.objects.filter(near | Q(trusted_at__isnull=False)).order_by("pk").iterator():
        given = Given(row.posts, row.thanked, row.first_at, row.muted_until, row.banned_at is not None)
        if given.trusted(now) == (row.trusted_at is None):
            at = now if row.trusted_at is None else None
            changed += Member.objects.filter(pk=row.pk).update(trusted_at=at)
    return changed
