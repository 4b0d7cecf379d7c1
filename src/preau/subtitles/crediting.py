"""What people gave: thanked by name on the course, counted in their record, and as an activity where the course says
so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Course, Enrolment, Extension
from preau.courses.rules import deadline
from preau.grades import actions as grades
from preau.subtitles.models import Suggestion, Support
from preau.subtitles.naming import known_as

KIND = "subtitles"  # the kind of unit that counts contributions
ASKED = 3  # accepted suggestions, where the course says nothing
State = Suggestion.State


@dataclass(frozen=True)
class Thanked:
    """Somebody by what they are called, and how many of their suggestions stand."""

    name: str
    accepted: int


@dataclass(frozen=True)
class Given:
    """What one person gave: suggestions made, accepted, refused; how often they said what they thought of others'."""

    made: int
    accepted: int
    refused: int
    supported: int


def thanked(course: Course, *, most: int = 100) -> Sequence[Thanked]:
    """Who made the subtitles of a course better, in all its editions, those who gave most first."""
    rows = Suggestion.objects.filter(track__video__course=course, state=State.ACCEPTED, author__isnull=False)
    found = rows.exclude(kind=Suggestion.Kind.UNCLEAR).values("author", "author__name").annotate(accepted=Count("pk"))
    ordered = found.order_by("-accepted", "author")[:most]
    return [Thanked(known_as(row["author__name"]), row["accepted"]) for row in ordered]


def given(person: UUID, course: UUID) -> Given:
    """What a person gave to a course."""
    mine = Suggestion.objects.filter(author=person, track__video__course=course).exclude(state=State.DRAFT)
    found = mine.aggregate(
        made=Count("pk"),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
    )
    return Given(
        **found, supported=Support.objects.filter(person=person, suggestion__track__video__course=course).count()
    )


def asked(unit: UnitFacts) -> int:
    """How many accepted suggestions such a unit asks for."""
    return int(unit.meta.get("accepted", ASKED))


def count(row: Suggestion, now: datetime) -> None:
    """A decision counts for the activity of the author's edition, if the course has one."""
    if row.author_id is None:
        return
    try:
        outline = outlines.of_edition(row.edition, row.track.language)
    except outlines.NotPrinted:
        return
    units = [unit for unit in outline.units() if unit.kind == KIND]
    found = Enrolment.objects.filter(edition=row.edition, person=row.author_id, left_at=None).first() if units else None
    if found is not None:
        for unit in units:
            record(found, unit, outline, now)


def record(enrolment: Enrolment, unit: UnitFacts, outline: Outline, now: datetime) -> None:
    """Write down what their accepted suggestions come to: those made by the deadline, whenever they were decided."""
    accepted, wanted = accepted_by(enrolment, unit), asked(unit)
    grades.record(
        enrolment_id=enrolment.pk,
        unit_id=unit.id,
        version_id=outline.version_id,
        score=min(accepted, wanted),
        of=wanted,
        how={"accepted": accepted, "final": accepted >= wanted, "rising": True},
        shown_from=None,
        now=now,
    )
    if accepted >= wanted:
        grades.complete(enrolment_id=enrolment.pk, unit_id=unit.id, now=now)


def accepted_by(enrolment: Enrolment, unit: UnitFacts) -> int:
    """How many of a learner's suggestions in their edition stand and were made in time."""
    extended = Extension.objects.filter(enrolment=enrolment, key=unit.key).aggregate(latest=Max("until"))["latest"]
    due = deadline(unit.due, [extended] if extended else [])
    rows = Suggestion.objects.filter(author=enrolment.person_id, edition=enrolment.edition_id, state=State.ACCEPTED)
    return rows.filter(Q(made_at__lte=due) if due else Q()).exclude(kind=Suggestion.Kind.UNCLEAR).count()
