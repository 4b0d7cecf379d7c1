"""How many reviews learners owe over an edition's assignments, for the ledger to reckon with."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from preau.content.outline import Outline
from preau.peer import assignments
from preau.peer.models import PoolEntry


def count(outline: Outline, enrolments: Sequence[UUID]) -> Mapping[UUID, int]:
    """Of each enrolment that handed in: what the terms ask for, less what it gave, over every assignment. A copy that
    was taken out owes nothing. One query, none where peers assess nothing."""
    found = [facts for unit in outline.units() if (facts := assignments.of(outline, unit)) is not None]
    asked = {facts.id: facts.terms.reviews for facts in found}
    if not asked:
        return {}
    rows = PoolEntry.objects.filter(assignment_id__in=asked, submission__enrolment_id__in=enrolments, withdrawn=False)
    owed: dict[UUID, int] = {}
    for assignment, enrolment, given in rows.order_by().values_list(
        "assignment_id", "submission__enrolment_id", "given"
    ):
        owed[enrolment] = owed.get(enrolment, 0) + max(0, asked[assignment] - given)
    return owed
