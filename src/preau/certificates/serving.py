"""What follows once minutes are filed: each candidate is given, or loses, what the jury decided, and is told.

The worker does it, one transaction each: killed anywhere, everybody ends with exactly what was decided, told once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from preau.audit import journal
from preau.certificates import giving, queries, rules, status, words_jury
from preau.certificates.models import Award, Candidate, CreditClaim, Decision, Deliberation
from preau.certificates.words_jury import Outcome
from preau.courses.models import Enrolment, Track
from preau.mail import actions as mail

logger = logging.getLogger(__name__)
NOBODY = UUID(int=0)
AT_ONCE = 100  # candidates between two looks at the rest


def serve_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Serve candidates of filed deliberations, the oldest first; returns how many. One that cannot be served is logged
    and keeps nobody after it from their turn."""
    done = 0
    for row in Deliberation.objects.filter(filed_at__isnull=False, served_at=None).order_by("filed_at", "pk"):
        waiting = list(
            row.candidates.filter(served_at=None).order_by("pk").values_list("pk", flat=True)[: limit - done]
        )
        served = [pk for pk in waiting if _attempt(pk, now)]
        done += len(served)
        if not row.candidates.filter(served_at=None).exists():
            Deliberation.objects.filter(pk=row.pk).update(served_at=now)
        if done >= limit:
            break
    return done


def _attempt(candidate_id: UUID, now: datetime) -> bool:
    try:
        return serve(candidate_id, now=now)
    except Exception:
        logger.exception("a decision of a jury could not be served: candidate %s", candidate_id)
        return False


@transaction.atomic
def serve(candidate_id: UUID, *, now: datetime) -> bool:
    """Give and tell what was decided of one candidate; false when somebody did meanwhile."""
    rows = Candidate.objects.select_for_update(of=("self",)).select_related(
        "deliberation__edition__course", "enrolment__person", "track"
    )
    one = rows.get(pk=candidate_id)
    if one.served_at is not None:
        return False
    decision = Decision.objects.select_related("track", "by", "candidate").get(candidate=one, replaced_by=None)
    holdings = giving.hold([one.enrolment_id], one.deliberation.edition)
    outcome = _admitted(one, decision, holdings) if decision.verdict == "admitted" else _refused(one, now)
    one.served_at = now
    one.save(update_fields=["served_at"])
    _tell(one, decision, outcome, now)
    return True


def _admitted(one: Candidate, decision: Decision, holdings: queries.Holdings) -> Outcome:
    row, enrolment = one.deliberation, one.enrolment
    track = decision.track or one.track
    terms = _terms(one, decision, track)
    mine = Award.objects.select_for_update(of=("self",)).filter(enrolment=enrolment, revoked_at=None)
    if (there := mine.filter(track=track, module=row.module).first()) is not None:
        return Outcome(there)
    if track is None:
        return Outcome(giving.give(enrolment, terms, {}, decision))
    below = [award for award in mine.filter(track__isnull=False).select_related("track") if _of_line(award, terms)]
    kept = _without(holdings, enrolment, below)
    if stands := queries.certified([enrolment], track, terms.line, kept):
        return Outcome(stands=stands[enrolment.pk])
    for award in below:
        _end(award, "", terms.now, "certificate.replaced")
    steps = rules.steps(terms.line, rules.held(kept.get(enrolment.person_id, ())))
    made = giving.give(enrolment, terms, steps, decision)
    if below:
        _take_over(made, below[0])
    return Outcome(made, tuple(below))


def _take_over(made: Award, former: Award) -> None:
    """The new document takes the place of the former one: under its name, hidden where it was, behind its links. A
    claim of credits that nobody decided of goes with it; an accepted one stays what the register has."""
    former.replaced_by = made
    former.save(update_fields=["replaced_by"])
    made.name, made.hidden = former.name, former.hidden
    made.save(update_fields=["name", "hidden"])
    former.links.update(award=made)
    former.claims.filter(state=CreditClaim.State.ASKED).update(award=made)
    status.changed(former)


def _terms(one: Candidate, decision: Decision, track: Track | None) -> giving.Giving:
    """What is given, as of the filing, by whom decided."""
    row = one.deliberation
    assert row.filed_at is not None
    by = decision.by_id or NOBODY
    if track is None:
        return giving.of_module(row.edition, row.module, by, row.filed_at)
    return giving.of_track(row.edition, track, by, row.filed_at)


def _of_line(award: Award, terms: giving.Giving) -> bool:
    """Is this certificate of a track that the new one extends, or that extends it? Then it makes way."""
    assert award.track is not None
    assert terms.track is not None
    keys = {key for key, _worth in terms.line}
    return award.track.key in keys or terms.track.key in award.steps


def _without(holdings: queries.Holdings, enrolment: Enrolment, awards: Iterable[Award]) -> queries.Holdings:
    """The holdings of somebody without these certificates of this edition."""
    dropped = [set(award.steps) for award in awards]
    number = enrolment.edition.number
    held = holdings.get(enrolment.person_id, ())
    return {enrolment.person_id: [one for one in held if not (one[0] == number and set(one[1]) in dropped)]}


def _refused(one: Candidate, now: datetime) -> Outcome:
    """Not admitted, or absent: what an earlier decision gave for the same is in force no more."""
    row = one.deliberation
    if row.rectifies_id is None:
        return Outcome()
    mine = Award.objects.select_for_update(of=("self",)).filter(enrolment=one.enrolment, revoked_at=None)
    ended = list(mine.filter(track=one.track, module=row.module))
    with translation.override(one.enrolment.person.language):
        said = _("Decision of the jury, minutes no. {number}").format(number=row.number)
    for award in ended:
        _end(award, said, now, "revoked" if award.track_id else "attestation.revoked")
    return Outcome(ended=tuple(ended))


def _end(award: Award, reason: str, now: datetime, verb: str) -> None:
    award.revoked_at, award.reason = now, reason
    award.save(update_fields=["revoked_at", "reason"])
    status.changed(award)
    journal.log(verb, by=None, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)


def _tell(one: Candidate, decision: Decision, outcome: Outcome, now: datetime) -> None:
    person = one.enrolment.person
    with translation.override(person.language):
        subject, text = words_jury.told(one, decision, outcome, settings.SITE_URL)
    mail.queue(
        person_id=person.pk,
        address=person.email,
        key=f"decision:{decision.pk}",
        language=person.language,
        subject=subject,
        text=text,
        now=now,
        kind="decision",
    )
