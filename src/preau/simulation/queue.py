"""Requests to a team, played: asked, taken, answered or decided, thanked for. All through the actions of `support`."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation

from preau.accounts.models import Person
from preau.audit.acts import Act, Outcome
from preau.content import outline as outlines
from preau.courses.models import Enrolment
from preau.grades.models import Result
from preau.simulation import asking, rules, telling
from preau.simulation.asking import Asked
from preau.simulation.team import Happening, Team, Work
from preau.support import access, actions, deciding
from preau.support.models import Request

MENDED = 15.0  # percent that a corrected result gains


def events(team: Team) -> Iterator[Happening]:
    """Everything around each request, in no order."""
    for asked in asking.requests(team.learners, team.activities, team.seed, team.calendar, team.lately):
        yield from _Played(team, asked).events()


class _Played:
    """One request. Its id is that of the act that asks, so every later step knows it."""

    def __init__(self, team: Team, asked: Asked) -> None:
        self.team, self.asked = team, asked
        self.person = team.people[asked.learner.number]
        self.staff: Person | None = None

    def events(self) -> Iterator[Happening]:
        """The steps of this request with their moments."""
        asked, team = self.asked, self.team
        yield asked.at, self._learners(self.ask)
        if asked.claimed_at is not None:
            yield asked.claimed_at, team.speaking(self.claim)
        yield asked.answered_at, team.speaking(self.answer)
        if asked.thanked:
            yield asked.answered_at + timedelta(hours=3), self._learners(self.thank)
            yield asked.answered_at + timedelta(hours=8), team.speaking(self.close)

    def _learners(self, work: Work) -> Work:
        def spoken(at: datetime) -> None:
            with translation.override(self.asked.learner.language):
                work(at)

        return spoken

    @property
    def key(self) -> UUID:
        """The request's id."""
        team = self.team
        return rules.id_for(self.asked.at, team.seed, team.edition.slug, "request.ask", self.asked.number)

    def send(self, kind: str, payload: dict[str, Any], at: datetime, do: Callable[[Act], Outcome]) -> None:
        """One act about this request."""
        self.team.send(kind, {"request": str(self.key), **payload}, at, (self.asked.number,), do)

    def desk(self, at: datetime) -> access.Team:
        """Who has this request in hand: a volunteer answers, who teaches decides."""
        asked = self.asked
        if self.staff is None:
            helped = asked.theme.does == "answer" and asked.number % 3 != 2
            first = asked.claimed_at or asked.answered_at
            self.staff = self.team.helper(asked.learner.language, asked.number, first) if helped else self.team.teacher
        return access.team(self.staff, self.team.edition.slug, now=at)

    def ask(self, at: datetime) -> None:
        """The learner asks, from the page of the unit that it is about."""
        asked, team = self.asked, self.team
        subject, text = asking.spoken(asked.theme.said, asked.learner.language)
        path = f"/e/{team.edition.slug}/"
        seen = access.looked_at(self.person, path, asked.learner.language, now=at)
        question = actions.Question(
            topic=asked.theme.topic,
            subject=subject,
            text=text.format(name=asked.name),
            language=asked.learner.language,
            edition=team.edition,
            enrolment=Enrolment.objects.filter(edition=team.edition, person=self.person, left_at=None).first(),
            about=seen.data(),
        )
        team.send(
            "request.ask",
            {"edition": team.edition.slug, "subject": subject, "about": path},
            at,
            (asked.number,),
            lambda act: actions.ask(act=act, by=self.person, question=question, now=at),
        )

    def claim(self, at: datetime) -> None:
        """Somebody of the team takes it, and may leave a word for the others."""
        desk = self.desk(at)
        row = access.of_team(desk, self.key)
        self.send("request.claim", {}, at, lambda act: actions.claim(act=act, at=desk, request=row, now=at))
        if self.asked.noted:
            later = at + timedelta(minutes=4)
            payload = {"text": telling.NOTE}
            self.send(
                "request.note",
                payload,
                later,
                lambda act: actions.note(act=act, at=desk, request=row, text=telling.NOTE, now=later),
            )

    def answer(self, at: datetime) -> None:
        """What was asked is decided, or answered with the saved reply in the learner's language."""
        desk = self.desk(at)
        row = access.of_team(desk, self.key)
        if row.entries.filter(from_team=True, private=False).exists():
            return  # answered when the edition was played before
        decision = self._decision(row)
        if decision is not None:
            outline = outlines.of_edition(row.edition, row.language) if row.edition else None

            def decide(act: Act) -> Outcome:
                return deciding.decide(act=act, at=desk, request=row, decision=decision, outline=outline, now=at)

            self.send("request.decide", {"what": decision.what, "unit": decision.unit}, at, decide)
            return
        text = self._said()
        settle = self.asked.number % 2 == 0

        def answer(act: Act) -> Outcome:
            return actions.answer(act=act, at=desk, request=row, text=text, settle=settle, now=at)

        self.send("request.answer", {"text": text, "settle": settle}, at, answer)

    def _said(self) -> str:
        language = self.asked.learner.language
        _topic, said = telling.SAVED[self.asked.theme.saved or "question"]
        hello = asking.spoken(telling.HELLO, language).format(name=self.person.name)
        return f"{hello}\n\n{asking.spoken(said, language)[1]}"

    def _decision(self, row: Request) -> deciding.Decision | None:
        """What is decided; None where an answer will do: a result that nobody has cannot be mended."""
        asked = self.asked
        if asked.theme.does == "answer" or asked.theme.reason is None:
            return None
        what, reason = asked.theme.does, asking.spoken(asked.theme.reason, asked.learner.language)
        if what != "result":
            return deciding.Decision(what, reason, unit=asked.unit, until=asked.until, name=asked.name)
        unit = outlines.of_edition(self.team.edition, asked.learner.language).by_key[asked.unit]
        result = Result.objects.filter(enrolment=row.enrolment, unit_id=unit.id, score__gt=0).first()
        if result is None:
            return None
        percent = min(100.0, round(100 * result.score / result.of + MENDED, 1))
        return deciding.Decision(what, reason, unit=asked.unit, percent=percent)

    def thank(self, at: datetime) -> None:
        """The learner writes once more."""
        row = access.own(self.person, self.key)
        text = asking.spoken(telling.THANKS, self.asked.learner.language)
        self.send(
            "request.reply",
            {"text": text},
            at,
            lambda act: actions.reply(act=act, by=self.person, request=row, text=text, now=at),
        )

    def close(self, at: datetime) -> None:
        """Settled by whoever had it."""
        desk = self.desk(at)
        row = access.of_team(desk, self.key)
        self.send("request.close", {}, at, lambda act: actions.close(act=act, by=desk.person, request=row, now=at))
