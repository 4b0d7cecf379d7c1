"""What everybody may know of an assignment that peers assess: its terms, calendar and rubric, as one edition runs it.

Read once for each outline, as rulings and cards are: the desk gives the edition another revision when it changes
something. The rows are made by the first act that needs them (`ensure`); their ids are derived, so that what was read
before they were there stays true.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from preau.content import outline as outlines
from preau.content.models import UnitText
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.peer import rubric as rubrics
from preau.peer import terms as terms_of
from preau.peer.models import Assignment, Rubric
from preau.peer.rubric import Rubric as Scale
from preau.peer.terms import Calendar, Phase, Terms


@dataclass(frozen=True, eq=False)
class Facts:
    """An assignment of one edition in one language. `rubric` is the one in force, `rubric_id` and `number` its row."""

    id: UUID
    outline: Outline
    unit: UnitFacts
    terms: Terms
    calendar: Calendar
    rubric: Scale
    rubric_id: UUID
    number: int
    published_at: datetime | None

    @property
    def address(self) -> str:
        """Where its own pages are: the reviews, the results."""
        return f"/e/{self.outline.slug}/peer/{self.outline.language}/{self.unit.key}/"

    def calendar_of(self, extended: datetime | None) -> Calendar:
        """The calendar for somebody who has until `extended`."""
        due = dates.deadline(self.calendar.due, [extended] if extended else [])
        return replace(self.calendar, due=due, closes=dates.last_moment("assignment", due))

    def phase(self, now: datetime, extended: datetime | None = None) -> Phase:
        """Where it stands, for somebody who has until `extended`."""
        return terms_of.phase(self.calendar_of(extended), now, published=self.published_at is not None)


def assessed_by_peers(meta: Mapping[str, Any]) -> bool:
    """Does a unit with this front matter go to its learners? Without a rubric, or without reviews, the team grades."""
    return isinstance(meta.get("rubric"), Mapping) and meta.get("reviews", terms_of.REVIEWS) != 0


def of(outline: Outline, unit: UnitFacts) -> Facts | None:
    """The facts of an assignment; None for one that the team alone grades, or a unit of another kind."""
    if unit.kind != "assignment" or not assessed_by_peers(unit.meta):
        return None
    return _cached(outline, unit.key)


@lru_cache(maxsize=256)
def _cached(outline: Outline, key: str) -> Facts | None:
    unit = outline.by_key[key]
    pk = id_of(outline.edition_id, unit.id)
    row = Assignment.objects.filter(pk=pk).first()
    terms = terms_of.read({**unit.meta, **(row.adjusted if row else {})}, lambda key, why: None)
    found = in_force(outline, unit, pk)
    if found is None:
        return None
    number, rubric = found
    return Facts(
        id=pk,
        outline=outline,
        unit=unit,
        terms=terms,
        calendar=Calendar(unit.opens, unit.due, unit.closes, unit.reviews_due, unit.results, terms.appeals),
        rubric=rubric,
        rubric_id=rubric_id(pk, number),
        number=number,
        published_at=row.published_at if row else None,
    )


def of_row(row: Assignment, language: str = settings.LANGUAGE_CODE) -> Facts | None:
    """The same from an assignment's row with its edition; None when the edition does not show it any more."""
    try:
        outline = outlines.of_edition(row.edition, language)
    except outlines.NotPrinted:
        return None
    unit = next((one for one in outline.units() if one.id == row.unit_id), None)
    return of(outline, unit) if unit else None


def id_of(edition_id: UUID, unit_id: UUID) -> UUID:
    """The id of an assignment's row."""
    return uuid5(edition_id, str(unit_id))


def rubric_id(assignment: UUID, number: int) -> UUID:
    """The id of the row of its rubric of that number."""
    return uuid5(assignment, f"rubric {number}")


def in_force(outline: Outline, unit: UnitFacts, assignment: UUID) -> tuple[int, Scale] | None:
    """The number and the words of the rubric in force: the desk's, else those of the version that is printed. A version
    that scores otherwise than the last row is a rubric of its own, made with the next act."""
    printed = rubrics.read(unit.meta["rubric"], lambda why: None)
    row = Rubric.objects.filter(assignment_id=assignment).order_by("-number").first()
    if row is None:
        return (1, printed) if printed else None
    if row.texts:
        words = worded(row, outline.language)
        return (row.number, words) if words else None
    if printed is not None and printed.scoring != row.scoring:
        return row.number + 1, printed
    return (row.number, printed) if printed else None


def worded(row: Rubric, language: str) -> Scale | None:
    """The words of a rubric's row in a language, else in the first that it has: the desk's, else its version's."""
    texts = row.texts or dict(
        UnitText.objects.filter(version_id=row.version_id, unit_id=row.assignment.unit_id).values_list(
            "language", "meta__rubric"
        )
    )
    chosen = texts.get(language) or next(iter(texts.values()), None)
    return rubrics.read(chosen, lambda why: None)


def ensure(facts: Facts) -> None:
    """Make the rows of an assignment and of its rubric in force, inside the caller's act, unless they are there."""
    made = Assignment(pk=facts.id, edition_id=facts.outline.edition_id, unit_id=facts.unit.id)
    Assignment.objects.bulk_create([made], ignore_conflicts=True)
    rubric = Rubric(
        pk=facts.rubric_id,
        assignment_id=facts.id,
        number=facts.number,
        version_id=facts.outline.version_id,
        scoring=facts.rubric.scoring,
        made_at=facts.outline.opens_at,
    )
    Rubric.objects.bulk_create([rubric], ignore_conflicts=True)


def locked(facts: Facts) -> Assignment:
    """The row of an assignment, made where it is not there yet, for the caller's transaction alone."""
    ensure(facts)
    return Assignment.objects.select_for_update().get(pk=facts.id)
