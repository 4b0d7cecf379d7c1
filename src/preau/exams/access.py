"""The doors of exams: a learner's own seat, a sitting that they may book, the sheet of who holds a link; for the desk,
whose own door opened the edition, the rows in it. Missing and forbidden are one 404."""

from uuid import UUID

from django.http import Http404

from preau.accounts.models import Person
from preau.courses.access import Visitor
from preau.courses.models import Edition, Enrolment
from preau.exams.models import Incident, InvigilatorLink, Seat, Sitting

LONGEST = 32  # characters of a token
OF_SEAT = ("sitting__unit", "sitting__institution", "sitting__edition__course", "enrolment__person")


def sitting_to_book(enrolment: Enrolment, sitting_id: UUID) -> Sitting:
    """A sitting of the learner's edition that was not cancelled."""
    rows = Sitting.objects.select_related("unit", "edition__course", "institution")
    if found := rows.filter(pk=sitting_id, edition=enrolment.edition_id, cancelled_at=None).first():
        return found
    raise Http404


def own_seat(visitor: Visitor, slug: str, seat_id: UUID) -> Seat:
    """One's own seat in an edition that one has not left, given up or not."""
    rows = Seat.objects.select_related(*OF_SEAT)
    if isinstance(visitor, Person):
        mine = {"enrolment__person": visitor, "enrolment__left_at": None, "enrolment__edition__slug": slug}
        if found := rows.filter(pk=seat_id, **mine).first():
            return found
    raise Http404


def invigilator(token: str) -> InvigilatorLink:
    """The link of this token with its sitting, whatever the hour: `rules.validity` says whether it opens."""
    rows = InvigilatorLink.objects.select_related("sitting__edition__course", "sitting__unit", "sitting__institution")
    found = rows.filter(token=token).first() if len(token) <= LONGEST and token.isprintable() else None
    if found is None:
        raise Http404
    return found


def sitting(edition: Edition, sitting_id: UUID) -> Sitting:
    """A sitting of an edition whose desk was opened, cancelled or not."""
    rows = Sitting.objects.select_related("unit", "edition__course", "institution")
    if found := rows.filter(pk=sitting_id, edition=edition).first():
        return found
    raise Http404


def seat(row: Sitting, seat_id: UUID) -> Seat:
    """A seat of a sitting that was reached through its own door, given up or not."""
    rows = Seat.objects.select_related(*OF_SEAT, "admitted_by")
    if found := rows.filter(pk=seat_id, sitting=row).first():
        return found
    raise Http404


def link(row: Sitting, link_id: UUID) -> InvigilatorLink:
    """A link to a sitting that was reached through its own door."""
    if found := InvigilatorLink.objects.filter(pk=link_id, sitting=row).first():
        return found
    raise Http404


def incident(row: Sitting, incident_id: UUID) -> Incident:
    """An incident of a sitting that was reached through its own door."""
    if found := Incident.objects.select_related("seat").filter(pk=incident_id, sitting=row).first():
        return found
    raise Http404
