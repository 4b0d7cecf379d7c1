"""What pages show of sittings: a learner's exams, the sheet of a sitting, an edition's board. Each a constant number of
queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Edition, Enrolment
from preau.exams import places, rules, seating, words
from preau.exams.models import Incident, InvigilatorLink, Seat, Sitting
from preau.quizzes.models import Attempt


@dataclass(frozen=True)
class Offer:
    """A sitting as a learner may book it; `left` places, None: as many as come."""

    sitting: Sitting
    left: int | None
    why: rules.NoSeat | None  # it cannot be booked
    mine: Seat | None

    @property
    def when(self) -> str:
        """Its time in words."""
        return words.when(self.sitting)

    @property
    def where(self) -> str:
        """Its place in words."""
        return words.where(self.sitting)


@dataclass(frozen=True)
class MyExam:
    """An exam of a learner: `offers` are its first sittings that are not over and the one that is theirs, `second`
    their place in a second one, `begun` whether they began a paper."""

    unit: UnitFacts
    offers: tuple[Offer, ...]
    second: Offer | None
    begun: bool
    needs_seat: bool
    over: bool  # nobody can be let in any more
    cancelled: bool  # there were first sittings, and none of them takes place

    @property
    def mine(self) -> Offer | None:
        """The first sitting in which they have a place."""
        return next((one for one in self.offers if one.mine), None)

    @property
    def kept(self) -> bool:
        """Is their place in a first sitting for good?"""
        return self.begun or (self.mine is not None and self.mine.why == rules.NoSeat.BEGUN)


def mine(enrolment: Enrolment, outline: Outline, *, now: datetime) -> list[MyExam]:
    """The exams of the course as this learner has them, in reading order: four queries."""
    known = list(_of_edition(enrolment.edition))
    sittings = [row for row in known if row.cancelled_at is None]
    seats = {row.sitting_id: row for row in Seat.objects.filter(enrolment=enrolment, given_up_at=None).order_by()}
    counts = places.taken_of([row.pk for row in sittings])
    begun = set(Attempt.objects.filter(enrolment=enrolment).order_by().values_list("unit_id", flat=True))
    found = []
    for unit in (one for one in outline.units() if one.kind == "exam"):
        here = [row for row in sittings if row.unit_id == unit.id]
        offers = [_offer(row, counts.get(row.pk, 0), seats.get(row.pk), now) for row in here]
        first = [one for one in offers if not one.sitting.second]
        last = outline.last_due(unit)
        found.append(
            MyExam(
                unit,
                tuple(one for one in first if one.mine or now < one.sitting.closes_at),
                next((one for one in offers if one.sitting.second and one.mine), None),
                unit.id in begun,
                bool(first) and not any(seating.slot_of(one.sitting).open_to_all for one in first),
                last is not None and now > last,
                _all_cancelled(known, unit),
            )
        )
    return found


def _offer(row: Sitting, taken: int, seat: Seat | None, now: datetime) -> Offer:
    return Offer(row, rules.left(row.places, taken), rules.may_book(seating.slot_of(row), taken, now), seat)


def _of_edition(edition: Edition) -> QuerySet[Sitting]:
    rows = Sitting.objects.filter(edition=edition).select_related("unit", "institution", "edition")
    return rows.order_by("second", "opens_at", "pk")


@dataclass(frozen=True)
class Line:
    """A sitting on the desk's board, with how many hold a place, came, were checked, began and finished."""

    sitting: Sitting
    counts: Mapping[str, int]
    outside: bool  # of the exam's window, which moved since

    @property
    def where(self) -> str:
        """Its place in words."""
        return words.where(self.sitting)


def _all_cancelled(sittings: Iterable[Sitting], unit: UnitFacts) -> bool:
    first = [row.cancelled_at for row in sittings if row.unit_id == unit.id and not row.second]
    return bool(first) and None not in first


def ends_after(edition: Edition, moment: datetime) -> bool:
    """Does a sitting that takes place end after a moment?"""
    return Sitting.objects.filter(edition=edition, cancelled_at=None, closes_at__gt=moment).exists()


def last_first(row: Sitting) -> bool:
    """Is it the only first sitting of its exam that takes place? Without it nobody can begin."""
    others = Sitting.objects.filter(edition=row.edition_id, unit=row.unit_id, second=False, cancelled_at=None)
    return not row.second and row.cancelled_at is None and not others.exclude(pk=row.pk).exists()


def board(edition: Edition, outline: Outline) -> list[tuple[UnitFacts, list[Line], bool]]:
    """The exams of an edition, each with its sittings and whether its first ones were all cancelled: three queries."""
    counts = _counts(Seat.objects.filter(places.LIVE, sitting__edition=edition))
    sittings = list(_of_edition(edition))
    return [
        (
            unit,
            [_line(row, counts, unit) for row in sittings if row.unit_id == unit.id],
            _all_cancelled(sittings, unit),
        )
        for unit in outline.units()
        if unit.kind == "exam"
    ]


OVER = Q(closed_at__isnull=False) | Q(ends_at__lte=Now())  # a paper that was closed, or whose time is up
NOBODY = dict.fromkeys(("seats", "present", "absent", "checked", "doubts", "begun", "finished"), 0)


def _line(row: Sitting, counts: Mapping[UUID, Mapping[str, int]], unit: UnitFacts) -> Line:
    late = unit.due is not None and row.closes_at > unit.due
    outside = not row.second and row.cancelled_at is None and (row.opens_at < unit.opens or late)
    return Line(row, counts.get(row.pk, NOBODY), outside)


def _with_papers(rows: QuerySet[Seat]) -> QuerySet[Seat]:
    papers = Attempt.objects.filter(
        enrolment=OuterRef("enrolment"),
        unit=OuterRef("unit"),
        started_at__gte=OuterRef("sitting__opens_at"),
        started_at__lte=OuterRef("sitting__closes_at"),
    )
    return rows.annotate(began=Exists(papers), ended=Exists(papers.filter(OVER)))


def _counts(rows: QuerySet[Seat]) -> dict[UUID, dict[str, int]]:
    counted = (
        _with_papers(rows)
        .order_by()
        .values("sitting_id")
        .annotate(
            seats=Count("pk"),
            present=Count("pk", filter=Q(attendance=Seat.Attendance.PRESENT)),
            absent=Count("pk", filter=Q(attendance=Seat.Attendance.ABSENT)),
            checked=Count("pk", filter=Q(identity=Seat.Identity.CHECKED)),
            doubts=Count("pk", filter=Q(identity__in=(Seat.Identity.DOUBT, Seat.Identity.IMPOSSIBLE))),
            begun=Count("pk", filter=Q(began=True)),
            finished=Count("pk", filter=Q(ended=True)),
        )
    )
    return {row["sitting_id"]: {name: row[name] for name in NOBODY} for row in counted.values("sitting_id", *NOBODY)}


def counts(row: Sitting) -> Mapping[str, int]:
    """How many hold a place in a sitting, came, were checked, began and finished: one query."""
    return _counts(Seat.objects.filter(places.LIVE, sitting=row)).get(row.pk, NOBODY)


def seats(row: Sitting, search: str = "") -> list[Seat]:
    """The people of a sitting by name, with whether they `began` and `ended` a paper; `search` is part of a name.
    Accents count neither in the order, which is that of a list on paper, nor in the search."""
    found = Seat.objects.filter(places.LIVE, sitting=row).select_related("enrolment__person")
    named = [(words.plain(seat.enrolment.person.name), seat) for seat in _with_papers(found).order_by("pk")]
    wanted = words.plain(search)
    return [seat for name, seat in sorted(named, key=lambda pair: (pair[0], pair[1].pk)) if wanted in name]


def incidents(row: Sitting, seat: Seat | None = None) -> list[Incident]:
    """What was written down in a sitting, or about one person of it, in its order."""
    rows = Incident.objects.filter(sitting=row).select_related("seat__enrolment__person")
    return list((rows.filter(seat=seat) if seat else rows).order_by("happened_at", "pk"))


def links(row: Sitting) -> list[InvigilatorLink]:
    """Who was given a link, newest first."""
    return list(row.links.order_by("-made_at", "pk"))


def of_learner(enrolment: Enrolment) -> list[Seat]:
    """Every place that a learner has or had, oldest first."""
    rows = Seat.objects.filter(enrolment=enrolment).select_related(
        "sitting__unit", "sitting__institution", "sitting__edition", "admitted_by"
    )
    return list(rows.order_by("booked_at", "pk"))


def second_sittings(edition: Edition, *, now: datetime) -> list[Sitting]:
    """The second sittings to which somebody can still be admitted."""
    return list(_of_edition(edition).filter(second=True, cancelled_at=None, closes_at__gt=now))


def table(row: Sitting) -> Sequence[tuple[str, ...]]:
    """The sheet of a sitting for a file: a heading, then one person a line."""
    noted: dict[UUID | None, list[str]] = {}
    for one in incidents(row):
        if one.struck_at is None:
            noted.setdefault(one.seat_id, []).append(f"{one.kind}: {one.text}")
    lines: list[tuple[str, ...]] = [
        (
            *("name", "email", "enrolment", "booked_at", "reason", "attendance", "attendance_by", "attendance_at"),
            *("identity", "identity_note", "identity_by", "identity_at", "began", "finished", "incidents"),
        )
    ]
    for seat in seats(row):
        lines.append(_cells(seat, noted.get(seat.pk, [])))
    if None in noted:
        lines.append(("", *[""] * 13, " | ".join(noted[None])))
    return lines


def _cells(seat: Any, noted: Sequence[str]) -> tuple[str, ...]:
    who = seat.enrolment.person
    return (
        *(who.name, who.email, str(seat.enrolment_id), _iso(seat.booked_at), seat.reason),
        *(seat.attendance, seat.attendance_by, _iso(seat.attendance_at)),
        *(seat.identity, seat.identity_note, seat.identity_by, _iso(seat.identity_at)),
        *("yes" if seat.began else "no", "yes" if seat.ended else "no", " | ".join(noted)),
    )


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else ""
