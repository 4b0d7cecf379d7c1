"""The learners of an edition as a list: filtered, sorted, each with what tells how they go. One query, however long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from preau.content import kinds
from preau.content.models import Unit
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Edition, Enrolment, Excuse, Extension, ExtraTime
from preau.desk import figures
from preau.grades.models import Completion, Result
from preau.grades.queries import DONE

SORTS: Mapping[str, F | Func] = {
    "name": Lower("person__name"),
    "email": F("person__email"),
    "country": F("person__country"),
    "track": F("track__position"),
    "enrolled": F("enrolled_at"),
    "done": F("done"),
    "missing": F("missing"),
}


GIVEN: Mapping[str, Exists] = {
    "extension": Exists(Extension.objects.filter(enrolment=OuterRef("pk"))),
    "excuse": Exists(Excuse.objects.filter(enrolment=OuterRef("pk"))),
    "extra": Exists(ExtraTime.objects.filter(person=OuterRef("person"), edition=OuterRef("edition"))),
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: a part of a name or an e-mail, a track's key, a country's code, a state, what was
    given (extension, excuse or extra), a group's id, an order."""

    text: str = ""
    track: str = ""
    country: str = ""
    state: str = ""
    given: str = ""
    group: str = ""
    sort: str = "name"


def learners(edition: Edition, outline: Outline | None, asked: Asked, *, now: datetime) -> QuerySet[Enrolment]:
    """The enrolments that match. Each has `done` (graded units with a result), `missing` (graded units of the core that
    are over for them with nothing done) and `state`: passed, behind, on_time, reading, never."""
    rows = Enrolment.objects.filter(edition=edition, left_at__isnull=asked.state != "left")
    rows = rows.select_related("person", "track").annotate(
        active=figures.ACTIVE,
        passed=figures.PASSED,
        awarded=figures.AWARDED,
        read=Exists(Completion.objects.filter(enrolment=OuterRef("pk"))),
        done=_count(Result.objects.filter(DONE, enrolment=OuterRef("pk")), "enrolment"),
        missing=_missing(overdue(outline, now), now),
    )
    rows = rows.annotate(
        state=Case(
            When(passed=True, then=Value("passed")),
            When(active=False, read=False, then=Value("never")),
            When(missing__gt=0, then=Value("behind")),
            When(active=True, then=Value("on_time")),
            default=Value("reading"),
        )
    )
    return _sorted(rows.filter(_wanted(asked)), asked.sort)


def _wanted(asked: Asked) -> Q:
    wanted = Q()
    for word in asked.text.split():
        wanted &= Q(person__name__icontains=word) | Q(person__email__icontains=word)
    if asked.track:
        wanted &= Q(track__key=asked.track)
    if asked.country:
        wanted &= Q(person__country=asked.country)
    if asked.group:
        wanted &= Q(memberships__group_id=asked.group, memberships__removed_at=None)
    if asked.given:
        wanted &= Q(GIVEN[asked.given])
    if asked.state == "active":
        wanted &= Q(active=True)
    elif asked.state in {"never", "behind", "passed"}:
        wanted &= Q(state=asked.state)
    return wanted


def _sorted(rows: QuerySet[Enrolment], sort: str) -> QuerySet[Enrolment]:
    by = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return rows.order_by(by.desc() if sort.startswith("-") else by.asc(), "pk")


def overdue(outline: Outline | None, now: datetime) -> list[UnitFacts]:
    """The graded units of the core that are over, grace included."""
    if outline is None:
        return []
    core = [unit for unit in outline.units() if not unit.elective and unit.closes is not None and unit.closes < now]
    return [unit for unit in core if (kind := kinds.get(unit.kind)) and kind.graded(unit.meta)]


def _missing(units: list[UnitFacts], now: datetime) -> Any:
    """How many of these units a learner did nothing for, is not excused from and has no running extension for."""
    if not units:
        return Value(0, output_field=IntegerField())
    mine = {"enrolment": OuterRef(OuterRef("pk"))}
    left = Unit.objects.filter(pk__in=[unit.id for unit in units]).filter(
        ~Exists(Result.objects.filter(unit=OuterRef("pk"), **mine)),
        ~Exists(Completion.objects.filter(unit=OuterRef("pk"), **mine)),
        ~Exists(Excuse.objects.filter(key=OuterRef("key"), **mine)),
        ~Exists(Extension.objects.filter(key=OuterRef("key"), until__gt=now, **mine)),
    )
    return _count(left, "course")


def _count(rows: QuerySet[Any], group: str) -> Any:
    """A correlated count; `group` is a column that all the rows share."""
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def countries(edition: Edition) -> list[str]:
    """The countries that occur among the learners, sorted."""
    rows = Enrolment.objects.filter(edition=edition, left_at=None).exclude(person__country="")
    return list(rows.order_by("person__country").values_list("person__country", flat=True).distinct())


def table(rows: QuerySet[Enrolment]) -> Iterator[list[str]]:
    """The same list for a spreadsheet: a heading, then a line for each learner, read as it is sent."""
    yield ["name", "email", "country", "track", "enrolled_at", "graded_units", "missing", "state", "passed", "awarded"]
    for one in rows.iterator(chunk_size=500):
        row = cast(Any, one)  # with the annotations of `learners`
        yield [
            row.person.name,
            row.person.email,
            row.person.country,
            row.track.key,
            row.enrolled_at.isoformat(timespec="seconds"),
            str(row.done),
            str(row.missing),
            row.state,
            "yes" if row.passed else "no",
            "yes" if row.awarded else "no",
        ]
