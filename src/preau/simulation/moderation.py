"""What is pointed out to an edition's moderators, and what they do about it, played: some messages are flagged and left
as they are, a few that break a rule are held, hidden, contested, answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.courses.models import Edition
from preau.discussion import access, access_moderation, contesting, flagging, moderating
from preau.discussion.models import Post, Room, Thread
from preau.discussion.moderating import Why
from preau.simulation import awkward, rules
from preau.simulation.awkward import Planted
from preau.simulation.rules import Learner, Persona
from preau.simulation.stage import Stage, awake
from preau.simulation.team import Happening, Work

FLAGGED = 0.03  # of messages
ANSWERED = timedelta(hours=26)  # after a contest


@dataclass
class Moderation:
    """Flags and what comes of them."""

    stage: Stage

    def heard(self, post: UUID, author: int, at: datetime, name: tuple[object, ...]) -> None:
        """A message was written: now and then somebody points it out, and a moderator leaves it as it is."""
        rng = rules.stream(self.stage.seed, "flag", *name)
        if rng.random() >= FLAGGED:
            return
        others = self._others(author, at)
        if not others:
            return
        who, (reason, words) = rng.choice(others), rng.choice(awkward.DOUBTS)
        raised = awake(at + timedelta(minutes=rng.uniform(20, 500)), self.stage.learners[who].origin.zone, rng)
        flag = self.stage.key(raised, "discussion.flag", *name)
        work = partial(self._flag, post, who, reason, words, name)
        taken = awake(raised + timedelta(hours=rng.uniform(0.5, 12)), "Europe/Paris", rng)
        if taken + timedelta(hours=1) > self.stage.edition.closes_at:
            return
        self.stage.later(raised, who, self.stage.speaking(who, work))
        self._later(taken, partial(self._claim, flag, name))
        self._later(taken + timedelta(minutes=rng.uniform(4, 30)), partial(self._settle, flag, name))

    def _later(self, at: datetime, work: Work) -> None:
        self.stage.later(at, 0, self.stage.team.speaking(work))

    def _others(self, author: int, at: datetime) -> list[int]:
        known = [one for one in self.stage.active if one.number != author and one.enrolled_at < at and not one.away]
        return [one.number for one in known if one.language == self.stage.learners[author].language]

    def events(self) -> Iterator[Happening]:
        """The messages that break a rule, each with all that follows: its ids are known before it is written."""
        opens, lately = self.stage.team.calendar.opens, self.stage.team.lately
        for place, planted in enumerate(awkward.PLANTED):
            yield from self._planted(place, planted, opens + planted.after)
        for place, planted in enumerate(awkward.WAITING if lately else (), len(awkward.PLANTED)):
            yield from self._planted(place, planted, lately + planted.after if lately else opens)

    def _planted(self, place: int, planted: Planted, at: datetime) -> Iterator[Happening]:
        author = self._author(place, at)
        if author is None:
            return
        rng = rules.stream(self.stage.seed, "planted", place)
        at = awake(at, author.origin.zone, rng) if planted.after > timedelta() else at
        name: tuple[object, ...] = ("planted", place)
        post = self.stage.key(at, "discussion.reply", *name)
        yield at, self.stage.speaking(author.number, partial(self._write, author, planted, name))
        others = [number for number in self._others(author.number, at) if number != author.number]
        first = at
        for turn in range(min(planted.flags, len(others))):
            who, first = others[(7 * place + 3 * turn) % len(others)], at + timedelta(minutes=25 + 40 * turn)
            work = partial(self._flag, post, who, planted.reason, planted.words, (*name, turn))
            yield first, self.stage.speaking(who, work)
        if planted.after < timedelta():
            return  # for the person who looks at the desk now
        taken = awake(first + timedelta(hours=rng.uniform(2, 9)), "Europe/Paris", rng)
        if planted.flags and others:
            flag = self.stage.key(at + timedelta(minutes=25), "discussion.flag", *name, 0)
            yield taken, self._speaking(partial(self._claim, flag, name))
        done = taken + timedelta(minutes=12)
        yield done, self._speaking(partial(self._act, post, planted, name))
        if planted.contest:
            key = self.stage.key(done, f"discussion.{planted.does}", *name)
            contested = awake(done + timedelta(hours=5), author.origin.zone, rng)
            work = partial(self._contest, key, author.number, planted, name)
            yield contested, self.stage.speaking(author.number, work)
            yield contested + ANSWERED, self._speaking(partial(self._answer, key, planted, name))

    def _speaking(self, work: Work) -> Work:
        return self.stage.team.speaking(work)

    def _author(self, place: int, at: datetime) -> Learner | None:
        """Somebody who hardly writes otherwise, of the course's language."""
        language = self.stage.edition.course.languages[0]
        known = [one for one in self.stage.active if one.language == language and one.enrolled_at < at]
        there = [one for one in known if not one.away]
        rare = [one for one in there if one.persona is Persona.BROWSER] or there
        return rare[place % len(rare)] if rare else None

    def _moderator(self, number: int, at: datetime) -> Person:
        return self.stage.team.helper(self.stage.edition.course.languages[0], number, at)

    def _write(self, author: Learner, planted: Planted, name: tuple[object, ...], at: datetime) -> None:
        """Below the newest question in their language."""
        rows = Thread.objects.filter(space__edition=self.stage.edition, language=author.language)
        asked = rows.filter(kind=Thread.Kind.QUESTION, made_at__lt=at - timedelta(minutes=10))
        row = asked.exclude(room__kind=Room.Kind.CIRCLE).order_by("-made_at", "title").first()
        if row is not None:
            self.stage.reply(author.number, row.pk, planted.text, at, name)

    def _flag(self, post: UUID, who: int, reason: str, words: str, name: tuple[object, ...], at: datetime) -> None:
        here = self.stage.here(who, at)
        row, _opened = access.post(here, post, write=True)

        def flag(act: Act) -> Outcome:
            return flagging.flag(act=act, at=here, post=row, reason=reason, words=words)

        self.stage.send("discussion.flag", {"post": str(post), "reason": reason, "words": words}, at, name, flag)

    def _claim(self, flag: UUID, name: tuple[object, ...], at: datetime) -> None:
        here = self.stage.here(self._moderator(len(name), at), at)
        row = access_moderation.flag(here, flag)
        payload = {"flag": str(flag)}
        self.stage.send("discussion.claim", payload, at, name, lambda act: flagging.claim(act=act, at=here, flag=row))

    def _settle(self, flag: UUID, name: tuple[object, ...], at: datetime) -> None:
        here = self.stage.here(self._moderator(len(name), at), at)
        row = access_moderation.flag(here, flag)
        payload = {"flag": str(flag)}
        self.stage.send("discussion.settle", payload, at, name, lambda act: flagging.settle(act=act, at=here, flag=row))

    def _act(self, post: UUID, planted: Planted, name: tuple[object, ...], at: datetime) -> None:
        """Hide it, show what was held, or ask its author to change something."""
        here = self.stage.here(self._moderator(len(name), at), at)
        row, _opened = access_moderation.post(here, post)
        why = Why(planted.rule, planted.statement)
        does = {"hide": moderating.hide, "release": moderating.release, "warn": moderating.warn}[planted.does]
        payload: dict[str, Any] = {"post": str(post), **why.data()}
        kind = f"discussion.{planted.does}"
        self.stage.send(kind, payload, at, name, lambda act: does(act=act, at=here, post=row, why=why))

    def _contest(self, key: UUID, who: int, planted: Planted, name: tuple[object, ...], at: datetime) -> None:
        here = self.stage.here(who, at)
        row = access_moderation.act(here, key, own=True)
        words = planted.contest

        def contest(act: Act) -> Outcome:
            return contesting.contest(act=act, at=here, row=row, words=words)

        self.stage.send("discussion.contest", {"act": str(key), "words": words}, at, name, contest)

    def _answer(self, key: UUID, planted: Planted, name: tuple[object, ...], at: datetime) -> None:
        """Who teaches looks again."""
        here = self.stage.here(self.stage.team.teacher, at)
        row = access_moderation.contest(here, key)
        words, upheld = planted.answer, planted.upheld

        def answer(act: Act) -> Outcome:
            return contesting.answer(act=act, at=here, row=row, words=words, upheld=upheld)

        payload = {"act": str(key), "words": words, "upheld": upheld}
        self.stage.send("discussion.answer", payload, at, name, answer)


def held(edition: Edition) -> int:
    """How many messages the rule against spam held back: those that wait, and those that a moderator looked at."""
    looked = Q(moderation__before__automated=True)
    rows = Post.objects.filter(looked | Q(state=Post.State.HELD), thread__space__edition=edition)
    return rows.values("pk").distinct().count()
