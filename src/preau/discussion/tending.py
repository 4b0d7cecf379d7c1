"""Small rights over a thread: retitle it and move it, by whoever is trusted; close, open again and pin it, by
moderators."""

from typing import Any

from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import text as texts
from preau.discussion import actions, rules
from preau.discussion.access import Here, Opened
from preau.discussion.models import ModerationAct, Post, Room, Thread
from preau.discussion.moderating import Done, Why, recorded, spoken

What = ModerationAct.What


def retitle(*, act: acts.Act, at: Here, opened: Opened, title: str) -> acts.Outcome:
    """Give a thread a title by which it is found. Refuses an empty one, one too long and the one that it has."""

    def work() -> acts.Outcome:
        row, first = alone(opened)
        said = titled(row, title)
        before = retitled(row, first, said)
        return _kept(recorded(act.id, at, Done(What.RETITLE, first, before, first.author), Why(ground="own")))

    return acts.once(act, at.person.pk, work)


def titled(row: Thread, title: str) -> str:
    """A title as it is kept; refused when nothing would change."""
    said = texts.one_line(title)
    if not said:
        raise Refused(_("Give the thread a title: it is what others find it by."))
    if len(said) > rules.LONGEST_TITLE:
        raise Refused(_("Shorten the title: {most} characters at most.").format(most=rules.LONGEST_TITLE))
    if said == row.title:
        raise Refused(_("The thread has this title already."))
    return said


def retitled(row: Thread, first: Post, title: str) -> dict[str, Any]:
    """Change a title and have it found by its new words; returns what it was."""
    before = {"title": row.title}
    Thread.objects.filter(pk=row.pk).update(title=title, revision=row.revision + 1)
    Post.objects.filter(pk=first.pk).update(indexed=False)
    return before


def move(*, act: acts.Act, at: Here, opened: Opened, room: Room) -> acts.Outcome:
    """Put a thread in another room of its space. Refuses a circle's threads, which stay its own, and the room in which
    it is."""

    def work() -> acts.Outcome:
        row, first = alone(opened)
        if opened.thread.room.kind == Room.Kind.CIRCLE or opened.thread.room.kind == Room.Kind.LIVE:
            raise Refused(_("The threads of this room stay in it."))
        if row.room_id == room.pk:
            raise Refused(_("The thread is in this room already."))
        before = moved(row, room)
        return _kept(recorded(act.id, at, Done(What.MOVE, first, before, first.author), Why(ground="own")))

    return acts.once(act, at.person.pk, work)


def moved(row: Thread, room: Room) -> dict[str, Any]:
    """Change the room; returns what it was."""
    before = {"room": str(row.room_id)}
    Thread.objects.filter(pk=row.pk).update(room=room, revision=row.revision + 1)
    return before


def close(*, act: acts.Act, at: Here, opened: Opened, on: bool, why: Why) -> acts.Outcome:
    """Take no more replies, or take them again: by moderators. Refuses what is so already."""

    def work() -> acts.Outcome:
        row, first = alone(opened)
        _moderates(at)
        if row.closed == on:
            raise Refused(_("Somebody was here first: it is so already."))
        before = closed(row, on)
        what = What.CLOSE if on else What.REOPEN
        return _kept(recorded(act.id, at, Done(what, first, before, first.author), spoken(why)))

    return acts.once(act, at.person.pk, work)


def closed(row: Thread, on: bool) -> dict[str, Any]:
    """Change whether it takes replies; returns what it was."""
    Thread.objects.filter(pk=row.pk).update(closed=on, revision=row.revision + 1)
    return {"closed": row.closed}


def pin(*, act: acts.Act, at: Here, opened: Opened, on: bool) -> acts.Outcome:
    """Keep a thread at the top of its room, or no longer: by moderators. It concerns nobody, so that the journal alone
    keeps it."""

    def work() -> acts.Outcome:
        row, first = alone(opened)
        _moderates(at)
        if row.pinned != on:
            Thread.objects.filter(pk=row.pk).update(pinned=on, revision=row.revision + 1)
            verb = "thread.pinned" if on else "thread.unpinned"
            journal.log(verb, by=at.person.pk, about="post", about_id=first.pk, at=at.now, thread=str(row.pk))
        return {"thread": str(row.pk), "pinned": on}

    return acts.once(act, at.person.pk, work)


def alone(opened: Opened) -> tuple[Thread, Post]:
    """The thread, locked, with its first post."""
    row: Thread = actions.LOCKED.first(opened.thread.pk)
    return row, Post.objects.select_related("thread", "author").get(thread_id=row.pk, number=1)


def _moderates(at: Here) -> None:
    if not at.rights.moderate:
        raise Refused(_("This is for the moderators."))


def _kept(row: ModerationAct) -> acts.Outcome:
    return {"act": str(row.pk), "what": row.what}
