"""What follows once minutes are filed: each candidate is given, or loses, what the jury decided, and is told.

The worker does it, one transaction each: killed anywhere, everybody ends with exactly what was decided, told once."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
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
REST = timedelta(hours=1)
RESTING: dict[UUID, datetime] = {}  # candidates that could not be served lately: this worker tries them again then
AT_ONCE = 100  # candidates between two looks at the rest


def serve_due(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Serve candidates of filed deliberations, the oldest first; returns how many. One that cannot be served is logged,
    rests, and keeps nobody after it from their turn."""
    for pk in [pk for pk, until in RESTING.items() if until <= now]:
        del RESTING[pk]
    done = 0
    for row in Deliberation.objects.filter(filed_at__isnull=False, served_at=None).order_by("filed_at", "pk"):
        waiting = row.candidates.filter(served_at=None).exclude(pk__in=list(RESTING)).order_by("pk")
        tried = list(waiting.values_list("pk", flat=True)[: limit - done])
        done += sum(_attempt(pk, now) for pk in tried)
        if not row.candidates.filter(served_at=None).exists():
            Deliberation.objects.filter(pk=row.pk).update(served_at=now)
        if done >= limit:
            break
    return done


def _attempt(candidate_id: UUID, now: datetime) -> bool:
    try:
        return serve(candidate_id, now=now)
    except Exception:
        RESTING[candidate_id] = now + REST
        logger.exception("a decision of a jury could not be served: candidate %s", candidate_id)
        return False


@transaction.atomic
def serve(candidate_id: UUID, *, now: datetime) -> bool:
    """Give and tell what was decided of one candidate; false when somebody did meanwhile. Nothing to somebody whose
    account is gone, nor where the decision was taken up again before it was served."""
    rows = Candidate.objects.select_for_update(of=("self",)).select_related(
        "deliberation__edition__course", "enrolment__person", "track"
    )
    one = rows.get(pk=candidate_id)
    if one.served_at is not None:
        return False
    decision = Decision.objects.select_related("track", "by", "candidate").get(candidate=one, replaced_by=None)
    holdings = giving.hold([one.enrolment_id], one.deliberation.edition)
    one.served_at = now
    one.save(update_fields=["served_at"])
    if one.enrolment.person.erased_at is None and not _overtaken(one):
        admitted = decision.verdict == "admitted"
        outcome = _admitted(one, decision, holdings, now) if admitted else _refused(one, now)
        _tell(one, decision, outcome, now)
    return True


def _admitted(one: Candidate, decision: Decision, holdings: queries.Holdings, now: datetime) -> Outcome:
    """Give the document, unless one stands that says as much. Another of the same line makes way for it only where a
    decision is taken up again: a jury that sits for the first time takes nothing away."""
    row, enrolment, track = one.deliberation, one.enrolment, decision.track or one.track
    terms = _terms(one, decision, track)
    mine = _in_force(enrolment)
    there = next((award for award in mine if award.track == track and award.module == row.module), None)
    line = [award for award in mine if track and award.track and award != there and _of_line(award, terms)]
    if row.rectifies_id is None:
        above = next((award for award in line if track and track.key in award.steps), None)
        there, line = there or above, []
    if there is not None:
        _end(line, row, now)
        return Outcome(there, tuple(line))
    if track is None:
        return Outcome(giving.give(enrolment, terms, {}, decision))
    kept = _without(holdings, enrolment, line)
    if stands := queries.certified([enrolment], track, terms.line, kept):
        _end(line, row, now)
        return Outcome(stands=stands[enrolment.pk], ended=tuple(line))
    _end(line, row, now)
    steps = rules.steps(terms.line, rules.held(kept.get(enrolment.person_id, ())))
    made = giving.give(enrolment, terms, steps, decision)
    for former in line[:1]:
        _take_over(made, former)
    return Outcome(made, tuple(line))


def _in_force(enrolment: Enrolment) -> list[Award]:
    """What somebody holds in this edition, locked."""
    rows = Award.objects.select_for_update(of=("self",)).filter(enrolment=enrolment, revoked_at=None)
    return list(rows.select_related("track", "decision__candidate").order_by("pk"))


def _take_over(made: Award, former: Award) -> None:
    """The new document takes the place of the former one: under its name, hidden where it was, behind its links. A
    claim of credits that nobody decided of goes with it; an accepted one stays what the register has."""
    former.replaced_by, former.reason = made, ""
    former.save(update_fields=["replaced_by", "reason"])
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
    """Not admitted, or absent: what an earlier decision gave for the same, on whatever track, is in force no more."""
    row = one.deliberation
    if row.rectifies_id is None:
        return Outcome()
    ended = [award for award in _in_force(one.enrolment) if _of_the_same(award, one)]
    _end(ended, row, now)
    return Outcome(ended=tuple(ended))


def _of_the_same(award: Award, one: Candidate) -> bool:
    """Was it given for what this candidate is judged on again?"""
    judged = award.decision.candidate.track_id if award.decision else award.track_id
    return award.module == one.deliberation.module and one.track_id in (award.track_id, judged)


def _end(awards: Sequence[Award], row: Deliberation, now: datetime) -> None:
    for award in awards:
        with translation.override(award.enrolment.person.language):
            award.reason = _("Decision of the jury, minutes no. {number}").format(number=row.number)
        award.revoked_at = now
        award.save(update_fields=["revoked_at", "reason"])
        status.changed(award)
        verb = "revoked" if award.track_id else "attestation.revoked"
        journal.log(verb, by=None, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)


def _overtaken(one: Candidate) -> bool:
    """Did a jury that took this decision up again file its own before this one was served?"""
    rows = Candidate.objects.filter(enrolment=one.enrolment_id, track=one.track_id)
    again = rows.filter(deliberation__module=one.deliberation.module, deliberation__rectifies__isnull=False)
    return again.filter(deliberation__filed_at__gt=one.deliberation.filed_at).exists()


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
