"""Reads of requests: a learner's own, the queue of a team, saved replies, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from preau.accounts.models import Person
from preau.courses.models import Course, Edition, Enrolment
from preau.mail import fields
from preau.support import letters, rules, words
from preau.support.access import LookedAt, Team
from preau.support.models import Entry, Request, SavedReply

State = Request.State
TO_DO = (State.OPEN, State.CLAIMED)


@dataclass(frozen=True)
class Line:
    """An entry as it is shown. `by` is a name, "" for the learner; `decided` what was decided, in words; `files` are
    (name, number in the entry, bytes), `left` why others were not taken."""

    entry: Entry
    by: str
    decided: str
    files: tuple[tuple[str, int, int], ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What of a queue is wanted: `state` one of State, "todo" or "" for all."""

    state: str = "todo"
    language: str = ""
    topic: str = ""
    mine: bool = False


def of_person(person: Person) -> list[Request]:
    """Somebody's requests, the latest first; those that were put into another are that other."""
    rows = Request.objects.filter(person=person, merged_into=None).select_related("edition__course")
    return list(rows.order_by("-touched_at", "pk"))


def about(request: Request) -> dict[str, str]:
    """What was looked at: `path`, `title`, `unit`, each perhaps empty."""
    return {**LookedAt().data(), **request.about}


def thread(request: Request, language: str, *, team: bool) -> list[Line]:
    """The messages of a request, oldest first; the team's notes for the team only."""
    rows = request.entries.select_related("author").order_by("at", "pk")
    rows = rows if team else rows.filter(private=False)
    outline, zone = letters.outline(request, language), letters.zone(request)
    return [
        Line(
            entry,
            str(entry.author or "") if entry.from_team else "",
            words.decision(entry.decision, outline, zone),
            tuple((f["name"], n, f["bytes"]) for n, f in enumerate(entry.attachments) if "digest" in f),
            tuple(fields.left_out(f["name"], f["left_out"]) for f in entry.attachments if "left_out" in f),
        )
        for entry in rows
    ]


def queue(at: Team, asked: Asked) -> QuerySet[Request]:
    """The requests of a queue, those that wait longest first; settled ones, the latest first."""
    rows = Request.objects.filter(edition=at.edition, merged_into=None).select_related("person", "claimed_by")
    wanted = Q(state__in=TO_DO) if asked.state == "todo" else Q(state=asked.state) if asked.state else Q()
    wanted &= Q(language=asked.language) if asked.language else Q()
    wanted &= Q(topic=asked.topic) if asked.topic else Q()
    wanted &= Q(claimed_by=at.person) if asked.mine else Q()
    newest = asked.state in {State.DONE, State.WAITING, ""}
    return rows.filter(wanted).order_by("-touched_at" if newest else "touched_at", "pk")


def waiting(edition: Edition | None) -> int:
    """How many requests nobody has taken."""
    return Request.objects.filter(edition=edition, merged_into=None, state=State.OPEN).count()


def others(request: Request) -> list[Request]:
    """The other requests of the same person in the same queue, the latest first."""
    rows = Request.objects.filter(edition=request.edition_id, merged_into=None).exclude(pk=request.pk)
    same = Q(person=request.person_id) if request.person_id else Q(person=None, address__iexact=request.address)
    return list(rows.filter(same).order_by("-touched_at", "pk")[:10])


def enrolments(person: Person) -> list[Enrolment]:
    """The editions whose team somebody may ask."""
    rows = Enrolment.objects.filter(person=person, left_at=None).select_related("edition__course")
    return list(rows.order_by("-edition__opens_at", "pk"))


def elsewhere(request: Request) -> list[Enrolment]:
    """The editions to whose team a request of the site's queue may be handed on."""
    return enrolments(request.person) if request.person and request.edition_id is None else []


def saved(course: Course | None) -> list[SavedReply]:
    """The saved replies of a course."""
    return list(SavedReply.objects.filter(course=course).order_by("key")) if course else []


def in_language(reply: SavedReply, language: str) -> dict[str, str]:
    """A saved reply's `title` and `text` in a language, else in the first that it has."""
    found: dict[str, str] = reply.texts.get(language) or next(iter(reply.texts.values()), {})
    return {"title": found.get("title") or reply.key, "text": found.get("text", "")}


def likely(edition: Edition | None, *, topic: str, subject: str, language: str) -> Sequence[rules.Offer]:
    """What may answer a question before it is asked."""
    if edition is None:
        return []
    rows = SavedReply.objects.filter(course=edition.course_id, shown=True).order_by("key")
    offers = [rules.Offer(row.key, row.topic, **in_language(row, language)) for row in rows]
    return rules.likely(offers, topic=topic, subject=subject)


@dataclass(frozen=True)
class Decided:
    """A decision for a learner's record: `what` it is, of which `unit` (a key, or "")."""

    at: datetime
    by: str
    said: str
    reason: str
    request: UUID
    what: str
    unit: str


def of_enrolment(enrolment: Enrolment, language: str) -> dict[str, Any]:
    """What a learner's record says of requests: `requests` (the latest first) and `decisions`; two queries."""
    rows = Request.objects.filter(enrolment=enrolment, merged_into=None).order_by("-touched_at", "pk")
    made = Entry.objects.filter(request__enrolment=enrolment).exclude(decision={})
    made = made.select_related("author", "request__edition__course").order_by("-at", "pk")
    decisions = [
        Decided(
            entry.at,
            str(entry.author or ""),
            words.decision(entry.decision, letters.outline(entry.request, language), enrolment.edition.zone_info),
            str(entry.decision.get("reason", "")),
            entry.request_id,
            str(entry.decision.get("what", "")),
            str(entry.decision.get("unit", "")),
        )
        for entry in made
    ]
    return {"requests": [(row, words.said(words.TEAM_STATES, row.state)) for row in rows], "decisions": decisions}
