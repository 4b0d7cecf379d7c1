"""An assignment between its reviews and its results, on stage: who handed in, what they gave each other."""

from datetime import datetime, timedelta

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.peer import publishing
from preau.peer.models import Assignment, PoolEntry, Submission
from tests.peer import stage


def team(edition: Edition, count: int, now: datetime) -> list[Submission]:
    """So many learners, each with a copy."""
    return [stage.copy(stage.learner(f"L{n}", edition), edition, now) for n in range(count)]


def author(copy: Submission) -> Person:
    """Who wrote a copy."""
    return copy.enrolment.person


def around(copies: list[Submission], now: datetime, each: int = 3, base: float = 40) -> None:
    """Each copy assessed by the next ones, around what it is worth; each author gave as many."""
    for n, copy in enumerate(copies):
        for step in range(1, each + 1):
            score = base + (n * 7) % 50 + (step - 2) * 5
            stage.written(copy, author(copies[(n + step) % len(copies)]), min(100, score), now)
    PoolEntry.objects.filter(pk__in=[copy.pk for copy in copies]).update(given=each, finished=each)


def row(edition: Edition) -> Assignment:
    """The assignment."""
    return Assignment.objects.select_related("edition__course").get(edition=edition)


def results(edition: Edition, copy: Submission, now: datetime) -> datetime:
    """The moment of the results."""
    at = stage.facts(author(copy), edition, now).calendar.results
    assert at is not None
    return at


def publish(edition: Edition, copies: list[Submission], now: datetime) -> datetime:
    """Results are told, as the worker does it; when."""
    at = results(edition, copies[0], now) + timedelta(minutes=1)
    publishing.publish_due(now=at)
    edition.refresh_from_db()
    return at
