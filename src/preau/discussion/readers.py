"""The doors of `access` from the other side: who may read a thread, for whatever tells people of it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from preau.accounts.models import Person
from preau.courses.access import TEAM
from preau.courses.models import Enrolment, Role
from preau.discussion import embargo, rules
from preau.discussion.models import Circle, CircleMember, Post, Room, Space, Thread
from preau.discussion.rules import Dated


def readers(thread: Thread, now: datetime) -> "QuerySet[Person]":
    """Everybody who may read this thread (with its `room` and `space`) in its own space."""
    people = Person.objects.filter(is_active=True, erased_at=None)
    team = Q(Exists(team_of(thread.space, now)))
    if thread.room.hidden:
        return people.filter(team)
    hosted = Circle.objects.filter(host=OuterRef("pk"))
    if thread.room.kind == Room.Kind.CIRCLE:
        within = CircleMember.objects.filter(circle__room=thread.room_id, person=OuterRef("pk"))
        people = people.filter(team | Exists(within) | Exists(hosted.filter(room=thread.room_id)))
    if thread.hidden:
        people = people.filter(team | Q(pk=thread.author_id))
    enrolments = Enrolment.objects.filter(person=OuterRef("pk"))
    if thread.space.edition_id is None:
        return people.filter(team | Exists(enrolments.filter(edition__course=thread.space.course_id)))
    learns = enrolments.filter(edition=thread.space.edition_id, left_at=None)
    return people.filter(team | Exists(learns) | Exists(hosted.filter(room__space=thread.space_id)))


def team_of(space: Space, now: datetime) -> "QuerySet[Role]":
    """The roles that make the person of an outer query one of the team of a space."""
    return team_roles(space, now).filter(person=OuterRef("pk"))


def team_roles(space: Space, now: datetime) -> "QuerySet[Role]":
    """The live roles of the team of a space."""
    within = Q(edition=space.edition_id) if space.edition_id else Q(edition__course=space.course_id)
    scope = Q(edition=None, course=None) | Q(course=space.course_id) | within
    return Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), scope, kind__in=TEAM)


def dated(space: Space, language: str, now: datetime) -> tuple[Dated, ...]:
    """The graded units whose answers nobody may read in a space (with its `edition`) before their deadline."""
    if space.edition is not None:
        return embargo.of_edition(space.edition.pk, space.edition.revision, language)
    return embargo.of_course(space.course_id, language, now)


def folds(post: Post, thread: Thread, found: tuple[Dated, ...], now: datetime) -> bool:
    """Does this post reveal an answer too early?"""
    if post.reveals_at is None:
        return False
    module = thread.room.module_id
    until = rules.embargo(found, unit=thread.unit_id, module=module, marked_at=post.reveals_at)
    return rules.folded(until, now)
