"""What the pages of a reviewer show. Reads only, and never who wrote a copy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preau.accounts import reads
from preau.accounts.models import Person
from preau.peer import access, computing, documents, owing, pages
from preau.peer import rubric as rubrics
from preau.peer.access import Assessor
from preau.peer.assignments import Facts
from preau.peer.models import Assignment, Flag, Review, Submission, Training, Wait
from preau.peer.reviewing import Given
from preau.peer.rubric import Criterion, Level
from preau.peer.terms import Exemplar


@dataclass(frozen=True)
class Line:
    """A criterion as a form shows it: what is chosen, what is written."""

    criterion: Criterion
    chosen: int | None
    comment: str


@dataclass(frozen=True)
class Train:
    exemplar: Exemplar
    done: bool


def lines(facts: Facts, given: Given) -> list[Line]:
    """The rubric with what was given."""
    return [Line(c, given.levels.get(c.id), given.comments.get(c.id, "")) for c in facts.rubric.criteria]


def languages_of(who: Assessor, asked: Iterable[str]) -> set[str]:
    """The languages in which somebody assesses: those that they read, and those of the edition that they ticked."""
    offered = set(who.facts.outline.languages)
    mine = set(reads.of(who.person)) & offered or {who.facts.outline.language}
    return mine | (set(asked) & offered)


def hub(who: Assessor, now: datetime) -> dict[str, Any]:
    """My assessments of an assignment."""
    facts, person, mine = who.facts, who.person, languages_of(who, ())
    written = list(
        Review.objects.filter(assignment_id=facts.id, reviewer=person)
        .select_related("submission")
        .order_by("finished_at", "leased_at")
    )
    trained = set(
        Training.objects.filter(assignment_id=facts.id, person=person).order_by().values_list("exemplar", flat=True)
    )
    copy = access.own_copy(facts, who.place.learner.enrolment_id) if who.place else None
    entry = getattr(copy, "pool", None) if copy else None
    given = entry.given if entry else sum(1 for row in written if row.finished_at and row.kind != Review.Kind.SELF)
    open_one = next((row for row in written if is_open(row)), None)
    trainings = [Train(one, one.id in trained) for one in facts.terms.exemplars]
    return {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "helper": who.place is None,
        "copy": copy,
        "given": given,
        "owed": _owed(who, given),
        "open_review": open_one,
        "finished": [row for row in written if row.finished_at and row.kind != Review.Kind.SELF],
        "own": next((row for row in written if row.kind == Review.Kind.SELF), None),
        "trainings": trainings,
        "to_train": next((one.exemplar for one in trainings if not one.done), None),
        "waiting": Wait.objects.filter(assignment_id=facts.id, person=person).first(),
        "may_ask": may_ask(who, copy, now),
        "languages": sorted(set(facts.outline.languages) - mine),
        "mine": sorted(mine),
        "phase": facts.phase(now),
        "advice": advice(facts, person),
        "scale": facts.terms.scale,
        "steps": pages.steps(facts.calendar, facts.phase(now)),
    }


def advice(facts: Facts, person: Person) -> computing.Advice | None:
    """What a reviewer may learn of themselves once results are told."""
    row = Assignment.objects.filter(pk=facts.id, published_at__isnull=False).first()
    return computing.advice(person, row) if row else None


def _owed(who: Assessor, given: int) -> int:
    """A helper owes nothing, nor does a learner who is excused."""
    if who.place is None or owing.is_excused(who.place.learner.enrolment_id, who.facts.unit.key):
        return 0
    return max(0, who.facts.terms.reviews - given)


def is_open(row: Review) -> bool:
    """Is it under way?"""
    return row.finished_at is None and row.returned_at is None and row.submission.cancelled_at is None


def may_ask(who: Assessor, copy: Submission | None, now: datetime) -> bool:
    """Whoever handed in may, and a helper, until the edition ends."""
    handed_in = who.place is None or (copy is not None and copy.cancelled_at is None)
    return handed_in and now <= who.facts.outline.closes_at


def review(row: Review, facts: Facts, now: datetime, *, given: Given | None = None, reason: str = "") -> dict[str, Any]:
    """One review with the copy: its text, its files under names of ours."""
    said = given or Given(row.levels, row.comments, row.words)
    return {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "review": row,
        "text": row.submission.text,
        "help": row.submission.help,
        "ai": row.submission.ai,
        "files": documents.shown(row.submission_id, f"/e/{facts.outline.slug}/peer/review/{row.pk}/"),
        "lines": lines(facts, said),
        "words": said.words,
        "cancelled": row.submission.cancelled_at is not None,
        "finished": row.finished_at is not None,
        "reason": reason,
        "flags": Flag.Kind,
        "address": f"/e/{facts.outline.slug}/peer/review/{row.pk}/",
        "lacking": len(rubrics.lacking(facts.rubric, said.levels, said.comments)),
    }


def own(facts: Facts, copy: Submission, now: datetime) -> dict[str, Any]:
    """One's own copy with the rubric."""
    row = Review.objects.filter(submission=copy, kind=Review.Kind.SELF).first()
    given = Given(row.levels, row.comments, row.words) if row else Given()
    return {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "text": copy.text,
        "files": documents.shown(copy.pk, f"{facts.address}own/"),
        "lines": lines(facts, given),
        "words": given.words,
        "given": given,
        "row": row,
        "reason": "",
        "closed": facts.published_at is not None,
        "address": f"{facts.address}self/",
    }


def _level(criterion: Criterion, chosen: Mapping[str, int]) -> Level | None:
    place = chosen.get(criterion.id)
    return criterion.levels[place] if place is not None and place < len(criterion.levels) else None


def training(who: Assessor, exemplar: str) -> dict[str, Any] | None:
    """An exemplar; once it was assessed, beside what the team chose. None when there is none of that id."""
    facts = who.facts
    known = next((one for one in facts.terms.exemplars if one.id == exemplar), None)
    if known is None:
        return None
    row = Training.objects.filter(assignment_id=facts.id, person=who.person, exemplar=exemplar).first()
    given = Given(row.levels) if row else Given()
    return {
        "facts": facts,
        "outline": facts.outline,
        "unit": facts.unit,
        "exemplar": known,
        "lines": lines(facts, given),
        "compared": [
            (c, _level(c, row.levels), team)
            for c in facts.rubric.criteria
            if (team := _level(c, known.levels)) is not None  # None where the desk changed the scoring since
        ]
        if row
        else [],
        "given": given,
        "words": "",
        "reason": "",
        "address": f"{facts.address}training/{exemplar}/",
    }
