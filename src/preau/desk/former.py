"""Files of former editions as the desk and the command bring them in: with the names that the course knows today."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from preau.accounts.models import Person
from preau.content.models import Module, ModuleText, Unit, UnitText, Version
from preau.courses.models import Course, Track
from preau.past import importing, laying, totalling, values
from preau.past.report import Report

_TRACK = re.compile(r"\b(parcours|track)\b", re.IGNORECASE)


def keys(course: Course) -> dict[str, str]:
    """The course's own ids by kind. One that is several things is a unit first, then a module."""
    tracks = Track.objects.filter(edition__course=course).values_list("key", flat=True)
    latest = _latest(course)
    found = dict.fromkeys([*tracks, *(latest.meta["tracks"] if latest else ())], "track")
    found |= dict.fromkeys(Module.objects.filter(course=course).values_list("key", flat=True), "module")
    return found | dict.fromkeys(Unit.objects.filter(course=course).values_list("key", flat=True), "unit")


def _latest(course: Course) -> Version | None:
    return course.versions.order_by("-number").first()


def titles(course: Course) -> dict[str, str]:
    """The ids of the latest version by their titles in each language, folded; a title of two things is of none. A track
    goes by its title without the word for a track too."""
    version = _latest(course)
    if version is None:
        return {}
    found: dict[str, set[str]] = {}
    said = [(text.title, text.unit.key) for text in UnitText.objects.filter(version=version).select_related("unit")]
    for module in ModuleText.objects.filter(version=version).select_related("module"):
        said += [(title, module.module.key) for title in _each(module.titles)]
    for key, track in version.meta["tracks"].items():
        for title in _each(track.get("title")):
            said += [(title, key), (_TRACK.sub(" ", title), key)]
    for title, key in said:
        found.setdefault(values.folded(title), set()).add(key)
    return {title: next(iter(keys)) for title, keys in found.items() if title and len(keys) == 1}


def _each(texts: object) -> list[str]:
    if isinstance(texts, dict):
        return [str(text) for text in texts.values()]
    return [texts] if isinstance(texts, str) else []


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
    said = titles(course)
    return importing.bring(path, course, origin=origin, by=by, now=now, keys=named, titles=said, tell=tell, **options)
