"""People who talk, through the real actions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from preau.accounts.models import Person
from preau.discussion import access, actions
from preau.discussion.access import Here
from preau.discussion.models import Post, Thread
from tests import cast


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


def opened(who: Person, where: Mapping[str, str], prefix: str, now: datetime) -> dict[str, Any]:
    """A thread with its first post, by name, for the access matrix."""
    thread = ask(here(who, where, now))
    return {f"{prefix}thread": thread.pk, f"{prefix}post": thread.posts.get().pk}
