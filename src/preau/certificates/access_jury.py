"""The door of a learner to what juries decided of them."""

from django.http import Http404

from preau.accounts.models import Person
from preau.certificates.models import Decision
from preau.courses.access import Visitor
from preau.courses.models import Edition

BEFORE = "candidate__deliberation"


def told(visitor: Visitor, slug: str) -> tuple[Edition, list[Decision]]:
    """An edition and what juries decided of this person in it and told them, the newest first. 404 where nothing
    was."""
    if not isinstance(visitor, Person):
        raise Http404
    rows = Decision.objects.select_related(
        f"{BEFORE}__edition__course", f"{BEFORE}__rectifies", "candidate__track", "candidate__enrolment", "track"
    )
    mine = rows.filter(
        candidate__enrolment__person=visitor,
        candidate__enrolment__edition__slug=slug,
        candidate__served_at__isnull=False,
        replaced_by=None,
    )
    found = list(mine.order_by(f"-{BEFORE}__filed_at", "pk"))
    if not found:
        raise Http404
    return found[0].candidate.deliberation.edition, found
