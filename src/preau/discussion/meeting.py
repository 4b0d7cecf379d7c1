"""Meeting: somebody introduces themself to a circle of about thirty people, which lives on when the edition is over.

Whoever joins a circle, or gives it a host, holds the lock of the space: no circle is ever too large."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, FilteredRelation, Q
from django.utils import translation
from django.utils.translation import gettext as _

from preau.audit import acts
from preau.audit.http import Refused
from preau.discussion import actions, circles, following, people, profiles
from preau.discussion.access import Here
from preau.discussion.actions import Opening, Said
from preau.discussion.circles import Newcomer
from preau.discussion.models import Circle, CircleMember, Room, Space, Thread
from preau.discussion.profiles import Profile

AFTER_ROOMS = 1000  # position of circles' rooms: below all others


def introduce(*, act: acts.Act, at: Here, shown: Profile, said: Said, language: str) -> acts.Outcome:
    """Say who one is, join a circle of this language and write there; in the commons, which have no circles, in the
    room of introductions. Refuses a second introduction, and all that `profiles.change` and `actions.ask` refuse."""

    def work() -> acts.Outcome:
        Space.objects.select_for_update().get(pk=at.space)
        if introduction(at) is not None:
            raise Refused(_("You introduced yourself here already. Change what others see of you in your profile."))
        member = profiles.keep(at, shown)
        if at.edition is None:
            row = None
            room = Room.objects.get(space_id=at.space, kind=Room.Kind.INTRODUCTIONS)
        else:
            row = _join(at, Newcomer(member.country or at.person.country, member.field), language)
            room = row.circle.room
        opening = Opening(room, _title(at, member.name, member.country, language), Thread.Kind.DISCUSSION, language)
        outcome = actions.begin(act.id, at, opening, said)
        if row is not None:
            row.introduced_id = act.id
            row.save(update_fields=["introduced"])
            following.follow_joined(room, at.person.pk, at.now)
        return {**outcome, "room": room.key}

    return acts.once(act, at.person.pk, work)


def introduction(at: Here) -> UUID | None:
    """The thread in which they introduced themself in this space."""
    if at.edition is not None:
        rows = CircleMember.objects.filter(space_id=at.space, person=at.person, introduced__isnull=False)
        return rows.values_list("introduced__thread_id", flat=True).first()
    threads = Thread.objects.filter(room__space_id=at.space, room__kind=Room.Kind.INTRODUCTIONS, author=at.person)
    return threads.order_by("made_at").values_list("pk", flat=True).first()


def _title(at: Here, name: str, country: str, language: str) -> str:
    """« Awa, Sénégal »."""
    parts = (name or people.first_name(at.person.name), profiles.country(country, language))
    return ", ".join(part for part in parts if part)


def _join(at: Here, one: Newcomer, language: str) -> CircleMember:
    """Their place in a circle: the one they have, that which they host, else where they mix best. Under the lock of
    the space."""
    there = CircleMember.objects.select_related("circle__room").filter(space_id=at.space, person=at.person).first()
    if there is not None:
        return there
    rows = Circle.objects.select_related("room").filter(room__space_id=at.space, language=language)
    hosted = rows.filter(host=at.person, size__lt=circles.MOST).order_by("number").first()
    chosen = None if hosted else circles.choose(_open(rows, at.course), one)
    row = hosted or (rows.get(pk=chosen.id) if chosen else _begin(at, language))
    there = CircleMember.objects.create(circle=row, space_id=at.space, person=at.person, joined_at=at.now)
    row.size = row.members.count()
    row.save(update_fields=["size"])
    return there


def _open(rows: Any, course: UUID) -> list[circles.Circle]:
    """The newest circles with who is in them; one query for the circles, one for their people."""
    latest = rows.order_by("-number").values_list("pk", "number")[: circles.LATEST]
    numbers: dict[UUID, int] = dict(latest)
    me = FilteredRelation("person__memberships", condition=Q(person__memberships__course_id=course))
    known = CircleMember.objects.annotate(me=me, shown=F("me__country"), field=F("me__field"))
    within: dict[UUID, list[Newcomer]] = {key: [] for key in numbers}
    for key, shown, country, field in known.filter(circle__in=numbers).values_list(
        "circle", "shown", "person__country", "field"
    ):
        within[key].append(Newcomer(shown or country, field or ""))
    return [circles.Circle(key, numbers[key], tuple(people)) for key, people in within.items()]


def _begin(at: Here, language: str) -> Circle:
    """A new circle with its room."""
    latest = Circle.objects.filter(room__space_id=at.space, language=language).order_by("-number")
    number = (latest.values_list("number", flat=True).first() or 0) + 1
    room = Room.objects.create(
        space_id=at.space,
        key=f"c-{language}-{number}",
        kind=Room.Kind.CIRCLE,
        titles={code: name(number, code) for code, _name in settings.LANGUAGES},
        language=language,
        position=AFTER_ROOMS + number,
    )
    return Circle.objects.create(room=room, number=number, language=language)


def name(number: int, language: str) -> str:
    """What a circle is called."""
    with translation.override(language):
        return _("Circle {number}").format(number=number)
