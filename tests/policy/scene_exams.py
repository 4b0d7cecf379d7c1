"""A sitting on site with the learner in it, a second one with somebody else, a link and an incident."""

from datetime import datetime, timedelta
from typing import Any

from preau.content.models import Unit
from preau.courses.models import Enrolment
from preau.exams.models import Incident, InvigilatorLink, Seat, Sitting
from tests import cast


def seated(learner: Enrolment, now: datetime) -> dict[str, Any]:
    """What the rows about exams name."""
    edition = learner.edition
    unit = Unit.objects.get(course=edition.course, key="examen")
    hours = {"opens_at": now + timedelta(hours=1), "closes_at": now + timedelta(hours=3), "made_at": now}
    shared = {"edition": edition, "unit": unit, "on_site": True, "place": "Campus", "asks_identity": True, **hours}
    first, second = (Sitting.objects.create(second=second, **shared) for second in (False, True))
    other = cast.enrolment(cast.person("Second"), edition, at=edition.opens_at)
    seat = Seat.objects.create(sitting=first, enrolment=learner, unit=unit, booked_at=now)
    later = Seat.objects.create(sitting=second, enrolment=other, unit=unit, second=True, booked_at=now, reason="x")
    link = InvigilatorLink.objects.create(sitting=first, token="a-room", name="Zoé", email="z@example.org", made_at=now)
    noted = {"kind": "late", "text": "En retard.", "happened_at": now, "noted_by": "Zoé", "noted_at": now}
    return {
        "sitting": first.pk,
        "seat": seat.pk,
        "second_seat": later.pk,
        "room_link": link.pk,
        "room_token": link.token,
        "exam_incident": Incident.objects.create(sitting=first, seat=seat, **noted).pk,
    }
