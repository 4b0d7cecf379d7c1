"""Files of former editions as the desk and the command bring them in: with the names that the course knows today."""

from datetime import datetime
from pathlib import Path
from typing import Any

from preau.accounts.models import Person
from preau.content.models import Module, Unit
from preau.courses.models import Course, Track
from preau.past import importing, laying, totalling
from preau.past.report import Report


def keys(course: Course) -> dict[str, str]:
    """The course's own ids by kind. One that is several things is a unit first, then a module."""
    tracks = Track.objects.filter(edition__course=course).values_list("key", flat=True)
    found = dict.fromkeys(tracks, "track")
    found |= dict.fromkeys(Module.objects.filter(course=course).values_list("key", flat=True), "module")
    return found | dict.fromkeys(Unit.objects.filter(course=course).values_list("key", flat=True), "unit")


def bring(
    path: Path,
    course: Course,
    *,
    origin: str,
    by: Person | None,
    now: datetime,
    totals: bool = False,
    tell: laying.Tell = laying.silent,
    **options: Any,
) -> Report:
    """Bring in a file of either kind. Raises `Unreadable` and `Refused` as `importing.bring`."""
    if totals:
        return totalling.bring_totals(path, course, origin=origin, by=by, now=now, **options)
    named = keys(course)
    return importing.bring(path, course, origin=origin, by=by, now=now, keys=named, tell=tell, **options)
