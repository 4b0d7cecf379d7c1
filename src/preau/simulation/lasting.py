"""What a team prepares for everybody, played: the live session, and at the end the threads that last."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from preau.audit.acts import Act, Outcome
from preau.discussion import access, carrying, live
from preau.discussion.live import Planned
from preau.discussion.models import LiveSession, Room, Thread
from preau.simulation import rules, sayings
from preau.simulation.rules import Persona
from preau.simulation.stage import Stage, awake
from preau.simulation.team import Happening

KEPT = 4  # threads that last
BEFORE_END = timedelta(days=3)
ANNOUNCED, HELD, AT = 5, 15, time(18, 30)  # days after the opening; in the zone of the course
ASKED_BY, VOTES = 5, 0.5


@dataclass
class Lasting:
    """The team's part: a live session in the third week, and what is kept of the threads at the end."""

    stage: Stage
    kept: dict[str, UUID] = field(default_factory=dict)

    def events(self) -> Iterator[Happening]:
        """All with their moments."""
        opens, team = self.stage.edition.opens_at, self.stage.team
        announced, starts = self._clock(ANNOUNCED, time(10)), self._clock(HELD, AT)
        yield announced, team.speaking(partial(self._announce, starts))
        for place, number in enumerate(self._curious()):
            at = opens + timedelta(days=6 + place, hours=10 + place)
            rng = rules.stream(self.stage.seed, "live", place)
            at = awake(at, self.stage.learners[number].origin.zone, rng)
            yield at, self.stage.speaking(number, partial(self._question, place, number))
            for voter in self.stage.active:
                late = rules.stream(self.stage.seed, "voice", place, voter.number)
                when = awake(at + timedelta(hours=late.uniform(1, 60)), voter.origin.zone, late)
                if voter.number != number and late.random() < VOTES / (1 + place) / 2:
                    post = self.stage.key(at, "discussion.reply", "live", place)
                    work = partial(self.stage.thank, voter.number, post, name=("live", place, voter.number))
                    yield when, self.stage.speaking(voter.number, work)
        yield starts + timedelta(minutes=80), team.speaking(self._minutes)
        yield self.stage.edition.closes_at - BEFORE_END, team.speaking(self._keep)

    def _clock(self, days: int, at: time) -> datetime:
        local = self.stage.edition.opens_at.astimezone(self.stage.outline.zone) + timedelta(days=days)
        return datetime.combine(local.date(), at, self.stage.outline.zone)

    def _curious(self) -> list[int]:
        language = self.stage.edition.course.languages[0]
        calm = (Persona.CLASSIC, Persona.ADVANCED)
        there = [one for one in self.stage.active if one.persona in calm and one.language == language]
        early = [one.number for one in there if one.enrolled_at < self.stage.edition.opens_at]
        return early[1 : 1 + min(ASKED_BY, len(sayings.LIVE_QUESTIONS))]

    def _announce(self, starts: datetime, at: datetime) -> None:
        here, language = self.stage.here(self.stage.team.teacher, at), self.stage.edition.course.languages[0]
        title, text = sayings.LIVE
        planned = Planned(title, starts, 60, "https://direct.example/seance", text)
        room = access.room(here, "live")

        def schedule(act: Act) -> Outcome:
            return live.schedule(act=act, at=here, room=room, planned=planned, language=language)

        outcome = self.stage.send("live.schedule", planned.data(), at, ("live",), schedule)
        self.kept["live"] = UUID(outcome["live"])

    def _live(self) -> LiveSession:
        return LiveSession.objects.select_related("thread").get(pk=self.kept["live"])

    def _question(self, place: int, number: int, at: datetime) -> None:
        self.stage.reply(number, self._live().thread_id, sayings.LIVE_QUESTIONS[place], at, ("live", place))

    def _minutes(self, at: datetime) -> None:
        """What was answered, and when; the last one was not."""
        here, row = self.stage.here(self.stage.team.teacher, at), self._live()
        wanted = sorted(live.questions(row), key=lambda one: (-one.votes, one.number))
        for place, one in enumerate(wanted[:-1]):
            minute = 4 + 11 * place

            def answered(act: Act, number: int = one.number, minute: int = minute) -> Outcome:
                return live.answered(act=act, at=here, live=row, number=number, minute=minute)

            payload = {"live": str(row.pk), "number": one.number, "minute": minute}
            self.stage.send("live.answered", payload, at, ("live", one.number), answered)

    def _keep(self, at: datetime) -> None:
        """The first question with a chosen answer at each of a few units."""
        here = self.stage.here(self.stage.team.teacher, at)
        rows = Thread.objects.filter(space__edition=self.stage.edition, unit__isnull=False, hidden=False)
        rows = rows.filter(kind=Thread.Kind.QUESTION, accepted_at__lte=at).exclude(room__kind=Room.Kind.CIRCLE)
        first: dict[UUID | None, Thread] = {}
        for row in rows.order_by("made_at", "title"):
            first.setdefault(row.unit_id, row)
        for place, row in enumerate(list(first.values())[:KEPT]):
            opened = access.thread(here, row.pk)

            def keep(act: Act, opened: access.Opened = opened) -> Outcome:
                return carrying.keep(act=act, at=here, opened=opened, on=True)

            self.stage.send("discussion.lasting", {"thread": str(row.pk), "on": True}, at, (place,), keep)
