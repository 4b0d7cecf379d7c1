"""What the pages of the discussions show of meeting: one's circle, who is in it, who has just come. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from preau.accounts import countries
from preau.discussion import greeting, hosting, meeting, people, words
from preau.discussion.access import Here
from preau.discussion.models import Circle, CircleMember, Post, Room
from preau.discussion.people import Shown

NEWEST = 12  # arrivals in the room of introductions


@dataclass(frozen=True)
class Mine:
    """A circle that somebody belongs to, or hosts. `address` is that of its room; `edition` its edition's number."""

    name: str
    address: str
    edition: int | None
    hosts: bool
    here: bool


def mine(at: Here, language: str) -> Sequence[Mine]:
    """Their circles in the course, those of this space first; two queries. They live on after their edition."""
    own = CircleMember.objects.filter(person=at.person, space__course_id=at.course)
    belongs = Q(pk__in=own.values("circle")) | Q(host=at.person, room__space__course_id=at.course)
    rows = Circle.objects.select_related("room__space__edition").filter(belongs)
    if at.edition is not None:
        rows = rows.filter(room__space_id=at.space)
    found = []
    for row in rows.order_by("-room__space__edition__number", "number"):
        edition = row.room.space.edition
        assert edition is not None, "circles are of an edition"
        address = f"/e/{edition.slug}/discussion/room/{row.room.key}/"
        here = row.room.space_id == at.space
        found.append(
            Mine(meeting.name(row.number, language), address, edition.number, row.host_id == at.person.pk, here)
        )
    return found


def space(at: Here, language: str) -> dict[str, Any]:
    """Beside a space: my circles, or that one can introduce oneself; in the commons, where alumni can help."""
    return {
        "circles": mine(at, language),
        "introduced": meeting.introduction(at) is not None,
        "helps": hosting.wanted(at) if at.edition is None else None,
    }


def room(at: Here, row: Room, language: str) -> dict[str, Any]:
    """In a room: who is in the circle that it belongs to; in that of introductions, who has just come."""
    if row.kind == Room.Kind.CIRCLE:
        return {"circle": circle(at, row, language), "arrivals": (), "introduced": True, "in_ten": None}
    if row.kind != Room.Kind.INTRODUCTIONS:
        return {"circle": None, "arrivals": (), "introduced": True, "in_ten": None}
    return {
        "circle": None,
        "arrivals": arrivals(at, language),
        "introduced": meeting.introduction(at) is not None,
        "in_ten": greeting.in_ten(at.space, at.now),
    }


@dataclass(frozen=True)
class Someone:
    """Somebody in a list: their name, the key of their page ("" without one), and what they say of themselves."""

    name: str
    key: str
    about: str
    host: bool = False


@dataclass(frozen=True)
class Gathered:
    """A circle: its people by name, its host first; how many countries they come from."""

    people: Sequence[Someone]
    host: str
    countries: int


def circle(at: Here, row: Room, language: str) -> Gathered | None:
    """The circle of a room: its host first, the others by name; six queries, whoever is in it."""
    found = Circle.objects.filter(room=row).first()
    if found is None:
        return None
    rows = CircleMember.objects.filter(circle=found).order_by("joined_at")
    accounts: dict[UUID, str] = dict(rows.values_list("person_id", "person__country"))
    wanted = {**dict.fromkeys([found.host_id] if found.host_id else []), **accounts}
    shown = _shown(at, list(wanted))
    listed = _someones(at, shown, language, host=found.host_id)
    listed.sort(key=lambda one: (not one.host, one.name.casefold()))
    from_ = {shown[key].country or code for key, code in accounts.items() if key in shown} - {""}
    return Gathered(listed, next((one.name for one in listed if one.host), ""), len(from_))


def arrivals(at: Here, language: str) -> Sequence[Someone]:
    """The newest to introduce themselves, newest first; five queries."""
    rows = CircleMember.objects.filter(space_id=at.space, introduced__state=Post.State.SHOWN).order_by("-pk")
    return _someones(at, _shown(at, list(rows.values_list("person_id", flat=True)[:NEWEST])), language)


def _shown(at: Here, wanted: Sequence[UUID]) -> dict[UUID, Shown]:
    """These people, in this order."""
    found = people.shown(wanted, course=at.course, edition=at.edition, number=at.number, now=at.now)
    return {key: found[key] for key in wanted if key in found}


def _someones(at: Here, shown: Mapping[UUID, Shown], language: str, host: UUID | None = None) -> list[Someone]:
    jobs, named, found = people.jobs(shown, at.course), dict(countries.named(language)), []
    for key, one in shown.items():
        field, job = jobs.get(key, ("", ""))
        about = [named.get(one.country, ""), job or (words.said(words.FIELDS, field) if field else "")]
        found.append(Someone(one.name, one.key, " · ".join(part for part in about if part), key == host))
    return found
