"""The doors of the discussions: to a space, a thread, a post. Missing and forbidden are one 404.

`where` says which space an address names: {"edition": slug} or, for the commons, {"course": slug}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import Http404

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.courses.models import Course, Edition, Enrolment, Role, text_in
from preau.discussion import rules, spaces
from preau.discussion.models import Circle, CircleMember, LiveSession, Member, ModerationAct, Post, Room, Space, Thread
from preau.discussion.rules import Given, Rights

ONE, TWO, DAY = UUID(int=1), UUID(int=2), datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Here:
    """Somebody in a space: who they are there and what they may do. `edition` is None in the commons; `member` until
    they did something."""

    person: Person
    space: UUID
    course: UUID
    course_slug: str
    titles: Mapping[str, str]
    edition: UUID | None
    edition_slug: str
    number: int | None
    revision: int
    team: bool
    decides: bool
    member: UUID | None
    given: Given
    rules_read: bool
    now: datetime

    @property
    def address(self) -> str:
        """Of the space; everything in it stands below."""
        return f"/e/{self.edition_slug}/discussion/" if self.edition else f"/commons/{self.course_slug}/"

    @property
    def rights(self) -> Rights:
        return rules.rights(
            team=self.team,
            decides=self.decides,
            trusted=self.given.trusted(self.now),
            silenced=self.given.silenced(self.now),
        )

    def title(self, language: str) -> str:
        """The course's."""
        return text_in(dict(self.titles), language) or self.course_slug


MEMBER = ("pk", "posts", "thanked", "first_at", "muted_until", "banned_at", "rules_at")
SPACE = ("pk", "course_id", "course__slug", "course__titles", "edition_id", "edition__slug", "edition__number")


def _with_person(rows: "QuerySet[Space]", person: UUID, now: datetime, took_part: Any, edition: Q) -> Any:
    scope = Q(edition=None, course=None) | Q(course=OuterRef("course_id")) | edition
    roles = Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), scope, person_id=person)
    known = rows.annotate(
        enrolled=took_part,
        team=Exists(roles.filter(kind__in=courses.TEAM)),
        decides=Exists(roles.filter(kind__in=courses.STAFF)),
        me=FilteredRelation("course__members", condition=Q(course__members__person_id=person)),
    )
    mine = [f"me__{name}" for name in MEMBER]
    return known.values_list(*SPACE, "edition__revision", "enrolled", "team", "decides", *mine).order_by()


def _of_edition(person: UUID, slug: str, now: datetime) -> Any:
    took_part = Exists(Enrolment.objects.filter(edition_id=OuterRef("edition_id"), person_id=person, left_at=None))
    hosts = Exists(Circle.objects.filter(room__space_id=OuterRef("pk"), host_id=person))  # also when it is over
    rows = Space.objects.filter(edition__slug=slug)
    return _with_person(rows, person, now, took_part | hosts, Q(edition=OuterRef("edition_id")))


def _of_course(person: UUID, slug: str, now: datetime) -> Any:
    took_part = Exists(Enrolment.objects.filter(edition__course_id=OuterRef("course_id"), person_id=person))
    rows = Space.objects.filter(course__slug=slug, edition=None)
    return _with_person(rows, person, now, took_part, Q(edition__course=OuterRef("course_id")))


_EDITION, _COURSE = (Prepared(build, (ONE, "a slug", DAY)) for build in (_of_edition, _of_course))


def here(person: Visitor, where: Mapping[str, str], *, now: datetime, concerned: UUID | None = None) -> Here:
    """A learner of the edition, one of its team or the host of a circle; in the commons, whoever ever took part in the
    course, and its team; with `concerned`, a decision's id, its person too, who may have left since; else 404."""
    if not isinstance(person, Person):
        raise Http404
    rows = _rows(person, where, now)
    if not rows:
        _make(where, now)
        rows = _rows(person, where, now)
    if not rows:
        raise Http404
    space, course, course_slug, titles, edition, slug, number, revision, enrolled, team, decides, *mine = rows[0]
    if not (enrolled or team or (concerned and _concerns(person, space, concerned))):
        raise Http404
    member, posts, thanked, first_at, muted_until, banned_at, rules_at = mine
    given = Given(posts or 0, thanked or 0, first_at, muted_until, banned_at is not None)
    return Here(
        person=person,
        space=space,
        course=course,
        course_slug=course_slug,
        titles=titles,
        edition=edition,
        edition_slug=slug or "",
        number=number,
        revision=revision or 0,
        team=bool(team),
        decides=bool(decides),
        member=member,
        given=given,
        rules_read=rules_at is not None,
        now=now,
    )


def _concerns(person: Person, space: UUID, act: UUID) -> bool:
    return ModerationAct.objects.filter(pk=act, space_id=space, person=person).exists()


def _rows(person: Person, where: Mapping[str, str], now: datetime) -> list[list[Any]]:
    if "edition" in where:
        return _EDITION.rows(person.pk, where["edition"], now)
    return _COURSE.rows(person.pk, where["course"], now)


def _make(where: Mapping[str, str], now: datetime) -> None:
    """The space of an edition or a course that has none yet."""
    if "edition" in where:
        row = Edition.objects.select_related("course").filter(slug=where["edition"]).first()
        if row is not None:
            spaces.ensure(row, now=now)
    elif course := Course.objects.filter(slug=where["course"]).first():
        spaces.ensure_commons(course, now=now)


def room(at: Here, key: str) -> Room:
    """A room of the space that they may read."""
    found = Room.objects.select_related("module").filter(space_id=at.space, key=key).first()
    if found is None or not _reads(at, found):
        raise Http404
    return found


def _reads(at: Here, room: Room) -> bool:
    if at.team:
        return True
    if room.kind == Room.Kind.CIRCLE:
        return Circle.objects.filter(Q(host=at.person) | Q(members__person=at.person), room=room).exists()
    return not room.hidden


@dataclass(frozen=True)
class Opened:
    """A thread that somebody may read: up to which post they did, whether they follow it. `carried`: of an earlier
    edition, to be read only."""

    thread: Thread
    read: int
    follows: bool
    muted: bool
    carried: bool

    @property
    def writable(self) -> bool:
        """Does it take replies?"""
        return not (self.carried or self.thread.closed or self.thread.room.closed)


def _thread(key: UUID, person: UUID) -> Any:
    within = CircleMember.objects.filter(circle__room_id=OuterRef("room_id"), person_id=person)
    hosted = Circle.objects.filter(room_id=OuterRef("room_id"), host_id=person)
    return (
        Thread.objects.select_related("room__module", "space__edition", "unit")
        .annotate(
            mark=FilteredRelation("marks", condition=Q(marks__person_id=person)),
            follow=FilteredRelation("follows", condition=Q(follows__person_id=person)),
            read_to=F("mark__number"),
            follow_muted=F("follow__muted"),
            inside=Exists(within) | Exists(hosted),
        )
        .filter(pk=key)
    )


_THREAD = Prepared(_thread, (ONE, TWO))


def thread(at: Here, thread_id: UUID) -> Opened:
    """A thread of the space, or one of an earlier edition that lasts; a hidden one for its author and the team."""
    row: Any = _THREAD.first(thread_id, at.person.pk)
    if row is None or (row.hidden and not at.team and row.author_id != at.person.pk):
        raise Http404
    carried = row.space_id != at.space
    if carried and not _lasts(at, row):
        raise Http404
    closed_room = row.room.hidden or row.room.kind == Room.Kind.CIRCLE
    if closed_room and not at.team and not (row.inside and not row.room.hidden):
        raise Http404
    muted = row.follow_muted
    return Opened(row, row.read_to or 0, muted is not None and not muted, bool(muted), carried)


def _lasts(at: Here, row: Thread) -> bool:
    """Is it of an earlier edition of the same course, and marked as lasting?"""
    other = row.space.edition
    earlier = other is not None and (at.number is None or other.number < at.number)
    return row.lasting and row.space.course_id == at.course and earlier and row.room.kind != Room.Kind.CIRCLE


def post(at: Here, post_id: UUID, *, write: bool = False, own: bool = False) -> tuple[Post, Opened]:
    """A post that they may read, with its thread; with `write`, of a thread that takes acts; with `own`, one of theirs.
    What is held, hidden or deleted is its author's and the team's."""
    row = Post.objects.select_related("author").filter(pk=post_id).first()
    if row is None or (row.state != Post.State.SHOWN and not at.team and row.author_id != at.person.pk):
        raise Http404
    if own and row.author_id != at.person.pk:
        raise Http404
    opened = thread(at, row.thread_id)
    if write and opened.carried:
        raise Http404
    return row, opened


def member(at: Here, member_id: UUID) -> Member:
    """Somebody who takes part in the discussions of the course."""
    row = Member.objects.filter(pk=member_id, course_id=at.course, person__erased_at=None).first()
    if row is None:
        raise Http404
    return row


def live(at: Here, live_id: UUID) -> LiveSession:
    """A live session of the space."""
    row = LiveSession.objects.select_related("thread__room").filter(pk=live_id, thread__space_id=at.space).first()
    if row is None:
        raise Http404
    return row
