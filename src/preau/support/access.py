"""The doors of requests: a learner's own, the queue of a team, a file of either. Any other is a 404."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, resolve

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.courses import access as courses
from preau.courses.models import Edition, Enrolment, Role
from preau.support.models import Entry, Request, SavedReply

DECIDERS = (Role.Kind.TEACHER, Role.Kind.REGISTRAR)  # an administrator holds every role
LONGEST = 300  # characters of an address that somebody looked at


@dataclass(frozen=True)
class Team:
    """A queue as one member of its team may work on it: an edition's, or the site's (`edition` None). `decides`:
    extensions, excuses, corrections; whoever does not, answers."""

    edition: Edition | None
    person: Person
    decides: bool


@dataclass(frozen=True)
class LookedAt:
    """What somebody was looking at when they asked, as far as they may see it."""

    path: str = ""
    title: str = ""
    unit: str = ""
    enrolment: Enrolment | None = None

    def data(self) -> dict[str, str]:
        """As a request keeps it."""
        return {"path": self.path, "title": self.title, "unit": self.unit}


def team(visitor: courses.Visitor, slug: str | None, *, now: datetime) -> Team:
    """The queue of an edition for its team; without a slug, that of the site for who runs it."""
    if slug is None:
        return Team(None, courses.administrator(visitor, now=now), decides=True)
    edition = courses.staff_edition(visitor, slug, *courses.TEAM, now=now)
    assert isinstance(visitor, Person)
    return Team(edition, visitor, decides=courses.may(visitor, DECIDERS, edition, now=now))


def deciders(visitor: courses.Visitor, slug: str | None, *, now: datetime) -> Team:
    """The same for those who decide."""
    found = team(visitor, slug, now=now)
    if not found.decides:
        raise Http404
    return found


def of_team(at: Team, request_id: UUID) -> Request:
    """A request of this queue."""
    rows = Request.objects.select_related("edition__course", "enrolment", "person", "claimed_by", "merged_into")
    if found := rows.filter(pk=request_id, edition=at.edition).first():
        return found
    raise Http404


def own(visitor: courses.Visitor, request_id: UUID) -> Request:
    """A request of the visitor's own."""
    rows = Request.objects.select_related("edition__course", "enrolment", "person", "merged_into")
    if isinstance(visitor, Person) and (found := rows.filter(pk=request_id, person=visitor).first()):
        return found
    raise Http404


def file(request: Request, entry_id: UUID, number: int, *, team: bool) -> tuple[Entry, dict[str, Any]]:
    """A file of a request whose door was opened; the team's notes are the team's."""
    rows = request.entries.all() if team else request.entries.filter(private=False)
    entry = rows.filter(pk=entry_id).first()
    if entry is not None and number < len(entry.attachments) and "digest" in entry.attachments[number]:
        return entry, entry.attachments[number]
    raise Http404


def saved_reply(at: Team, reply_id: UUID) -> SavedReply:
    """A saved reply of the course of this queue."""
    if at.edition is not None and (
        found := SavedReply.objects.filter(pk=reply_id, course=at.edition.course_id).first()
    ):
        return found
    raise Http404


def looked_at(person: Person, path: str, language: str, *, now: datetime) -> LookedAt:
    """What an address shows to this person: nothing for an address that is not ours or that no door opens."""
    path = path.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST or not path.isprintable():
        return LookedAt()
    try:
        match = resolve(path)
    except Resolver404:
        return LookedAt()
    slug = match.kwargs.get("edition")
    if not path.startswith("/e/") or slug is None:
        return LookedAt() if path.startswith(("/desk/", "/requests/")) else LookedAt(path)
    try:
        edition = courses.visible_edition(person, slug, now=now)
    except Http404:
        return LookedAt()
    enrolment = (
        Enrolment.objects.select_related("edition__course", "track")
        .filter(person=person, edition=edition, left_at=None)
        .first()
    )
    title, unit = _unit(edition, match.kwargs.get("unit", ""), language, now)
    return LookedAt(path, title or edition.course.title(language), unit, enrolment)


def _unit(edition: Edition, key: str, language: str, now: datetime) -> tuple[str, str]:
    """(title, key) of a unit that is open; nothing for another."""
    codes = [code for code, _name in settings.LANGUAGES]
    try:
        outline = outlines.of_edition(edition, language if language in codes else settings.LANGUAGE_CODE)
    except outlines.NotPrinted:
        return "", ""
    unit = outline.by_key.get(key)
    return (unit.title, unit.key) if unit is not None and now >= max(unit.opens, outline.opens_at) else ("", "")
