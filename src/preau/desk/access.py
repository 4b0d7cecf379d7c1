"""The doors of the desk: what a member of staff may open of an edition, and the rows behind. Any other is a 404."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from preau.accounts.models import Person
from preau.content.models import Version
from preau.courses import access as courses
from preau.courses.models import Course, Edition, Enrolment, Milestone, Role

TEACHERS = (Role.Kind.TEACHER,)  # an administrator holds every role
REGISTRARS = (Role.Kind.REGISTRAR,)


@dataclass(frozen=True)
class Desk:
    """An edition as one member of staff may work on it."""

    edition: Edition
    person: Person
    teaches: bool
    registers: bool
    administers: bool


def desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The edition for its teachers, registrars and administrators."""
    edition = courses.staff_edition(visitor, slug, *courses.STAFF, now=now)
    assert isinstance(visitor, Person)
    scope = (edition.pk, None)
    kinds = {
        kind
        for kind, course_id, edition_id in courses.live_roles(visitor, now).values_list("kind", "course", "edition")
        if edition_id in scope and course_id in (edition.course_id, None)
    }
    administers = Role.Kind.ADMINISTRATOR in kinds
    return Desk(
        edition,
        visitor,
        teaches=administers or Role.Kind.TEACHER in kinds,
        registers=administers or Role.Kind.REGISTRAR in kinds,
        administers=administers,
    )


def teachers_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The same for those who teach it only: dates, printings, grades, roles."""
    found = desk(visitor, slug, now=now)
    if not found.teaches:
        raise Http404
    return found


def registrars_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The same for those who keep its records only: awards."""
    found = desk(visitor, slug, now=now)
    if not found.registers:
        raise Http404
    return found


def learner(at: Desk, enrolment_id: UUID) -> Enrolment:
    """An enrolment of this edition, also of somebody who left it."""
    rows = Enrolment.objects.select_related("person", "track", "edition__course")
    if found := rows.filter(pk=enrolment_id, edition=at.edition).first():
        return found
    raise Http404


def milestone(at: Desk, milestone_id: UUID) -> Milestone:
    """A date of this edition."""
    if found := Milestone.objects.filter(pk=milestone_id, edition=at.edition).first():
        return found
    raise Http404


def role(at: Desk, role_id: UUID) -> Role:
    """A right given in this edition, of a kind that the visitor may give and take."""
    found = Role.objects.select_related("person").filter(pk=role_id, edition=at.edition).first()
    if found is None or found.kind not in givable(at):
        raise Http404
    return found


def givable(at: Desk) -> tuple[Role.Kind, ...]:
    """What one may give in an edition. Nobody lifts themself above their right: administrators name registrars.

    An administrator is made on the whole site, never here.
    """
    kinds = (Role.Kind.TEACHER, Role.Kind.SUPERVISOR, Role.Kind.COACH, Role.Kind.MODERATOR)
    return (*kinds, Role.Kind.REGISTRAR) if at.administers else kinds


def course(visitor: courses.Visitor, slug: str, *, now: datetime) -> tuple[Course, Person]:
    """A course for those who teach the whole of it."""
    found = courses.staff_course(visitor, slug, *TEACHERS, now=now)
    assert isinstance(visitor, Person)
    return found, visitor


def version(course_id: UUID, number: int) -> Version:
    """A version of a course whose door was opened."""
    if found := Version.objects.filter(course_id=course_id, number=number).first():
        return found
    raise Http404


def editions(visitor: courses.Visitor, *, now: datetime) -> list[Edition]:
    """Every edition whose desk opens for this person, newest first; 404 for somebody with no such right at all."""
    if not isinstance(visitor, Person):
        raise Http404
    roles = list(courses.live_roles(visitor, now).filter(kind__in=courses.STAFF).values_list("course_id", "edition_id"))
    if not roles:
        raise Http404
    rows = Edition.objects.select_related("course").order_by("-opens_at", "slug")
    if (None, None) in roles:
        return list(rows)
    of_course = Q(course__in=[course for course, _ in roles if course])
    return list(rows.filter(of_course | Q(pk__in=[edition for _, edition in roles if edition])))


def courses_taught(visitor: courses.Visitor, *, now: datetime) -> list[Course]:
    """The courses in which one may make an edition."""
    if not isinstance(visitor, Person):
        raise Http404
    kinds = (Role.Kind.TEACHER, Role.Kind.ADMINISTRATOR)
    roles = list(courses.live_roles(visitor, now).filter(kind__in=kinds, edition=None).values_list("course", flat=True))
    rows = Course.objects.order_by("slug")
    return list(rows if None in roles else rows.filter(pk__in=roles))
