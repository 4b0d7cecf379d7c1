"""What makes certificates: award by rule, sign, publish. A jury takes the place of the rule later."""

import json
import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import journal
from preau.audit.http import Refused
from preau.certificates import contexts, credential, integrity, issuer, profiles
from preau.certificates.models import Award, Credential
from preau.content import outline as outlines
from preau.courses.models import Edition, Enrolment, Track
from preau.grades import actions as grades
from preau.grades import queries as ledger

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another
BATCH = 100


def award_passed(*, edition: Edition, track: Track, by: Person, now: datetime) -> int:
    """Give the certificate of a track to every learner on it who passed and has none; returns how many were given.

    Each standing is derived afresh for the decision. Refuses while a mandatory element of the certificate is empty.
    """
    if missing := profiles.profile(edition, track, edition.course.languages[0]).missing():
        raise Refused(
            _("The course does not say yet, for its certificate: {fields}.").format(fields=", ".join(missing))
        )
    outline = outlines.of_edition(edition, edition.course.languages[0])
    waiting = Enrolment.objects.filter(edition=edition, track=track, left_at=None).exclude(
        awards__track=track, awards__revoked_at=None
    )
    given = 0
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            batch = waiting.filter(pk__in=ids[start : start + BATCH]).order_by("pk")
            given += sum(_award(enrolment, track, outline, by, now) for enrolment in batch)
    return given


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
    """Sign one award; false when somebody did meanwhile."""
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("enrolment__person", "enrolment__edition__course", "track")
        .get(pk=award_id)
    )
    if Credential.objects.filter(award=award).exists():
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


@transaction.atomic
def revoke(*, award: Award, by: Person, reason: str, now: datetime) -> None:
    """End an award, with its reason; the page says so at once. Refuses an empty reason."""
    if not reason.strip():
        raise Refused(_("A revocation needs a reason."))
    Award.objects.filter(pk=award.pk, revoked_at=None).update(revoked_at=now, reason=reason.strip()[:300])
    journal.log("revoked", by=by.pk, about="enrolment", about_id=award.enrolment_id, at=now, code=award.code)
