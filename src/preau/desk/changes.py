"""What a change of an edition's own dates would do, told before it is confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preau.content import rescheduling
from preau.content.outline import Outline
from preau.courses import rules
from preau.courses.models import Edition
from preau.desk import figures, record, words


@dataclass(frozen=True)
class Own:
    """One of the edition's own dates that changes."""

    name: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Line:
    """A date of a unit or module that follows (`after` None: it is dropped), or stays (`after` is `before`)."""

    title: str
    what: str
    before: datetime | None
    after: datetime | None
    by_hand: bool


@dataclass(frozen=True)
class Changes:
    """All of it; `visibility` is empty when it stays; `begun` of the `enrolled` have done something graded."""

    own: list[Own]
    visibility: str
    moved: list[Line]
    kept: list[Line]
    enrolled: int
    begun: int
    opened: bool  # the opening has passed, and is among what changes
    over: bool  # the edition would be over at once


def of(edition: Edition, form: Mapping[str, Any], outline: Outline | None, *, now: datetime) -> Changes:
    """What changes with the dates and visibility of `form`, by name. Raises `printing.BadDates` when they cannot be."""
    moments = {name: form[name] for name in rules.MOMENTS}
    plan = rescheduling.plan(edition, moments)
    names = words.EDITION_MOMENTS
    own = [
        Own(words.said(names, name), getattr(edition, name), at)
        for name, at in moments.items()
        if getattr(edition, name) != at
    ]
    _lines, total = figures.by_track(edition)
    return Changes(
        own,
        form["visibility"] if form["visibility"] != edition.visibility else "",
        [_line(one.key, one.what, one.before, one.after, one.by_hand, outline) for one in plan.moved],
        [_line(row.key, row.what, row.at, row.at, True, outline) for row in plan.kept],
        total.enrolled,
        total.active,
        edition.opens_at <= now and moments["opens_at"] != edition.opens_at,
        moments["closes_at"] <= now < edition.closes_at,
    )


def _line(
    key: str, what: str, before: datetime | None, after: datetime | None, by_hand: bool, outline: Outline | None
) -> Line:
    title = record.title(key, outline) if outline else key
    return Line(title, words.said(words.MOMENTS, what), before, after, by_hand)
