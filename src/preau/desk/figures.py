"""How an edition goes, always by both bases: the enrolled, and the active, who did at least one graded act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from preau.certificates.models import Award
from preau.courses.models import Addition, Edition, Enrolment, Track
from preau.grades.models import Result, TrackStanding
from preau.grades.queries import DONE

ACTIVE = Exists(Result.objects.filter(DONE, enrolment=OuterRef("pk")))
_OWN = TrackStanding.objects.filter(enrolment=OuterRef("pk"), track=OuterRef("track_id"))
DERIVED = Exists(_OWN)
PASSED = Exists(_OWN.filter(passed=True))
ON_COURSE = Exists(_OWN.filter(passed=False, possible=True))
AWARDED = Exists(Award.objects.filter(enrolment=OuterRef("pk"), track=OuterRef("track_id"), revoked_at=None))

COUNTED = {
    "enrolled": Count("pk"),
    "active": Count("pk", filter=ACTIVE),
    "derived": Count("pk", filter=DERIVED),
    "on_course": Count("pk", filter=ON_COURSE),
    "passed": Count("pk", filter=PASSED),
    "awarded": Count("pk", filter=AWARDED),
}


@dataclass(frozen=True)
class Figures:
    """Counts of live enrolments; `on_course` and `passed` as last derived on the learner's own track, or on the one
    that they took beside it."""

    enrolled: int = 0
    active: int = 0
    derived: int = 0
    on_course: int = 0
    passed: int = 0
    awarded: int = 0

    @property
    def of_enrolled(self) -> float | None:
        """Passed, in percent of the enrolled."""
        return 100 * self.passed / self.enrolled if self.enrolled else None

    @property
    def of_active(self) -> float | None:
        """Passed, in percent of the active."""
        return 100 * self.passed / self.active if self.active else None

    @property
    def active_share(self) -> float | None:
        """Active, in percent of the enrolled."""
        return 100 * self.active / self.enrolled if self.enrolled else None


def by_track(edition: Edition) -> tuple[list[tuple[Track, Figures]], Figures]:
    """The figures of each track, in their order, and of the whole edition: three queries. A track that is taken beside
    one's own has figures of its own, which are in no total."""
    counted = _counted(Enrolment.objects.filter(edition=edition), "track_id")
    beside = _beside(edition)
    rows = edition.tracks.order_by("position")
    lines = [(track, (beside if track.added else counted).get(track.pk, Figures())) for track in rows]
    return lines, total(counted.values())


def _beside(edition: Edition) -> Mapping[UUID, Figures]:
    """The figures of the tracks that are taken beside another, by their id."""
    standing = TrackStanding.objects.filter(enrolment=OuterRef("enrolment"), track=OuterRef("track"))
    given = Award.objects.filter(enrolment=OuterRef("enrolment"), track=OuterRef("track"), revoked_at=None)
    asked = {
        "active": Exists(Result.objects.filter(DONE, enrolment=OuterRef("enrolment"))),
        "derived": Exists(standing),
        "on_course": Exists(standing.filter(passed=False, possible=True)),
        "passed": Exists(standing.filter(passed=True)),
        "awarded": Exists(given),
    }
    rows = Addition.objects.filter(track__edition=edition, dropped_at=None, enrolment__left_at=None)
    counted = {name: Count("pk", filter=condition) for name, condition in asked.items()}
    return _figures(rows.order_by().values("track_id"), "track_id", {"enrolled": Count("pk"), **counted})


def by_edition(editions: Iterable[Edition]) -> Mapping[UUID, Figures]:
    """The figures of many editions by their id: one query."""
    return _counted(Enrolment.objects.filter(edition__in=[edition.pk for edition in editions]), "edition_id")


def _counted(rows: QuerySet[Enrolment], key: str) -> Mapping[UUID, Figures]:
    return _figures(rows.filter(left_at=None).order_by().values(key), key, COUNTED)


def _figures(rows: QuerySet[Any, Any], key: str, counted: Mapping[str, Count]) -> Mapping[UUID, Figures]:
    return {row.pop(key): Figures(**row) for row in rows.annotate(**counted)}


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of several."""
    every = list(figures)
    return Figures(**{name: sum(getattr(one, name) for one in every) for name in COUNTED})


def derived_at(edition: Edition) -> datetime | None:
    """When a standing of this edition was last derived."""
    found: datetime | None = TrackStanding.objects.filter(track__edition=edition).aggregate(at=Max("derived_at"))["at"]
    return found
