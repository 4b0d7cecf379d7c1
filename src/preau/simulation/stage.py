"""Where the people of an edition talk, and when: what everything that plays its discussions has in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.content.outline import Outline
from preau.courses.models import Edition
from preau.discussion import access, actions
from preau.discussion.access import Here
from preau.simulation import rules
from preau.simulation.rules import Learner, Persona
from preau.simulation.team import Send, Team, Work

SLEEPS, WAKES = 0.5, 6.5  # o'clock


@dataclass
class Stage:
    """An edition, its people and its team; `later` puts something on the heap while another runs."""

    outline: Outline
    send: Send
    later: Callable[[datetime, int, Work], None]
    learners: Mapping[int, Learner]
    team: Team

    @property
    def edition(self) -> Edition:
        return self.team.edition

    @property
    def seed(self) -> int:
        return self.team.seed

    @property
    def active(self) -> Sequence[Learner]:
        """Who comes at all."""
        return [one for one in self.learners.values() if one.persona is not Persona.ABSENT]

    def person(self, number: int) -> Person:
        """Their row."""
        return self.team.people[number]

    def here(self, who: int | Person, at: datetime) -> Here:
        """In the space of the edition, through its door."""
        person = self.person(who) if isinstance(who, int) else who
        return access.here(person, {"edition": self.edition.slug}, now=at)

    def speaking(self, number: int, work: Work) -> Work:
        """The same in the learner's language."""

        def spoken(at: datetime) -> None:
            with translation.override(self.learners[number].language):
                work(at)

        return spoken

    def soon(self, at: datetime, number: int, rng: Random, work: Work) -> None:
        """A learner does it then, or in their morning."""
        when = awake(at, self.learners[number].origin.zone, rng)
        self.later(when, number, self.speaking(number, work))

    def key(self, at: datetime, kind: str, *name: object) -> UUID:
        """The id of the act that `send` gives this name, known before it is sent."""
        return rules.id_for(at, self.seed, self.edition.slug, kind, *name)

    def reply(self, who: int | Person, thread: UUID, text: str, at: datetime, name: tuple[object, ...]) -> Outcome:
        """Write in a thread, which is read by then."""
        here = self.here(who, at)
        opened = access.thread(here, thread)
        outcome = self.send(
            "discussion.reply",
            {"thread": str(thread), "text": text},
            at,
            name,
            lambda act: actions.reply(act=act, at=here, opened=opened, said=actions.Said(text, agrees=True)),
        )
        actions.read(here, opened, outcome["number"])
        return outcome

    def thank(self, who: int | Person, post: UUID, at: datetime, name: tuple[object, ...]) -> None:
        """Say thank you for a message; of a question to a live session, vote for it."""
        here = self.here(who, at)
        row, _opened = access.post(here, post, write=True)
        payload: dict[str, Any] = {"post": str(post), "on": True}

        def thanks(act: Act) -> Outcome:
            return actions.thank(act=act, at=here, post=row, on=True)

        self.send("discussion.thank", payload, at, name, thanks)


def awake(at: datetime, zone: str, rng: Random) -> datetime:
    """The same moment, or the morning after when people of this zone sleep."""
    local = at.astimezone(ZoneInfo(zone))
    hour = local.hour + local.minute / 60
    if not SLEEPS <= hour < WAKES:
        return at
    morning = local.replace(hour=6, minute=30, second=0, microsecond=0)
    return (morning + timedelta(minutes=rng.uniform(0, 150))).astimezone(at.tzinfo)
