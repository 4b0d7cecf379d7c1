"""The doors of the desk: what a member of staff may open of an edition, and the rows behind. Any other is a 404."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from preau.accounts.models import Person
from preau.certificates.models import Award
from preau.content.models import UnitText, Version
from preau.courses import access as courses
from preau.courses.models import (
    Course,
    Edition,
    Enrolment,
    Extension,
    ExtraTime,
    Group,
    Milestone,
    Postponement,
    Role,
    Volunteer,
)
from preau.support.models import Alert, Announcement, Incident

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
    writes: bool  # teaches the whole course, so makes versions of it
    helps: bool = False  # moderates or coaches

    @property
    def guards(self) -> bool:
        """Is told of dangers in this edition, or runs the site: sees alerts, of which nobody else knows the number."""
        contact = getattr(self.edition, "safety_contact", None)  # joined by every door
        return self.administers or (contact is not None and contact.person_id == self.person.pk)

    @property
    def runs(self) -> bool:
        """Holds a role beyond those of volunteers: sees learners, figures, awards."""
        return self.teaches or self.registers


@dataclass(frozen=True)
class CourseDesk:
    """A course as somebody who teaches the whole of it may work on it."""

    course: Course
    person: Person
    administers: bool


def desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The edition for its teachers, registrars and administrators."""
    return _desk(courses.staff_edition(visitor, slug, *courses.STAFF, now=now), visitor, now)


def team_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The same for its moderators and coaches too: requests."""
    return _desk(courses.staff_edition(visitor, slug, *courses.TEAM, now=now), visitor, now)


def _desk(edition: Edition, visitor: courses.Visitor, now: datetime) -> Desk:
    assert isinstance(visitor, Person)
    scope = (edition.pk, None)
    held = [
        (kind, edition_id)
        for kind, course_id, edition_id in courses.live_roles(visitor, now).values_list("kind", "course", "edition")
        if edition_id in scope and course_id in (edition.course_id, None)
    ]
    kinds = {kind for kind, _ in held}
    administers = Role.Kind.ADMINISTRATOR in kinds
    return Desk(
        edition,
        visitor,
        teaches=administers or Role.Kind.TEACHER in kinds,
        registers=administers or Role.Kind.REGISTRAR in kinds,
        administers=administers,
        writes=administers or (Role.Kind.TEACHER, None) in held,
        helps=bool(kinds & {Role.Kind.MODERATOR, Role.Kind.COACH}),
    )


def safety_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The edition for the person who is told of dangers in it, whatever else they may, and for administrators."""
    return _desk(courses.safe_edition(visitor, slug, now=now), visitor, now)


def teachers_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The same for those who teach it only: dates, printings, grades, roles."""
    found = desk(visitor, slug, now=now)
    if not found.teaches:
        raise Http404
    return found


def writers_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> Desk:
    """The same for those who may make a version of its course and show it: its texts."""
    found = teachers_desk(visitor, slug, now=now)
    if not found.writes:
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


def extension(row: Enrolment, extension_id: UUID) -> Extension:
    """A later date of a learner whose door was opened."""
    rows = Extension.objects.select_related("enrolment__edition__course")
    if found := rows.filter(pk=extension_id, enrolment=row).first():
        return found
    raise Http404


def extra_time(row: Enrolment, extra_id: UUID) -> ExtraTime:
    """Extra time of a learner whose door was opened, in this edition."""
    rows = ExtraTime.objects.filter(pk=extra_id, edition=row.edition_id, person=row.person_id)
    if found := rows.first():
        return found
    raise Http404


def extra_time_of_many(at: Desk, batch: UUID) -> UUID:
    """Extra time that was given to many in this edition in one act."""
    if ExtraTime.objects.filter(edition=at.edition, batch=batch).exists():
        return batch
    raise Http404


def group(at: Desk, group_id: UUID) -> Group:
    """A group of this edition that was not deleted."""
    rows = Group.objects.select_related("edition")
    if found := rows.filter(pk=group_id, edition=at.edition, deleted_at=None).first():
        return found
    raise Http404


def award(at: Desk, award_id: UUID) -> Award:
    """A certificate given in this edition, in force or not."""
    rows = Award.objects.select_related("enrolment__person", "enrolment__edition__course", "track", "replaced_by")
    if found := rows.filter(pk=award_id, enrolment__edition=at.edition).first():
        return found
    raise Http404


def milestone(at: Desk, milestone_id: UUID) -> Milestone:
    """A date of this edition."""
    if found := Milestone.objects.filter(pk=milestone_id, edition=at.edition).first():
        return found
    raise Http404


def postponement(at: Desk, postponement_id: UUID) -> Postponement:
    """A deadline act of this edition."""
    rows = Postponement.objects.select_related("edition__course")
    if found := rows.filter(pk=postponement_id, edition=at.edition).first():
        return found
    raise Http404


def announcement(at: Desk, announcement_id: UUID) -> Announcement:
    """An announcement of this edition."""
    rows = Announcement.objects.select_related("edition__course", "written_by")
    if found := rows.filter(pk=announcement_id, edition=at.edition).first():
        return found
    raise Http404


def incident(at: Desk, incident_id: UUID) -> Incident:
    """An incident of this edition; of the whole site, for administrators."""
    found = Incident.objects.filter(pk=incident_id).first()
    if found is None or (found.edition_id != at.edition.pk and not (found.edition_id is None and at.administers)):
        raise Http404
    return found


def volunteer(at: Desk, volunteer_id: UUID) -> Volunteer:
    """Somebody who offered to help this edition."""
    rows = Volunteer.objects.select_related("edition__course", "person")
    if found := rows.filter(pk=volunteer_id, edition=at.edition).first():
        return found
    raise Http404


def alert(at: Desk, alert_id: UUID) -> Alert:
    """A danger reported in this edition; the desk's door was `safety_desk`."""
    if found := Alert.objects.filter(pk=alert_id, edition=at.edition).first():
        return found
    raise Http404


def role(at: Desk, role_id: UUID) -> Role:
    """A right given in this edition, of a kind that the visitor may give and take."""
    found = Role.objects.select_related("person", "edition").filter(pk=role_id, edition=at.edition).first()
    if found is None or found.kind not in givable(at):
        raise Http404
    return found


def givable(at: Desk | CourseDesk) -> tuple[Role.Kind, ...]:
    """What one may give in an edition, or in a whole course. Nobody lifts themself above their right: administrators
    name registrars.

    An administrator is made on the whole site, never here.
    """
    kinds = (
        *(Role.Kind.TEACHER, Role.Kind.SUPERVISOR, Role.Kind.COACH, Role.Kind.MODERATOR),
        Role.Kind.SUBTITLER,
    )
    return (*kinds, Role.Kind.REGISTRAR) if at.administers else kinds


def course(visitor: courses.Visitor, slug: str, *, now: datetime) -> tuple[Course, Person]:
    """A course for those who teach the whole of it."""
    found = courses.staff_course(visitor, slug, *TEACHERS, now=now)
    assert isinstance(visitor, Person)
    return found, visitor


def course_desk(visitor: courses.Visitor, slug: str, *, now: datetime) -> CourseDesk:
    """The same, with what this person may give in it."""
    found, person = course(visitor, slug, now=now)
    return CourseDesk(found, person, courses.may_course(person, (), found, now=now))


def course_role(at: CourseDesk, role_id: UUID) -> Role:
    """A right given in this whole course, of a kind that the visitor may give and take."""
    found = Role.objects.select_related("person", "course").filter(pk=role_id, course=at.course).first()
    if found is None or found.kind not in givable(at):
        raise Http404
    return found


def course_maker(visitor: courses.Visitor, *, now: datetime) -> Person:
    """Who may bring in a course that is not here yet: who runs the site."""
    return courses.administrator(visitor, now=now)


def makes_courses(visitor: courses.Visitor, *, now: datetime) -> bool:
    """The same as an answer, for a page that others see too."""
    try:
        course_maker(visitor, now=now)
    except Http404:
        return False
    return True


def text(at: Desk, number: int | None, unit: str, language: str) -> UnitText:
    """A unit in one language, as the version of this `number` has it; None: as the edition shows it."""
    rows = UnitText.objects.select_related("unit", "module", "version__course")
    shown = {"version__printing__edition": at.edition, "version__printing__current": True}
    wanted = shown if number is None else {"version__number": number}
    rows = rows.filter(version__course=at.edition.course_id, unit__key=unit, language=language, **wanted)
    if found := rows.first():
        return found
    raise Http404


def version(course_id: UUID, number: int) -> Version:
    """A version of a course whose door was opened."""
    if found := Version.objects.filter(course_id=course_id, number=number).first():
        return found
    raise Http404


def editions(visitor: courses.Visitor, *, now: datetime) -> list[Edition]:
    """Every edition whose desk opens for this person, newest first; 404 for somebody with no right at all."""
    if not isinstance(visitor, Person):
        raise Http404
    roles = list(courses.live_roles(visitor, now).filter(kind__in=courses.STAFF).values_list("course_id", "edition_id"))
    if not roles and not helped(visitor, now=now):
        raise Http404
    rows = Edition.objects.select_related("course").order_by("-opens_at", "slug")
    if (None, None) in roles:
        return list(rows)
    of_course = Q(course__in=[course for course, _ in roles if course])
    return list(rows.filter(of_course | Q(pk__in=[edition for _, edition in roles if edition])))


def courses_kept(visitor: courses.Visitor, *, now: datetime) -> list[Course]:
    """The courses whose records one keeps and which one does not teach: their former editions open, no more."""
    if not isinstance(visitor, Person):
        return []
    held = courses.live_roles(visitor, now).filter(kind__in=REGISTRARS, edition=None).values_list("course", flat=True)
    roles, taught = list(held), {row.pk for row in courses_taught(visitor, now=now)}
    rows = Course.objects.order_by("slug")
    return [row for row in (rows if None in roles else rows.filter(pk__in=roles)) if row.pk not in taught]


def helped(visitor: courses.Visitor, *, now: datetime) -> list[Edition]:
    """The editions in which one is a moderator or a coach and nothing more: their requests open, no more."""
    if not isinstance(visitor, Person):
        return []
    roles = list(
        courses.live_roles(visitor, now).filter(kind__in=courses.TEAM).values_list("kind", "course", "edition")
    )
    here = Q(pk__in=[edition for _, _, edition in roles if edition])
    rows = Edition.objects.filter(here | Q(course__in=[course for _, course, _ in roles if course]))
    found = rows.select_related("course").order_by("-opens_at", "slug")
    return [edition for edition in found if not courses.may(visitor, courses.STAFF, edition, now=now)]


def courses_taught(visitor: courses.Visitor, *, now: datetime) -> list[Course]:
    """The courses in which one may make an edition."""
    if not isinstance(visitor, Person):
        raise Http404
    kinds = (Role.Kind.TEACHER, Role.Kind.ADMINISTRATOR)
    roles = list(courses.live_roles(visitor, now).filter(kind__in=kinds, edition=None).values_list("course", flat=True))
    rows = Course.objects.order_by("slug")
    return list(rows if None in roles else rows.filter(pk__in=roles))
