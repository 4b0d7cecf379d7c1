"""People who talk, through the real actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from preau.accounts.models import Person
from preau.discussion import access, actions, live
from preau.discussion.access import Here
from preau.discussion.live import Planned
from preau.discussion.models import Flag, LiveSession, ModerationAct, Post, Thread
from tests import cast

SOUND = b"ID3" + bytes(997)


def here(who: Person, where: Mapping[str, str], now: datetime) -> Here:
    """In a space, through the door."""
    return access.here(who, where, now=now)


def ask(at: Here, title: str = "Une question", text: str = "Comment faire ?", **fields: Any) -> Thread:
    """Open a thread in the general room, or in `room` (a key)."""
    row = access.room(at, fields.pop("room", "general"))
    opening = actions.Opening(row, title, fields.pop("kind", "question"), fields.pop("language", "fr"), **fields)
    act = cast.an_act("discussion.ask", {"title": title}, at.now)
    outcome = actions.ask(act=act, at=at, opening=opening, said=actions.Said(text, agrees=True))
    return Thread.objects.get(pk=outcome["thread"])


def reply(at: Here, thread: Thread, text: str = "Voici comment.", **fields: Any) -> Post:
    """Reply in a thread."""
    act = cast.an_act("discussion.reply", {"text": text}, at.now)
    said = actions.Said(text, agrees=True, **fields)
    outcome = actions.reply(act=act, at=at, opened=access.thread(at, thread.pk), said=said)
    return Post.objects.get(pk=outcome["post"])


def session(who: Person, where: Mapping[str, str], now: datetime) -> LiveSession:
    """A live session in two days, with a recording of a second."""
    at = here(who, where, now)
    planned = Planned("Questions de la semaine 2", now + timedelta(days=2), 60, "https://stream.example/2", "")
    room = access.room(at, "live")
    act = cast.an_act("live.schedule", now=now)
    outcome = live.schedule(act=act, at=at, room=room, planned=planned, language="fr")
    row = access.live(at, UUID(outcome["live"]))
    file = SimpleUploadedFile("replay.mp3", SOUND)
    live.keep_replay(act=cast.an_act("live.replay", now=now), at=at, live=row, file=file)
    return access.live(at, row.pk)


def opened(who: Person, where: Mapping[str, str], prefix: str, now: datetime) -> dict[str, Any]:
    """A thread with its first post, by name, for the access matrix."""
    thread = ask(here(who, where, now))
    return {f"{prefix}thread": thread.pk, f"{prefix}post": thread.posts.get().pk}


def kept(prefix: str, post: UUID, who: Person, by: Person, now: datetime) -> dict[str, Any]:
    """What was pointed out of a message and decided about it, by name, for the access matrix."""
    row = Post.objects.select_related("thread").get(pk=post)
    space = row.thread.space_id
    flag = Flag.objects.create(post=row, space_id=space, person=by, reason="spam", raised_at=now)
    act = ModerationAct.objects.create(space_id=space, what="warn", post=row, person=who, by=by, at=now, rule="kind")
    return {f"{prefix}pointed": flag.pk, f"{prefix}decision": act.pk}
