"""A person's seats in exams, and what was written down about them there.

Decision: that somebody held a place, came or not, and whether their identity was checked stay, without their name, with
the enrolment that they are part of: they are the record of an exam on which a jury decided, and a certificate that
stays checkable says whether identity was checked. What says more goes: the reason of an admission and the notes, which
may speak of health, and the words of incidents that concern them; of an incident its kind and its time stay. Places in
sittings to come are given up. Who supervised stands by name under what they wrote, as on a sheet of paper; the address
to which their link was sent is forgotten a month after the sitting (`linking.forget`).
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_noop

from preau.accounts import personal_data
from preau.accounts.models import Person
from preau.exams.models import Incident, Seat

SEATS = gettext_noop("Whether you came to an exam and your identity was checked, without your name or any note")
SEATS_WHY = gettext_noop("It is the record of an exam on which a jury decided.")


def register() -> None:
    """Called once, when the models are ready."""
    personal_data.register("exams", export, erase, {SEATS: SEATS_WHY})


def export(person: Person) -> personal_data.Tables:
    """Seats, given up or not, and incidents that concern the person; not who wrote them down."""
    kept = (
        "sitting__edition__slug",
        "unit__key",
        "sitting__opens_at",
        "sitting__closes_at",
        "sitting__place",
        "second",
    )
    seen = ("attendance", "attendance_at", "identity", "identity_at", "identity_note")
    return {
        "exam_seats": Seat.objects.filter(enrolment__person=person)
        .order_by("booked_at", "pk")
        .values("id", *kept, "booked_at", "given_up_at", "reason", *seen),
        "exam_incidents": Incident.objects.filter(seat__enrolment__person=person)
        .order_by("happened_at", "pk")
        .values("seat_id", "kind", "text", "happened_at", "struck_at"),
    }


def erase(person: Person, now: datetime) -> Mapping[str, str]:
    """Wipe the reasons, notes and words; give up what is to come."""
    seats = Seat.objects.filter(enrolment__person=person)
    Incident.objects.filter(seat__in=list(seats.values_list("pk", flat=True))).update(text="")
    coming = seats.filter(given_up_at=None, sitting__opens_at__gt=now)
    Seat.objects.filter(pk__in=list(coming.values_list("pk", flat=True))).update(given_up_at=now)
    seats.update(reason="", identity_note="")
    return {SEATS: SEATS_WHY} if seats.exists() else {}
