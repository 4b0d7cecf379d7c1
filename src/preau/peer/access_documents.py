"""The doors of files: one's own, one of a copy that one assesses, by the review and a number; the team's."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses import access as courses
from preau.peer import access, documents
from preau.peer.models import Document


def own(person: courses.Visitor, edition: str, document_id: UUID) -> Document:
    """A file that this person added and did not remove; else 404."""
    if not isinstance(person, Person):
        raise Http404
    rows = Document.objects.select_related("unit", "enrolment").filter(
        enrolment__person=person, enrolment__edition__slug=edition
    )
    if found := rows.filter(pk=document_id, removed_at=None).first():
        return found
    raise Http404


def of_team(person: courses.Visitor, edition: str, document_id: UUID, *, now: datetime) -> Document:
    """A file of anybody, for somebody who grades in its edition; else 404."""
    rows = Document.objects.select_related("enrolment__edition__course", "unit")
    found = rows.filter(pk=document_id, enrolment__edition__slug=edition).first()
    if found is None or not isinstance(person, Person):
        raise Http404
    if not courses.may(person, access.GRADERS, found.enrolment.edition, now=now):
        raise Http404
    return found


def readable(person: courses.Visitor, edition: str, document_id: UUID, *, now: datetime) -> Document:
    """A file whose light PDF this person may read: its author, or the team."""
    try:
        return own(person, edition, document_id)
    except Http404:
        return of_team(person, edition, document_id, now=now)


def of_review(
    person: courses.Visitor, edition: str, review_id: UUID, number: int, language: str, *, now: datetime
) -> Document:
    """The file at this place of the copy that a review is of, for who holds or wrote the review; else 404."""
    review, facts = access.own_review(person, review_id, language, now=now)
    if facts.outline.slug != edition:
        raise Http404
    return _at(review.submission_id, number)


def of_own_copy(
    person: courses.Visitor, edition: str, language: str, unit: str, number: int, *, now: datetime
) -> Document:
    """The file at this place of one's own current copy; else 404."""
    place, facts = access.facts(person, edition, language, unit, now=now)
    copy = access.own_copy(facts, place.learner.enrolment_id)
    if copy is None:
        raise Http404
    return _at(copy.pk, number)


def _at(submission_id: UUID, number: int) -> Document:
    found = dict(documents.of_copy(submission_id)).get(number)
    if found is None:
        raise Http404
    return found
