"""Many people who ask for copies at once, and what the pool says afterwards: what a drill asks its hand for
(`tests.faults.hand`). Each client is a process; every person is played by two of them, as one with two devices is."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.common.ids import new_id
from preau.content import access as content
from preau.courses.models import Edition, Enrolment
from preau.peer import assignments, candidates, leasing, reviewing, sweeping
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Review, Submission, Wait
from tests import cast
from tests.faults import forks
from tests.peer import stage

SLUGS = ("thin-1", "thin-2")
TEAM = 4
BOTH = ("en", "fr")


@dataclass(frozen=True)
class Actor:
    """A learner of both editions, and what they read."""

    person: UUID
    languages: tuple[str, ...]


def prepare(count: int) -> list[list[Any]]:
    """Two editions of one course, in both of which so many learners have handed in; [person, languages] of each."""
    now = timezone.now()
    version = stage.course()
    editions = [cast.edition(slug=slug, opens=cast.monday(now, -1), of=version) for slug in SLUGS]
    people = [Person(email=f"l{n}@example.org", name=f"L{n}", joined_at=now) for n in range(count)]
    Person.objects.bulk_create(people)
    spoken = ["fr" if n % 5 else "en" for n in range(count)]
    for edition in editions:
        with transaction.atomic():
            hand_in(edition, people, spoken, now)
    reads = [list(BOTH) if n % 4 == 0 else [language] for n, language in enumerate(spoken)]
    return [[str(person.pk), languages] for person, languages in zip(people, reads, strict=True)]


def hand_in(edition: Edition, people: list[Person], spoken: list[str], now: datetime) -> None:
    """A copy of everybody, in teams of four; some of the authors gave already."""
    track = edition.tracks.get(key="advanced")
    enrolments = [Enrolment(person=one, edition=edition, track=track, enrolled_at=now) for one in people]
    Enrolment.objects.bulk_create(enrolments)
    known = facts_of(edition, people[0])
    assignments.ensure(known)
    fixed = {"unit_id": known.unit.id, "version_id": known.outline.version_id, "size": 9, "fingerprint": ""}
    teams = [new_id() for _ in range(len(people) // TEAM + 1)]
    for n, enrolment in enumerate(enrolments):
        at = now - timedelta(minutes=len(people) - n)
        copy = Submission.objects.create(
            enrolment=enrolment, text="Un projet.", language=spoken[n], submitted_at=at, **fixed
        )
        leasing.enter(copy, known, now=at)
        PoolEntry.objects.filter(pk=copy.pk).update(team_id=teams[n // TEAM])


def facts_of(edition: Edition, person: Person) -> Facts:
    place, _rows = content.place(person, edition.slug, "fr", stage.UNIT, now=timezone.now())
    known = assignments.of(place.outline, place.unit)
    assert known is not None
    return known


def storm(actors: list[list[Any]], clients: int, rounds: int, folder: str) -> dict[str, Any]:
    """Let the clients loose; what was served, what was wrong while they were at it, and what is wrong afterwards."""
    people = [Actor(UUID(pk), tuple(languages)) for pk, languages in actors]
    files = [Path(folder) / f"client{n}.json" for n in range(clients)]
    children = [
        forks.fork(lambda n=n, file=file: play(people[n // 2 :: clients // 2], rounds, n, file))  # type: ignore[misc]
        for n, file in enumerate(files)
    ]
    codes = [forks.ended(child) for child in children]
    sweeping.sweep(timezone.now())
    told = [json.loads(file.read_text()) for file in files if file.exists()]
    served = sum((Counter(one["served"]) for one in told), Counter())
    return {
        "codes": codes,
        "served": dict(served),
        "passed_over": sum(one["passed_over"] for one in told),
        "wrong": wrong({one.person: set(one.languages) for one in people}),
        "leases": Review.objects.count(),
        "finished": Review.objects.filter(finished_at__isnull=False).count(),
        "waits": Wait.objects.count(),
    }


def play(people: list[Actor], rounds: int, seed: int, file: Path) -> None:
    """One client: in each round everybody asks in one of the editions, and sends the review, gives the copy back or
    goes away."""
    chance = random.Random(seed)
    watch = Watch()
    watch.on()
    persons = {one.person: Person.objects.get(pk=one.person) for one in people}
    known = [facts_of(Edition.objects.get(slug=slug), persons[people[0].person]) for slug in SLUGS]
    for _round in range(rounds):
        for one in chance.sample(people, len(people)):
            step(persons[one.person], one.languages, chance.choice(known), chance.random())
    file.write_text(json.dumps({"served": watch.served, "passed_over": watch.passed_over}))


def step(person: Person, languages: tuple[str, ...], known: Facts, chance: float) -> None:
    now = timezone.now()
    act = cast.an_act("review.ask", now=now)
    outcome = leasing.ask(act=act, by=person, facts=known, now=now, languages=languages)
    if outcome["review"] is None or chance < 0.1:
        return
    review = Review.objects.get(pk=UUID(outcome["review"]))
    act = cast.an_act("review.finish", now=now)
    if chance < 0.25:
        leasing.give_back(act=act, by=person, review=review, now=now)
        return
    with suppress(Refused):  # their other device sent it
        reviewing.finish(act=act, by=person, review=review, facts=known, given=stage.given(), now=timezone.now())


class Watch:
    """Looks over the allocation's shoulder: which tier each lease came from, and whether a better copy was left that
    nobody held."""

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()
        self.passed_over = 0

    def on(self) -> None:
        real = candidates.next_copy

        def watched(person: UUID, who: Any, assignment: UUID, languages: list[str], now: datetime) -> Any:
            better = candidates.eligible(assignment, person, who.team or candidates.NOBODY, languages)
            before = nobodys(better.filter(tier__lt=2))
            found = real(person, who, assignment, languages, now)
            if found is not None:
                self.served[str(found[1].tier)] += 1
                after = marked(better.filter(tier__lt=found[1].tier).exclude(pk=found[0]))
                self.passed_over += bool(before.items() & after.items())
            return found

        candidates.next_copy = watched


def nobodys(rows: "QuerySet[PoolEntry]") -> dict[UUID, str]:
    """Those of these rows that nobody holds, with a mark that changes as soon as somebody does."""
    with suppress(Undone), transaction.atomic():
        free = list(rows.select_for_update(of=("self",), skip_locked=True))
        found = marked(PoolEntry.objects.filter(pk__in=[row.pk for row in free]))
        raise Undone  # the locks go, the marks stay
    return found


class Undone(Exception):
    """Takes a savepoint back."""


def marked(rows: "QuerySet[PoolEntry]") -> dict[UUID, str]:
    """On PostgreSQL, who locked or wrote a row last; SQLite has one writer, and it is us."""
    mark = "peer_poolentry.xmax::text || peer_poolentry.ctid::text" if connection.vendor == "postgresql" else "'ours'"
    return dict(rows.annotate(mark=RawSQL(mark, [], CharField())).order_by().values_list("pk", "mark"))


def wrong(languages: dict[UUID, set[str]]) -> dict[str, int]:
    """How many leases are forbidden, of each kind, and how many entries say what is not so."""
    rows = Review.objects.order_by()
    spoken = rows.values_list("reviewer_id", "submission__pool__language")
    held = rows.filter(finished_at=None, returned_at=None).values("reviewer", "assignment")
    twice = rows.values("submission", "reviewer").annotate(n=Count("pk")).filter(n__gt=1)
    return {
        "own": rows.filter(reviewer=F("submission__enrolment__person")).count(),
        "team": sum(
            PoolEntry.objects.filter(author=who, assignment=where, team_id=team).exists()
            for who, where, team in rows.values_list("reviewer_id", "assignment_id", "submission__pool__team_id")
        ),
        "language": sum(language not in languages[who] for who, language in spoken),
        "twice": twice.count(),
        "edition": rows.exclude(assignment__edition=F("submission__enrolment__edition")).count(),
        "two_at_once": held.annotate(n=Count("pk")).filter(n__gt=1).count(),
        "miscounted": sum(1 for _entry in miscounted()),
    }


def miscounted() -> Iterator[PoolEntry]:
    """Entries that say otherwise than the rows of the reviews."""
    received = Count("submission__reviews", filter=Q(submission__reviews__finished_at__isnull=False))
    is_open = Q(submission__reviews__finished_at=None, submission__reviews__returned_at=None)
    is_open &= Q(submission__reviews__pk__isnull=False)
    for entry in PoolEntry.objects.annotate(done=received, held=Count("submission__reviews", filter=is_open)):
        written = Review.objects.filter(assignment=entry.assignment_id, reviewer=entry.author_id)
        gave = written.filter(finished_at__isnull=False).count()
        counted = (entry.finished, entry.leased, entry.given) == (entry.done, entry.held, gave)
        if not counted or not entry.finished <= entry.expected <= entry.finished + entry.leased:
            yield entry


def kill(actors: list[list[Any]], kills: int, seconds: float, folder: str) -> dict[str, Any]:
    """Clients that end in the middle of what they do, at moments that nobody chose; what is wrong afterwards."""
    people = [Actor(UUID(pk), tuple(languages)) for pk, languages in actors]
    for number in range(kills):
        child = forks.fork(lambda number=number: doomed(people, number, seconds, Path(folder)))  # type: ignore[misc]
        forks.doomed(child)
    return wrong({one.person: set(one.languages) for one in people})


def doomed(people: list[Actor], seed: int, seconds: float, folder: Path) -> None:
    forks.doom(seconds)
    began = time.monotonic()
    while time.monotonic() - began < 60 * seconds + 60:
        play(people, 1, seed, folder / f"doomed{os.getpid()}.json")
