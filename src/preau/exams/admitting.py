"""A second sitting, for those with a reason: an admission is a seat in it and a deadline that reaches to its end, so
that nothing is told before the last of them has finished."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.content import outline as outlines
from preau.courses import actions as courses
from preau.courses import extending
from preau.courses import rules as dates
from preau.courses.models import Edition, Enrolment, Extension
from preau.exams import letters, places, rules, seating
from preau.exams.models import Seat, Sitting
from preau.quizzes.models import Attempt


def admit(
    *, act: acts.Act, sitting: Sitting, enrolments: Sequence[UUID], reason: str, by: Person, now: datetime
) -> acts.Outcome:
    """Admit people to a second sitting and tell them. Who is admitted to one of this exam already keeps that. Refuses
    without a reason, a sitting that is none of these or is over, somebody who is not enrolled, and more people than
    places: then nobody is admitted."""

    def work() -> acts.Outcome:
        why = one_line(reason)[:300]
        if not why:
            raise Refused(_("An admission has a reason."))
        people = _people(sitting, enrolments)  # before the sitting, as whoever books locks them
        row = Sitting.objects.select_for_update().get(pk=sitting.pk)
        if not row.second or row.cancelled_at is not None or row.closes_at <= now:
            raise Refused(_("Nobody can be admitted to this sitting."))
        had = set(_held(row, people).values_list("enrolment", flat=True))
        fresh = [one for one in people if one.pk not in had]
        left = rules.left(row.places, places.taken(row.pk))
        if left is not None and len(fresh) > left:
            raise Refused(_("There are {n} places left: nobody was admitted.").format(n=left))
        due = _due(sitting)
        places.clear(row, now)
        whom = [(_admit(one, row, sitting, due, why, by, now), one.person) for one in fresh]
        letters.tell(sitting, whom, "admission", now=now, reason=why)
        return {"sitting": str(row.pk), "admitted": len(fresh), "had": len(people) - len(fresh)}

    return acts.once(act, by.pk, work)


def _people(row: Sitting, asked: Sequence[UUID]) -> list[Enrolment]:
    rows = Enrolment.objects.filter(pk__in=set(asked), edition=row.edition_id, left_at=None)
    # In one order for everybody; without the key, as whoever begins a paper holds it.
    locked = rows.select_for_update(of=("self",), no_key=True)
    found = list(locked.select_related("person", "edition").order_by("pk"))
    if not found or len(found) != len(set(asked)):
        raise Refused(_("Somebody among them is not enrolled here, or no longer. Nobody was admitted."))
    return found


def _held(row: Sitting, people: Sequence[Enrolment]) -> QuerySet[Seat]:
    return Seat.objects.filter(enrolment__in=people, unit=row.unit_id, second=True, given_up_at=None).order_by()


def _admit(
    one: Enrolment, row: Sitting, sitting: Sitting, due: datetime | None, why: str, by: Person, now: datetime
) -> Seat:
    seat = Seat.objects.create(
        sitting=row, enrolment=one, unit_id=row.unit_id, second=True, booked_at=now, reason=why, admitted_by=by
    )
    key = sitting.unit.key
    held = Extension.objects.filter(enrolment=one, key=key).first()
    _end_paper(one, row, due, held)
    if held is None or held.until < row.closes_at:
        courses.extend(enrolment=one, key=key, until=row.closes_at, reason=why, by=by, now=now)
    said = {"unit": key, "sitting": str(row.pk)}
    journal.log("exam.admitted", by=by.pk, about="enrolment", about_id=one.pk, at=now, **said)
    return seat


def _due(sitting: Sitting) -> datetime | None:
    """The exam's own deadline. Before anything is written: what is read here is kept for others."""
    unit = outlines.of_edition(sitting.edition, sitting.edition.course.languages[0]).by_key.get(sitting.unit.key)
    return unit.due if unit else None


def _end_paper(one: Enrolment, row: Sitting, due: datetime | None, held: Extension | None) -> None:
    """A paper that they left open ends when it would have: the deadline of the admission is for the next one."""
    ends = dates.deadline(due, [held.until] if held else [])
    if ends is not None:
        Attempt.objects.filter(enrolment=one, unit=row.unit_id, closed_at=None, ends_at=None).update(ends_at=ends)


def take_back(*, act: acts.Act, seat: Seat, by: Person, now: datetime) -> acts.Outcome:
    """Take an admission back, with the deadline that came with it, and say so. Refuses a seat that is none, and once a
    paper was begun there."""

    def work() -> acts.Outcome:
        row = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
        sitting = seat.sitting
        if not row.second or row.given_up_at is not None:
            raise Refused(_("This admission was taken back already."))
        if begun_in(sitting).filter(enrolment=row.enrolment_id).exists():
            raise Refused(_("A paper was begun in this sitting: the admission stays."))
        row.given_up_at = now
        row.save(update_fields=["given_up_at"])
        end_deadline(row, sitting.unit.key, sitting.closes_at, by, now)
        courses.touch(sitting.edition)
        said = {"unit": sitting.unit.key, "sitting": str(sitting.pk)}
        journal.log("exam.admission_taken_back", by=by.pk, about="enrolment", about_id=row.enrolment_id, at=now, **said)
        letters.tell(sitting, [(row, seat.enrolment.person)], "taken_back", now=now)
        return {"seat": str(row.pk)}

    return acts.once(act, by.pk, work)


def begun_in(row: Sitting) -> QuerySet[Attempt]:
    """The papers that people with a place in a sitting began while it was open; where it needs no booking, those of
    everybody who has a place in no other."""
    rows = Attempt.objects.filter(unit=row.unit_id, started_at__range=(row.opens_at, row.closes_at))
    seats = Seat.objects.filter(enrolment=OuterRef("enrolment"), unit=row.unit_id, second=row.second, given_up_at=None)
    if seating.slot_of(row).open_to_all:
        return rows.filter(~Exists(seats.exclude(sitting=row)), enrolment__edition=row.edition_id)
    return rows.filter(Exists(seats.filter(sitting=row)))


def end_deadline(seat: Seat, key: str, until: datetime, by: Person, now: datetime) -> None:
    """What was before an admission holds again. A deadline of another reason, or of before, is another one although it
    ends at the same moment, and stays."""
    its_own = {"until": until, "batch": None, "reason": seat.reason.strip(), "given_at__gte": seat.booked_at}
    given = Extension.objects.filter(enrolment=seat.enrolment_id, key=key, **its_own).first()
    if given is not None:
        extending.take_back(given, by=by.pk, now=now)


def move_deadline(
    seat: Seat, edition: Edition, key: str, before: datetime, after: datetime, by: Person, now: datetime
) -> None:
    """The deadline of somebody admitted follows the end of the sitting."""
    end_deadline(seat, key, before, by, now)
    held = Extension.objects.filter(enrolment=seat.enrolment_id, key=key).first()
    if held is None or held.until < after:
        seat.enrolment.edition = edition
        courses.extend(enrolment=seat.enrolment, key=key, until=after, reason=seat.reason, by=by, now=now)
