"""What the desk's pages read of an edition and of a course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import get_language

from preau.audit import journal
from preau.content import kinds
from preau.content import outline as outlines
from preau.content.models import Printing, UnitText, Version
from preau.content.outline import Outline, UnitFacts
from preau.courses import staying
from preau.courses.actions import dates_state
from preau.courses.models import Course, Edition, Milestone, Role
from preau.desk import feasts, figures, record, waits, words
from preau.peer.assignments import assessed_by_peers
from preau.peer.models import Submission
from preau.quizzes.models import QuestionSpec


@dataclass(frozen=True)
class Moment:
    """A date of an edition, and what it is the date of."""

    row: Milestone
    title: str
    kind: str
    what: str
    past: bool


def outline_of(edition: Edition, language: str) -> Outline | None:
    """The edition's outline, or None when it shows no version yet."""
    try:
        return outlines.of_edition(edition, language)
    except outlines.NotPrinted:
        return None


def editions(rows: Sequence[Edition], now: datetime) -> list[tuple[Edition, str, figures.Figures]]:
    """Editions with their state and figures: one query."""
    counted = figures.by_edition(rows)
    return [(row, dates_state(row, now), counted.get(row.pk, figures.Figures())) for row in rows]


def overview(edition: Edition, outline: Outline | None, *, now: datetime) -> Mapping[str, Any]:
    """The first page of an edition."""
    lines, total = figures.by_track(edition)
    printing = Printing.objects.filter(edition=edition, current=True).select_related("version").first()
    return {
        "lines": lines,
        "total": total,
        "derived_at": figures.derived_at(edition),
        "state": dates_state(edition, now),
        "printing": printing,
        "outline": outline,
        "calendar": calendar(edition, outline, now),
        "feasts": feasts.of_edition(edition, outline),
        "assignments": assignments(edition, outline),
        "journal": record.entries(journal.about("edition", edition.pk)[:20]),
        "stays": staying.after(edition),
        "waiting": waits.of_course(edition.course, get_language() or "fr"),
    }


def calendar(edition: Edition, outline: Outline | None, now: datetime) -> list[Moment]:
    """Every date of an edition in order."""
    rows = Milestone.objects.filter(edition=edition).order_by("at", "key", "what")
    return [moment(row, outline, now) for row in rows]


def moment(row: Milestone, outline: Outline | None, now: datetime) -> Moment:
    """A date in words."""
    of_track = row.what in (Milestone.What.JOINS, Milestone.What.JURY)
    unit = outline.by_key.get(row.key) if outline and not of_track else None
    return Moment(
        row,
        (outline.tracks.get(row.key, row.key) if of_track else record.title(row.key, outline)) if outline else row.key,
        words.said(words.KINDS, unit.kind) if unit else "",
        words.said(words.MOMENTS, row.what),
        row.at < now,
    )


def assignments(edition: Edition, outline: Outline | None) -> list[tuple[UnitFacts, str, int, int]]:
    """What staff grade: (unit, address, copies waiting, copies graded). Where peers assess, those that were drawn for
    the team wait."""
    if outline is None:
        return []
    rows = Submission.objects.filter(enrolment__edition=edition, current=True).order_by().values("unit_id")
    drawn = Count("staff_turn", filter=Q(grade=None))
    counted = {row["unit_id"]: row for row in rows.annotate(handed=Count("pk"), graded=Count("grade"), drawn=drawn)}
    found = []
    for unit in outline.units():
        kind = kinds.get(unit.kind)
        for _label, address in kind.staff_links(unit, outline) if kind else ():
            row = counted.get(unit.id, {"handed": 0, "graded": 0, "drawn": 0})
            waits = row["drawn"] if assessed_by_peers(unit.meta) else row["handed"] - row["graded"]
            found.append((unit, address, waits, row["graded"]))
    return found


def graded(edition_id: UUID, unit_id: UUID) -> list[Submission]:
    """The copies that have their grade, the latest first."""
    rows = Submission.objects.filter(enrolment__edition_id=edition_id, unit_id=unit_id, current=True)
    rows = rows.filter(grade__isnull=False).select_related("enrolment__person", "grade__graded_by").defer("text")
    return list(rows.order_by("-grade__graded_at", "pk"))


def roles(edition: Edition) -> list[Role]:
    """Who has a right in this edition, by itself or through its course."""
    own = Role.objects.filter(edition=edition) | Role.objects.filter(course=edition.course_id)
    return list(own.select_related("person").order_by("kind", "person__name", "pk"))


def course_roles(course: Course) -> list[Role]:
    """Who has a right in the whole course."""
    rows = Role.objects.filter(course=course)
    return list(rows.select_related("person").order_by("kind", "person__name", "pk"))


def course_named(slug: str) -> Course | None:
    """The course of a name, if there is one."""
    return Course.objects.filter(slug=slug.lower()).first()


def versions(course: Course) -> list[tuple[Version, int, int, list[Edition]]]:
    """The versions of a course, newest first, with units, questions and the editions that show them: four queries."""
    rows = list(Version.objects.filter(course=course).order_by("-number"))
    units = _counted(UnitText.objects.filter(version__course=course), Count("unit", distinct=True))
    questions = _counted(QuestionSpec.objects.filter(version__course=course), Count("question", distinct=True))
    shown: dict[UUID, list[Edition]] = {}
    current = Printing.objects.filter(edition__course=course, current=True).select_related("edition")
    for printing in current.order_by("edition__number"):
        shown.setdefault(printing.version_id, []).append(printing.edition)
    return [(row, units.get(row.pk, 0), questions.get(row.pk, 0), shown.get(row.pk, [])) for row in rows]


def _counted(rows: Any, count: Count) -> dict[UUID, int]:
    return dict(rows.order_by().values("version_id").annotate(n=count).values_list("version_id", "n"))
