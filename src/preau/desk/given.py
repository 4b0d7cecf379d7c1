"""What learners of an edition were given in time and excuses, for the minutes of a jury: a table read as it is sent."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from preau.content.outline import Outline
from preau.courses.models import Edition, Enrolment, Excuse, Extension, ExtraTime
from preau.desk import record

HEADING = (
    *("name", "email", "track", "given", "activity", "title", "deadline", "until", "from", "percent", "reason"),
    *("given_by", "given_at", "with_others"),
)
PEOPLE = ("enrolment__person", "enrolment__track", "given_by")
BY_NAME = ("enrolment__person__name", "enrolment__pk", "given_at", "pk")


def table(edition: Edition, outline: Outline | None) -> Iterator[list[str]]:
    """Extensions, excuses, extra time, each by name; local times with their offset. The reason of an extra time is left
    out: it may speak of health, and minutes travel further than the desk."""
    yield list(HEADING)
    yield from chain(_extensions(edition, outline), _excuses(edition, outline), _extra(edition))


def _extensions(edition: Edition, outline: Outline | None) -> Iterator[list[str]]:
    rows = Extension.objects.filter(enrolment__edition=edition).select_related(*PEOPLE).order_by(*BY_NAME)
    for row in rows.iterator(chunk_size=500):
        unit = outline.by_key.get(row.key) if outline else None
        due = _local(unit.due, edition) if unit and unit.due else ""
        yield [
            *_who(row.enrolment), "extension", row.key, record.title(row.key, outline) if outline else row.key, due,
            _local(row.until, edition), "", "", row.reason, str(row.given_by or ""), _local(row.given_at, edition),

                "yes" if row.batch else "no",
        ]  # fmt: skip


def _excuses(edition: Edition, outline: Outline | None) -> Iterator[list[str]]:
    rows = Excuse.objects.filter(enrolment__edition=edition).select_related(*PEOPLE).order_by(*BY_NAME)
    for row in rows.iterator(chunk_size=500):
        yield [
            *_who(row.enrolment), "excuse", row.key, record.title(row.key, outline) if outline else row.key, "", "", "",
            "", row.reason, str(row.given_by or ""), _local(row.given_at, edition), "no",
        ]  # fmt: skip


def _extra(edition: Edition) -> Iterator[list[str]]:
    every = ExtraTime.objects.filter(edition=edition)
    given: dict[object, list[ExtraTime]] = {}
    for row in every.select_related("given_by").order_by("first", "pk"):
        given.setdefault(row.person_id, []).append(row)
    people = Enrolment.objects.filter(edition=edition, left_at=None, person__in=every.order_by().values("person"))
    for enrolment in people.select_related("person", "track").order_by("person__name", "pk"):
        for row in given[enrolment.person_id]:
            yield [
                *_who(enrolment), "extra time", "", "", "", row.last.isoformat(), row.first.isoformat(),
                str(row.percent), "", str(row.given_by or ""), _local(row.given_at, edition),
                "yes" if row.batch else "no",
            ]  # fmt: skip


def _who(enrolment: Enrolment) -> list[str]:
    return [enrolment.person.name, enrolment.person.email, enrolment.track.key]


def _local(at: datetime, edition: Edition) -> str:
    return at.astimezone(edition.zone_info).isoformat(timespec="minutes")
