"""The questions of an edition, played: people ask, answer, thank, choose the answer, mark what reveals one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from preau.audit.acts import Act, Outcome
from preau.content.outline import ModuleFacts, UnitFacts
from preau.courses.models import Edition
from preau.discussion import access, actions
from preau.discussion.access import Here
from preau.discussion.models import Post, Thread
from preau.simulation import planning, rules, sayings
from preau.simulation.rules import Learner, Persona, Rhythm
from preau.simulation.stage import Stage, awake
from preau.simulation.team import Happening

ASKS = {Persona.CLASSIC: 0.22, Persona.ADVANCED: 0.45, Persona.BROWSER: 0.06}  # questions of one person
HELPS = {Persona.CLASSIC: 2.0, Persona.ADVANCED: 5.0, Persona.BROWSER: 0.3}  # how often one answers, beside others
FIRST = (3.5, 1.1)  # log-normal minutes until somebody answers: a median of 33, a long tail
NEVER = 0.04  # of questions stay without an answer
THANKS, ACCEPTS, MARKS = 0.55, 0.6, 0.8
WEEK = timedelta(days=7)

type Heard = Callable[[UUID, int, datetime, tuple[object, ...]], None]
"""Told of a message: its id, the number of its author, when, and a name that follows from the seed."""


@dataclass(frozen=True)
class Asked:
    """A question as it will be asked: by whom, when, about which module; `turn` counts those of one person."""

    at: datetime
    learner: Learner
    turn: int
    module: ModuleFacts | None
    said: sayings.Question

    @property
    def name(self) -> tuple[object, ...]:
        return (self.learner.number, self.turn)


@dataclass
class Talk:
    """The questions and what becomes of them; `heard` is told of every message."""

    stage: Stage
    heard: Heard

    def events(self) -> Iterator[Happening]:
        """Who asks what, and when."""
        for asked in self.questions():
            yield asked.at, self.stage.speaking(asked.learner.number, partial(self._ask, asked))

    def questions(self) -> list[Asked]:
        """In order of time; of two that are asked in one language, never the same before every one was asked."""
        found = sorted(self._wishes(), key=lambda wish: (wish[0], wish[1].number))
        decks = {code: list(said) for code, said in sayings.QUESTIONS.items()}
        for code, deck in sorted(decks.items()):
            rules.stream(self.stage.seed, "deck", code).shuffle(deck)
        asked, turns = dict.fromkeys(decks, 0), dict[int, int]()
        questions = []
        for at, learner, module in found:
            code = learner.language if learner.language in decks else "fr"
            said = decks[code][asked[code] % len(decks[code])]
            asked[code] += 1
            turns[learner.number] = turn = turns.get(learner.number, -1) + 1
            questions.append(Asked(at, learner, turn, module, said))
        return questions

    def _wishes(self) -> Iterator[tuple[datetime, Learner, ModuleFacts | None]]:
        modules = [one for one in self.stage.outline.modules if one.units and one.opens < self.stage.edition.closes_at]
        yield from self._first(modules)
        for learner in self.stage.active:
            rng = rules.stream(self.stage.seed, "talk", learner.number)
            for _turn in range(int(ASKS[learner.persona] + rng.random())):
                weights = [1 / (1 + place) for place in range(len(modules))]  # more at the beginning
                module = rng.choices(modules, weights)[0] if modules else None
                yield self._moment(learner, module, rng), learner, module

    def _first(self, modules: Sequence[ModuleFacts]) -> Iterator[tuple[datetime, Learner, ModuleFacts | None]]:
        """However few they are, somebody asks on the second day."""
        edition, language = self.stage.edition, self.stage.edition.course.languages[0]
        for learner in self.stage.active:
            if learner.language == language and learner.enrolled_at < edition.opens_at:
                rng = rules.stream(self.stage.seed, "first question")
                at = awake(edition.opens_at + timedelta(hours=30), learner.origin.zone, rng)
                yield at, learner, modules[0] if modules else None
                return

    def _moment(self, learner: Learner, module: ModuleFacts | None, rng: Random) -> datetime:
        """While they work on a module, more before its deadline, at their hour."""
        edition = self.stage.edition
        opens = max(
            edition.opens_at, learner.enrolled_at + timedelta(hours=1), module.opens if module else edition.opens_at
        )
        ends = [unit.due for unit in module.units if unit.due and unit.due > opens] if module else []
        end = min([*ends, opens + WEEK, edition.closes_at - timedelta(days=1)])
        # Who works in the last hours asks rather the evening before.
        calmer = learner if rng.random() < 0.4 else replace(learner, rhythm=Rhythm.STEADY)
        return awake(planning.moment(calmer, opens, max(opens, end), rng), learner.origin.zone, rng)

    def _unit(self, asked: Asked, rng: Random) -> UnitFacts | None:
        """What it is about: what reveals an answer, a graded unit of the module."""
        units = [unit for unit in asked.module.units if unit.opens <= asked.at] if asked.module else []
        graded = [unit for unit in units if unit.due]
        if not units or rng.random() >= 0.8:
            return None
        return rng.choice(graded if asked.said.reveals and graded else units)

    def _ask(self, asked: Asked, at: datetime) -> None:
        rng = rules.stream(self.stage.seed, "question", *asked.name)
        here, unit = self.stage.here(asked.learner.number, at), self._unit(asked, rng)
        room = access.room(here, f"m-{asked.module.key}"[:80] if asked.module and unit else "general")
        opening = actions.Opening(
            room,
            asked.said.title,
            Thread.Kind.QUESTION,
            asked.learner.language,
            unit.id if unit else None,
            None,
            self.stage.outline.version_id,
        )
        said = actions.Said(asked.said.text, agrees=True)
        outcome = self.stage.send(
            "discussion.ask",
            {"title": asked.said.title},
            at,
            asked.name,
            lambda act: actions.ask(act=act, at=here, opening=opening, said=said),
        )
        self.heard(UUID(outcome["post"]), asked.learner.number, at, asked.name)
        if rng.random() >= NEVER:
            self._answers(UUID(outcome["thread"]), asked, rng, at)

    def _answers(self, thread: UUID, asked: Asked, rng: Random, at: datetime) -> None:
        helpers = self._helpers(asked, rng)
        for place, (helper, text) in enumerate(zip(helpers, asked.said.replies, strict=False)):
            at += timedelta(minutes=rng.lognormvariate(*FIRST) * (1 + place))
            work = partial(self._reply, thread, asked, helper, text, asked.said.reveals and place == 0)
            self.stage.soon(at, helper, rng, work)

    def _helpers(self, asked: Asked, rng: Random) -> Sequence[int]:
        """Other people of the same language who are there by then, those who help often more often."""
        known = [
            one
            for one in self.stage.active
            if one.language == asked.learner.language
            and one.number != asked.learner.number
            and one.enrolled_at < asked.at
        ]
        if not known:
            return ()
        weights = [HELPS[one.persona] * (3.0 if one.number % 9 == 0 else 1.0) for one in known]
        most = len(asked.said.replies)
        chosen = rng.choices([one.number for one in known], weights, k=2 * most)
        return list(dict.fromkeys(chosen))[:most]

    def _reply(self, thread: UUID, asked: Asked, helper: int, text: str, reveals: bool, at: datetime) -> None:
        stage, asker, name = self.stage, asked.learner.number, (*asked.name, helper)
        outcome = stage.reply(helper, thread, text, at, name)
        post, rng = UUID(outcome["post"]), rules.stream(stage.seed, "after", *name)
        self.heard(post, helper, at, name)
        if rng.random() < THANKS:
            work = partial(stage.thank, asker, post, name=name)
            stage.soon(at + timedelta(minutes=rng.uniform(5, 300)), asker, rng, work)
        if outcome["number"] == 2 and rng.random() < ACCEPTS and not reveals:
            stage.soon(
                at + timedelta(minutes=rng.uniform(9, 400)), asker, rng, partial(self._accept, asker, post, name)
            )
        if reveals and rng.random() < MARKS:
            stage.soon(at + timedelta(minutes=rng.uniform(3, 60)), asker, rng, partial(self._mark, asker, post, name))

    def _on(self, verb: str, who: int, post: UUID, name: tuple[object, ...], at: datetime, do: "Do") -> None:
        here = self.stage.here(who, at)
        row, _opened = access.post(here, post, write=True)
        payload: dict[str, Any] = {"post": str(post), "on": True}
        self.stage.send(f"discussion.{verb}", payload, at, name, lambda act: do(act, here, row))

    def _accept(self, who: int, post: UUID, name: tuple[object, ...], at: datetime) -> None:
        self._on(
            "accept", who, post, name, at, lambda act, here, row: actions.accept(act=act, at=here, post=row, on=True)
        )

    def _mark(self, who: int, post: UUID, name: tuple[object, ...], at: datetime) -> None:
        self._on(
            "reveal", who, post, name, at, lambda act, here, row: actions.reveal(act=act, at=here, post=row, on=True)
        )


type Do = Callable[[Act, Here, Post], Outcome]


def waiting_hours(edition: Edition) -> list[float]:
    """How long each question waited for its first answer, in hours, shortest first."""
    rows = Thread.objects.filter(space__edition=edition, kind=Thread.Kind.QUESTION, answered_at__isnull=False)
    pairs = rows.values_list("made_at", "answered_at")
    return sorted((answered - made).total_seconds() / 3600 for made, answered in pairs if answered is not None)
