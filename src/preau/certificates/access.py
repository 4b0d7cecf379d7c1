"""The doors of certificates: whoever has a code may see what it certifies; a holder has their own."""

from django.http import Http404

from preau.accounts.models import Person
from preau.certificates.models import Award
from preau.courses.access import Visitor


def award(code: str) -> Award:
    """An award by its public code, as printed or typed: case and hyphens do not matter. 404 for any other."""
    rows = Award.objects.select_related("credential", "enrolment__edition__course", "enrolment__person", "track")
    found = rows.filter(code=code.upper().replace("-", "").strip()).first()
    if found is None or not hasattr(found, "credential"):
        raise Http404
    return found


def own(visitor: Visitor) -> list[Award]:
    """A person's own awards, newest first."""
    if not isinstance(visitor, Person):
        raise Http404
    rows = Award.objects.select_related("credential", "enrolment__edition__course", "track")
    return list(rows.filter(enrolment__person=visitor).order_by("-awarded_at"))
