"""The doors of courses: the only way from a request to an edition, an enrolment or a role. Missing and forbidden are
one 404."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, FilteredRelation, Q
from django.http import Http404

from preau.accounts.models import Person
from preau.common.prepared import Prepared
from preau.courses.models import Course, Edition, Enrolment, Role, Shift, Volunteer

type Visitor = Person | AnonymousUser

STAFF = (Role.Kind.TEACHER, Role.Kind.REGISTRAR, Role.Kind.ADMINISTRATOR)
TEAM = (*STAFF, Role.Kind.COACH, Role.Kind.MODERATOR)  # who answers learners


@dataclass(frozen=True)
class Learner:
    """A live enrolment as an act or a fragment needs it, from one row of one query."""

    enrolment_id: UUID
    person_id: UUID
    edition_id: UUID
    edition_slug: str
    revision: int
    track_id: UUID
    track: str
    enrolled_at: datetime


LEARNER = {
    "enrolment_id": F("pk"),
    "edition_slug": F("edition__slug"),
    "revision": F("edition__revision"),
    "track_key": F("track__key"),
}


def learner_rows(
    person: Visitor,
    slug: str,
    *,
    relations: Mapping[str, FilteredRelation],
    columns: Iterable[str],
    unit: UUID | None = None,
) -> tuple[Learner, list[dict[str, Any]]]:
    """This person's live enrolment in an edition, joined with what a unit's room wants to know: one query.

    `relations` are `FilteredRelation`s by name, `columns` paths through them; the rows come as dictionaries of
    `columns`.
    Raises `Http404` when the person is not a learner of the edition.
    """
    columns = list(columns)
    if not isinstance(person, Person):
        raise Http404
    rows = _prepared(Asked(unit, tuple(columns), relations)).dicts(person.pk, slug)
    if not rows:
        raise Http404
    first = rows[0]
    learner = Learner(
        first["enrolment_id"],
        first["person_id"],
        first["edition_id"],
        first["edition_slug"],
        first["revision"],
        first["track_id"],
        first["track_key"],
        first["enrolled_at"],
    )
    return learner, [{name: row[name] for name in columns} for row in rows]


@dataclass(frozen=True)
class Asked:
    """What is joined for a unit: the same unit and columns always come with the same relations."""

    unit: UUID | None
    columns: tuple[str, ...]
    relations: Mapping[str, FilteredRelation] = field(compare=False)


@lru_cache(maxsize=4096)
def _prepared(asked: Asked) -> Prepared:
    def build(person_id: UUID, slug: str) -> Any:
        return (
            Enrolment.objects.annotate(**asked.relations)
            .filter(person_id=person_id, edition__slug=slug, left_at=None)
            .values(*asked.columns, *("person_id", "edition_id", "track_id", "enrolled_at"), **LEARNER)
            .order_by()
        )

    return Prepared(build, (UUID(int=1), "an edition"))


def learner(person: Visitor, slug: str) -> Learner:
    """The same without any joined row."""
    return learner_rows(person, slug, relations={}, columns=[])[0]


LIVE = Prepared(
    lambda person, slug: Enrolment.objects.select_related("edition__course", "track", "person").filter(
        person_id=person, edition__slug=slug, left_at=None
    ),
    (UUID(int=1), "an edition"),
)


def enrolment(person: Visitor, slug: str) -> Enrolment:
    """This person's live enrolment with its edition, course and track; 404 for anybody else."""
    if isinstance(person, Person):
        found: Enrolment | None = LIVE.first(person.pk, slug)
        if found is not None:
            return found
    raise Http404


def visible_edition(visitor: Visitor, slug: str, *, now: datetime) -> Edition:
    """An edition that this visitor may know of: published and public, or theirs as a learner or member of staff."""
    edition = Edition.objects.select_related("course").filter(slug=slug).first()
    if edition is None:
        raise Http404
    published = edition.published_at is not None and edition.published_at <= now
    if published and edition.visibility == Edition.Visibility.PUBLIC:
        return edition
    if isinstance(visitor, Person):
        if published and edition.enrolments.filter(person=visitor, left_at=None).exists():
            return edition
        if may(visitor, STAFF, edition, now=now):
            return edition
    raise Http404


def edition_to_join(visitor: Visitor, slug: str, *, now: datetime) -> Edition:
    """An edition that this visitor may know of, or that they left: they may come back."""
    try:
        return visible_edition(visitor, slug, now=now)
    except Http404:
        rows = Edition.objects.select_related("course").filter(slug=slug, published_at__lte=now)
        if isinstance(visitor, Person) and (found := rows.filter(enrolments__person=visitor).first()):
            return found
        raise


def edition_of_helpers(visitor: Visitor, slug: str, *others: Role.Kind, now: datetime) -> Edition:
    """An edition for its learners and its whole team, moderators and coaches included, for holders of other roles, and
    for whoever may know of it."""
    try:
        return visible_edition(visitor, slug, now=now)
    except Http404:
        return staff_edition(visitor, slug, *TEAM, *others, now=now)


def own_volunteer(visitor: Visitor, slug: str) -> Volunteer:
    """What the visitor offered to this edition."""
    rows = Volunteer.objects.select_related("edition__course", "person")
    if isinstance(visitor, Person) and (found := rows.filter(edition__slug=slug, person=visitor).first()):
        return found
    raise Http404


def own_shift(row: Volunteer, shift_id: UUID) -> Shift:
    """An hour that they hold."""
    if found := row.shifts.filter(pk=shift_id).first():
        return found
    raise Http404


def safe_edition(visitor: Visitor, slug: str, *, now: datetime) -> Edition:
    """An edition for the person who is told of dangers in it, and for administrators; else 404."""
    edition = Edition.objects.select_related("course", "safety_contact__person").filter(slug=slug).first()
    if edition is None or not isinstance(visitor, Person):
        raise Http404
    contact = getattr(edition, "safety_contact", None)
    if (contact is not None and contact.person_id == visitor.pk) or may(visitor, (), edition, now=now):
        return edition
    raise Http404


def visible_course(visitor: Visitor, slug: str, *, now: datetime) -> Course:
    """A course with an edition that the visitor may know of."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    public = course.editions.filter(published_at__lte=now, visibility=Edition.Visibility.PUBLIC)
    if public.exists() or (isinstance(visitor, Person) and may_course(visitor, STAFF, course, now=now)):
        return course
    raise Http404


def staff_edition(visitor: Visitor, slug: str, *kinds: Role.Kind, now: datetime) -> Edition:
    """An edition for somebody who holds one of these roles for it (an administrator holds every one); else 404."""
    edition = Edition.objects.select_related("course", "safety_contact").filter(slug=slug).first()
    if edition is None or not isinstance(visitor, Person) or not may(visitor, kinds or STAFF, edition, now=now):
        raise Http404
    return edition


def staff_course(visitor: Visitor, slug: str, *kinds: Role.Kind, now: datetime) -> Course:
    """A course for somebody who holds one of these roles for the whole of it; else 404."""
    course = Course.objects.filter(slug=slug).first()
    if course is None or not isinstance(visitor, Person) or not may_course(visitor, kinds or STAFF, course, now=now):
        raise Http404
    return course


def administrator(visitor: Visitor, *, now: datetime) -> Person:
    """The visitor, when they run the site; else 404."""
    if (
        isinstance(visitor, Person)
        and live_roles(visitor, now).filter(kind=Role.Kind.ADMINISTRATOR, course=None, edition=None).exists()
    ):
        return visitor
    raise Http404


def may(person: Person, kinds: Iterable[str], edition: Edition, *, now: datetime) -> bool:
    """Does this person hold one of these roles for the edition: on it, on its course, or on the site?"""
    site = Q(edition=None, course=None)
    scope = site | Q(edition=edition) | Q(course_id=edition.course_id)
    return bool(live_roles(person, now).filter(scope, kind__in=[*kinds, Role.Kind.ADMINISTRATOR]).exists())


def may_course(person: Person, kinds: Iterable[str], course: Course, *, now: datetime) -> bool:
    """Does this person hold one of these roles for the whole course?"""
    scope = Q(edition=None, course=None) | Q(course=course)
    return bool(live_roles(person, now).filter(scope, kind__in=[*kinds, Role.Kind.ADMINISTRATOR]).exists())


def has_desk(person: Person, *, now: datetime) -> bool:
    """Does this person hold a role that opens a desk?"""
    return bool(live_roles(person, now).filter(kind__in=TEAM).exists())


def live_roles(person: Person, now: datetime) -> Any:
    """The roles of a person that have not expired."""
    return Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), person=person)


def desk_editions(visitor: Visitor, *, now: datetime) -> list[Edition]:
    """Every edition that this person has a role in, newest first; 404 for somebody without any."""
    if not isinstance(visitor, Person):
        raise Http404
    held = live_roles(visitor, now).exclude(kind=Role.Kind.SUBTITLER)  # who decides beside the videos, not at a desk
    roles = list(held.values_list("kind", "course_id", "edition_id"))
    if not roles:
        raise Http404
    rows = Edition.objects.select_related("course").order_by("-opens_at")
    if any(course is None and edition is None for _, course, edition in roles):
        return list(rows)
    scope = Q(course__in=[course for _, course, _ in roles if course])
    return list(rows.filter(scope | Q(pk__in=[edition for *_, edition in roles if edition])))
