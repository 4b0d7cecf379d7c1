"""What the desk reads of an assignment that peers assess: where everybody stands, what will be missing, what waits.

Each list costs the same however long it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Lower

from preau.courses.models import Enrolment, Volunteer
from preau.desk.access_peer import Board
from preau.peer import drawing, pages, steering
from preau.peer.assignments import Facts
from preau.peer.models import Appeal, Draft, Flag, Likeness, Review, Rubric, StaffTurn, Submission, Widening
from preau.peer.models import Case as Procedure

# Where a person is, one of these; and what may be true of any of them.
PLACES = ("not_begun", "draft", "handed_in", "assessing", "done", "cancelled")
MARKS = ("self_assessed", "unreviewed", "graded", "appealed")


def people(facts: Facts) -> "QuerySet[Enrolment, Any]":
    """The learners of the edition, each with `place`, the marks, and the figures of their copy."""
    unit = facts.unit.id
    rows: QuerySet[Enrolment, Any] = Enrolment.objects.filter(edition_id=facts.outline.edition_id, left_at=None)
    mine = Review.objects.filter(assignment_id=facts.id, reviewer=OuterRef("person"))
    rows = rows.annotate(
        copy=FilteredRelation("submissions", condition=Q(submissions__unit=unit, submissions__current=True))
    ).annotate(
        copy_id=F("copy__pk"),
        handed_at=F("copy__submitted_at"),
        late=F("copy__late"),
        language=F("copy__language"),
        given=F("copy__pool__given"),
        finished=F("copy__pool__finished"),
        wanted=F("copy__pool__wanted"),
        drafted=Exists(Draft.objects.filter(enrolment=OuterRef("pk"), unit=unit)),
        begun=Exists(mine.filter(kind=Review.Kind.PEER)),
        self_assessed=Exists(mine.filter(kind=Review.Kind.SELF)),
    )
    reached = facts.terms.reviews
    return rows.annotate(
        place=Case(
            When(copy__cancelled_at__isnull=False, then=Value("cancelled")),
            When(copy__isnull=False, copy__pool__given__gte=reached, then=Value("done")),
            When(copy__isnull=False, begun=True, then=Value("assessing")),
            When(copy__isnull=False, then=Value("handed_in")),
            When(drafted=True, then=Value("draft")),
            default=Value("not_begun"),
            output_field=CharField(),
        ),
        unreviewed=_is(Q(copy__isnull=False, copy__cancelled_at=None, copy__pool__finished=0)),
        graded=_is(Q(copy__peer_grade__isnull=False) | Q(copy__grade__isnull=False)),
        appealed=_is(Q(copy__appeal__isnull=False)),
    )


def _is(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, output_field=BooleanField())


def counted(facts: Facts) -> Mapping[str, int]:
    """How many people are at each place and have each mark: one query."""
    asked = {place: Count("pk", filter=Q(place=place)) for place in PLACES}
    asked |= {f"{mark}_count": Count("pk", filter=Q(**{mark: True})) for mark in MARKS}
    rows: Any = people(facts)
    found = rows.order_by().aggregate(**asked, everybody=Count("pk"))
    return {name.removesuffix("_count"): number for name, number in found.items()}


def listed(facts: Facts, where: str, text: str) -> "QuerySet[Enrolment, Any]":
    """The people at a place or with a mark, by name."""
    rows: Any = people(facts).select_related("person", "track")
    if where in PLACES:
        rows = rows.filter(place=where)
    elif where in MARKS:
        rows = rows.filter(**{where: True})
    for word in text.split():
        rows = rows.filter(Q(person__name__icontains=word) | Q(person__email__icontains=word))
    found: QuerySet[Enrolment, Any] = rows.order_by(Lower("person__name"), "pk")
    return found


@dataclass(frozen=True)
class Waiting:
    """What waits for the team, by queue."""

    turns: int
    flags: int
    alike: int
    cases: int
    appeals: int


def waiting(facts: Facts) -> Waiting:
    """Five counts."""
    of = {"submission__unit_id": facts.unit.id, "submission__enrolment__edition_id": facts.outline.edition_id}
    return Waiting(
        steering.turns(facts.id).filter(submission__grade=None).count(),
        Flag.objects.filter(review__assignment_id=facts.id, settled_at=None).count(),
        Likeness.objects.filter(assignment_id=facts.id, settled_at=None).count(),
        Procedure.objects.filter(**of, decided_at=None).count(),
        Appeal.objects.filter(**of, answered_at=None).count(),
    )


@dataclass(frozen=True)
class Group:
    """Who may be let in: the languages of each of them that the course has, and since when they are in."""

    key: str
    spoken: Sequence[frozenset[str]]
    offered: Sequence[str]
    widening: Widening | None

    @property
    def people(self) -> int:
        return len(self.spoken)

    @property
    def languages(self) -> list[tuple[str, int]]:
        """How many of them speak each language of the course."""
        return [(code, sum(code in one for one in self.spoken)) for code in self.offered]


def groups(at: Board, now: datetime) -> list[Group]:
    """The groups of helpers: a constant number of queries."""
    offered = at.facts.outline.languages
    rows = Widening.objects.filter(assignment_id=at.facts.id, ended_at=None).select_related("by")
    within = {row.group: row for row in rows}
    spoken = dict(Volunteer.objects.filter(edition=at.at.edition).order_by().values_list("person_id", "languages"))
    return [Group(key, _spoken(at, key, spoken, now), offered, within.get(key)) for key in steering.GROUPS]


def _spoken(at: Board, group: str, offered: Mapping[UUID, list[str]], now: datetime) -> list[frozenset[str]]:
    """The languages of the course that each of a group reads: those that they offered, else that of their account."""
    rows = steering.helpers(at.at.edition, group, now).order_by("pk").values_list("pk", "language")
    known = frozenset(at.facts.outline.languages)
    return [known & frozenset(offered.get(pk) or [language]) for pk, language in rows]


def turns(facts: Facts) -> list[StaffTurn]:
    """The copies drawn for the team, in the order in which it takes them: those at a threshold first."""
    rows = steering.turns(facts.id).select_related("submission").defer("submission__text").order_by("drawn_at", "pk")
    return [row for _why, row in drawing.in_turn((row.why, row) for row in rows)]  # type: ignore[misc]


def next_turn(facts: Facts, after: Submission) -> StaffTurn | None:
    """The next copy that the team has not graded."""
    left = [row for row in turns(facts) if row.score is None and row.pk != after.pk]  # type: ignore[attr-defined]
    return left[0] if left else None


def flags(facts: Facts) -> list[Flag]:
    """What was flagged: what waits first, the oldest first; then what is settled, the latest first."""
    rows = Flag.objects.filter(review__assignment_id=facts.id)
    rows = rows.select_related("review__submission", "review__reviewer", "settled_by")
    rows = rows.defer("review__submission__text")
    left = list(rows.filter(settled_at=None).order_by("raised_at", "pk"))
    return left + list(rows.filter(settled_at__isnull=False).order_by("-settled_at", "pk")[:200])


def cases(facts: Facts) -> list[Procedure]:
    """Procedures: those that are open first."""
    rows = Procedure.objects.filter(
        submission__unit_id=facts.unit.id, submission__enrolment__edition_id=facts.outline.edition_id
    )
    rows = rows.select_related("submission__enrolment__person", "decided_by").defer("submission__text")
    return list(rows.order_by(F("decided_at").desc(nulls_first=True), "opened_at", "pk"))


def appeals(facts: Facts) -> list[Appeal]:
    """Appeals: those that wait first, the oldest first."""
    rows = Appeal.objects.filter(
        submission__unit_id=facts.unit.id, submission__enrolment__edition_id=facts.outline.edition_id
    )
    rows = rows.select_related("submission__enrolment__person", "answered_by").defer("submission__text")
    return list(rows.order_by(F("answered_at").desc(nulls_first=True), "made_at", "pk"))


def versions(facts: Facts) -> list[tuple[Rubric, int]]:
    """The rubrics that were in force, the latest first, each with how many assessments were finished under it."""
    rows = Review.objects.filter(assignment_id=facts.id, finished_at__isnull=False).order_by()
    written = dict(rows.values("rubric_id").annotate(n=Count("pk")).values_list("rubric_id", "n"))
    found = Rubric.objects.filter(assignment_id=facts.id).select_related("made_by").order_by("-number")
    return [(row, written.get(row.pk, 0)) for row in found]


def head(at: Board, now: datetime) -> dict[str, Any]:
    """What every page of an assignment shows at its top."""
    phase = at.facts.phase(now)
    return {
        "board": at,
        "facts": at.facts,
        "unit": at.facts.unit,
        "base": at.base,
        "phase": phase,
        "steps": pages.steps(at.facts.calendar, phase),
        "waiting": waiting(at.facts),
        "published": at.facts.published_at,
    }


def tracks(at: Board) -> Mapping[str, str]:
    """What each track is called, by key."""
    return {track.key: track.title(at.facts.outline.language) for track in at.at.edition.tracks.order_by("position")}
