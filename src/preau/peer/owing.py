"""What learners owe: over an edition's assignments, for the ledger to reckon with; and who owes nothing because the
team excused them from a unit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from preau.content.outline import Outline
from preau.courses.models import Excuse
from preau.peer import assignments
from preau.peer.models import PoolEntry


def count(outline: Outline, enrolments: Sequence[UUID]) -> Mapping[UUID, int]:
    """Of each enrolment that handed in: what the terms ask for, less what it gave, over every assignment. A copy that
    was taken out owes nothing, nor does a learner who is excused from the unit. One query, none where peers assess
    nothing."""
    found = [facts for unit in outline.units() if (facts := assignments.of(outline, unit)) is not None]
    asked = {facts.id: facts.terms.reviews for facts in found}
    if not asked:
        return {}
    rows = PoolEntry.objects.filter(assignment_id__in=asked, submission__enrolment_id__in=enrolments, withdrawn=False)
    rows = rows.exclude(excused("submission__enrolment", OuterRef("assignment__unit__key")))
    owed: dict[UUID, int] = {}
    for assignment, enrolment, given in rows.order_by().values_list(
        "assignment_id", "submission__enrolment_id", "given"
    ):
        owed[enrolment] = owed.get(enrolment, 0) + max(0, asked[assignment] - given)
    return owed


def excused(enrolment: str, key: str | OuterRef) -> Exists:
    """Is the learner at this path of a query's row excused from the unit of this key?"""
    return Exists(Excuse.objects.filter(enrolment=OuterRef(enrolment), key=key))


def is_excused(enrolment: UUID, key: str) -> bool:
    """The same of one learner."""
    return Excuse.objects.filter(enrolment_id=enrolment, key=key).exists()
