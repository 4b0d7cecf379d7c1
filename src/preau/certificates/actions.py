"""What makes certificates: award by rule, sign, publish. A jury takes the place of the rule later."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import contexts, credential, integrity, issuer, profiles, queries, rules, words
from preau.certificates.models import Award, Credential, stored
from preau.common.templatetags.preau import told
from preau.common.text import one_line
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import actions as grades
from preau.grades import queries as ledger
from preau.mail import actions as mail

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another
BATCH = 100


@dataclass(frozen=True)
class Giving:
    """What is given in one decision, by whom, and what it is derived from: the certificate of a `track`, whose `line`
    says what it is worth, or the attestation of a `module`."""

    edition: Edition
    outline: outlines.Outline
    titles: Mapping[str, str] | str
    by: Person
    now: datetime
    track: Track | None = None
    line: rules.Line = ()
    module: str = ""


def award_passed(*, edition: Edition, track: Track, by: Person, now: datetime) -> int:
    """Give the certificate of a track to every learner on it who passed and never had it; returns how many were given.
    Whoever's was revoked gets none here: see `award_again`. Nor does who holds one of this track, or of one that
    extends it, from another edition, when this one would bring no credit: that one stands.

    Each standing is derived afresh for the decision. Refuses while a mandatory element of the certificate is empty.
    """
    giving = _of_track(edition, track, by, now)
    waiting = queries.on_track(edition, track).exclude(pk__in=Award.objects.filter(track=track).values("enrolment"))
    given = 0
    for chunk in _chunks(waiting):
        with transaction.atomic():
            holdings = _hold(chunk, edition)
            batch = list(waiting.filter(pk__in=chunk).order_by("pk"))
            given += sum(_award(enrolment, giving, holdings) for enrolment in batch)
    return given


def award_module(*, edition: Edition, module: str, by: Person, now: datetime) -> int:
    """Give the attestation of a module, which brings no credit, to every learner who passed it and never had it in
    this edition, those who left included; returns how many were given. Whoever has it from an earlier edition gets
    another only for having passed the module again in this one.

    Refuses a module that gives none, and while a mandatory element of the attestation is empty.
    """
    giving = _of_module(edition, module, by, now)
    waiting = queries.unattested(edition, giving.outline, module)
    given = 0
    for chunk in _chunks(waiting):
        with transaction.atomic():
            _hold(chunk, edition)
            passing = queries.passing(waiting.filter(pk__in=chunk), giving.outline, module, now=now)
            for enrolment in passing:
                _give(enrolment, giving, {})
            given += len(passing)
    return given


def _chunks(rows: QuerySet[Enrolment]) -> Iterator[list[UUID]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _hold(enrolments: Sequence[UUID], edition: Edition) -> queries.Holdings:
    """What the people of these enrolments hold of the course. Locks them, always in the same order, until the end of
    the transaction: two decisions at once, in two editions, cannot both bring them the same credit."""
    people = Person.objects.filter(pk__in=Enrolment.objects.filter(pk__in=enrolments).values("person"))
    held = list(people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return queries.holdings(held, edition.course_id)


def award_again(*, act: acts.Act, award: Award, by: Person, now: datetime) -> acts.Outcome:
    """Give anew a certificate or an attestation that was revoked, under another code. Refuses when one of the same is
    in force, when that of another edition stands, and when the learner does not pass today."""

    def work() -> acts.Outcome:
        again = _attest_again if award.track is None else _certify_again
        again(award, award.enrolment, by, now)
        return {"enrolment": str(award.enrolment_id), "track": award.track.key if award.track else award.module}

    return acts.once(act, by.pk, work)


def _certify_again(award: Award, enrolment: Enrolment, by: Person, now: datetime) -> None:
    track = cast(Track, award.track)
    giving = _of_track(enrolment.edition, track, by, now)
    holdings = _hold([enrolment.pk], enrolment.edition)
    if Award.objects.filter(enrolment=enrolment, track=track, revoked_at=None).exists():
        raise Refused(_("A certificate of this track is in force."))
    if stands := queries.certified([enrolment], track, giving.line, holdings):
        said = _("The certificate of edition {number} stands: another would bring no credit.")
        raise Refused(said.format(number=stands[enrolment.pk]))
    if not _award(enrolment, giving, holdings):
        raise Refused(_("The rule of this track is not met: no certificate was given."))


def _attest_again(award: Award, enrolment: Enrolment, by: Person, now: datetime) -> None:
    giving = _of_module(enrolment.edition, award.module, by, now)
    _hold([enrolment.pk], enrolment.edition)
    mine = Award.objects.filter(module=award.module, revoked_at=None)
    if mine.filter(enrolment__person=enrolment.person_id, enrolment__edition=enrolment.edition_id).exists():
        raise Refused(_("A statement of this module is in force."))
    rows = Enrolment.objects.filter(queries.HERE, pk=enrolment.pk)
    if not queries.passing(rows, giving.outline, award.module, now=now):
        raise Refused(_("The module is not passed: no statement was given."))
    _give(enrolment, giving, {})


def _of_track(edition: Edition, track: Track, by: Person, now: datetime) -> Giving:
    """What a decision about a track is derived from. Refuses while the certificate could not say what it must."""
    language = edition.course.languages[0]
    _check(profiles.profile(edition, track, language))
    line = queries.lines(list(edition.tracks.order_by("position")))[track.key]
    outline = outlines.of_edition(edition, language)
    return Giving(edition, outline, track.titles or track.key, by, now, track=track, line=line)


def _of_module(edition: Edition, module: str, by: Person, now: datetime) -> Giving:
    """The same of a module. Refuses one that gives no attestation."""
    language = edition.course.languages[0]
    outline = outlines.of_edition(edition, language)
    attests = any(one.key == module for one in queries.attesting(outline))
    text = profiles.module_text(edition, module) if attests else None
    if text is None:
        raise Refused(_("This module gives no statement of achievement."))
    _check(profiles.of_module(edition, text, language))
    return Giving(edition, outline, text.titles or module, by, now, module=module)


def _check(profile: credential.Profile) -> None:
    if missing := profile.missing():
        raise Refused(
            _("The course does not say yet, for its certificate: {fields}.").format(fields=", ".join(missing))
        )


def _award(enrolment: Enrolment, giving: Giving, holdings: queries.Holdings) -> bool:
    track = cast(Track, giving.track)
    if queries.certified([enrolment], track, giving.line, holdings):
        return False
    if not grades.settle(enrolment, giving.outline, now=giving.now)[track.key]:
        return False
    _give(enrolment, giving, rules.steps(giving.line, rules.held(holdings.get(enrolment.person_id, ()))))
    return True


def _give(enrolment: Enrolment, giving: Giving, steps: rules.Steps) -> None:
    key, numbers = giving.module, []
    if giving.track is not None:
        tracks = list(Track.objects.filter(edition_id=enrolment.edition_id))
        key = giving.track.key
        numbers = ledger.numbers(ledger.standings(enrolment.pk, giving.outline, tracks, now=giving.now)[key])
    award = Award.objects.create(
        enrolment=enrolment,
        track=giving.track,
        module=giving.module,
        titles=giving.titles,
        credits=rules.brings(steps),
        steps=stored(steps),
        code=new_code(),
        numbers=numbers,
        decided_by_id=giving.by.pk,
        awarded_at=giving.now,
    )
    verb, said = ("awarded", {"track": key}) if giving.track else ("attested", {"module": key})
    journal.log(verb, by=giving.by.pk, about="enrolment", about_id=enrolment.pk, at=giving.now, code=award.code, **said)


def new_code() -> str:
    """Twelve letters that can be read aloud: 58 bits, so that nobody finds one by trying."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(12))


def issue_waiting(*, now: datetime, limit: int | None = None) -> int:
    """Sign the credential of every award that has none, oldest first; one transaction each, so a kill loses nothing."""
    rows = Award.objects.filter(credential=None, revoked_at=None).order_by("awarded_at", "pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    return sum(issue(award_id, now=now) for award_id in ids)


@transaction.atomic
def issue(award_id: UUID, *, now: datetime) -> bool:
    """Sign one award; false when somebody did meanwhile, or revoked it."""
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("enrolment__person", "enrolment__edition__course", "track")
        .get(pk=award_id)
    )
    if award.revoked_at or Credential.objects.filter(award=award).exists():
        return False
    key = issuer.current(now)
    language = award.enrolment.person.language
    unsigned = credential.build(
        profiles.achievement(award, language, settings.SITE_URL), _decision(award, language), site_url=settings.SITE_URL
    )
    document = integrity.sign(unsigned, issuer.private(key), issuer.method(key), now)
    Credential.objects.create(
        award=award,
        key=key,
        document=document,
        text=json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        name_shown=award.enrolment.person.name,
        language=language,
        issued_at=now,
    )
    return True


def _decision(award: Award, language: str) -> credential.Award:
    person, edition = award.enrolment.person, award.enrolment.edition
    return credential.Award(
        code=award.code,
        holder=credential.Holder(email=person.email, salt=secrets.token_hex(8), name=person.name or None),
        credits=award.worth if award.credits is None else award.credits,
        track=award.title(language) if award.track else "",
        edition=f"{edition.course.title(language)} · {edition.number}",
        valid_from=award.awarded_at,
    )


def publish_files(row: Credential, folder: Path) -> Path:
    """Write a credential with what a verifier needs and nothing else: `did.json` and `contexts/`; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{row.award.code}.json"
    path.write_text(row.text, encoding="utf-8")
    (folder / "did.json").write_text(json.dumps(issuer.document(), indent=2) + "\n", encoding="utf-8")
    contexts.export_contexts(folder / "contexts", settings.SITE_URL)
    return path


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
    if award.revoked_at:
        raise Refused(_("This certificate was revoked already."))
    award.revoked_at, award.reason = now, reason
    award.save(update_fields=["revoked_at", "reason"])
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
