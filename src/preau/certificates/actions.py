"""What makes certificates: award by rule, sign, publish. A jury takes the place of the rule later."""

import json
import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import contexts, credential, integrity, issuer, profiles
from preau.certificates.models import Award, Credential
from preau.common.templatetags.preau import told
from preau.common.text import one_line
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import actions as grades
from preau.grades import queries as ledger
from preau.mail import actions as mail

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another
BATCH = 100


def award_passed(*, edition: Edition, track: Track, by: Person, now: datetime) -> int:
    """Give the certificate of a track to every learner on it who passed and never had it; returns how many were given.
    Whoever's was revoked gets none here: see `award_again`.

    Each standing is derived afresh for the decision. Refuses while a mandatory element of the certificate is empty.
    """
    outline = _outline(edition, track)
    waiting = Enrolment.objects.filter(edition=edition, track=track, left_at=None).exclude(
        pk__in=Award.objects.filter(track=track).values("enrolment")
    )
    given = 0
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = waiting.filter(pk__in=ids[start : start + BATCH]).order_by("pk")
            given += sum(_award(enrolment, track, outline, by, now) for enrolment in batch)
    return given


def award_again(*, act: acts.Act, award: Award, by: Person, now: datetime) -> acts.Outcome:
    """Give anew a certificate that was revoked, under another code. Refuses when one of the same track is in force,
    and when the learner does not pass today."""
    enrolment, track = award.enrolment, award.track

    def work() -> acts.Outcome:
        outline = _outline(enrolment.edition, track)
        Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
        if Award.objects.filter(enrolment=enrolment, track=track, revoked_at=None).exists():
            raise Refused(_("A certificate of this track is in force."))
        if not _award(enrolment, track, outline, by, now):
            raise Refused(_("The rule of this track is not met: no certificate was given."))
        return {"enrolment": str(enrolment.pk), "track": track.key}

    return acts.once(act, by.pk, work)


def _outline(edition: Edition, track: Track) -> outlines.Outline:
    """What a decision is derived from. Refuses while the certificate could not say what it must."""
    language = edition.course.languages[0]
    if missing := profiles.profile(edition, track, language).missing():
        raise Refused(
            _("The course does not say yet, for its certificate: {fields}.").format(fields=", ".join(missing))
        )
    return outlines.of_edition(edition, language)


def _award(enrolment: Enrolment, track: Track, outline: outlines.Outline, by: Person, now: datetime) -> bool:
    if not grades.settle(enrolment, outline, now=now)[track.key]:
        return False
    tracks = list(Track.objects.filter(edition_id=enrolment.edition_id))
    standing = ledger.standings(enrolment.pk, outline, tracks, now=now)[track.key]
    award = Award.objects.create(
        enrolment=enrolment,
        track=track,
        code=new_code(),
        numbers=ledger.numbers(standing),
        decided_by_id=by.pk,
        awarded_at=now,
    )
    journal.log("awarded", by=by.pk, about="enrolment", about_id=enrolment.pk, at=now, track=track.key, code=award.code)
    return True


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
    unsigned = credential.build(_achievement(award, language), _decision(award, language), site_url=settings.SITE_URL)
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


def _achievement(award: Award, language: str) -> credential.Achievement:
    return profiles.achievement(award.enrolment.edition, award.track, language, settings.SITE_URL)


def _decision(award: Award, language: str) -> credential.Award:
    person, edition = award.enrolment.person, award.enrolment.edition
    return credential.Award(
        code=award.code,
        holder=credential.Holder(email=person.email, salt=secrets.token_hex(8), name=person.name or None),
        credits=award.track.credits,
        track=award.track.title(language),
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
    journal.log("revoked", by=by.pk, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)
    _tell_revoked(award, now)
    return {"award": award.code, "revoked_at": now.isoformat()}


def _tell_revoked(award: Award, now: datetime) -> None:
    person = award.enrolment.person
    with translation.override(person.language):
        said = {
            "course": award.enrolment.edition.course.title(person.language),
            "track": award.track.title(person.language),
            "code": award.code,
            "time": told(now, person.zone_info),
            "reason": award.reason,
            "address": f"{settings.SITE_URL}/verify/{award.code}",
        }
        text = _(
            "Your certificate of the course “{course}” (track: {track}; code: {code}) is no longer in force since "
            "{time}.\n\nThe reason given: {reason}\n\nIts public page says that it is revoked, without the reason: "
            "{address}\n\nIf you think that this is a mistake, write to the team of the course.\n"
        )
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"revoked:{award.pk}",
            language=person.language,
            subject=_("Your certificate is no longer in force: {course}").format(**said),
            text=text.format(**said),
            now=now,
            kind="decision",
        )
