"""The doors of former editions: a course for who keeps its records, and what is in it. Any other is a 404."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.courses.models import Course, Role
from preau.past.models import Doubt, Former, Source

KEEPERS = (Role.Kind.REGISTRAR,)  # an administrator holds every role


def course(visitor: courses.Visitor, slug: str, *, now: datetime) -> tuple[Course, Person]:
    """A course for the registrars of the whole of it."""
    found = courses.staff_course(visitor, slug, *KEEPERS, now=now)
    assert isinstance(visitor, Person)
    return found, visitor


def keeps(person: Person, course: Course, *, now: datetime) -> bool:
    """The same as an answer, for a page that others see too."""
    return courses.may_course(person, KEEPERS, course, now=now)


def source(course: Course, source_id: UUID) -> Source:
    """A file of this course."""
    if found := Source.objects.select_related("course", "by").filter(pk=source_id, course=course).first():
        return found
    raise Http404


def doubt(course: Course, doubt_id: UUID) -> Doubt:
    """A doubt of this course."""
    rows = Doubt.objects.select_related("course", "source", "person", "former")
    if found := rows.filter(pk=doubt_id, course=course).first():
        return found
    raise Http404


def former(course: Course, former_id: UUID) -> Former:
    """Somebody of this course's former editions."""
    if found := Former.objects.select_related("course", "person").filter(pk=former_id, course=course).first():
        return found
    raise Http404
