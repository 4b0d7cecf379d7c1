"""The door to a request for another name on a certificate of an edition."""

from uuid import UUID

from django.http import Http404

from preau.certificates.models import NameCorrection
from preau.desk.access import Desk


def correction(at: Desk, correction_id: UUID) -> NameCorrection:
    """A request about a certificate of this edition, decided or not."""
    rows = NameCorrection.objects.select_related("award__enrolment__person")
    if found := rows.filter(pk=correction_id, award__enrolment__edition=at.edition).first():
        return found
    raise Http404
