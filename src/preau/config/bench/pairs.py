"""Reviewers who ask for copies and assess them, many at once, through the real actions. Runs `inside`."""

import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.db.models import Count, F, Q
from django.utils import timezone

from preau.accounts.models import Person
from preau.audit.acts import Act
from preau.common.ids import new_id
from preau.config.bench import rows, scale
from preau.content import outline as outlines
from preau.courses.models import Edition
from preau.peer import assignments, leasing, reviewing
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Review, Submission
from preau.peer.reviewing import Given

PROCESSES = 4
EACH = 4  # copies that a reviewer assesses
TEAM = 4
SEED = 8
PATIENCE = 120  # seconds until every client is ready
WARM = 2  # reviewers of each client whose copies come before the clock

type Pair = tuple[float, float]
"""When a pair was due, and when it was done."""


@dataclass(frozen=True)
class Reviewer:
    """A learner and the languages that they read."""

    pk: UUID
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """What one client does: for so long, with its own reviewers; `pause` seconds from one pair's start to the next's,
    or as fast as it goes."""

    reviewers: Sequence[Reviewer]
    seconds: float
    pause: float = 0.0
    shift: float = 0.0


def run(*, copies: int, clients: int, seconds: float, steady: int) -> dict[str, Any]:
    """Fills the pool, then as many pairs as go, then so many a second."""
    people = fill(copies)
    scale.settle()
    slices = [people[n::clients] for n in range(clients)]
    half = [len(one) // 2 for one in slices]
    fast = play([Run(one[: half[n]], seconds) for n, one in enumerate(slices)])
    pause = clients / steady
    calm = play([Run(one[half[n] :], seconds, pause, n / steady) for n, one in enumerate(slices)])
    return {
        "pairs": len(fast),
        "seconds": max(end for _due, end in fast) - min(due for due, _end in fast),
        **told("", fast),
        "steady": len(calm),
        **told("steady_", calm),
        "leases": Review.objects.count(),
        "forbidden": forbidden({one.pk: one.languages for one in people}),
    }


def told(name: str, times: Sequence[Pair]) -> dict[str, float]:
    ordered = sorted(end - due for due, end in times)
    return {f"{name}p{p}_ms": 1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 99)}


def facts() -> Facts:
    """The first assignment of the sample course that goes to its learners."""
    outline = outlines.of_edition(Edition.objects.get(slug=rows.EDITION), rows.LANGUAGE)
    found = (assignments.of(outline, unit) for unit in outline.units())
    return next(one for one in found if one is not None)


def fill(copies: int) -> list[Reviewer]:
    """A class that has handed in: four in five in French, teams of four; in a random order."""
    now, chance, known = timezone.now(), random.Random(SEED), facts()
    edition = Edition.objects.get(pk=known.outline.edition_id)
    people = list(rows.add_people(copies, "author", now))
    enrolments = rows.enrol(people, edition, now)
    languages = ["fr" if chance.random() < 0.8 else "en" for _ in people]
    values: dict[str, Any] = {"unit_id": known.unit.id, "version_id": known.outline.version_id, "size": 2000}
    works = [
        Submission(enrolment=one, text="Un projet. " * 180, language=spoken, submitted_at=now, fingerprint="", **values)
        for one, spoken in zip(enrolments, languages, strict=True)
    ]
    rows.in_bulk(works)
    assignments.ensure(known)
    teams = [new_id() for _ in range(copies // TEAM + 1)]
    rows.in_bulk(entries(works, people, known, teams))
    both = [chance.random() < (0.25 if spoken == "fr" else 0.6) for spoken in languages]
    found = [
        Reviewer(person.pk, ("en", "fr") if more else (spoken,))
        for person, spoken, more in zip(people, languages, both, strict=True)
    ]
    chance.shuffle(found)
    return found


def entries(
    works: Sequence[Submission], people: Sequence[Person], known: Facts, teams: Sequence[UUID]
) -> Iterator[PoolEntry]:
    """Their entries, handed in one after the other."""
    for n, (work, person) in enumerate(zip(works, people, strict=True)):
        yield PoolEntry(
            submission=work,
            assignment_id=known.id,
            author=person,
            team_id=teams[n // TEAM],
            language=work.language,
            submitted_at=work.submitted_at - timedelta(seconds=len(works) - n),
            wanted=known.terms.guaranteed,
        )


def play(runs: Sequence[Run]) -> list[Pair]:
    """The pairs of all clients: a few processes of a few threads, as the site has, that begin together once each is
    connected and has compiled its queries."""
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(runs))
    with context.Pool(PROCESSES, initializer=START.append, initargs=(ready,)) as pool:
        parts = pool.map(together, [runs[n::PROCESSES] for n in range(PROCESSES)], chunksize=1)
    return [one for part in parts for one in part]


START: list[Barrier] = []


def together(runs: Sequence[Run]) -> list[Pair]:
    """The clients of one process, a thread each."""
    known = facts()
    with ThreadPoolExecutor(len(runs)) as threads:
        return [one for part in threads.map(lambda one: client(one, known), runs) for one in part]


def client(run: Run, known: Facts) -> list[Pair]:
    """One pair after the other; the time of each counts from when it was due."""
    times: list[Pair] = []
    try:
        for who in [one for one in run.reviewers[-WARM:] for _turn in range(EACH)]:
            pair(who, known)
        START[-1].wait(PATIENCE)
        began = time.perf_counter() + run.shift
        for number in range(EACH * (len(run.reviewers) - WARM)):
            due = began + number * run.pause if run.pause else time.perf_counter()
            if due >= began + run.seconds:
                break
            time.sleep(max(0.0, due - time.perf_counter()))
            pair(run.reviewers[number // EACH], known)
            times.append((due, time.perf_counter()))
    finally:
        connection.close()
    return times


def pair(who: Reviewer, known: Facts) -> None:
    """Ask, and finish."""
    now, by = timezone.now(), Person(pk=who.pk)
    act = Act(new_id(), "review.ask", {"languages": who.languages}, received_at=now)
    outcome = leasing.ask(act=act, by=by, facts=known, now=now, languages=who.languages)
    levels = {one.id: len(one.levels) - 1 for one in known.rubric.criteria}
    given = Given(levels, {one.id: "Bien." for one in known.rubric.criteria}, "Un bon travail.")
    act = Act(new_id(), "review.finish", {"review": outcome["review"], **given.data()}, received_at=now)
    review = Review(pk=UUID(outcome["review"]))
    reviewing.finish(act=act, by=by, review=review, facts=known, given=given, now=timezone.now())


def forbidden(languages: dict[UUID, tuple[str, ...]]) -> int:
    """Leases that should not be, and entries that do not say what their reviews do."""
    own = Q(reviewer=F("submission__pool__author")) | ~Q(assignment=F("submission__pool__assignment"))
    found = Review.objects.filter(own).count()
    teams = dict(PoolEntry.objects.values_list("author_id", "team_id"))
    leases = Review.objects.values_list("reviewer_id", "submission__pool__team_id", "submission__pool__language")
    found += sum(teams[who] == team or language not in languages[who] for who, team, language in leases)
    twice = Review.objects.order_by().values("submission", "reviewer").annotate(n=Count("pk")).filter(n__gt=1)
    return found + twice.count() + miscounted()


def miscounted() -> int:
    """Entries whose finished reviews or whose author's are not as many as they say."""
    done = Review.objects.filter(finished_at__isnull=False).order_by()
    received = dict(done.values("submission").annotate(n=Count("pk")).values_list("submission", "n"))
    written = dict(done.values("reviewer").annotate(n=Count("pk")).values_list("reviewer", "n"))
    entries = PoolEntry.objects.values_list("submission_id", "author_id", "finished", "given", "leased")
    return sum(
        finished != received.get(copy, 0) or given != written.get(author, 0) or leased != 0
        for copy, author, finished, given, leased in entries
    )
