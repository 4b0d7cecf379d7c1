"""What a learner was given in an edition: later dates, excuses, extra time, deadlines put off for them. In words, with
the reason, for themself: given by "the team", whoever it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses import extra_time, postponing
from preau.courses.models import Enrolment, Excuse, Extension, Postponement
from preau.grades import queries as grades
from preau.home.later import both


@dataclass(frozen=True)
class Later:
    """A date that is later for this learner: `before` and `until` in both zones, in words; `over` once it passed."""

    title: str
    address: str
    before: str
    until: str
    reason: str
    given_at: datetime
    over: bool


def dates_given(enrolment: Enrolment, ledger: grades.Record) -> bool:
    """Is there a later date, an excuse or an act for all to tell of? No query, but for the first to ask after one."""
    return bool(ledger.extensions or ledger.excused or _for_all(enrolment, ledger.outline))


def _for_all(enrolment: Enrolment, outline: Outline) -> list[Postponement]:
    """The acts that moved the dates themselves; those for some gave extensions."""
    acts = postponing.standing(enrolment.edition_id, outline.revision)
    return [act for act in acts if act.scope == Postponement.Scope.ALL]


def page(enrolment: Enrolment, language: str, *, now: datetime) -> Mapping[str, Any]:
    """The page of it: a constant number of queries."""
    edition = enrolment.edition
    extras = [(row, row.last < localdate(now, edition.zone_info)) for row in extra_time.rows(enrolment)]
    shared = {"edition": edition, "zone": edition.zone_info, "extras": extras}
    try:
        outline = outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return {**shared, "extensions": [], "moved": [], "excuses": []}
    own = ZoneInfo(enrolment.person.zone)
    excuses = Excuse.objects.filter(enrolment=enrolment).order_by("given_at", "pk")
    return {
        **shared,
        "extensions": list(_extensions(enrolment, outline, own, now)),
        "moved": list(_moved(enrolment, outline, own, now)),
        "excuses": [(outline.by_key.get(row.key), row) for row in excuses],
    }


def _extensions(enrolment: Enrolment, outline: Outline, own: ZoneInfo, now: datetime) -> Iterator[Later]:
    for row in Extension.objects.filter(enrolment=enrolment).order_by("until", "pk"):
        unit = outline.by_key.get(row.key)
        before = both(unit.due, outline.zone, own) if unit and unit.due else ""
        yield _later(row.key, unit, before, row.until, row.reason, row.given_at, outline, own, now)


def _moved(enrolment: Enrolment, outline: Outline, own: ZoneInfo, now: datetime) -> Iterator[Later]:
    """The dates that an act for all moved and that still stand where it put them."""
    seen = set()
    for act in _for_all(enrolment, outline):
        for key, _what, before, after in postponing.moves_of(act):
            unit = outline.by_key.get(key)
            if unit is None or unit.due != after or key in seen:
                continue
            seen.add(key)
            yield _later(key, unit, both(before, outline.zone, own), after, act.reason, act.at, outline, own, now)


def _later(
    key: str,
    unit: UnitFacts | None,
    before: str,
    until: datetime,
    reason: str,
    given_at: datetime,
    outline: Outline,
    own: ZoneInfo,
    now: datetime,
) -> Later:
    title, address = (unit.title, unit.address) if unit else (key, "")
    return Later(title, address, before, both(until, outline.zone, own), reason, given_at, until <= now)
