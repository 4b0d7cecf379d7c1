"""What gives certificates by the rule, and ends them. Where a jury decides, `serving` gives; `issuing` makes the
documents."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import giving, queries, rules, status, words
from preau.certificates.models import Award, Decision
from preau.common.templatetags.preau import told
from preau.common.text import one_line
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import actions as grades
from preau.mail import actions as mail

BATCH = 100


def award_passed(*, edition: Edition, track: Track, by: Person, now: datetime) -> int:
    """Give the certificate of a track to every learner on it who passed and never had it; returns how many were given.
    Whoever's was revoked gets none here: see `award_again`. Nor does who holds one of this track, or of one that
    extends it, from another edition, when this one would bring no credit: that one stands.

    Each standing is derived afresh for the decision. Refuses while a mandatory element of the certificate is empty,
    and where the course has a jury decide.
    """
    if (edition.course.about.get("certificate") or {}).get("jury"):
        raise Refused(_("A jury decides of this course’s certificates: prepare a deliberation."))
    terms = giving.of_track(edition, track, by.pk, now)
    waiting = queries.on_track(edition, track).exclude(pk__in=Award.objects.filter(track=track).values("enrolment"))
    given = 0
    for chunk in _chunks(waiting):
        with transaction.atomic():
            holdings = giving.hold(chunk, edition)
            batch = list(waiting.filter(pk__in=chunk).order_by("pk"))
            given += sum(_award(enrolment, terms, holdings) for enrolment in batch)
    return given


def award_module(*, edition: Edition, module: str, by: Person, now: datetime) -> int:
    """Give the attestation of a module, which brings no credit, to every learner who passed it and never had it in
    this edition, those who left included; returns how many were given. Whoever has it from an earlier edition gets
    another only for having passed the module again in this one.

    Whoever a jury decided of for this module is not touched. Refuses a module that gives none, and while a mandatory
    element of the attestation is empty.
    """
    terms = giving.of_module(edition, module, by.pk, now)
    judged = queries.judged(module=module).filter(candidate__enrolment=OuterRef("pk"))
    waiting = queries.unattested(edition, terms.outline, module).exclude(Exists(judged))
    given = 0
    for chunk in _chunks(waiting):
        with transaction.atomic():
            giving.hold(chunk, edition)
            passing = queries.passing(waiting.filter(pk__in=chunk), terms.outline, module, now=now)
            for enrolment in passing:
                giving.give(enrolment, terms, {})
            given += len(passing)
    return given


def _chunks(rows: QuerySet[Enrolment]) -> Iterator[list[UUID]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def award_again(*, act: acts.Act, award: Award, by: Person, now: datetime) -> acts.Outcome:
    """Give anew a certificate or an attestation that was revoked, under another code. Refuses when one of the same is
    in force, when that of another edition stands, when the learner does not pass today, and of what was replaced. A
    name that was corrected on it, and what its holder chose to show, hold for the new one."""

    def work() -> acts.Outcome:
        if award.replaced_by_id:
            raise Refused(_("An up-to-date version took the place of this one: it is not given again."))
        again = _attest_again if award.track is None else _certify_again
        again(award, award.enrolment, by, now)
        given = Award.objects.filter(enrolment=award.enrolment, track=award.track, module=award.module, revoked_at=None)
        given.update(name=award.name, hidden=award.hidden)
        return {"enrolment": str(award.enrolment_id), "track": award.track.key if award.track else award.module}

    return acts.once(act, by.pk, work)


def _certify_again(award: Award, enrolment: Enrolment, by: Person, now: datetime) -> None:
    track = cast(Track, award.track)
    terms = giving.of_track(enrolment.edition, track, by.pk, now)
    holdings = giving.hold([enrolment.pk], enrolment.edition)
    if Award.objects.filter(enrolment=enrolment, track=track, revoked_at=None).exists():
        raise Refused(_("A certificate of this track is in force."))
    if stands := queries.certified([enrolment], track, terms.line, holdings):
        said = _("The certificate of edition {number} stands: another would bring no credit.")
        raise Refused(said.format(number=stands[enrolment.pk]))
    if (decision := _decided(award)) is not None:
        giving.give(enrolment, terms, _steps(enrolment, terms, holdings), decision)
    elif not _award(enrolment, terms, holdings):
        raise Refused(_("The rule of this track is not met: no certificate was given."))


def _decided(award: Award) -> Decision | None:
    """The last word of the juries about what an award was given for, where juries decide. Refuses where it admits
    nobody: only another jury gives that."""
    decision = queries.last_word(award)
    by_jury = bool((award.enrolment.edition.course.about.get("certificate") or {}).get("jury")) and award.track
    if decision is None and not by_jury:
        return None
    on = (decision.track_id or decision.candidate.track_id) if decision else None
    if decision is None or decision.verdict != "admitted" or on != award.track_id:
        raise Refused(_("A jury decides of this: prepare a rectification of its minutes."))
    return decision


def _attest_again(award: Award, enrolment: Enrolment, by: Person, now: datetime) -> None:
    terms = giving.of_module(enrolment.edition, award.module, by.pk, now)
    giving.hold([enrolment.pk], enrolment.edition)
    mine = Award.objects.filter(module=award.module, revoked_at=None)
    if mine.filter(enrolment__person=enrolment.person_id, enrolment__edition=enrolment.edition_id).exists():
        raise Refused(_("A statement of this module is in force."))
    rows = Enrolment.objects.filter(queries.HERE, pk=enrolment.pk)
    decision = _decided(award)
    if decision is None and not queries.passing(rows, terms.outline, award.module, now=now):
        raise Refused(_("The module is not passed: no statement was given."))
    giving.give(enrolment, terms, {}, decision)


def _award(enrolment: Enrolment, terms: giving.Giving, holdings: queries.Holdings) -> bool:
    track = cast(Track, terms.track)
    if queries.certified([enrolment], track, terms.line, holdings):
        return False
    if not grades.settle(enrolment, terms.outline, now=terms.now)[track.key]:
        return False
    giving.give(enrolment, terms, _steps(enrolment, terms, holdings))
    return True


def _steps(enrolment: Enrolment, terms: giving.Giving, holdings: queries.Holdings) -> rules.Steps:
    return rules.steps(terms.line, rules.held(holdings.get(enrolment.person_id, ())))


def revoke(*, act: acts.Act, award: Award, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """End an award, with its reason (300 characters at most); its page says so at once, a mail tells its holder.
    Refuses an empty reason, and an award that ended already."""
    return acts.once(act, by.pk, lambda: _revoke(award.pk, by, one_line(reason)[:300], now))


def _revoke(award_id: UUID, by: Person, reason: str, now: datetime) -> acts.Outcome:
    if not reason:
        raise Refused(_("A revocation needs a reason."))
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "enrolment__person", "enrolment__edition__course", "track"
    )
    award = rows.get(pk=award_id)
    if award.replaced_by_id:
        raise Refused(_("An up-to-date version took the place of this one: revoke that one."))
    if award.revoked_at:
        raise Refused(_("This certificate was revoked already."))
    award.revoked_at, award.reason = now, reason
    award.save(update_fields=["revoked_at", "reason"])
    status.changed(award)
    verb = "revoked" if award.track else "attestation.revoked"
    journal.log(verb, by=by.pk, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)
    _tell_revoked(award, now)
    return {"award": award.code, "revoked_at": now.isoformat()}


def _tell_revoked(award: Award, now: datetime) -> None:
    person = award.enrolment.person
    with translation.override(person.language):
        said = {
            "course": award.enrolment.edition.course.title(person.language),
            "track": award.title(person.language),
            "title": award.title(person.language),
            "code": award.code,
            "time": told(now, person.zone_info),
            "reason": award.reason,
            "address": f"{settings.SITE_URL}/verify/{award.code}",
        }
        subject, text = words.CERTIFICATE_REVOKED if award.track else words.ATTESTATION_REVOKED
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"revoked:{award.pk}",
            language=person.language,
            subject=_(subject).format(**said),
            text=_(text).format(**said),
            now=now,
            kind="decision",
        )
