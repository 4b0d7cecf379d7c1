"""The doors of an edition's register: claims of credits."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from preau.certificates import registers
from preau.certificates.models import Award, CreditClaim
from preau.courses.models import Edition
from preau.desk.access import Desk


def claims(edition: Edition) -> QuerySet[CreditClaim]:
    """Every claim of credits in an edition that was not taken back, with its certificate and its holder."""
    rows = CreditClaim.objects.filter(award__enrolment__edition=edition)
    joined = ("award__enrolment__person", "award__enrolment__edition__course", "award__track", "award__credential")
    return rows.exclude(state=CreditClaim.State.WITHDRAWN).select_related(*joined, "award__replaced", "decided_by")


def claim(at: Desk, claim_id: UUID) -> CreditClaim:
    """One of them."""
    if found := claims(at.edition).filter(pk=claim_id).first():
        return found
    raise Http404


def award(at: Desk, code: str) -> Award:
    """A certificate of this edition by its code, signed and in force."""
    rows = Award.objects.select_related("credential", "enrolment__person", "enrolment__edition__course", "track")
    rows = rows.filter(registers.IN_FORCE, enrolment__edition=at.edition, credential__isnull=False)
    if found := rows.filter(code=code).first():
        return found
    raise Http404
