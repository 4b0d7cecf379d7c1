"""The doors of juries: a deliberation of an edition, somebody before it."""

from uuid import UUID

from django.http import Http404

from preau.certificates.models import Candidate, Deliberation
from preau.desk.access import Desk


def deliberation(at: Desk, deliberation_id: UUID) -> Deliberation:
    """A deliberation of this edition."""
    rows = Deliberation.objects.select_related("edition__course", "rectifies")
    if found := rows.filter(pk=deliberation_id, edition=at.edition).first():
        return found
    raise Http404


def candidate(row: Deliberation, candidate_id: UUID) -> Candidate:
    """Somebody before this jury."""
    rows = Candidate.objects.select_related("enrolment__person", "enrolment__track", "enrolment__edition__course")
    if found := rows.select_related("track").filter(pk=candidate_id, deliberation=row).first():
        found.deliberation = row
        return found
    raise Http404
