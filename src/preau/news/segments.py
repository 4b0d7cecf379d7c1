"""Whom an issue of the newsletter is for: parts of its subscribers, by what they asked for or by what they did in the
courses. Rooms above may register theirs at start.

What is chosen is data, {name: value}, all of which must hold. Nobody but subscribers is ever meant, and who asked for
news of one course only gets what is about that course: an issue that is about none is for those who want all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from preau.common import languages
from preau.courses.models import Course, Enrolment
from preau.grades.models import Completion, Result, TrackStanding
from preau.news.models import Subscriber
from preau.past.models import Former

type Choices = list[tuple[str, str]]  # (value, title)
type People = Callable[[str, datetime], QuerySet[Any, Any]]  # ids of persons, by the value, at a time


@dataclass(frozen=True)
class Segment:
    """`title` is an English msgid, `anybody` the one of choosing nothing; `choices` what may be asked for, titles in a
    language; `condition` which subscribers that is."""

    name: str
    title: str
    choices: Callable[[str], Choices]
    condition: Callable[[str, datetime], Q]
    anybody: str = gettext_noop("everybody")


# Who wants news of all courses. Said as `course=None`, SQLite would find nearly everybody by the index of courses
# and sort them again for each batch.
ALL = ~Q(course__isnull=False)


class Unknown(ValueError):
    """A segment, or a value of it, that the site does not have."""


_segments: dict[str, Segment] = {}


def register(name: str, title: str, choices: Callable[[str], Choices], people: People) -> None:
    """Add a part of the people with an account; registering again replaces it."""
    _segments[name] = Segment(name, title, choices, lambda value, now: Q(person__in=people(value, now)))


def known() -> tuple[Segment, ...]:
    """Every segment, in the order of registration."""
    return tuple(_segments.values())


def checked(chosen: Mapping[str, str]) -> dict[str, str]:
    """What was chosen, as it is kept: {name: value}, without what is left open. Raises `Unknown`."""
    found = {name: value for name, value in chosen.items() if value}
    for name, value in found.items():
        segment = _segments.get(name)
        if segment is None or value not in dict(segment.choices(settings.LANGUAGE_CODE)):
            raise Unknown(name)
    return found


def subscribers(chosen: Mapping[str, str], now: datetime) -> QuerySet[Subscriber]:
    """Those who are meant, in no order: confirmed, not ended, their account open. A segment that no room registers any
    more means nobody: silence is the safer side."""
    meant = Q() if chosen.get(COURSE) else ALL
    for name, value in chosen.items():
        segment = _segments.get(name)
        meant &= segment.condition(value, now) if segment else Q(pk__in=[])
    live = Subscriber.objects.filter(Q(person=None) | Q(person__is_active=True), ended_at=None)
    return live.filter(meant, confirmed_at__isnull=False).order_by()


def said(chosen: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """[(title, value's title)] of what was chosen; titles are English msgids."""
    rows = [(_segments[name], value) for name, value in chosen.items() if name in _segments]
    return [(segment.title, dict(segment.choices(language)).get(value, value)) for segment, value in rows]


def courses(language: str) -> Choices:
    """The courses that one may ask for news of: those with an edition that was published to everybody."""
    rows = Course.objects.filter(editions__published_at__isnull=False, editions__visibility="public").distinct()
    return sorted(((row.slug, row.title(language)) for row in rows.order_by("slug")), key=lambda one: one[1])


def _all_courses(language: str) -> Choices:
    return [(row.slug, row.title(language)) for row in Course.objects.order_by("slug")]


def _languages(language: str) -> Choices:
    return [(code, languages.named(code, language)) for code, _name in settings.LANGUAGES]


def _took(slug: str, now: datetime) -> QuerySet[Any, Any]:
    """In an edition that has opened, still or no more, or in a former one that was brought in."""
    here = Enrolment.objects.filter(edition__course__slug=slug, edition__opens_at__lte=now)
    before = Former.objects.filter(course__slug=slug, person__isnull=False)
    return here.order_by().values("person").union(before.order_by().values("person"))


def _passed(slug: str, now: datetime) -> QuerySet[Any, Any]:
    rows = TrackStanding.objects.filter(enrolment__edition__course__slug=slug, passed=True)
    return rows.order_by().values("enrolment__person")


def _never_started(slug: str, now: datetime) -> QuerySet[Any, Any]:
    """In editions that have opened, and nothing done in any of them."""
    of_course = {"enrolment__edition__course__slug": slug}
    done = Result.objects.filter(**of_course).values("enrolment__person")
    read = Completion.objects.filter(**of_course).values("enrolment__person")
    here = Enrolment.objects.filter(edition__course__slug=slug, edition__opens_at__lte=now)
    return here.exclude(person__in=done).exclude(person__in=read).order_by().values("person")


COURSE = "course"
_segments[COURSE] = Segment(
    COURSE,
    gettext_noop("About"),
    courses,
    lambda slug, now: ALL | Q(course__slug=slug),
    gettext_noop("no course in particular: for those who want news of all"),
)
_segments["language"] = Segment("language", gettext_noop("Language"), _languages, lambda code, now: Q(language=code))
register("took", gettext_noop("Took the course"), _all_courses, _took)
register("passed", gettext_noop("Passed the course"), _all_courses, _passed)
register("never", gettext_noop("Enrolled in the course and never started"), _all_courses, _never_started)
