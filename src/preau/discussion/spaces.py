"""Spaces and their rooms: made when somebody first comes, and completed when the course has another module."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.courses.models import Course, Edition
from preau.discussion.models import Room, Space

Kind = Room.Kind
_known: dict[UUID, int] = {}  # edition -> the revision for which its rooms are there


def ensure(edition: Edition, *, now: datetime) -> None:
    """The space of an edition with its rooms; twice is as once."""
    if _known.get(edition.pk) == edition.revision and Space.objects.filter(edition=edition).exists():
        return
    languages = [str(code) for code in edition.course.languages] or ["fr"]
    try:
        outline: Outline | None = outlines.of_edition(edition, languages[0])
    except outlines.NotPrinted:
        outline = None
    with transaction.atomic():
        space, _made = Space.objects.get_or_create(edition=edition, defaults={"course": edition.course, "made_at": now})
        _rooms(space, _of_edition(outline, languages))
    _known[edition.pk] = edition.revision


def ensure_commons(course: Course, *, now: datetime) -> None:
    """The commons of a course with its rooms."""
    with transaction.atomic():
        space, made = Space.objects.get_or_create(course=course, edition=None, defaults={"made_at": now})
        if made:
            _rooms(space, _of_commons())


def _of_edition(outline: Outline | None, languages: list[str]) -> Iterator[dict[str, Any]]:
    yield {"key": "general", "kind": Kind.GENERAL}
    yield {"key": "introductions", "kind": Kind.INTRODUCTIONS}
    for module in outline.modules if outline else ():
        if module.units:
            yield {"key": f"m-{module.key}"[:80], "kind": Kind.MODULE, "module_id": module.id}
    for language in languages[1:]:
        yield {"key": f"l-{language}", "kind": Kind.LANGUAGE, "language": language}
    yield {"key": "jobs", "kind": Kind.JOBS}
    yield {"key": "live", "kind": Kind.LIVE}


def _of_commons() -> Iterator[dict[str, Any]]:
    yield {"key": "general", "kind": Kind.GENERAL}
    yield {"key": "introductions", "kind": Kind.INTRODUCTIONS}
    yield {"key": "jobs", "kind": Kind.JOBS}


def _rooms(space: Space, wanted: Iterator[dict[str, Any]]) -> None:
    rows = [Room(space=space, position=n, **values) for n, values in enumerate(wanted)]
    Room.objects.bulk_create(rows, ignore_conflicts=True)
