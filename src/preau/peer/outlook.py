"""What will be missing to the copies of an assignment, from what the pool says now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, FloatField, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from preau.peer import allocation, owing
from preau.peer.allocation import Helpers, Outlook
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Review

UNDATED = timedelta(days=7)  # for so long people assess, as far as we know, where no date says until when


def ahead(
    facts: Facts, now: datetime, helpers: Sequence[Helpers] = (), counted: Sequence[allocation.Count] | None = None
) -> list[Outlook]:
    """What will be missing when reviews are due and a day later, by language and track, if these helpers are let in
    now: one query, none where the copies were `counted` already."""
    due = facts.calendar.reviews_due
    found = counts(facts) if counted is None else counted
    return allocation.forecast(found, due - now if due else UNDATED, helpers)


def counts(facts: Facts) -> list[allocation.Count]:
    """The copies by language and track, in that order: one query."""
    held = Review.objects.filter(reviewer=OuterRef("author"), assignment=facts.id, finished_at=None, returned_at=None)
    lacks = Case(When(finished__lt=F("wanted"), then=F("wanted") - F("finished")), default=Value(0))
    share = Value(facts.terms.reviews)
    owes = Case(When(given__lt=share, excused=False, then=share - F("given")), default=Value(0))
    worth = Case(When(expected__gt=F("finished"), then=F("expected") - F("finished")), default=Value(0.0))
    gave, begun = Q(given__gte=F("wanted")), Q(given__gt=0) | Q(holds=True)
    rows = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False).annotate(
        holds=Exists(held), excused=owing.excused("submission__enrolment", facts.unit.key)
    )
    rows = rows.annotate(track=F("submission__enrolment__track__key"), lacks=lacks, owes=owes)
    found = (
        rows.order_by("language", "track")
        .values("language", "track")
        .annotate(
            copies=Count("pk"),
            contributors=Count("pk", filter=gave),
            received=Sum("finished"),
            missing=Sum("lacks"),
            promised=Coalesce(Sum("lacks", filter=gave), 0),
            without=Count("pk", filter=Q(finished=0)),
            guaranteed=Sum("wanted"),
            held=Sum("leased"),
            under_way=Sum(worth, output_field=FloatField()),
            owed_begun=Coalesce(Sum("owes", filter=begun), 0),
            owed_idle=Coalesce(Sum("owes", filter=~begun), 0),
        )
    )
    return [_count(row) for row in found]


def _count(row: Mapping[str, Any]) -> allocation.Count:
    return allocation.Count(
        language=row["language"],
        track=row["track"],
        copies=row["copies"],
        contributors=row["contributors"],
        finished=row["received"],
        missing=row["missing"],
        promised=row["promised"],
        leased=row["under_way"],
        owed_begun=row["owed_begun"],
        owed_idle=row["owed_idle"],
        without=row["without"],
        guaranteed=row["guaranteed"],
        held=row["held"],
    )
