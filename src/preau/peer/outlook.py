"""What will be missing to the copies of an assignment, from what the pool says now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, FloatField, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from preau.peer import allocation
from preau.peer.allocation import Helpers, Outlook
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Review


def ahead(facts: Facts, now: datetime, helpers: Sequence[Helpers] = ()) -> list[Outlook]:
    """What will be missing when reviews are due and a day later, by language and track, if these helpers are let in
    now: one query."""
    due = facts.calendar.reviews_due
    return allocation.forecast(counts(facts), due - now if due else timedelta(0), helpers)


def counts(facts: Facts) -> list[allocation.Count]:
    """The copies by language and track, in that order: one query."""
    held = Review.objects.filter(reviewer=OuterRef("author"), assignment=facts.id, finished_at=None, returned_at=None)
    lacks = Case(When(finished__lt=F("wanted"), then=F("wanted") - F("finished")), default=Value(0))
    share = Value(facts.terms.reviews)
    owes = Case(When(given__lt=share, then=share - F("given")), default=Value(0))
    gave, begun = Q(given__gte=F("wanted")), Q(given__gt=0) | Q(holds=True)
    rows = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False).annotate(holds=Exists(held))
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
            under_way=Sum(F("expected") - F("finished"), output_field=FloatField()),
            owed_begun=Coalesce(Sum("owes", filter=begun), 0),
            owed_idle=Coalesce(Sum("owes", filter=~begun), 0),
        )
    )
    return [
        allocation.Count(
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
        )
        for row in found
    ]
