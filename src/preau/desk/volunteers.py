"""Who helps an edition, for its desk: offers, helpers with the end of their role, the rota and its gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from preau.courses import rota, volunteering
from preau.courses import rota_words as words
from preau.courses.models import Edition, Shift, Volunteer

SHOWN = 100  # offers, and helpers, at once: the oldest first
# Counted for the rows that are shown: a join would group every volunteer of the edition first.
HOURS = Shift.objects.filter(volunteer=OuterRef("pk")).order_by().values("volunteer").annotate(n=Count("pk"))
HELD = Coalesce(Subquery(HOURS.values("n")), 0)


@dataclass(frozen=True)
class Helper:
    """A volunteer as a line of the desk: `languages` in words, `until` the end of their role (None: not begun)."""

    row: Volunteer
    languages: str
    signed: bool
    until: datetime | None
    hours: int


@dataclass(frozen=True)
class Week:
    """The rota of one language: `lines` are (hour in words, names by weekday), `gaps` in words; `nobody` holds none."""

    language: str
    lines: Sequence[tuple[str, Sequence[str]]]
    gaps: Sequence[str]
    nobody: bool


def page(edition: Edition) -> dict[str, Any]:
    """What the page shows: `offers`, `helpers`, `weeks`, `days`, and how many offers and helpers there are."""
    counted = Volunteer.objects.filter(edition=edition).aggregate(
        offers=Count("pk", filter=Q(state=Volunteer.State.APPLIED)),
        helpers=Count("pk", filter=Q(state=Volunteer.State.APPROVED)),
    )
    return {
        "offers": _lines(edition, Volunteer.State.APPLIED),
        "helpers": _lines(edition, Volunteer.State.APPROVED),
        "counted": counted,
        "weeks": weeks(edition),
        "days": [words.weekday(day) for day in range(7)],
    }


def _lines(edition: Edition, state: str) -> list[Helper]:
    rows = Volunteer.objects.filter(edition=edition, state=state).select_related("person", "decided_by")
    found = list(rows.annotate(held=HELD).order_by("applied_at", "pk")[:SHOWN])
    until: Mapping[tuple[UUID, str], datetime] = {
        (role.person_id, role.kind): role.expires_at
        for role in volunteering.held(edition, [row.person_id for row in found])
    }
    return [
        Helper(
            row,
            ", ".join(words.language(code) for code in row.languages),
            volunteering.signed(row),
            until.get((row.person_id, row.kind)),
            row.held,
        )
        for row in found
    ]


def weeks(edition: Edition) -> list[Week]:
    """The rota of each language of the course, and of those that volunteers hold besides."""
    rows = Shift.objects.filter(volunteer__edition=edition, volunteer__state=Volunteer.State.APPROVED)
    held: dict[str, dict[rota.Hour, list[str]]] = {code: {} for code in edition.course.languages}
    for shift in rows.select_related("volunteer__person").order_by("weekday", "hour", "pk"):
        hours = held.setdefault(shift.language, {})
        hours.setdefault((shift.weekday, shift.hour), []).append(str(shift.volunteer.person))
    return [_week(code, hours) for code, hours in held.items()]


def _week(code: str, held: Mapping[rota.Hour, Sequence[str]]) -> Week:
    shown = sorted({hour for _day, hour in held} | (set(rota.WATCHED) if held else set()))
    lines = [(words.hour(hour), [", ".join(held.get((day, hour), ())) for day in range(7)]) for hour in shown]
    return Week(words.language(code), lines, words.gaps(rota.gaps(held)), not held)
