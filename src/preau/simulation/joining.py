"""How simulated people come into an edition, change track, leave, come back, choose electives: through the actions."""

from dataclasses import dataclass
from datetime import datetime

from preau.accounts.models import Person
from preau.content.outline import Outline
from preau.courses import enrolling
from preau.courses.models import Edition
from preau.simulation.planning import Do, Step
from preau.simulation.returning import Paths
from preau.simulation.rules import Learner, Persona
from preau.simulation.team import Send

MOVES = frozenset({Do.ENROL, Do.SWITCH, Do.DESCEND, Do.LEAVE, Do.RETURN, Do.CHOOSE})


@dataclass
class Joining:
    """Plays the steps of `MOVES`; `outline` says until when a track may be taken, and which electives there are."""

    edition: Edition
    outline: Outline
    paths: Paths
    send: Send

    def do(self, learner: Learner, person: Person, step: Step, at: datetime) -> None:
        """One step of a plan at its moment."""
        if step.do is Do.LEAVE:
            self._leave(learner, person, at)
        elif step.do is Do.CHOOSE:
            self._choose(learner, person, step, at)
        else:
            self._enrol(learner, person, step, at)

    def track(self, learner: Learner, step: Step) -> str:
        """The track of this step: the highest one for who aims at it, and came while it could be taken."""
        if learner.back is not None:
            return learner.back.track
        up = step.do is Do.SWITCH or (step.do is not Do.DESCEND and not learner.switches and _aims_high(learner))
        cut_off = self.outline.joins.get(self.paths.highest)
        if step.do is not Do.SWITCH and cut_off is not None and learner.enrolled_at >= cut_off:
            up = False
        return self.paths.highest if up else self.paths.first

    def _enrol(self, learner: Learner, person: Person, step: Step, at: datetime) -> None:
        track = self.track(learner, step)
        self.send(
            "enrol",
            {"edition": self.edition.slug, "track": track},
            at,
            (learner.number, step.do),
            lambda act: enrolling.enrol(act=act, by=person, edition=self.edition, track=track, now=at),
        )

    def _leave(self, learner: Learner, person: Person, at: datetime) -> None:
        row = enrolling.latest(person, self.edition)
        if row is None:
            return
        self.send(
            "leave",
            {"edition": self.edition.slug},
            at,
            (learner.number,),
            lambda act: enrolling.leave(act=act, by=person, enrolment=row, now=at),
        )

    def _choose(self, learner: Learner, person: Person, step: Step, at: datetime) -> None:
        """The electives of the plan, all at once."""
        row = enrolling.latest(person, self.edition)
        if row is None or row.left_at is not None:
            return
        known = frozenset(module.key for module in self.outline.modules if module.elective)
        keys = frozenset(step.modules)
        self.send(
            "electives",
            {"edition": self.edition.slug, "electives": sorted(keys)},
            at,
            (learner.number, step.number),
            lambda act: enrolling.choose_electives(act=act, by=person, enrolment=row, keys=keys, known=known, now=at),
        )


def _aims_high(learner: Learner) -> bool:
    """Those who follow the advanced track, and some of those who only look at it."""
    return learner.persona is Persona.ADVANCED or (learner.persona is not Persona.CLASSIC and learner.number % 5 == 0)
