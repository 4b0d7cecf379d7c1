"""Whom a change of an assignment would touch, told before it is made; and its rubric in every language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.common.templatetags.preau import told
from preau.content import outline as outlines
from preau.courses.models import Enrolment
from preau.desk import words_peer
from preau.desk.access_peer import Board
from preau.peer import assignments, owing, revising, steering
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Submission
from preau.peer.rubric import Criterion, Level, Rubric
from preau.peer.terms import Exemplar, Terms


def words(at: Board) -> Mapping[str, Rubric]:
    """The rubric in force in each language in which it is written, the course's first one first."""
    found: dict[str, Rubric] = {}
    for language in at.facts.outline.languages:
        outline = outlines.of_edition(at.at.edition, language)
        unit = outline.by_key[at.facts.unit.key]
        facts = assignments.of(outline, unit)
        if facts is not None and (unit.language == language or not found):
            found[language] = facts.rubric
    return found


def exemplars(facts: Facts) -> list[tuple[Exemplar, list[tuple[Criterion, Level | None]]]]:
    """The copies to train on, with the levels that the team chose; None where the rubric changed since."""
    return [
        (one, [(criterion, _level(criterion, one.levels.get(criterion.id))) for criterion in facts.rubric.criteria])
        for one in facts.terms.exemplars
    ]


def _level(criterion: Criterion, place: int | None) -> Level | None:
    return criterion.levels[place] if place is not None and 0 <= place < len(criterion.levels) else None


@dataclass(frozen=True)
class Effect:
    """A term that changes: what it is called, before and after in words, and for whom."""

    what: str
    before: str
    after: str
    whom: str


@dataclass(frozen=True)
class Figures:
    """`owe` people handed in and have not assessed their share, before and after; `lack` copies have not what is
    guaranteed."""

    learners: int
    copies: int
    owe: int
    would_owe: int
    lack: int
    would_lack: int


def of_terms(facts: Facts, after: Terms, *, now: datetime) -> list[Effect]:
    """What would change and for whom, term by term: three queries."""
    figures = _figures(facts, after)
    return [
        Effect(
            _(words_peer.TERMS[key]),
            words_peer.term(key, old),
            words_peer.term(key, new),
            _whom(key, facts, after, figures),
        )
        for key, old, new in revising.terms_changed(facts.terms, after)
    ]


def _figures(facts: Facts, after: Terms) -> Figures:
    more = after.guaranteed - facts.terms.guaranteed
    entries = PoolEntry.objects.annotate(excused=owing.excused("submission__enrolment", facts.unit.key))
    counted: dict[str, Any] = entries.filter(assignment_id=facts.id, withdrawn=False).aggregate(
        owe=Count("pk", filter=Q(given__lt=facts.terms.reviews, excused=False)),
        would_owe=Count("pk", filter=Q(given__lt=after.reviews, excused=False)),
        lack=Count("pk", filter=Q(finished__lt=F("wanted"))),
        would_lack=Count("pk", filter=Q(finished__lt=F("wanted") + more)),
    )
    rows = Submission.objects.filter(enrolment__edition_id=facts.outline.edition_id, unit_id=facts.unit.id)
    learners = Enrolment.objects.filter(edition_id=facts.outline.edition_id, left_at=None).count()
    return Figures(learners, rows.filter(current=True, cancelled_at=None).count(), **counted)


def _whom(key: str, facts: Facts, after: Terms, figures: Figures) -> str:
    if key in {"reviews", "owed"}:
        owe = figures.would_owe if key == "reviews" else figures.owe
        said = ngettext("{n} person who handed in owes some then", "{n} people who handed in owe some then", owe)
        return _("{said} ({before} now)").format(said=said.format(n=owe), before=figures.owe)
    if key == "guaranteed":
        n = figures.would_lack
        said = ngettext("{n} copy lacks some then", "{n} copies lack some then", n).format(n=n)
        return _("{said} ({before} now)").format(said=said, before=figures.lack)
    if key in {"ai", "words"}:
        left = max(0, figures.learners - figures.copies)
        said = ngettext("{n} person who has not handed in", "{n} people who have not handed in", left).format(n=left)
        return _("{said}; copies that came stay as they are").format(said=said)
    if key == "scale":
        return _("everybody: no grade changes, all are told otherwise")
    if key == "grace_day":
        return _("volunteers and staff")
    if key == "staff_grades":
        drawn = steering.turns(facts.id).count()
        return ngettext("the team: {n} copy is drawn already", "the team: {n} copies are drawn already", drawn).format(
            n=drawn
        )
    until = facts.calendar.results + after.appeals if facts.calendar.results else None
    return _("everybody: until {date}").format(date=told(until, facts.outline.zone)) if until else _("everybody")
