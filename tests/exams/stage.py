"""Sittings of the thin course's exam, made through the real actions; it can be sat in the third week, from Monday 8 h
to Sunday 23 h 59, Paris time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.outline import UnitFacts
from preau.courses.models import Edition, Enrolment
from preau.exams import actions, admitting, arranging, linking
from preau.exams.arranging import Plan
from preau.exams.models import InvigilatorLink, Seat, Sitting
from preau.mail.models import Message
from preau.quizzes import actions as quizzes
from preau.quizzes.models import Attempt
from tests import cast

EARLY = datetime.fromisoformat("2026-03-04T12:00:00+00:00")  # two weeks before
TUESDAY = datetime.fromisoformat("2026-03-17T08:00:00+00:00")
THURSDAY = TUESDAY + timedelta(days=2)
LATER = datetime.fromisoformat("2026-04-01T08:00:00+00:00")  # of a second sitting
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def exam(edition: Edition) -> UnitFacts:
    """The exam, with its dates."""
    edition.refresh_from_db()
    return outlines.of_edition(edition, "fr").by_key["examen"]


def plan(opens: datetime, **fields: Any) -> Plan:
    """Two hours, online and for as many as come unless something else is said."""
    values: dict[str, Any] = {"on_site": False, "opens_at": opens, "closes_at": opens + 2 * HOUR, **fields}
    return Plan(**values)


def on_site(opens: datetime, **fields: Any) -> Plan:
    """The same on a campus, where identity is checked."""
    return plan(opens, **{"on_site": True, "place": "Campus de Lille", "asks_identity": True, **fields})


def sitting(edition: Edition, by: Person, wanted: Plan, now: datetime = EARLY) -> Sitting:
    """Make one."""
    act = cast.an_act("sitting.make", wanted.data, now)
    made = arranging.make(act=act, edition=edition, unit=exam(edition), plan=wanted, by=by, now=now)
    return Sitting.objects.select_related("unit", "edition__course", "institution").get(pk=made["sitting"])


def book(row: Enrolment, where: Sitting, now: datetime = EARLY) -> Seat:
    """Book a place."""
    act = cast.an_act("exam.book", {"s": str(where.pk)}, now)
    made = actions.book(act=act, by=row.person, enrolment=row, sitting=where, now=now)
    return seat(made["seat"])


def seat(pk: UUID | str) -> Seat:
    """A seat as its door gives it."""
    rows = Seat.objects.select_related("sitting__edition__course", "sitting__unit", "enrolment__person")
    return rows.get(pk=pk)


def admit(where: Sitting, *rows: Enrolment, by: Person, now: datetime = TUESDAY, reason: str = "Panne") -> Seat:
    """Admit people to a second sitting; the seat of the first of them."""
    act = cast.an_act("exam.admit", {"r": reason}, now)
    admitting.admit(act=act, sitting=where, enrolments=[row.pk for row in rows], reason=reason, by=by, now=now)
    return seat(Seat.objects.get(sitting=where, enrolment=rows[0], given_up_at=None).pk)


def begin(who: Person, edition: Edition, at: datetime) -> Attempt:
    """Begin a paper."""
    edition.refresh_from_db()
    place = cast.place(who, edition, "examen", at)
    made = quizzes.start(act=cast.an_act("quiz.start", now=at), by=who, place=place, seed=7)
    return Attempt.objects.get(pk=made["attempt"])


def link(where: Sitting, by: Person, now: datetime = EARLY) -> InvigilatorLink:
    """A link for who supervises."""
    said = {"name": "Zoé Petit", "email": "Zoe@Example.org", "language": "fr"}
    made = linking.make(act=cast.an_act("invigilator.name", said, now), sitting=where, by=by, now=now, **said)
    return InvigilatorLink.objects.select_related("sitting__edition__course", "sitting__unit").get(pk=made["link"])


def written_to(who: Person) -> list[Message]:
    """The messages about exams that somebody was sent, in their order."""
    return list(Message.objects.filter(person_id=who.pk, kind="exam").order_by("queued_at", "pk"))
