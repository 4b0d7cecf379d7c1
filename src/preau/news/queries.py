"""What the public pages tell: counted figures, a course's presentation and calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.courses import queries as courses
from preau.courses.models import Course, Edition, Enrolment
from preau.grades.models import TrackStanding
from preau.past import queries as past
from preau.past.queries import Reported


@dataclass(frozen=True)
class Figures:
    """Of every edition of a course together; a person who came twice counts twice, as an enrolment."""

    enrolled: int
    countries: int
    editions: int
    passed: int
    former: Reported | None = None  # enrolments of editions before this site, as somebody reports them
    former_passed: Reported | None = None

    @property
    def enrolled_ever(self) -> int:
        """Those counted here with those that are reported: shown only beside whose figures these are."""
        return self.enrolled + (self.former.number if self.former else 0)

    @property
    def passed_ever(self) -> int:
        """The same of those who passed."""
        return self.passed + (self.former_passed.number if self.former_passed else 0)


def figures(course: Course) -> Figures:
    """Counted at each call, on live and left enrolments alike."""
    rows = Enrolment.objects.filter(edition__course=course)
    before = past.totals(course.pk)
    return Figures(
        enrolled=rows.count(),
        countries=rows.exclude(person__country="").values("person__country").distinct().count(),
        editions=course.editions.exclude(published_at=None).count(),
        passed=TrackStanding.objects.filter(enrolment__edition__course=course, passed=True)
        .values("enrolment")
        .distinct()
        .count(),
        former=past.reported(before, "enrolled"),
        former_passed=past.reported(before, "passed"),
    )


def course_page(course: Course, language: str, person: Person | None, *, now: datetime) -> Mapping[str, Any]:
    """Everything that a course's page shows, for the edition that a visitor wants to hear about."""
    offer = courses.best(courses.editions_of(course, now), now)
    edition = offer.edition if offer else None
    mine = None
    if person is not None and edition is not None:
        mine = Enrolment.objects.select_related("track").filter(person=person, edition=edition, left_at=None).first()
    return {
        "course": course,
        "about": courses.presentation(course, language),
        "offer": offer,
        "edition": edition,
        "tracks": list(edition.tracks.all()) if edition else [],
        "outline": outline_of(edition, language) if edition else None,
        "mine": mine,
        "figures": figures(course),
        "source_language": course.languages[0] if course.languages else language,
    }


def outline_of(edition: Edition, language: str) -> Outline | None:
    """The edition's modules and dates, or None before anything is printed."""
    try:
        return outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return None
