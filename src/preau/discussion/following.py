"""What somebody follows: a thread, a room, what is asked at a unit; a thread that they do not want to hear of; and what
they have not read of all that."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from preau.audit import acts
from preau.common.prepared import Prepared
from preau.discussion import people, rules
from preau.discussion.access import ONE, TWO, Here, Opened
from preau.discussion.models import Circle, CircleMember, Follow, Post, ReadMark, Room, Space, Thread

ON, OFF, MUTED = "1", "0", "mute"
HOW = (ON, OFF, MUTED)


def follow_thread(*, act: acts.Act, at: Here, opened: Opened, how: str) -> acts.Outcome:
    """Follow a thread (`ON`), no longer (`OFF`), or hear nothing of it, though one follows its room (`MUTED`)."""

    def work() -> acts.Outcome:
        _keep(at, how, thread=opened.thread)
        return {"thread": str(opened.thread.pk), "follows": how}

    return acts.once(act, at.person.pk, work)


def follow_room(*, act: acts.Act, at: Here, room: Room, on: bool) -> acts.Outcome:
    """Follow whatever is written in a room, or no longer."""

    def work() -> acts.Outcome:
        _keep(at, ON if on else OFF, room=room)
        return {"room": str(room.pk), "follows": on}

    return acts.once(act, at.person.pk, work)


def follow_unit(*, act: acts.Act, at: Here, unit: UUID, on: bool) -> acts.Outcome:
    """Follow what is asked at a unit, or no longer."""

    def work() -> acts.Outcome:
        _keep(at, ON if on else OFF, space_id=at.space, unit_id=unit)
        return {"unit": str(unit), "follows": on}

    return acts.once(act, at.person.pk, work)


def read_all(*, act: acts.Act, at: Here) -> acts.Outcome:
    """Say of everything that one follows here that it was read: what comes from now on is new."""

    def work() -> acts.Outcome:
        moved = Follow.objects.filter(person=at.person, space_id=at.space, since__lt=at.now).update(since=at.now)
        return {"follows": moved}

    return acts.once(act, at.person.pk, work)


def _keep(at: Here, how: str, **what: Any) -> None:
    """The row of one thing that somebody follows, made, changed or taken away. It counts from now."""
    rows = Follow.objects.filter(person=at.person, **what)
    if how == OFF:
        rows.delete()
        return
    if at.member is None:
        people.member_of(at.person, at.course, now=at.now)  # their summaries begin with it
    muted = how == MUTED
    row = Follow(person=at.person, muted=muted, since=at.now, **{"space_id": at.space, **what})
    Follow.objects.bulk_create([row], ignore_conflicts=True)
    rows.filter(muted=not muted).update(muted=muted, since=at.now)


def follows_room(at: Here, room: Room) -> bool:
    """Do they follow this room?"""
    return Follow.objects.filter(person=at.person, room=room).exists()


def follows_unit(at: Here, unit: UUID) -> bool:
    """Do they follow what is asked at this unit?"""
    return Follow.objects.filter(person=at.person, space_id=at.space, unit_id=unit).exists()


def unread(at: Here) -> int:
    """How many threads that they follow here, by themselves or by their room or unit, hold something of others that
    they have not read and that came since they follow; `rules.UNREAD_MOST` at most. One query."""
    return _counted(_HERE.rows(at.person.pk, at.space))


def unread_in(person: UUID, edition: UUID) -> int:
    """The same for a learner of an edition, whether or not it has a space yet."""
    return _counted(_EDITION.rows(person, edition))


def _counted(rows: list[Any]) -> int:
    return min(len(rows), rules.UNREAD_MOST)


def unread_threads(at: Here) -> list[UUID]:
    """Those threads, up to that many."""
    return [row[0] for row in _HERE.rows(at.person.pk, at.space)][: rules.UNREAD_MOST]


def _unread(person: UUID, space: Any) -> Any:
    """Three lists that share no thread, each found from what somebody follows: nothing has to be sorted or compared
    before the first hundred are there."""
    follows = Follow.objects.filter(person_id=person)
    mine = follows.filter(space_id=space)
    known = Exists(follows.filter(thread=OuterRef("thread_key")))
    direct = _threads(mine.filter(thread__isnull=False, muted=False), "thread")
    by_room = _threads(mine.filter(room__isnull=False), "room__threads").filter(~known)
    by_unit = _threads(mine.filter(unit__isnull=False), "space__threads").filter(about=F("unit_id"))
    by_unit = by_unit.filter(~known, ~Exists(follows.filter(room=OuterRef("in_room"))))
    first, *others = (_new(rows, person) for rows in (direct, by_room, by_unit))
    return first.union(*others, all=True)[: rules.UNREAD_MOST + 1]


def _threads(rows: "QuerySet[Follow]", path: str) -> Any:
    """What somebody follows with its threads, along this path."""
    return rows.annotate(
        thread_key=F(f"{path}__pk"),
        latest=F(f"{path}__latest"),
        latest_at=F(f"{path}__latest_at"),
        gone=F(f"{path}__hidden"),
        in_room=F(f"{path}__room_id"),
        about=F(f"{path}__unit_id"),
    )


def _new(rows: Any, person: UUID) -> Any:
    """The ids of those of these threads that hold something new, as far as they may be read."""
    mark = ReadMark.objects.filter(person_id=person, thread=OuterRef("thread_key")).values("number")[:1]
    posts = Post.objects.filter(
        thread=OuterRef("thread_key"),
        number__gt=OuterRef("read"),
        at__gt=OuterRef("since"),
        state=Post.State.SHOWN,
    ).exclude(author_id=person)
    rooms = Room.objects.filter(_open_room(person, "pk"), pk=OuterRef("in_room"), hidden=False)
    rows = rows.filter(gone=False, latest_at__gt=F("since")).annotate(read=Coalesce(Subquery(mark), 0))
    return rows.filter(Exists(rooms), Exists(posts), latest__gt=F("read")).order_by().values_list("thread_key")


def _open_room(person: UUID, room: str = "room_id") -> Q:
    """A room (by its id's path) that is no circle's, or that of one's own."""
    within = CircleMember.objects.filter(circle__room=OuterRef(room), person_id=person)
    hosted = Circle.objects.filter(room=OuterRef(room), host_id=person)
    kind = "kind" if room == "pk" else "room__kind"
    return ~Q(**{kind: Room.Kind.CIRCLE}) | Q(Exists(within)) | Q(Exists(hosted))


def _unread_in(person: UUID, edition: UUID) -> Any:
    return _unread(person, Subquery(Space.objects.filter(edition_id=edition).values("pk")[:1]))


_HERE, _EDITION = Prepared(_unread, (ONE, TWO)), Prepared(_unread_in, (ONE, TWO))


def mine(at: Here) -> "QuerySet[Thread]":
    """The threads that they follow here by themselves or wrote in, the latest first, with up to where they read."""
    direct = Follow.objects.filter(person=at.person, space_id=at.space, thread__isnull=False, muted=False)
    wrote = Post.objects.filter(author=at.person, thread__space_id=at.space)
    return marked(at, Q(pk__in=direct.values("thread")) | Q(pk__in=wrote.values("thread")))


def marked(at: Here, which: Q) -> "QuerySet[Thread]":
    """These threads of the space, as far as they may be read, as `reading.lines` takes them."""
    mark = FilteredRelation("marks", condition=Q(marks__person=at.person))
    rows = Thread.objects.select_related("room").annotate(mark=mark, read_to=F("mark__number"))
    rows = rows.filter(which, _open_room(at.person.pk), space_id=at.space).order_by("-latest_at", "pk")
    return rows if at.team else rows.filter(hidden=False, room__hidden=False)


def rooms_and_units(at: Here) -> tuple[list[Room], list[UUID]]:
    """What else they follow here: two queries."""
    follows = Follow.objects.filter(person=at.person, space_id=at.space)
    rooms = Room.objects.filter(pk__in=follows.filter(room__isnull=False).values("room")).order_by("position", "key")
    units = follows.filter(unit__isnull=False).order_by("since").values_list("unit_id", flat=True)
    return list(rooms), [unit for unit in units if unit]


def follow_written(wrote: Iterable[tuple[Thread, UUID | None, datetime]]) -> None:
    """Whoever writes in a thread follows it from then on, unless they muted it. (Thread, author, when) each."""
    rows = [
        Follow(person_id=author, space_id=thread.space_id, thread=thread, since=at)
        for thread, author, at in wrote
        if author is not None
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def follow_joined(room: Room, person: UUID, at: datetime) -> None:
    """Whoever joins a circle follows its room: what is said there comes with their summary."""
    row = Follow(person_id=person, space_id=room.space_id, room=room, since=at)
    Follow.objects.bulk_create([row], ignore_conflicts=True)
