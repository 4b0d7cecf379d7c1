"""A certificate set aside for a time, while something is looked into, and put in force again. Its page and the status
lists say so; nothing of it is lost."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.certificates import status
from preau.certificates.models import Award
from preau.common.templatetags.preau import told
from preau.common.text import one_line
from preau.mail import actions as mail

LONGEST = 300  # of a reason

SUSPENDED = (
    gettext_noop("Suspended for a time: {title}"),
    gettext_noop(
        "Your document {code} ({title}, course “{course}”) is suspended since {time}: until this is settled, nobody "
        "should rely on it.\n\nThe reason given: {reason}\n\nIts public page says that it is suspended, without the "
        "reason: {address}\n\nYou need not do anything to keep it. If you think that this is a mistake, write to the "
        "team of the course.\n"
    ),
)
LIFTED = (
    gettext_noop("In force again: {title}"),
    gettext_noop(
        "Your document {code} ({title}, course “{course}”) is in force again since {time}. It is the same document, "
        "under the same address and code: {address}\n\nWhat was said: {reason}\n"
    ),
)
"""Subject and text of what its holder is told."""


def suspend(*, act: acts.Act, award: Award, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """Set an award aside, with its reason (300 characters at most); its page says so at once, a mail tells its holder.
    Refuses an empty reason, an award that ended, and one that is suspended already."""

    def work(row: Award, why: str) -> None:
        if row.suspended_at:
            raise Refused(_("It is suspended already."))
        row.suspended_at, row.suspended_for = now, why
        row.save(update_fields=["suspended_at", "suspended_for"])
        _done("suspended", SUSPENDED, row, by, why, now)

    return acts.once(act, by.pk, lambda: _held(award, reason, work))


def lift(*, act: acts.Act, award: Award, by: Person, reason: str, now: datetime) -> acts.Outcome:
    """Put it in force again, with what came of it, which its holder reads. Refuses an empty reason, an award that ended
    meanwhile, and one that is not suspended."""

    def work(row: Award, why: str) -> None:
        if not row.suspended_at:
            raise Refused(_("It is not suspended."))
        row.suspended_at, row.suspended_for = None, ""
        row.save(update_fields=["suspended_at", "suspended_for"])
        _done("lifted", LIFTED, row, by, why, now)

    return acts.once(act, by.pk, lambda: _held(award, reason, work))


def _held(award: Award, reason: str, work: Callable[[Award, str], None]) -> acts.Outcome:
    why = one_line(reason)[:LONGEST]
    if not why:
        raise Refused(_("Write the reason: its holder reads it."))
    rows = Award.objects.select_for_update(of=("self",)).select_related(
        "enrolment__person", "enrolment__edition__course", "track"
    )
    row = rows.get(pk=award.pk)
    if row.revoked_at:
        raise Refused(_("It is no longer in force: there is nothing to suspend."))
    work(row, why)
    return {"award": row.code, "suspended": row.suspended_at is not None}


def _done(verb: str, words: tuple[str, str], award: Award, by: Person, why: str, now: datetime) -> None:
    """The lists, the journal, the mail."""
    status.changed(award)
    said = {"code": award.code}  # not why: the journal outlives the account
    journal.log(f"certificate.{verb}", by=by.pk, about="enrolment", about_id=award.enrolment_id, at=now, **said)
    person = award.enrolment.person
    with translation.override(person.language):
        said = {
            "code": award.code,
            "reason": why,
            "course": award.enrolment.edition.course.title(person.language),
            "title": award.title(person.language),
            "time": told(now, person.zone_info),
            "address": f"{settings.SITE_URL}/verify/{award.code}",
        }
        subject, text = (_(one).format(**said) for one in words)
        mail.queue(
            person_id=person.pk,
            address=person.email,
            key=f"{verb}:{award.pk}:{now:%Y%m%dT%H%M%S}",
            language=person.language,
            subject=subject,
            text=text,
            now=now,
            kind="decision",
        )
