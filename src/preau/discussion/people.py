"""How people are shown in the discussions: what they want to show, and what they are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Value
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.courses.access import TEAM
from preau.courses.models import Enrolment, Role
from preau.discussion import naming
from preau.discussion.models import Circle, Member


@dataclass(frozen=True)
class Shown:
    """A person as others see them: `key` is their member's id, "" without one; `badge` is "", team, host or alumni."""

    name: str
    key: str = ""
    badge: str = ""
    country: str = ""


def first_name(name: str) -> str:
    """What is shown of an account's name unless its owner says otherwise: its first word."""
    return naming.first(name) or _("Somebody")


def shown(
    people: Iterable[UUID | None], *, course: UUID, edition: UUID | None, number: int | None, now: datetime
) -> dict[UUID, Shown]:
    """These people in a space: two queries and one more for their roles, however many they are."""
    wanted = {one for one in people if one is not None}
    if not wanted:
        return {}
    me = FilteredRelation("memberships", condition=Q(memberships__course_id=course))
    hosted = Circle.objects.filter(host_id=OuterRef("pk"), room__space__edition=edition)
    hosts = Exists(hosted) if edition else Value(False)
    rows = Person.objects.annotate(me=me, known=F("me__name"), hosts=hosts).filter(pk__in=wanted)
    found = list(rows.values_list("pk", "name", "known", "me__pk", "me__country", "hosts"))
    within = Q(edition_id=edition) if edition else Q(edition__course_id=course)
    scope = Q(edition=None, course=None) | Q(course_id=course) | within
    live = Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), scope, person__in=wanted, kind__in=TEAM)
    team = set(live.values_list("person_id", flat=True))
    before: set[UUID] = set()
    if number is not None:
        earlier = Enrolment.objects.filter(edition__course_id=course, edition__number__lt=number, person__in=wanted)
        before = set(earlier.values_list("person_id", flat=True))
    return {
        pk: Shown(
            known or first_name(name),
            str(member or ""),
            "host" if hosting else "team" if pk in team else "alumni" if pk in before else "",
            country or "",
        )
        for pk, name, known, member, country, hosting in found
    }


def member_of(person: Person, course: UUID, *, now: datetime) -> Member:
    """Their row in the discussions of a course, made when first needed."""
    row, _made = Member.objects.get_or_create(
        course_id=course, person=person, defaults={"joined_at": now, "digested_at": now}
    )
    return row


def jobs(people: Iterable[UUID], course: UUID) -> dict[UUID, tuple[str, str]]:
    """What each works in (`rules.FIELDS`) and as what, as far as they say."""
    rows = Member.objects.filter(course_id=course, person__in=set(people))
    return {person: (field, job) for person, field, job in rows.values_list("person_id", "field", "job")}
