"""What waits for the moderators of an edition, in its space and in the commons of its course: a constant number of
queries, whatever there is. Lists show the first `MOST` and say how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from preau.courses.models import Shift, Volunteer
from preau.desk.access_discussion import Table
from preau.discussion import access_moderation, moderation_pages, rules_moderation
from preau.discussion import words_moderation as words
from preau.discussion.models import Flag, Member, ModerationAct, Post, Room, Thread

MOST = 25
DAY = timedelta(days=1)
State = Post.State


@dataclass(frozen=True)
class Waiting:
    """A list of what waits: the first rows, and how many there are in all."""

    rows: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def first(rows: "QuerySet[Any]") -> Waiting:
    """The first rows and their number: two queries, one when they all fit."""
    found = list(rows[: MOST + 1])
    return Waiting(found[:MOST], rows.order_by().count() if len(found) > MOST else len(found))


@dataclass(frozen=True)
class Duty:
    """In which languages somebody helps, and when: `now` is whether this is one of their hours, `hours` their week as
    (weekday, hour), in the edition's zone."""

    languages: tuple[str, ...]
    hours: tuple[tuple[int, int], ...]
    now: bool
    next: tuple[int, int] | None


def duty(at: Table) -> Duty:
    """Of a volunteer, what they ticked; of anybody else, every language that the course has."""
    row = Volunteer.objects.filter(
        edition=at.at.edition, person=at.at.person, state=Volunteer.State.APPROVED
    ).first()  # fmt: skip
    every = tuple(str(code) for code in at.at.edition.course.languages) or ("fr",)
    if row is None:
        return Duty(every, (), now=False, next=None)
    held = Shift.objects.filter(volunteer=row).order_by("weekday", "hour").values_list("weekday", "hour")
    hours = tuple(held)
    local = timezone.localtime(at.here.now, at.at.edition.zone_info)
    present = (local.weekday(), local.hour)
    later = [hour for hour in hours if hour > present] or list(hours[:1])
    return Duty(tuple(row.languages) or every, hours, present in hours, later[0] if later else None)


def questions(at: Table, languages: Iterable[str]) -> "QuerySet[Thread]":
    """Questions that nobody answered, in these languages, those that wait longest first."""
    rows = Thread.objects.filter(
        space__in=at.spaces, kind=Thread.Kind.QUESTION, answered_at=None, hidden=False, closed=False
    ).exclude(room__kind=Room.Kind.CIRCLE)
    return rows.filter(language__in=list(languages)).select_related("room").order_by("made_at", "pk")


@dataclass(frozen=True)
class Pointed:
    """A message and all that was pointed out of it: `flag` is the first, by which it is claimed and settled."""

    flag: Flag
    reasons: tuple[str, ...]
    words: tuple[str, ...]
    people: int


def flags(at: Table) -> Waiting:
    """What was pointed out, put together by message, the oldest first."""
    rows = Flag.objects.filter(space__in=at.spaces, settled_at=None)
    count = rows.order_by().values("post").distinct().count()
    rows = rows.select_related("post__thread", "post__author", "person", "claimed_by").order_by("raised_at", "pk")
    by_post: dict[UUID, list[Flag]] = {}
    for row in rows[: 4 * MOST]:
        by_post.setdefault(row.post_id, []).append(row)
    found = [_pointed(of_post) for of_post in by_post.values()][:MOST]
    return Waiting(found, count)


def _pointed(rows: list[Flag]) -> Pointed:
    reasons = dict.fromkeys(words.said(words.REASONS, row.reason) for row in rows)
    return Pointed(rows[0], tuple(reasons), tuple(row.words for row in rows if row.words), len(rows))


@dataclass(frozen=True)
class Held:
    """A message that waits, and why: in words, or who set it aside."""

    post: Post
    why: tuple[str, ...]
    folded: bool


def held(at: Table) -> Waiting:
    """Messages that others do not see yet, the oldest first."""
    folds = ModerationAct.objects.filter(post=OuterRef("pk"), what=ModerationAct.What.FOLD)
    rows = Post.objects.filter(state=State.HELD, thread__space__in=at.spaces).annotate(folded=Exists(folds))
    found = first(rows.select_related("thread", "author").order_by("at", "pk"))
    listed = [
        Held(row, tuple(moderation_pages.held_for(row, folded=row.folded)), row.folded) for row in found.rows
    ]  # fmt: skip
    return Waiting(listed, found.count)


def firsts(at: Table) -> Waiting:
    """The first messages of people, of the latest days, to which nobody replied yet; not the team's own."""
    since = at.here.now - rules_moderation.FIRST_FOR
    members = Member.objects.filter(
        course_id=at.here.course, person_id=OuterRef("author_id"), first_at=OuterRef("at")
    )  # fmt: skip
    later = Post.objects.filter(thread=OuterRef("thread"), number__gt=OuterRef("number"), state=State.SHOWN)
    rows = Post.objects.filter(
        Exists(members),
        ~Exists(access_moderation.team(at.here).filter(person_id=OuterRef("author_id"))),
        ~Exists(later.exclude(author_id=OuterRef("author_id"))),
        thread__space__in=at.spaces,
        thread__hidden=False,
        thread__latest_at__gt=since,
        at__gt=since,
        state=State.SHOWN,
    )
    return first(rows.select_related("thread", "author").order_by("at", "pk"))


def hot(at: Table) -> list[Any]:
    """The threads with the most messages of a day, with how many (`lately`)."""
    since = at.here.now - DAY
    recent = Q(posts__at__gt=since, posts__state=State.SHOWN)
    rows = Thread.objects.filter(space__in=at.spaces, hidden=False, latest_at__gt=since)
    return list(
        rows.annotate(lately=Count("posts", filter=recent)).filter(lately__gt=2).order_by("-lately", "pk")[:5]
    )  # fmt: skip


def contests(at: Table) -> Waiting:
    """Contested decisions without an answer, the oldest first."""
    rows = ModerationAct.objects.filter(space__in=at.spaces, contested_at__isnull=False, answered_at=None)
    found = first(rows.select_related("person", "by", "post__thread").order_by("contested_at", "pk"))
    return Waiting([moderation_pages.line(row, team=True) for row in found.rows], found.count)
