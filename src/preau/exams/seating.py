"""Where a learner sits, read in one query or out of the rows of their fragment; and what the rooms below ask of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Max, Q
from django.utils.translation import gettext_noop

from preau.content.kinds import Place
from preau.courses.models import Edition
from preau.exams import rules
from preau.exams.models import Seat, Sitting
from preau.exams.rules import Held, Slot, Wait
from preau.quizzes.windows import Window

WAITS: Mapping[Wait, str] = {
    Wait.BOOK: gettext_noop("Book a sitting of this exam first, on the page of your exams."),
    Wait.MISSED: gettext_noop("No sitting of this exam is left to book. Write to the team if you have a reason."),
    Wait.PRESENCE: gettext_noop("The person who supervises the room has not marked you present yet."),
    Wait.ABSENT: gettext_noop("The person who supervises the room marked you absent: speak to them."),
    Wait.IDENTITY: gettext_noop("The person who supervises the room has not looked at your identity document yet."),
}


@dataclass(frozen=True)
class Seated(Place):
    """A place in a unit whose seats and papers are known already: nothing more is asked of the database."""

    held: tuple[Held, ...]
    begun: tuple[datetime, ...]


def slot_of(row: Sitting) -> Slot:
    """A sitting as the rules know it."""
    off = row.cancelled_at is not None
    return Slot(row.pk, row.opens_at, row.closes_at, row.second, row.on_site, row.places, row.asks_identity, off)


@lru_cache(maxsize=256)
def slots(edition_id: UUID, revision: int) -> Mapping[UUID, tuple[Slot, ...]]:
    """The sittings of an edition by the exam's id, in the order of their dates, first ones that were cancelled among
    them: each change of one gives the edition another `revision`."""
    found: dict[UUID, tuple[Slot, ...]] = {}
    known = Q(cancelled_at=None) | Q(second=False)
    for row in Sitting.objects.filter(known, edition=edition_id).order_by("opens_at", "pk"):
        found[row.unit_id] = (*found.get(row.unit_id, ()), slot_of(row))
    return found


def any_in(edition: Edition) -> bool:
    """Has an edition a sitting, or had it one? No query, but for the first to ask after a change."""
    return bool(slots(edition.pk, edition.revision))


def of_place(place: Place) -> tuple[Slot, ...]:
    """The sittings of the exam where somebody stands."""
    return slots(place.outline.edition_id, place.outline.revision).get(place.unit.id, ())


def window(place: Place) -> Window | None:
    """When the learner may begin the exam where they stand; None where its own dates hold. One query, none where it has
    no sitting."""
    known = of_place(place)
    if not known:
        return None
    seated = place if isinstance(place, Seated) else _read(place, known)
    span = rules.span(known, seated.held, seated.begun, (place.unit.opens, place.unit.due), place.now)
    if span is None:
        return None
    last = place.outline.last_due(place.unit)  # nobody writes once what is right may be told
    closes = span.closes if last is None else min(span.closes, last)
    return Window(span.opens, closes, span.attempts, WAITS[span.wait] if span.wait else "")


COLUMNS = ("seat__sitting_id", "seat__attendance", "seat__identity", "try__started_at")


def from_rows(place: Place, rows: Sequence[Mapping[str, Any]]) -> Seated:
    """The same out of the rows that the exam's kind asked for: no query."""
    return _seated(place, of_place(place), [tuple(row[name] for name in COLUMNS) for row in rows])


def _read(place: Place, known: Sequence[Slot]) -> Seated:
    tries = FilteredRelation("enrolment__attempts", condition=Q(enrolment__attempts__unit=place.unit.id))
    rows = Seat.objects.filter(enrolment=place.learner.enrolment_id, unit=place.unit.id, given_up_at=None)
    values = (
        rows.annotate(tries=tries).order_by().values_list("sitting_id", "attendance", "identity", "tries__started_at")
    )
    return _seated(place, known, values)


def _seated(place: Place, known: Sequence[Slot], rows: Iterable[tuple[Any, ...]]) -> Seated:
    of = {slot.id: slot for slot in known}
    held: dict[UUID, Held] = {}
    begun: set[datetime] = set()
    for sitting, attendance, identity, started in rows:
        if sitting in of:
            held[sitting] = Held(of[sitting], attendance, identity != Seat.Identity.UNCHECKED)
        if started is not None:
            begun.add(started)
    return Seated(place.learner, place.outline, place.unit, place.now, tuple(held.values()), tuple(sorted(begun)))


def later(edition_id: UUID) -> Mapping[str, datetime]:
    """Until when somebody may still be let in to each exam, by its key: the end of its last sitting, booked or not.
    What is right is told to nobody before."""
    rows = Sitting.objects.filter(edition=edition_id, cancelled_at=None).order_by()
    return dict(rows.values_list("unit__key").annotate(Max("closes_at")))
