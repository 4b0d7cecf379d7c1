"""Another name on a certificate: asked by its holder, decided by a registrar who compares both."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import replacing, words_names
from preau.certificates.models import Award, NameCorrection
from preau.common.text import one_line
from preau.mail import actions as mail

LONGEST_NAME = 240
LONGEST_WHY = 300


def name_on(award: Award) -> str:
    """The name that a certificate bears, or will once it is signed."""
    credential = getattr(award, "credential", None)
    return credential.name_shown if credential else award.name or award.enrolment.person.name


def ask(*, act: acts.Act, award: Award, by: Person, name: str, why: str, now: datetime) -> acts.Outcome:
    """Ask for another name. Refuses an empty one and the same one, a certificate that is not in force, and a second
    request while one waits."""

    def work() -> acts.Outcome:
        held = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
        asked, was = one_line(name)[:LONGEST_NAME], name_on(award)
        if held.revoked_at or held.suspended_at:
            raise Refused(_("This certificate is not in force: its name cannot be corrected."))
        if not asked:
            raise Refused(_("Write the name as it should stand on the certificate."))
        if asked == was:
            raise Refused(_("The certificate bears this very name already."))
        if held.corrections.filter(accepted=None).exists():
            raise Refused(_("You asked for another name already: the school looks at it."))
        row = NameCorrection.objects.create(
            award=held, was=was, asked=asked, why=one_line(why)[:LONGEST_WHY], asked_at=now
        )
        _log("certificate.name_asked", row, by, now)
        return {"correction": str(row.pk)}

    return acts.once(act, by.pk, work)


def withdraw(*, act: acts.Act, correction: NameCorrection, by: Person, now: datetime) -> acts.Outcome:
    """Its holder takes a request back. Refuses one that was decided."""

    def work() -> acts.Outcome:
        row = _waiting(correction)
        _decide(row, by, now, accepted=False)
        return {"correction": str(row.pk)}

    return acts.once(act, by.pk, work)


def accept(*, act: acts.Act, correction: NameCorrection, by: Person, now: datetime) -> acts.Outcome:
    """Give the certificate under the name that was asked for; the former document is replaced. Refuses what was
    decided, one's own request, and a certificate that is not in force any more."""

    def work() -> acts.Outcome:
        row = _waiting(correction)
        _not_ones_own(row, by)
        row.replacement = replacing.replace(row.award_id, row.asked, by=by, now=now)
        _decide(row, by, now, accepted=True)
        return {"correction": str(row.pk), "award": row.replacement.code}

    return acts.once(act, by.pk, work)


def refuse(*, act: acts.Act, correction: NameCorrection, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """Leave the name as it is; a mail tells the holder why. Refuses an empty reason, what was decided, and one's own
    request."""

    def work() -> acts.Outcome:
        row, why = _waiting(correction), one_line(reason)[:LONGEST_WHY]
        if not why:
            raise Refused(_("A refusal needs a reason: its holder reads it."))
        _not_ones_own(row, by)
        _decide(row, by, now, accepted=False, reason=why)
        _log("certificate.name_refused", row, by, now)
        _tell_refused(row, now)
        return {"correction": str(row.pk)}

    return acts.once(act, by.pk, work)


def _waiting(correction: NameCorrection) -> NameCorrection:
    rows = NameCorrection.objects.select_for_update(of=("self",))
    row = rows.select_related("award__enrolment__person", "award__enrolment__edition__course", "award__track").get(
        pk=correction.pk
    )
    if row.accepted is not None:
        raise Refused(_("This request was decided already."))
    return row


def _not_ones_own(row: NameCorrection, by: Person) -> None:
    if row.award.enrolment.person_id == by.pk:
        raise Refused(_("Nobody decides about their own name: another registrar does."))


def _decide(row: NameCorrection, by: Person, now: datetime, *, accepted: bool, reason: str = "") -> None:
    row.accepted, row.decided_by, row.decided_at, row.reason = accepted, by, now, reason
    row.save(update_fields=["accepted", "decided_by", "decided_at", "reason", "replacement"])


def _log(verb: str, row: NameCorrection, by: Person, now: datetime) -> None:
    """Without the names: the journal outlives an account."""
    about = row.award.enrolment_id
    journal.log(verb, by=by.pk, about="enrolment", about_id=about, at=now, code=row.award.code)


def _tell_refused(row: NameCorrection, now: datetime) -> None:
    person, edition = row.award.enrolment.person, row.award.enrolment.edition
    with translation.override(person.language):
        said = {
            "title": row.award.title(person.language),
            "course": edition.course.title(person.language),
            "code": row.award.code,
            "asked": row.asked,
            "reason": row.reason,
            "requests": f"{settings.SITE_URL}/requests/",
        }
        subject, text = words_names.REFUSED
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"name_refused:{row.pk}",
            language=person.language,
            subject=_(subject).format(**said),
            text=_(text).format(**said),
            now=now,
            kind="decision",
        )


def forget(person: Person, now: datetime) -> None:
    """An account goes: a request that waits is over, reasons are wiped, and so are names that no certificate bears."""
    mine = NameCorrection.objects.filter(award__enrolment__person=person)
    mine.filter(accepted=None).update(accepted=False, decided_at=now)
    mine.update(why="", reason="")
    mine.filter(accepted=False).update(asked="")
