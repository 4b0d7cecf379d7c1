"""The verbs of a learner: book a place in a sitting, give it up. Each is an act."""

from datetime import datetime

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.courses.models import Enrolment
from preau.exams import letters, places, rules, seating, words
from preau.exams.models import Seat, Sitting
from preau.quizzes.models import Attempt


def book(*, act: acts.Act, by: Person, enrolment: Enrolment, sitting: Sitting, now: datetime) -> acts.Outcome:
    """Take a place in a first sitting, in exchange for the one that they hold in another. Refuses a second sitting, one
    that has begun or is full, when the place they hold is in one that has begun, and who began the exam already."""
    return acts.once(act, by.pk, lambda: _book(by, enrolment, sitting, now))


def _book(by: Person, enrolment: Enrolment, sitting: Sitting, now: datetime) -> acts.Outcome:
    if Enrolment.objects.select_for_update().get(pk=enrolment.pk).left_at is not None:  # one booking at a time
        raise Refused(_("You have left this edition: nothing was booked."))
    held = Seat.objects.filter(enrolment=enrolment, unit=sitting.unit_id, second=False, given_up_at=None).first()
    if held is not None and held.sitting_id == sitting.pk:
        return {"seat": str(held.pk)}
    if Attempt.objects.filter(enrolment=enrolment, unit=sitting.unit_id).exists():
        raise Refused(_("You have begun this exam already: no other sitting can be booked."))
    row = _locked(sitting, held, now)
    if (why := rules.may_book(seating.slot_of(row), places.taken(row.pk), now)) is not None:
        raise Refused(words.said(words.NO_SEAT, why))
    places.clear(row, now)
    if held is not None:
        Seat.objects.filter(pk=held.pk).update(given_up_at=now)
    seat = Seat.objects.create(sitting=row, enrolment=enrolment, unit_id=row.unit_id, booked_at=now)
    said = {"sitting": str(row.pk), "former": str(held.sitting_id) if held else None}
    journal.log("exam.booked", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, **said)
    letters.convoke(seat, sitting, by, now=now)
    return {"seat": str(seat.pk)}


def _locked(sitting: Sitting, held: Seat | None, now: datetime) -> Sitting:
    """The sitting for a change, and the one that is left, in one order for everybody."""
    ids = [sitting.pk, *([held.sitting_id] if held else [])]
    rows = {one.pk: one for one in Sitting.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    if held is not None and rows[held.sitting_id].opens_at <= now:
        raise Refused(_("The sitting in which you have a place has begun: it can be changed no more."))
    if rows[sitting.pk].cancelled_at is not None:
        raise Refused(_("This sitting was cancelled meanwhile: choose another one."))
    return rows[sitting.pk]


def give_up(*, act: acts.Act, by: Person, seat: Seat, now: datetime) -> acts.Outcome:
    """Leave the place to somebody else. Refuses once the sitting has begun, and an admission to a second sitting: the
    team gave it, with a deadline, and takes it back."""

    def work() -> acts.Outcome:
        row = Seat.objects.select_for_update(of=("self",)).select_related("sitting").get(pk=seat.pk)
        if row.given_up_at is not None:
            raise Refused(_("You have no place in this sitting any more."))
        if row.second:
            raise Refused(_("The team admitted you to this sitting: write to them."))
        if row.sitting.opens_at <= now:
            raise Refused(_("This sitting has begun: the place is yours."))
        row.given_up_at = now
        row.save(update_fields=["given_up_at"])
        said = {"sitting": str(row.sitting_id)}
        journal.log("exam.given_up", by=by.pk, about="enrolment", about_id=row.enrolment_id, at=now, **said)
        return {"seat": str(row.pk)}

    return acts.once(act, by.pk, work)
