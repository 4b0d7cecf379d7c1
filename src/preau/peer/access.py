"""The doors of assignments: a learner's own copy, a review one holds or received, a grader's copies.

An author and a reviewer never meet: whoever comes through these doors gets their own side, and a review's id is all
that the two sides share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.content import access as content
from preau.content import outline as outlines
from preau.content.kinds import Place
from preau.courses import access as courses
from preau.courses.models import Edition, Role
from preau.peer import assignments
from preau.peer.assignments import Facts
from preau.peer.models import Review, Submission, Widening

GRADERS = (Role.Kind.TEACHER,)
HELPERS: Mapping[str, tuple[Role.Kind, ...]] = {
    Widening.Group.VOLUNTEERS: (Role.Kind.MODERATOR,),
    Widening.Group.COACHES: (Role.Kind.COACH,),
    Widening.Group.STAFF: courses.STAFF,
}


@dataclass(frozen=True)
class Assessor:
    """Somebody who may assess copies of an assignment: a learner of its edition, at their `place`, or a helper."""

    person: Person
    facts: Facts
    place: Place | None

    @property
    def kind(self) -> str:
        return Review.Kind.PEER if self.place else Review.Kind.HELPER


def facts(person: courses.Visitor, edition: str, language: str, unit: str, *, now: datetime) -> tuple[Place, Facts]:
    """A learner's place in a unit that peers assess; 404 for any other unit, and for anybody else."""
    place, _rows = content.place(person, edition, language, unit, now=now)
    found = assignments.of(place.outline, place.unit)
    if found is None:
        raise Http404
    return place, found


def assessor(person: courses.Visitor, edition: str, language: str, unit: str, *, now: datetime) -> Assessor:
    """A learner of the edition, or somebody of a group that the team let in; else 404."""
    try:
        place, found = facts(person, edition, language, unit, now=now)
    except Http404:
        return _helper(person, edition, language, unit, now)
    assert isinstance(person, Person)
    return Assessor(person, found, place)


def _helper(person: courses.Visitor, slug: str, language: str, unit: str, now: datetime) -> Assessor:
    if not isinstance(person, Person):
        raise Http404
    edition = Edition.objects.select_related("course").filter(slug=slug).first()
    try:
        outline = outlines.of_edition(edition, language) if edition else None
    except outlines.NotPrinted as error:
        raise Http404 from error
    found = assignments.of(outline, outline.by_key[unit]) if outline and unit in outline.by_key else None
    if edition is None or found is None:
        raise Http404
    let_in = Widening.objects.filter(assignment_id=found.id, ended_at=None).order_by().values_list("group", flat=True)
    kinds = [kind for group in let_in for kind in HELPERS[group]]
    if not kinds or not courses.may(person, kinds, edition, now=now):
        raise Http404
    return Assessor(person, found, None)


def own_copy(facts: Facts, enrolment_id: UUID) -> Submission | None:
    """A learner's current copy of an assignment, once they handed one in."""
    rows = Submission.objects.filter(enrolment_id=enrolment_id, unit_id=facts.unit.id, current=True)
    return rows.select_related("pool").first()


def own_review(person: courses.Visitor, review_id: UUID, language: str, *, now: datetime) -> tuple[Review, Facts]:
    """A review that this person holds or wrote, still a learner of its edition or let in; else 404."""
    if not isinstance(person, Person):
        raise Http404
    rows = Review.objects.select_related("submission", "rubric", "assignment__edition", "assignment__unit")
    review = rows.filter(pk=review_id, reviewer=person).first()
    if review is None:
        raise Http404
    assignment = review.assignment
    who = assessor(person, assignment.edition.slug, language, assignment.unit.key, now=now)
    return review, who.facts


def received_review(person: courses.Visitor, review_id: UUID, language: str, *, now: datetime) -> tuple[Review, Facts]:
    """A finished review of this person's own copy, once results are told; else 404."""
    if not isinstance(person, Person):
        raise Http404
    rows = Review.objects.select_related("submission", "rubric", "assignment__edition", "assignment__unit")
    found = rows.filter(pk=review_id, submission__enrolment__person=person, hidden=False, finished_at__isnull=False)
    review = found.exclude(kind=Review.Kind.SELF).first()
    if review is None or review.assignment.published_at is None:
        raise Http404
    _place, known = facts(person, review.assignment.edition.slug, language, review.assignment.unit.key, now=now)
    return review, known


def submission_to_grade(person: courses.Visitor, submission_id: UUID, *, now: datetime) -> Submission:
    """A copy, for somebody who teaches its edition; 404 for anybody else, its author included."""
    rows = Submission.objects.select_related("enrolment__edition__course", "enrolment__person", "unit")
    found = rows.filter(pk=submission_id).first()
    if found is None or not isinstance(person, Person):
        raise Http404
    if not courses.may(person, GRADERS, found.enrolment.edition, now=now):
        raise Http404
    return found
