"""What is written down in the room, or at the desk: who came, whose identity was checked, what happened; and the name
under it. Whoever has a link is known by it: acts and rows name the link's id and the name that it was made for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common.text import clean, one_line
from preau.exams import rules
from preau.exams.models import Incident, InvigilatorLink, Seat, Sitting

LONGEST = 2000  # characters of an incident


@dataclass(frozen=True)
class Writer:
    """Who writes: `id` of the link or the person, and the name that stays beside what they wrote."""

    id: UUID
    name: str
    person: UUID | None = None  # who has an account

    @classmethod
    def of_link(cls, link: InvigilatorLink) -> "Writer":
        """Whoever holds a link."""
        return cls(link.pk, link.name)

    @classmethod
    def of_desk(cls, person: Person) -> "Writer":
        """A member of the team."""
        return cls(person.pk, str(person)[:120], person.pk)


def _open(sitting: Sitting) -> Sitting:
    """The sitting for something to be written on its sheet. Refuses a closed sheet, and a cancelled sitting."""
    row = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if row.signed_at is not None:
        raise Refused(_("This sheet was closed by {name}: nothing was changed.").format(name=row.signed_by))
    if row.cancelled_at is not None:
        raise Refused(_("This sitting was cancelled meanwhile."))
    return row


def _seat(seat: Seat) -> Seat:
    _open(seat.sitting)
    row = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if row.given_up_at is not None:
        raise Refused(_("This person has no place in this sitting any more."))
    return row


def mark(*, act: acts.Act, seat: Seat, attendance: str, by: Writer, now: datetime) -> acts.Outcome:
    """Mark somebody present or absent, or take the mark back (empty). Refuses a closed sheet and any other word."""

    def work() -> acts.Outcome:
        if attendance not in Seat.Attendance.values:
            raise Refused(_("Present or absent: nothing was changed."))
        row = _seat(seat)
        if row.attendance != attendance:
            row.attendance, row.attendance_by, row.attendance_at = attendance, by.name, now
            row.save(update_fields=["attendance", "attendance_by", "attendance_at"])
            _log("exam.attendance", row.enrolment_id, seat.sitting, by, now, attendance=attendance)
        return {"seat": str(row.pk), "attendance": attendance}

    return acts.once(act, by.id, work)


def identify(*, act: acts.Act, seat: Seat, identity: str, note: str, by: Writer, now: datetime) -> acts.Outcome:
    """Say what came of looking at somebody's document: checked, not possible, a doubt, or (unchecked) nothing yet.
    Refuses a doubt without a note, and a closed sheet."""

    def work() -> acts.Outcome:
        said = one_line(note)[:300]
        if identity not in Seat.Identity.values:
            raise Refused(_("Say what came of it: nothing was changed."))
        if identity == Seat.Identity.DOUBT and not said:
            raise Refused(_("A doubt needs a note: what did you see?"))
        row = _seat(seat)
        row.identity, row.identity_by, row.identity_at = identity, by.name, now
        row.identity_note = "" if identity in (Seat.Identity.CHECKED, Seat.Identity.UNCHECKED) else said
        row.save(update_fields=["identity", "identity_by", "identity_at", "identity_note"])
        _log("exam.identity", row.enrolment_id, seat.sitting, by, now, identity=identity)
        return {"seat": str(row.pk), "identity": identity}

    return acts.once(act, by.id, work)


def report(
    *,
    act: acts.Act,
    sitting: Sitting,
    seat: Seat | None,
    kind: str,
    text: str,
    happened_at: datetime,
    by: Writer,
    now: datetime,
) -> acts.Outcome:
    """Write an incident down, of the room or of one person. Refuses one without words, of the future or of long before
    the sitting, and a closed sheet."""

    def work() -> acts.Outcome:
        said = clean(text).strip()[:LONGEST]
        if not said or kind not in Incident.Kind.values:
            raise Refused(_("Say what happened: nothing was stored."))
        if happened_at > now:
            raise Refused(_("This has not happened yet: look at the time."))
        row = _open(sitting)
        if happened_at < row.opens_at - rules.BEFORE:
            raise Refused(_("This is long before the sitting: look at the date."))
        made = Incident.objects.create(
            sitting=row, seat=seat, kind=kind, text=said, happened_at=happened_at, noted_by=by.name, noted_at=now
        )
        _log("exam.incident", seat.enrolment_id if seat else None, sitting, by, now, kind=kind, incident=str(made.pk))
        return {"incident": str(made.pk)}

    return acts.once(act, by.id, work)


def strike(*, act: acts.Act, incident: Incident, by: Writer, now: datetime) -> acts.Outcome:
    """Strike an incident out: it counts no more, and stays readable. Refuses a closed sheet, and twice."""

    def work() -> acts.Outcome:
        _open(incident.sitting)
        row = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        if row.struck_at is not None:
            raise Refused(_("It was struck out already."))
        row.struck_at, row.struck_by = now, by.name
        row.save(update_fields=["struck_at", "struck_by"])
        of = incident.seat.enrolment_id if incident.seat else None
        _log("exam.incident_struck", of, incident.sitting, by, now, incident=str(row.pk))
        return {"incident": str(row.pk)}

    return acts.once(act, by.id, work)


def sign(*, act: acts.Act, sitting: Sitting, name: str, rest_absent: bool, by: Writer, now: datetime) -> acts.Outcome:
    """Close the sheet under a name. Refuses without one, before the sitting opens, and while somebody is marked neither
    present nor absent, unless the others are to be marked absent (`rest_absent`)."""

    def work() -> acts.Outcome:
        signed = one_line(name)[:120]
        if not signed:
            raise Refused(_("Write your name: it stands as the signature."))
        row = _open(sitting)
        if now < row.opens_at:
            raise Refused(_("The sitting has not begun: its sheet is closed at its end."))
        unmarked = Seat.objects.filter(sitting=row, given_up_at=None, enrolment__left_at=None, attendance="")
        ids = list(unmarked.values_list("pk", flat=True))
        if ids and not rest_absent:
            raise Refused(
                _("{n} people are marked neither present nor absent. Mark them, or tick the box.").format(n=len(ids))
            )
        values = {"attendance": Seat.Attendance.ABSENT, "attendance_by": by.name, "attendance_at": now}
        Seat.objects.filter(pk__in=ids).update(**values)
        row.signed_at, row.signed_by = now, signed
        row.save(update_fields=["signed_at", "signed_by"])
        _log("exam.sheet_closed", None, sitting, by, now, signed_by=signed, absent=len(ids))
        return {"sitting": str(row.pk), "absent": len(ids)}

    return acts.once(act, by.id, work)


def _log(verb: str, enrolment: UUID | None, sitting: Sitting, by: Writer, now: datetime, **said: Any) -> None:
    """About the person whom it concerns, else about the edition; by whom it was written down, account or not."""
    about, about_id = ("enrolment", enrolment) if enrolment else ("edition", sitting.edition_id)
    written = {"sitting": str(sitting.pk), **({} if by.person else {"written_by": by.name})}
    journal.log(verb, by=by.person, about=about, about_id=about_id, at=now, **written, **said)
