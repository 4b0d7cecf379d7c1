"""The first thing to read of an edition, for who has just come into it."""

from datetime import datetime

from preau.content import outline as outlines
from preau.courses.models import Enrolment
from preau.grades import queries as grades


def first_unit(enrolment: Enrolment, language: str, *, now: datetime) -> str:
    """The address of the first unit of the core that is open; "" before the edition opens, when nothing is open, and
    for who has gone through something of it: they know their way."""
    if now < enrolment.edition.opens_at or now >= enrolment.edition.closes_at:
        return ""
    try:
        outline = outlines.of_edition(enrolment.edition, language)
    except outlines.NotPrinted:
        return ""
    if grades.begun(enrolment.pk):
        return ""
    core = (unit for module in outline.modules if not module.elective for unit in module.units)
    return next((unit.address for unit in core if unit.opens <= now), "")
