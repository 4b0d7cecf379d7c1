"""A person's enrolments, rights and extensions: handed over, and what an erasure makes of them.

Decision: enrolments stay, on an account without a name. An edition's figures, and the results and certificates that
hang on them, must add up for ever. Somebody who erases their account leaves every edition that is not over. Rights go,
and the reasons of extensions, excuses and removals too: they may speak of health or family. Extra time goes whole,
since it says as much by itself, and they are in no group any more. What they offered as a volunteer and their hours go;
where they were told of dangers, administrators are told until somebody else is named.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.courses.models import (
    Addition,
    Elective,
    Enrolment,
    Excuse,
    Extension,
    ExtraTime,
    GroupMember,
    Role,
    SafetyContact,
    Shift,
    Volunteer,
)

ENROLMENTS = gettext_noop("Your enrolments, without your name")
ENROLMENTS_WHY = gettext_noop("The figures of a course are counted, and must go on adding up.")

OFFERED = ("kind", "languages", "motivation", "state", "applied_at", "decided_at", "reason", "charter", "signed_at")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("courses", export, erase, {ENROLMENTS: ENROLMENTS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Enrolments, extensions, excuses, extra time, groups, rights."""
    return {
        "enrolments": Enrolment.objects.filter(person=person)
        .order_by("enrolled_at")
        .values("id", "edition__slug", "track__key", "enrolled_at", "left_at", "removed_for"),
        **_chosen(person),
        "extensions": Extension.objects.filter(enrolment__person=person)
        .order_by("given_at", "pk")
        .values("enrolment__edition__slug", "key", "until", "reason", "given_at"),
        "excuses": Excuse.objects.filter(enrolment__person=person)
        .order_by("given_at", "pk")
        .values("enrolment__edition__slug", "key", "reason", "given_at"),
        "extra_time": ExtraTime.objects.filter(person=person)
        .order_by("first", "pk")
        .values("edition__slug", "percent", "first", "last", "reason", "given_at"),
        "groups": GroupMember.objects.filter(enrolment__person=person)
        .order_by("added_at", "pk")
        .values("group__edition__slug", "group__name", "added_at", "removed_at"),
        "volunteering": Volunteer.objects.filter(person=person)
        .order_by("applied_at", "pk")
        .values("edition__slug", *OFFERED),
        "shifts": Shift.objects.filter(volunteer__person=person)
        .order_by("weekday", "hour", "pk")
        .values("volunteer__edition__slug", "weekday", "hour", "language"),
        "safety": SafetyContact.objects.filter(person=person)
        .order_by("named_at", "pk")
        .values("edition__slug", "named_at"),
        "rights": Role.objects.filter(person=person)
        .order_by("given_at", "pk")
        .values("kind", "course__slug", "edition__slug", "institution__name", "given_at", "expires_at"),
    }


def _chosen(person: Person) -> personal_data.Tables:
    """Tracks taken beside one's own, electives."""
    return {
        "tracks_added": Addition.objects.filter(enrolment__person=person)
        .order_by("added_at", "pk")
        .values("enrolment__edition__slug", "track__key", "added_at", "dropped_at"),
        "electives": Elective.objects.filter(enrolment__person=person)
        .order_by("chosen_at", "pk")
        .values("enrolment__edition__slug", "key", "chosen_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Leave what is going on, take every right. Refuses the last administrator, or nobody could give rights again."""
    rights = Role.objects.filter(kind=Role.Kind.ADMINISTRATOR, course=None, edition=None)
    in_force = rights.filter(Q(expires_at=None) | Q(expires_at__gt=now), person__is_active=True)
    holders = set(in_force.select_for_update(of=("self",)).values_list("person_id", flat=True))
    if holders == {person.pk}:
        raise Refused(_("You are the last one who runs this site. Give that right to somebody else first."))
    Role.objects.filter(person=person).delete()
    Volunteer.objects.filter(person=person).delete()
    SafetyContact.objects.filter(person=person).delete()
    enrolments = Enrolment.objects.filter(person=person)
    enrolments.filter(left_at=None, edition__closes_at__gt=now).update(left_at=now)
    enrolments.update(removed_for="")
    Extension.objects.filter(enrolment__person=person).update(reason="", replaced=None)
    Excuse.objects.filter(enrolment__person=person).update(reason="")
    ExtraTime.objects.filter(person=person).delete()
    GroupMember.objects.filter(enrolment__person=person).delete()
    return {ENROLMENTS: ENROLMENTS_WHY} if enrolments.exists() else {}
