"""What the pages of an assignment show to its author and its reviewers. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from preau.content.kinds import Place
from preau.courses import rules as dates
from preau.peer import assignments, documents, rules
from preau.peer.assignments import Facts
from preau.peer.terms import Calendar, Phase

COLUMNS = (
    "extended__until",
    "extended__reason",
    "excused__given_at",
    "result__corrected",
    "result__carried",
    "result__carried_from",
    "draft__text",
    "draft__help",
    "draft__ai",
    "draft__saved_at",
    "copy__id",
    "copy__text",
    "copy__help",
    "copy__ai",
    "copy__size",
    "copy__fingerprint",
    "copy__submitted_at",
    "copy__late",
    "copy__cancelled_at",
    "copy__pool__given",
    "copy__pool__finished",
    "copy__pool__leased",
    "copy__grade__score",
    "copy__grade__of",
    "copy__grade__remark",
)


@dataclass(frozen=True)
class Step:
    """One bead of the way through an assignment: `state` is done, current or later; `at` when it ends."""

    name: str
    state: str
    at: datetime | None


PHASES: tuple[tuple[str, tuple[Phase, ...]], ...] = (
    ("write", ("writing",)),
    ("review", ("reviewing",)),
    ("wait", ("grading",)),
    ("results", ("results", "over")),
)


def steps(calendar: Calendar, phase: Phase) -> list[Step]:
    """The way: hand in, assess, results; the phase that holds now is current."""
    ends = {"write": calendar.due, "review": calendar.reviews_due, "wait": calendar.results}
    ends["results"] = calendar.appeals_until
    order = [name for name, _phases in PHASES]
    now = next((order.index(name) for name, phases in PHASES if phase in phases), -1)
    return [
        Step(name, "done" if place < now else "current" if place == now else "later", ends[name])
        for place, name in enumerate(order)
    ]


def own_part(place: Place, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a learner's fragment, from the one row that the kind asked for."""
    unit, extended = place.unit, row["extended__until"]
    facts = assignments.of(place.outline, unit)
    due = dates.deadline(unit.due, [extended] if extended else [])
    graded = row["copy__grade__score"] is not None
    reception = rules.reception(
        now=place.now,
        opens=unit.opens,
        due=due,
        grace=dates.GRACE["assignment"],
        over=place.outline.closes_at,
        graded=graded,
    )
    begun = bool(row["copy__pool__finished"] or row["copy__pool__leased"])
    writes = reception.received and not (facts and begun) and not row["copy__cancelled_at"]
    return {
        "unit": unit,
        "outline": place.outline,
        "row": row,
        "excused_at": row["excused__given_at"],
        "due": due,
        "closes": dates.last_moment("assignment", due),
        "open": writes,
        "late": due is not None and place.now > due,
        "graded": graded and facts is None,
        "text": _first(row["draft__text"], row["copy__text"]),
        "help": _first(row["draft__help"], row["copy__help"]),
        "ai": _first(row["draft__ai"], row["copy__ai"]),
        "longest": rules.LONGEST,
        "address": f"/e/{place.outline.slug}/me/{place.outline.language}/{unit.module}/{unit.key}/",
        "facts": facts,
        "peers": peers_part(facts, place.now, row) if facts else None,
        "refused": "",
        **(files_part(place, facts) if writes else {"kept": kept_files(facts, row["copy__id"])}),
    }


def files_part(place: Place, facts: Facts | None) -> dict[str, Any]:
    """The list of files, for an assignment that takes some."""
    if facts is None or facts.terms.deliverable == "text":
        return {}
    return documents.listed(place.learner.enrolment_id, place.unit.id, facts.terms)


def kept_files(facts: Facts | None, copy: UUID | None) -> list[tuple[str, documents.Line]]:
    """The files of a copy that can no longer be replaced."""
    if facts is None or copy is None or facts.terms.deliverable == "text":
        return []
    return documents.kept(copy, facts.address)


def _first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


@dataclass(frozen=True)
class PeersPart:
    """Where a learner stands among their peers: what is owed, what came, by when the rest is expected."""

    phase: Phase
    steps: list[Step]
    owed: int
    given: int
    came: int
    promised: int
    promised_by: datetime | None
    begun: bool


def peers_part(facts: Facts, now: datetime, row: Mapping[str, Any]) -> PeersPart:
    """Of one learner, from the joined row."""
    given, came = row["copy__pool__given"] or 0, row["copy__pool__finished"] or 0
    calendar = facts.calendar_of(row["extended__until"])
    phase = facts.phase(now, row["extended__until"])
    keeps_promise = given >= facts.terms.reviews
    return PeersPart(
        phase=phase,
        steps=steps(calendar, phase),
        owed=max(0, facts.terms.reviews - given) if row["copy__id"] and not row["excused__given_at"] else 0,
        given=given,
        came=came,
        promised=max(0, facts.terms.guaranteed - came),
        promised_by=calendar.helped if keeps_promise else calendar.reviews_due,
        begun=bool(came or row["copy__pool__leased"]),
    )
