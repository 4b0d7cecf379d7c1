"""What the public pages tell: counted figures, a course's presentation and calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.courses import queries as courses
from preau.courses import staying
from preau.courses.models import Course, Edition, Enrolment
from preau.courses.rules import EnrolmentState
from preau.grades.models import TrackStanding
from preau.news import asking, reading

ENDED = {EnrolmentState.CLOSED, EnrolmentState.OVER}


@dataclass(frozen=True)
class Figures:
    """Of every edition of a course together; a person who came twice counts twice, as an enrolment."""

    enrolled: int
    countries: int
    editions: int
    passed: int


def figures(course: Course) -> Figures:
    """Counted at each call, on live and left enrolments alike."""
    rows = Enrolment.objects.filter(edition__course=course)
    return Figures(
        enrolled=rows.count(),
        countries=rows.exclude(person__country="").values("person__country").distinct().count(),
        editions=course.editions.exclude(published_at=None).count(),
        passed=TrackStanding.objects.filter(enrolment__edition__course=course, passed=True)
        .values("enrolment")
        .distinct()
        .count(),
    )


def course_page(course: Course, language: str, person: Person | None, *, now: datetime) -> Mapping[str, Any]:
    """Everything that a course's page shows, for the edition that a visitor wants to hear about."""
    offer = courses.best(courses.editions_of(course, now), now)
    edition = offer.edition if offer else None
    mine = None
    if person is not None and edition is not None:
        mine = Enrolment.objects.select_related("track").filter(person=person, edition=edition, left_at=None).first()
    tracks = list(edition.tracks.all()) if edition else []
    return {
        "course": course,
        "about": courses.presentation(course, language),
        "offer": offer,
        "edition": edition,
        "tracks": tracks,
        "outline": outline_of(edition, language) if edition else None,
        "mine": mine,
        "figures": figures(course),
        "source_language": course.languages[0] if course.languages else language,
        "stays": staying.after(edition) if offer and edition and offer.state in ENDED else (),
        **asking.block(course, offer, tracks, person, language),
        **reading.beside(edition, person, mine),
    }


def outline_of(edition: Edition, language: str) -> Outline | None:
    """The edition's modules and dates, or None before anything is printed."""
    try:
        return outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return None
