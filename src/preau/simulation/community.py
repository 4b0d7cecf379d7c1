"""The discussions of an edition, played: everything that is said in it, what the worker does about it by itself, and
what it comes to."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Max, Q

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion import access, actions, counting, digests, greeting, hosting, indexing, telling
from preau.discussion.models import Flag, Post, Room, Thread, Vote
from preau.simulation import moderation, threads
from preau.simulation.lasting import Lasting
from preau.simulation.meeting import Meeting
from preau.simulation.moderation import Moderation
from preau.simulation.stage import Stage
from preau.simulation.team import Happening
from preau.simulation.threads import Talk

CHORE = timedelta(hours=12)  # between two looks of the worker
SUMMARIES = 14  # looks between two at the summaries
UNREAD = timedelta(days=2)  # of the latest messages, to somebody who signs in
DAY = 24.0  # hours


def events(stage: Stage) -> Iterator[Happening]:
    """What everybody does of their own accord, in no order."""
    minding = Moderation(stage)
    yield from Talk(stage, minding.heard).events()
    yield from Meeting(stage, minding.heard).events()
    yield from minding.events()
    yield from Lasting(stage).events()
    yield from _looks(stage)


def _looks(stage: Stage) -> Iterator[Happening]:
    """The worker, by itself; what it did when the edition was played before is not done again."""
    rows = Post.objects.filter(thread__space__edition=stage.edition)
    done: datetime | None = rows.aggregate(latest=Max("at"))["latest"]
    at, turn = stage.edition.opens_at, 0
    while (at := at + CHORE) < stage.edition.closes_at:
        turn += 1
        if done is None or at > done:
            yield at, _summaries if turn % SUMMARIES == 0 else chores


def _summaries(at: datetime) -> None:
    chores(at)
    while digests.prepare(now=at):
        continue


def chores(at: datetime) -> None:
    """What the worker does for the discussions between two messages."""
    for chore in (indexing.index_due, telling.tell_due, counting.count_due):
        while chore(now=at):
            continue
    hosting.give_hosts(now=at)
    while greeting.measure(now=at) == greeting.BATCH:
        continue


def finish(at: datetime) -> None:
    """The same once everything was said: nothing waits for the worker of whoever looks at it afterwards."""
    _summaries(at)


def read_up(edition: Edition, person: Person, now: datetime) -> None:
    """Somebody read all but the latest of what is said in an edition."""
    until = now - UNREAD
    here = access.here(person, {"edition": edition.slug}, now=until)
    rows = Thread.objects.filter(space_id=here.space, hidden=False, room__hidden=False, made_at__lte=until)
    for key in rows.exclude(room__kind=Room.Kind.CIRCLE).order_by("made_at").values_list("pk", flat=True):
        opened = access.thread(here, key)
        seen = Post.objects.filter(thread=key, at__lte=until).aggregate(latest=Max("number"))["latest"]
        actions.read(here, opened, seen or 0)


TOLD = {
    "questions": "questions asked",
    "answered": "  of which answered, %",
    "first_answer_hours": "  hours to the first answer, median",
    "answered_within_a_day": "  answered within 24 h, %",
    "accepted": "  with a chosen answer, %",
    "replies": "replies",
    "thanks": "thanks",
    "introductions": "introductions",
    "greeted_within_a_day": "  greeted within 24 h, %",
    "flags": "messages pointed out",
    "held": "messages held by the rule",
}
type Number = float | int | None


def figures(edition: Edition, now: datetime) -> dict[str, Number]:
    """What the discussions of an edition come to, under the names of `TOLD`: a handful of queries."""
    asked = Thread.objects.filter(space__edition=edition, kind=Thread.Kind.QUESTION, hidden=False)
    count, hours = asked.count(), threads.waiting_hours(edition)
    posts = Post.objects.filter(thread__space__edition=edition)
    live = Q(post__thread__room__kind=Room.Kind.LIVE)
    space = Thread.objects.filter(space__edition=edition).values_list("space", flat=True).first()
    met = greeting.greetings(space, now) if space else None
    return {
        "questions": count,
        "answered": _percent(len(hours), count),
        "first_answer_hours": round(median(hours), 1) if hours else None,
        "answered_within_a_day": _percent(sum(one <= DAY for one in hours), count),
        "accepted": _percent(asked.filter(accepted__isnull=False).count(), count),
        "replies": posts.filter(number__gt=1, state=Post.State.SHOWN)
        .exclude(thread__room__kind=Room.Kind.LIVE)
        .count(),
        "thanks": Vote.objects.filter(post__in=posts).exclude(live).count(),
        "introductions": met.introduced if met else 0,
        "greeted_within_a_day": _percent(met.greeted, met.due) if met else None,
        "flags": Flag.objects.filter(post__in=posts).count(),
        "held": moderation.held(edition),
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def table(columns: Mapping[str, Mapping[str, Number]]) -> str:
    """What was said in each edition (named by the keys), a column each."""
    lines = [f"{'':42}" + "".join(f"{name:>13}" for name in columns)]
    for key, told in TOLD.items():
        shown = ["–" if of[key] is None else f"{of[key]:,}" for of in columns.values()]
        lines.append(f"{told:42}" + "".join(f"{one:>13}" for one in shown))
    return "\n".join(lines)
