"""What people of an edition say in the commons of the course once it is over, played."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Outcome
from preau.courses.models import Edition
from preau.discussion import access, actions
from preau.discussion.models import Thread
from preau.simulation import sayings
from preau.simulation.team import Send


def play(edition: Edition, *, send: Send, people: list[Person], until: datetime) -> None:
    """What the people of an edition say in the course's commons in the days after its end; the first of them helps."""
    if len(people) < 3:
        return
    helper, others = people[0], people[1:]
    for place, (title, text, replies) in enumerate(sayings.COMMONS):
        asker, at = others[place % len(others)], edition.closes_at + timedelta(days=1 + place, hours=11 + place)
        outcome = _opened(edition, asker, place, (title, text), send, at)
        thread, said = UUID(outcome["thread"]), [helper, *others[place + 1 :], *others[:place]]
        for turn, (who, words) in enumerate(zip(said, replies, strict=False)):
            at += timedelta(minutes=95 + 140 * turn)
            if at < until and who != asker:
                post = _replied(edition, who, thread, words, send, at, (place, turn))
                _thanked(edition, asker, post, send, at + timedelta(minutes=50), (place, turn))


def _here(edition: Edition, person: Person, at: datetime) -> access.Here:
    return access.here(person, {"course": edition.course.slug}, now=at)


def _opened(edition: Edition, asker: Person, place: int, said: tuple[str, str], send: Send, at: datetime) -> Outcome:
    here = _here(edition, asker, at)
    kind = Thread.Kind.QUESTION if said[0].endswith("?") else Thread.Kind.DISCUSSION
    room = access.room(here, "jobs" if place == 0 else "general")
    opening = actions.Opening(room, said[0], kind, edition.course.languages[0])
    words = actions.Said(said[1], agrees=True)
    with translation.override(asker.language):
        return send(
            "discussion.ask",
            {"title": said[0]},
            at,
            ("commons", place),
            lambda act: actions.ask(act=act, at=here, opening=opening, said=words),
        )


def _replied(
    edition: Edition, who: Person, thread: UUID, text: str, send: Send, at: datetime, name: tuple[int, ...]
) -> UUID:
    here = _here(edition, who, at)
    opened, said = access.thread(here, thread), actions.Said(text, agrees=True)
    payload = {"thread": str(thread), "text": text}
    with translation.override(who.language):
        outcome = send(
            "discussion.reply",
            payload,
            at,
            ("commons", *name),
            lambda act: actions.reply(act=act, at=here, opened=opened, said=said),
        )
    return UUID(outcome["post"])


def _thanked(edition: Edition, asker: Person, post: UUID, send: Send, at: datetime, name: tuple[int, ...]) -> None:
    here = _here(edition, asker, at)
    row, _opened = access.post(here, post, write=True)
    payload = {"post": str(post), "on": True}
    send(
        "discussion.thank",
        payload,
        at,
        ("commons", *name),
        lambda act: actions.thank(act=act, at=here, post=row, on=True),
    )
