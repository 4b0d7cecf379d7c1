"""Credits are claimed, a step apart from the certificate: the learner gives what the school's register needs, the
school accepts or says why not.

What is asked for is kept as long as it serves: wiped when the claim is taken back or made again, some time after a
refusal, and with the account; what was accepted is the school's register. Neither journal, acts nor mail repeat it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import words_claims
from preau.certificates.models import Award, CreditClaim
from preau.common.text import one_line
from preau.courses.models import Edition
from preau.mail import actions as mail

State = CreditClaim.State
LONGEST_REASON = 300
KEPT = timedelta(days=90)  # what was refused, so that it can be corrected
PACE = timedelta(hours=6)
AT_ONCE = 500  # claims whose data one look wipes


@dataclass(frozen=True)
class Civil:
    """Who somebody is to the school's register; `birth_country` in two letters."""

    birth_name: str
    given_names: str
    born_on: date
    birth_place: str
    birth_country: str
    student_number: str = ""


EMPTY = {
    "birth_name": "",
    "given_names": "",
    "born_on": None,
    "birth_place": "",
    "birth_country": "",
    "student_number": "",
}
SAYS_NOTHING = Q(**EMPTY)


def bar(award: Award) -> str:
    """Why the credits of an award cannot be claimed or accepted, in the words of its holder's page; empty: they can."""
    if not award.brings:
        return _("This certificate brings no credits of its own.")
    if award.revoked_at and award.replaced_by_id:
        return _("This certificate was replaced by another one: its credits are applied for there.")
    if award.revoked_at:
        return _("This certificate is no longer in force.")
    if award.suspended_at:
        return _("This certificate is suspended while something is looked into.")
    return ""


def latest(award: Award) -> CreditClaim | None:
    """Where the claim of an award's credits is: the last one that was not taken back. No query where `claims` were
    read with the award."""
    found = max(award.claims.all(), key=lambda claim: (claim.asked_at, claim.pk), default=None)
    return None if found is None or found.state == State.WITHDRAWN else found


def ask(*, act: acts.Act, award: Award, by: Person, civil: Civil, now: datetime) -> acts.Outcome:
    """Apply for the credits of one's own award. Refuses one that brings none or is not in force, and a second claim
    while one waits or after one was accepted. What a refused one said is wiped: this one says it again."""

    def work() -> acts.Outcome:
        held = Award.objects.select_for_update(of=("self",)).select_related("track").get(pk=award.pk)
        if reason := bar(held):
            raise Refused(reason)
        live = held.claims.filter(state__in=[State.ASKED, State.ACCEPTED]).first()
        if live is not None and live.state == State.ACCEPTED:
            raise Refused(_("These credits are in the school's register already."))
        if live is not None:
            raise Refused(_("You applied for these credits already: the school looks at it."))
        _wipe(held.claims.all())
        claim = CreditClaim.objects.create(award=held, asked_at=now, **asdict(civil))
        _log("credits.asked", claim, held, by, now)
        return {"claim": str(claim.pk)}

    return acts.once(act, by.pk, work)


def withdraw(*, act: acts.Act, award: Award, by: Person, now: datetime) -> acts.Outcome:
    """Take one's claim back; what it said is wiped at once. Refuses where none waits."""

    def work() -> acts.Outcome:
        claim = award.claims.select_for_update(of=("self",)).filter(state=State.ASKED).first()
        if claim is None:
            raise Refused(_("No application waits: there is nothing to take back."))
        claim.state = State.WITHDRAWN
        claim.save(update_fields=["state"])
        _wipe(award.claims.filter(pk=claim.pk))
        _log("credits.withdrawn", claim, award, by, now)
        return {"claim": str(claim.pk)}

    return acts.once(act, by.pk, work)


def accept(*, act: acts.Act, claims: Sequence[UUID], edition: Edition, by: Person, now: datetime) -> acts.Outcome:
    """Accept claims of an edition in one act: {"accepted", "left"}. What cannot be accepted (decided meanwhile, its
    certificate ended or suspended, one's own) is left as it is. Refuses when that is all of them."""

    def work() -> acts.Outcome:
        rows = list(_waiting(edition, claims))
        able = [row for row in rows if not bar(row.award) and row.award.enrolment.person_id != by.pk]
        if not able:
            raise Refused(_why_none(rows, by))
        _decide(able, State.ACCEPTED, by, now)
        return {"accepted": len(able), "left": len(set(claims)) - len(able)}

    return acts.once(act, by.pk, work)


def _why_none(rows: Sequence[CreditClaim], by: Person) -> str:
    if not rows:
        return _("Nothing was accepted: tick a claim that still waits.")
    return _("Nothing was accepted.") + " " + (bar(rows[0].award) or _("Nobody decides about their own credits."))


def refuse(*, act: acts.Act, claim: CreditClaim, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """Say why not: a mail tells the learner, who may apply again. Refuses an empty reason, what was decided, and one's
    own claim."""

    def work() -> acts.Outcome:
        why = one_line(reason)[:LONGEST_REASON]
        if not why:
            raise Refused(_("A refusal needs a reason: the learner reads it."))
        row = _waiting(claim.award.enrolment.edition, [claim.pk]).first()
        if row is None:
            raise Refused(_("This application was decided or taken back already."))
        if row.award.enrolment.person_id == by.pk:
            raise Refused(_("Nobody decides about their own credits."))
        _decide([row], State.REFUSED, by, now, why)
        return {"claim": str(row.pk)}

    return acts.once(act, by.pk, work)


def _waiting(edition: Edition, claims: Sequence[UUID]) -> QuerySet[CreditClaim]:
    """Those of these claims that wait, locked: their awards first, as whoever corrects a name or rectifies does."""
    mine = CreditClaim.objects.filter(pk__in=claims, award__enrolment__edition=edition)
    list(Award.objects.select_for_update().filter(pk__in=mine.values("award")).order_by("pk"))
    rows = mine.select_for_update(of=("self",)).filter(state=State.ASKED).order_by("pk")
    return rows.select_related("award__enrolment__person", "award__enrolment__edition__course", "award__track")


def _decide(rows: Sequence[CreditClaim], state: CreditClaim.State, by: Person, now: datetime, reason: str = "") -> None:
    ids = [row.pk for row in rows]
    CreditClaim.objects.filter(pk__in=ids).update(state=state, decided_by=by, decided_at=now, reason=reason)
    lines = [(row.award.enrolment_id, {"code": row.award.code}) for row in rows]
    journal.log_all(f"credits.{state}", by=by.pk, about="enrolment", at=now, rows=lines)
    mail.queue_many((words_claims.letter(row, state, reason) for row in rows), now=now, kind="decision")


def _log(verb: str, claim: CreditClaim, award: Award, by: Person, now: datetime) -> None:
    """Without what the claim says: the journal outlives it."""
    journal.log(verb, by=by.pk, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)


def _wipe(rows: QuerySet[CreditClaim]) -> int:
    """Forget what claims say that no register holds; returns how many said something."""
    return rows.exclude(state=State.ACCEPTED).exclude(SAYS_NOTHING).update(**EMPTY)


def forget(*, now: datetime) -> int:
    """Wipe what claims said that were refused long ago, and take back those that wait on a certificate that ended as
    long ago, which nobody can accept any more; returns how many said something."""
    ended = Q(award__revoked_at__lte=now - KEPT, award__replaced_by=None)
    idle = list(CreditClaim.objects.filter(ended, state=State.ASKED).values_list("pk", flat=True)[:AT_ONCE])
    CreditClaim.objects.filter(pk__in=idle, state=State.ASKED).update(state=State.WITHDRAWN)
    old = CreditClaim.objects.filter(state=State.REFUSED, decided_at__lte=now - KEPT).exclude(SAYS_NOTHING)
    ids = [*idle, *old.order_by("decided_at").values_list("pk", flat=True)[:AT_ONCE]]
    return _wipe(CreditClaim.objects.filter(pk__in=ids)) if ids else 0


def erase(person: Person) -> bool:
    """An account goes: what was never accepted is wiped and taken back; was something accepted, which stays?"""
    mine = CreditClaim.objects.filter(award__enrolment__person=person)
    mine.exclude(state=State.ACCEPTED).update(**EMPTY, state=State.WITHDRAWN, reason="")
    return mine.filter(state=State.ACCEPTED).exists()
