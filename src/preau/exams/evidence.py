"""What a jury should see of how somebody sat an exam: identity, presence, what happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from preau.courses.models import Edition
from preau.exams.models import Incident, Seat
from preau.grades.evidence import Sign

TEXTS: Mapping[str, str] = {
    "unchecked": gettext_noop("Identity was not checked at the sitting of {day}."),
    "impossible": gettext_noop("Identity could not be checked at the sitting of {day}: {note}"),
    "doubt": gettext_noop("Doubt about the identity at the sitting of {day}: {note}"),
    "absent": gettext_noop("Absent at the sitting of {day}, where a place was held."),
    "late": gettext_noop("Late arrival at the sitting of {day}: {note}"),
    "technical": gettext_noop("Technical failure at the sitting of {day}: {note}"),
    "health": gettext_noop("A matter of health at the sitting of {day}: {note}"),
    "fraud": gettext_noop("Suspected fraud at the sitting of {day}: {note}"),
    "other": gettext_noop("Incident at the sitting of {day}: {note}"),
}
NOTED = 200  # characters of a note that a sign repeats


def signs(edition: Edition, enrolments: Sequence[UUID]) -> Mapping[UUID, Sequence[Sign]]:
    """The signs of these enrolments: two queries. Of a sitting that goes on nothing is said yet, but what happened."""
    found: dict[UUID, list[Sign]] = defaultdict(list)
    chosen = set(enrolments)
    rows = Seat.objects.filter(sitting__edition=edition, given_up_at=None).select_related("sitting")
    for seat in rows.order_by("sitting__opens_at", "pk"):
        if seat.enrolment_id in chosen and seat.sitting.closes_at <= timezone.now():
            found[seat.enrolment_id] += _of_seat(edition, seat)
    incidents = Incident.objects.filter(sitting__edition=edition, seat__isnull=False, struck_at=None)
    for row in incidents.select_related("sitting", "seat").order_by("happened_at", "pk"):
        if row.seat is not None and row.seat.enrolment_id in chosen:
            found[row.seat.enrolment_id].append(_of_incident(edition, row))
    return found


def _of_seat(edition: Edition, seat: Seat) -> list[Sign]:
    at = seat.sitting.opens_at
    said = {"day": _day(edition, at), "note": seat.identity_note}
    when, href = at.isoformat(), _href(edition, seat)
    if seat.attendance == Seat.Attendance.ABSENT:
        return [Sign("exam", TEXTS["absent"], said, when, href, apart=False)]
    doubtful = seat.identity == Seat.Identity.DOUBT
    asked = seat.sitting.asks_identity and seat.identity in (Seat.Identity.UNCHECKED, Seat.Identity.IMPOSSIBLE)
    return [Sign("identity", TEXTS[seat.identity], said, when, href)] if doubtful or asked else []


def _of_incident(edition: Edition, row: Incident) -> Sign:
    assert row.seat is not None
    said = {"day": _day(edition, row.sitting.opens_at), "note": row.text[:NOTED]}
    return Sign(
        "fraud" if row.kind == Incident.Kind.FRAUD else "exam",
        TEXTS[row.kind],
        args=said,
        at=row.happened_at.isoformat(),
        href=_href(edition, row.seat),
        apart=row.kind != Incident.Kind.LATE,
    )


def _day(edition: Edition, at: datetime) -> str:
    """A day that reads the same in every language."""
    return at.astimezone(edition.zone_info).date().isoformat()


def _href(edition: Edition, seat: Seat) -> str:
    return f"/desk/{edition.slug}/exams/sittings/{seat.sitting_id}/seats/{seat.pk}/"
