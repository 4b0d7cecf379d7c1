"""The doors of content: to a compiled page, to a learner's place in a unit, to a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from preau.content import kinds
from preau.content import outline as outlines
from preau.content.models import Page
from preau.content.outline import Outline, UnitFacts
from preau.courses import access as courses
from preau.courses.access import Visitor
from preau.courses.models import Edition

_known: dict[
    str, tuple[UUID, int]
] = {}  # slug -> (edition, revision) as last seen: a hint, checked against the learner's row


def page(visitor: Visitor, path: str, edition: str, *, now: datetime) -> Page:
    """A compiled page that this visitor may read: released, of an edition they may know; its teachers read ahead."""
    row = courses.visible_edition(visitor, edition, now=now)
    found: Page | None = row.pages.filter(path=path).first()
    if found is None or (found.released_at > now and not _reads_ahead(visitor, row, now)):
        raise Http404
    return found


def shared(page: Page, now: datetime) -> bool:
    """May everybody read this page?"""
    edition = page.edition
    published = edition.published_at is not None and edition.published_at <= now
    return published and edition.visibility == Edition.Visibility.PUBLIC and page.released_at <= now


def _reads_ahead(visitor: Visitor, edition: Edition, now: datetime) -> bool:
    return not visitor.is_anonymous and courses.may(visitor, courses.STAFF, edition, now=now)


def place(
    person: Visitor, slug: str, language: str, unit: str, *, now: datetime
) -> tuple[kinds.Place, Sequence[Mapping[str, Any]]]:
    """Where a learner stands in a unit, with the rows that the unit's kind asked for: one query once the outline is
    known."""
    hint = _known.get(slug)
    while True:
        outline = _outline(hint, language)
        facts = outline.by_key.get(unit) if outline else None
        kind = kinds.get(facts.kind) if facts else None
        learner, rows = courses.learner_rows(
            person,
            slug,
            relations=kind.relations(facts) if kind and facts else {},
            columns=kind.columns if kind else [],
            unit=facts.id if facts else None,
        )
        stamp = (learner.edition_id, learner.revision)
        if outline is not None and hint == stamp:
            break
        _known[slug] = hint = stamp
        if _outline(hint, language) is None:
            raise Http404  # nothing is printed
    if facts is None or now < max(facts.opens, outline.opens_at):
        raise Http404
    return kinds.Place(learner, outline, facts, now), rows


def _outline(stamp: tuple[UUID, int] | None, language: str) -> Outline | None:
    if stamp is None:
        return None
    try:
        return outlines.of(*stamp, language)
    except (outlines.NotPrinted, Edition.DoesNotExist):
        return None


def unit_for_staff(edition: Edition, language: str, unit: str) -> tuple[Outline, UnitFacts]:
    """A unit of an edition that the caller's door has opened already; 404 when there is none."""
    try:
        outline = outlines.of_edition(edition, language)
        return outline, outline.by_key[unit]
    except (outlines.NotPrinted, KeyError) as error:
        raise Http404 from error
