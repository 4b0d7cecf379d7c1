"""An edition's own dates change: the dates of its units are computed again from its weeks, its pages follow."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from preau.content import printing, shelf
from preau.content.models import Printing
from preau.courses import actions as courses
from preau.courses.models import Edition, Milestone


@dataclass(frozen=True)
class Moved:
    """A unit's or module's date that changes with its edition's: `after` None when the version states none."""

    key: str
    what: str
    before: datetime | None
    after: datetime | None
    by_hand: bool  # it had been moved by hand, and would lie outside the edition


@dataclass(frozen=True)
class Plan:
    """What a change of an edition's dates does to its calendar: `calendar` is what the version states, `moved` in the
    order in which the dates were."""

    calendar: list[courses.Dated]
    moved: list[Moved]
    kept: list[Milestone]  # moved by hand; they stay


def plan(edition: Edition, moments: Mapping[str, datetime]) -> Plan:
    """What would move if the edition had these dates. Raises `printing.BadDates` when the version's do not fit them."""
    would = copy(edition)
    would.opens_at, would.closes_at = moments["opens_at"], moments["closes_at"]
    shown = Printing.objects.filter(edition=edition, current=True).select_related("version").first()
    calendar = printing.resolved(would, shown.version) if shown else []
    rows = list(Milestone.objects.filter(edition=edition).order_by("at", "key", "what"))
    kept = [row for row in rows if row.moved and would.opens_at <= row.at <= would.closes_at]
    stay = {(row.key, row.what) for row in kept}
    after = {(one.key, one.what): one.at for one in calendar}
    known = {(row.key, row.what) for row in rows}
    moved = [
        Moved(row.key, row.what, row.at, after.get((row.key, row.what)), row.moved)
        for row in rows
        if (row.key, row.what) not in stay and after.get((row.key, row.what)) != row.at
    ]
    moved += [Moved(one.key, one.what, None, one.at, False) for one in calendar if (one.key, one.what) not in known]
    return Plan(calendar, moved, kept)


@transaction.atomic
def reschedule(
    edition: Edition, moments: Mapping[str, datetime], visibility: str, *, by: UUID | None, now: datetime
) -> None:
    """Give an edition other dates of its own; pages tell them at once. Raises `printing.BadDates` when the dates of
    the version that it shows do not fit; then nothing changed.

    What the course states in weeks follows the opening, as at the next printing it would anyway. A date moved by hand
    stays where it was put as long as it lies in the edition; else it goes back to what the course states.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("course").get(pk=edition.pk)
    calendar = plan(edition, moments).calendar
    courses.reschedule(edition, moments, visibility, by=by, now=now)
    courses.set_calendar(edition, calendar)
    courses.touch(edition)
    if Printing.objects.filter(edition=edition, current=True).exists():
        printing.recompile(edition)
    transaction.on_commit(shelf.refresh, robust=True)
