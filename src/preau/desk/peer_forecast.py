"""What copies will lack, by language and track, and what letting others in would do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, FloatField, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from preau.desk.access_peer import Board
from preau.desk.peer_board import Group
from preau.peer import allocation
from preau.peer.allocation import Helpers
from preau.peer.assignments import Facts
from preau.peer.models import PoolEntry, Review


@dataclass(frozen=True)
class Line:
    """The copies of one language and track: of the `wanted` reviews that are guaranteed, so many are `missing` now,
    `leased` are being written, and so many will be missing when reviews are due and a day later."""

    language: str
    track: str
    copies: int
    without: int
    wanted: int
    missing: int
    leased: int
    owed: int
    due: float
    later: float

    @property
    def come(self) -> int:
        return self.wanted - self.missing

    @property
    def share(self) -> int:
        """Of what is guaranteed, in percent."""
        return 100 if not self.wanted else round(100 * self.come / self.wanted)


@dataclass(frozen=True)
class Then:
    """What would be missing in all when reviews are due, and a day later."""

    due: int
    later: int


@dataclass(frozen=True)
class Outlook:
    """`groups` says what letting a group in would leave missing, `everybody` all of them together."""

    lines: Sequence[Line]
    missing: int
    leased: int
    owed: int
    then: Then
    groups: Mapping[str, Then]
    everybody: Then


def outlook(at: Board, groups: Sequence[Group], now: datetime) -> Outlook:
    """One query; the rest is reckoned."""
    rows = _counted(at.facts)
    counts = [_count(row) for row in rows]
    due = at.facts.calendar.reviews_due
    left = due - now if due else timedelta(days=7)
    within = _helpers(group for group in groups if group.widening)
    now_in = allocation.forecast(counts, left, within)
    lines = [_line(row, one) for row, one in zip(rows, now_in, strict=True)]
    out = [group for group in groups if not group.widening]
    return Outlook(
        lines,
        sum(one.missing for one in lines),
        sum(one.leased for one in lines),
        sum(one.owed for one in lines),
        _sum(now_in),
        {one.key: _sum(allocation.forecast(counts, left, [*within, *_helpers([one])])) for one in out},
        _sum(allocation.forecast(counts, left, [*within, *_helpers(out)])),
    )


def _helpers(groups: Iterable[Group]) -> list[Helpers]:
    """The people of these groups, those who read the same languages together."""
    found: dict[frozenset[str], int] = {}
    for group in groups:
        for spoken in group.spoken:
            found[spoken] = found.get(spoken, 0) + 1
    return [Helpers(people, spoken) for spoken, people in found.items()]


def _sum(found: Iterable[allocation.Outlook]) -> Then:
    lines = list(found)
    return Then(round(sum(one.due for one in lines)), round(sum(one.later for one in lines)))


def _counted(facts: Facts) -> list[dict[str, Any]]:
    lacks = Case(When(finished__lt=F("wanted"), then=F("wanted") - F("finished")), default=Value(0))
    share = facts.terms.reviews
    owes = Case(When(given__lt=share, then=Value(share) - F("given")), default=Value(0))
    held = Review.objects.filter(assignment_id=facts.id, reviewer=OuterRef("author"), finished_at=None)
    held = held.filter(returned_at=None)
    rows: Any = PoolEntry.objects.filter(assignment_id=facts.id, withdrawn=False).order_by()
    rows = rows.annotate(lacks=lacks, owes=owes, begun=Exists(held)).values(
        "language", track=F("submission__enrolment__track__key")
    )
    worth = Case(When(expected__gt=F("finished"), then=F("expected") - F("finished")), default=Value(0.0))
    active, gave = Q(given__gt=0) | Q(begun=True), Q(given__gte=F("wanted"))
    rows = rows.annotate(
        copies=Count("pk"),
        without=Count("pk", filter=Q(finished=0)),
        contributors=Count("pk", filter=gave),
        come=Coalesce(Sum("finished"), 0),
        promised=Coalesce(Sum("wanted"), 0),
        missing=Coalesce(Sum("lacks"), 0),
        first=Coalesce(Sum("lacks", filter=gave), 0),
        under_way=Coalesce(Sum("leased"), 0),
        worth=Coalesce(Sum(worth, output_field=FloatField()), 0.0),
        owed_begun=Coalesce(Sum("owes", filter=active), 0),
        owed_idle=Coalesce(Sum("owes", filter=~active), 0),
    )
    return sorted(rows, key=lambda row: (row["language"], row["track"]))


def _count(row: Mapping[str, Any]) -> allocation.Count:
    return allocation.Count(
        language=row["language"],
        track=row["track"],
        copies=row["copies"],
        contributors=row["contributors"],
        finished=row["come"],
        missing=row["missing"],
        promised=row["first"],
        leased=row["worth"],
        owed_begun=row["owed_begun"],
        owed_idle=row["owed_idle"],
    )


def _line(row: Mapping[str, Any], then: allocation.Outlook) -> Line:
    return Line(
        row["language"],
        row["track"],
        row["copies"],
        row["without"],
        row["promised"],
        row["missing"],
        row["under_way"],
        row["owed_begun"] + row["owed_idle"],
        then.due,
        then.later,
    )
