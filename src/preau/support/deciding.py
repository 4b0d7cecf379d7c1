"""What a team decides on a request: an extension, an excuse, a correction and its withdrawal, messages sent again. One
act each, written by the room that owns it, told to the learner, and with its reason in their record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from preau.accounts import actions as accounts
from preau.audit import acts
from preau.audit.http import Refused
from preau.common.text import one_line
from preau.content.outline import Outline, UnitFacts
from preau.courses import actions as courses
from preau.courses.models import Enrolment
from preau.grades import actions as grades
from preau.grades import queries as ledgers
from preau.mail import actions as mail
from preau.mail import queries as outbox
from preau.support import actions, letters
from preau.support.access import Team
from preau.support.models import Request

AGAIN = ("receipt", "decision", "request", "announcement")  # never what carries the key of an account
LATEST = 10


@dataclass(frozen=True)
class Decision:
    """`what` is one of `words.DECISIONS`; the rest as it needs: a unit's key, a date, a result in percent, a name."""

    what: str
    reason: str
    unit: str = ""
    until: datetime | None = None
    percent: float | None = None
    name: str = ""


def decide(
    *, act: acts.Act, at: Team, request: Request, decision: Decision, outline: Outline | None, now: datetime
) -> acts.Outcome:
    """Do it, write it down, tell the learner; the request is settled. Refuses a decision without a reason, of somebody
    who does not decide, and what the owner's room refuses."""

    def work() -> acts.Outcome:
        row = actions.locked(request)
        reason = one_line(decision.reason)[:300]
        if not at.decides:
            raise Refused(_("Only a teacher or a registrar decides."))
        if not reason:
            raise Refused(_("A decision needs a reason."))
        actions.take(row, at.person, now)
        details = VERBS[decision.what](act, at, row, decision, outline, now)
        made = {"what": decision.what, **details, "reason": reason}
        entry = actions.add(row, act.id, text="", author=at.person, from_team=True, decision=made, now=now)
        actions.change(row, state=Request.State.DONE, touched_at=now)
        said = {"what": decision.what, **({"key": decision.unit} if decision.unit else {})}
        actions.logged("request.decided", row, at.person, now, **said)
        letters.tell(row, entry, now=now)
        return {"request": str(row.pk)}

    return acts.once(act, at.person.pk, work)


def _extension(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    enrolment, unit, _outline = _place(row, asked, outline)
    if unit.due is None or asked.until is None or asked.until <= unit.due:
        raise Refused(_("An extension is later than the deadline: this one would change nothing."))
    courses.extend(
        enrolment=enrolment, key=unit.key, until=asked.until, reason=asked.reason, by=at.person, now=now,
        results=unit.results,
    )  # fmt: skip
    return {"unit": unit.key, "until": asked.until.isoformat()}


def _excuse(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    enrolment, unit, printed = _place(row, asked, outline)
    ledger = ledgers.record(enrolment.pk, printed, now=now, for_learner=False)
    tracks = list(enrolment.edition.tracks.order_by("position"))  # all: one may extend another
    if enrolment.track.key in ledgers.lost_by_excuse(ledger, tracks, unit.key):
        raise Refused(
            _("Without this activity nothing is left to judge one condition of their track: give more time instead.")
        )
    courses.excuse(enrolment=enrolment, key=unit.key, reason=asked.reason, by=at.person, now=now)
    return {"unit": unit.key}


def _result(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    enrolment, unit, printed = _place(row, asked, outline)
    if asked.percent is None:
        raise Refused(_("A result is between 0 and 100."))
    grades.correct(enrolment=enrolment, unit=unit, outline=printed, percent=asked.percent, by=at.person, now=now)
    return {"unit": unit.key, "percent": asked.percent}


def _withdrawal(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    enrolment, unit, _outline = _place(row, asked, outline)
    grades.withdraw(enrolment=enrolment, unit=unit, by=at.person, now=now)
    return {"unit": unit.key}


def _name(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    if row.person is None:
        raise Refused(_("Whoever wrote this has no account here."))
    accounts.correct_name(row.person, asked.name, by=at.person.pk, now=now)
    return {"name": row.person.name}


def _resend(
    act: acts.Act, at: Team, row: Request, asked: Decision, outline: Outline | None, now: datetime
) -> Mapping[str, Any]:
    person = row.person
    if person is None:
        raise Refused(_("Whoever wrote this has no account here."))
    if outbox.closed_since(person.email):
        raise Refused(_("Messages came back from this address: its owner has to open it again, or give another."))
    sent = [one for one in mail.sent_to(person.pk, person.email) if one["kind"] in AGAIN and one["sent_at"]]
    if not sent:
        raise Refused(_("No message was sent to this person yet."))
    for number, one in enumerate(sent[-LATEST:]):
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"again:{act.id}:{number}",
            language=one["language"],
            subject=one["subject"],
            text=one["text"],
            now=now,
            kind="request",
            zone=person.zone,
        )
    return {"count": len(sent[-LATEST:])}


VERBS = {
    "extension": _extension,
    "excuse": _excuse,
    "result": _result,
    "withdrawal": _withdrawal,
    "name": _name,
    "resend": _resend,
}


def _place(row: Request, asked: Decision, outline: Outline | None) -> tuple[Enrolment, UnitFacts, Outline]:
    """Whose, and which activity. Refuses a request of nobody in the edition, and an activity that it has not."""
    if row.enrolment is None or row.enrolment.edition_id != row.edition_id:
        raise Refused(_("Whoever wrote this is not enrolled in this edition."))
    if outline is None or asked.unit not in outline.by_key:
        raise Refused(_("This edition has no such activity."))
    return row.enrolment, outline.by_key[asked.unit], outline
