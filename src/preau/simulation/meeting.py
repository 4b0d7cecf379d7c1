"""People who introduce themselves in their first days, and those who greet them: their circle, and its host."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils import translation

from preau.accounts.models import Person
from preau.discussion import meeting
from preau.discussion.actions import Said
from preau.discussion.models import Circle, CircleMember, Follow, Post
from preau.discussion.profiles import Profile
from preau.simulation import planning, rules, sayings
from preau.simulation.rules import Learner, Rhythm
from preau.simulation.stage import Stage, awake
from preau.simulation.team import Happening
from preau.simulation.threads import Heard

SHARE = 0.42  # of those who come
FIRST_DAYS = timedelta(days=10)
GREETS = (0.85, 0.45)  # how often one, and another, of the circle greet somebody
AFTER = (4.9, 1.0)  # log-normal minutes: a median of two hours and a quarter
HOSTS = 0.9  # of introductions are answered by the host, when there is one


@dataclass
class Meeting:
    """Introductions and greetings; `heard` is told of every message."""

    stage: Stage
    heard: Heard

    def events(self) -> Iterator[Happening]:
        """Who introduces themself, and when: rather early."""
        for learner in self.stage.active:
            rng = rules.stream(self.stage.seed, "hello", learner.number)
            if rng.random() < SHARE:
                start = max(self.stage.edition.opens_at, learner.enrolled_at + timedelta(minutes=30))
                at = planning.moment(replace(learner, rhythm=Rhythm.EARLY), start, start + FIRST_DAYS, rng)
                at = awake(at, learner.origin.zone, rng)
                yield at, self.stage.speaking(learner.number, partial(self._introduce, learner))

    def _introduce(self, learner: Learner, at: datetime) -> None:
        stage, rng = self.stage, rules.stream(self.stage.seed, "introduction", learner.number)
        field, job, text = sayings.hello(learner.language, rng)
        shown = Profile("", learner.origin.country, field, job, text, (learner.language,))
        here, said = stage.here(learner.number, at), Said(text, agrees=True)
        outcome = stage.send(
            "discussion.introduce",
            {"edition": stage.edition.slug, **asdict(shown), "text": text},
            at,
            (learner.number,),
            lambda act: meeting.introduce(act=act, at=here, shown=shown, said=said, language=learner.language),
        )
        self.heard(UUID(outcome["post"]), learner.number, at, ("hello", learner.number))
        thread, room = UUID(outcome["thread"]), outcome["room"]
        for slot, chance in enumerate(GREETS):
            if rng.random() < chance:
                when = at + timedelta(minutes=rng.lognormvariate(*AFTER) * (1 + slot))
                stage.later(when, 0, partial(self._greet, learner, thread, room, slot))
        if rng.random() < HOSTS:
            when = at + timedelta(hours=rng.uniform(0.5, 14))
            stage.later(awake(when, "Europe/Paris", rng), 0, partial(self._host, learner, thread, room))

    def _greet(self, learner: Learner, thread: UUID, room: str, slot: int, at: datetime) -> None:
        """Somebody who was in the circle before; at night in their zone, in their morning."""
        rows = CircleMember.objects.filter(space__edition=self.stage.edition, circle__room__key=room)
        there = rows.filter(joined_at__lt=at).exclude(person=self.stage.person(learner.number))
        people = list(there.order_by("joined_at", "person__email").values_list("person", flat=True))
        if not people:
            return
        rng = rules.stream(self.stage.seed, "greet", learner.number, slot)
        number = self.stage.team.number_of(rng.choice(people))
        text = rng.choice(sayings.spoken(sayings.WELCOMES, learner.language))
        self.stage.soon(at, number, rng, partial(self._say, learner, thread, number, slot, text))

    def _say(self, learner: Learner, thread: UUID, number: int, slot: int, text: str, at: datetime) -> None:
        if Post.objects.filter(thread=thread, author=self.stage.person(number), at__lt=at).exists():
            return
        name = ("greet", learner.number, slot)
        outcome = self.stage.reply(number, thread, text, at, name)
        post = UUID(outcome["post"])
        self.heard(post, number, at, name)
        rng = rules.stream(self.stage.seed, "pleased", *name)
        if rng.random() < 0.4:
            work = partial(self.stage.thank, learner.number, post, name=name)
            self.stage.soon(at + timedelta(minutes=rng.uniform(5, 600)), learner.number, rng, work)

    def _host(self, learner: Learner, thread: UUID, room: str, at: datetime) -> None:
        """The circle's host, if it has one by then."""
        host = _host_of(self.stage, room, at)
        if host is None:
            return
        rng = rules.stream(self.stage.seed, "host", learner.number)
        text = rng.choice(sayings.spoken(sayings.HOSTS, learner.language))
        with translation.override(host.language):
            self.stage.reply(host, thread, text, at, ("host", learner.number))


def _host_of(stage: Stage, room: str, at: datetime) -> Person | None:
    """Known by what they follow since they were given the circle."""
    circle = Circle.objects.select_related("host").filter(room__space__edition=stage.edition, room__key=room).first()
    if circle is None or circle.host is None:
        return None
    since = Follow.objects.filter(person=circle.host, room=circle.room_id, since__lte=at)
    return circle.host if since.exists() else None
