"""Until when what reveals an answer stays folded. Dates come from the outlines of the editions that a space serves."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from preau.content import kinds
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Edition
from preau.discussion.rules import Dated


def of_edition(edition_id: UUID, revision: int, language: str) -> tuple[Dated, ...]:
    """The graded units of an edition, each with its last moment; of an unprinted one, none."""
    try:
        return _dated(outlines.of(edition_id, revision, language))
    except outlines.NotPrinted:
        return ()


@lru_cache(maxsize=128)
def _dated(outline: Outline) -> tuple[Dated, ...]:
    return tuple(
        Dated(unit.id, module.id, max(unit.opens, outline.opens_at), _until(outline, unit))
        for module in outline.modules
        for unit in module.units
        if graded(unit)
    )


def graded(unit: UnitFacts) -> bool:
    """Does it count for something?"""
    kind = kinds.get(unit.kind)
    return kind is not None and kind.graded(unit.meta)


def _until(outline: Outline, unit: UnitFacts) -> datetime | None:
    return dates.last_moment(unit.kind, outline.last_due(unit))


def of_course(course_id: UUID, language: str, now: datetime) -> tuple[Dated, ...]:
    """The same for every edition of a course that is under way: what the commons must not give away."""
    editions = Edition.objects.filter(course_id=course_id, opens_at__lte=now, closes_at__gt=now).order_by("opens_at")
    return tuple(one for row in editions for one in of_edition(row.pk, row.revision, language))
