"""What is asked at a unit, in this edition and in earlier ones: threads that the team marked as lasting appear at the
same unit again, to be read; those about a graded unit once its deadline has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.content.models import UnitText
from preau.content.outline import Outline, UnitFacts
from preau.discussion import actions, moments, reading, rules
from preau.discussion.access import Here, Opened
from preau.discussion.models import Room, Thread
from preau.discussion.moments import Moment

MOST = 6  # threads beside a unit


@dataclass(frozen=True)
class Asked:
    """A thread at a unit. `number` is that of the earlier edition that it comes from; `changed`: the unit's text is no
    longer what its author saw."""

    thread: Thread
    number: int | None
    changed: bool
    moment: Moment | None = None


@dataclass(frozen=True)
class AtUnit:
    """What was asked about a unit: the threads, how many there are, and whether earlier ones open only later."""

    threads: Sequence[Asked]
    count: int
    later: bool


def at_unit(at: Here, outline: Outline, unit: UnitFacts) -> AtUnit:
    """The threads of this edition first, then those that last; three queries."""
    here = Q(space_id=at.space)
    earlier = Q(lasting=True, space__course_id=at.course, space__edition__number__lt=at.number or 0)
    rows = Thread.objects.filter(unit_id=unit.id, hidden=False, room__hidden=False)
    rows = rows.exclude(room__kind=Room.Kind.CIRCLE)
    until = rules.due(reading.dated(at, outline.language), unit.id)
    waits = rules.folded(until, at.now)
    shown = rows.filter(here if waits else here | earlier).select_related("space__edition")
    first = sorted(
        shown.order_by("-latest_at")[: 4 * MOST],
        key=lambda row: (row.space_id != at.space, row.accepted_id is None),
    )
    later = waits and rows.filter(earlier).exists()
    changed = _changed(outline, unit, first[:MOST])
    told = moments.of(outline, first[:MOST])
    found = [
        Asked(row, None if row.space_id == at.space else _number(row), row.pk in changed, told.get(row.pk))
        for row in first[:MOST]
    ]
    return AtUnit(found, shown.count(), later)


def _number(row: Thread) -> int | None:
    return row.space.edition.number if row.space.edition else None


def _changed(outline: Outline, unit: UnitFacts, rows: Sequence[Thread]) -> set[UUID]:
    """Those whose author saw another text of the unit."""
    others = {row.version_id for row in rows if row.version_id} - {outline.version_id}
    if not others:
        return set()
    texts = UnitText.objects.filter(unit_id=unit.id, language=unit.language)
    bodies = dict(texts.filter(version_id__in=[*others, outline.version_id]).values_list("version_id", "body"))
    now = bodies.get(outline.version_id)
    return {row.pk for row in rows if row.version_id in others and bodies.get(row.version_id) != now}


def changed_since(at: Here, opened: Opened, language: str) -> bool:
    """Is the unit that a thread of an earlier edition is about another one by now?"""
    outline, thread = reading.outline(at, language), opened.thread
    unit = reading.units(outline).get(thread.unit_id)
    return outline is not None and unit is not None and thread.pk in _changed(outline, unit, [thread])


def keep(*, act: acts.Act, at: Here, opened: Opened, on: bool) -> acts.Outcome:
    """Mark a thread as lasting, by a moderator: it is shown at the same unit in later editions. Refuses one without a
    unit or without a reply."""

    def work() -> acts.Outcome:
        row: Thread = actions.LOCKED.first(opened.thread.pk)
        if on and (row.unit_id is None or not row.replies):
            raise Refused(_("Only a thread about a unit that has a reply can last."))
        Thread.objects.filter(pk=row.pk).update(lasting=on, revision=row.revision + 1)
        journal.log("thread.lasting", by=at.person.pk, about="thread", about_id=row.pk, at=at.now, on=on)
        return {"thread": str(row.pk), "lasting": on}

    return acts.once(act, at.person.pk, work)
