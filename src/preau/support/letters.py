"""What the team answers, by mail: in the learner's language, with the way back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.content import outline as outlines
from preau.content.outline import Outline
from preau.mail import actions as mail
from preau.support import words
from preau.support.models import Entry, Request

KEY = "request:"  # and the entry's id: what an answer to the mail comes back with


def tell(row: Request, entry: Entry, *, now: datetime) -> None:
    """Queue an answer or a decision for the learner."""
    person = row.person
    language = person.language if person else row.language
    with translation.override(language):
        subject, text = written(row, entry, language)
    mail.queue(
        person_id=row.person_id or row.pk,  # who has no account is known by the request
        address=person.email if person else row.address,
        key=f"{KEY}{entry.pk}",
        language=language,
        subject=subject,
        text=text,
        now=now,
        kind="request",
        zone=person.zone if person else "",
    )


def written(row: Request, entry: Entry, language: str) -> tuple[str, str]:
    """(subject, text) in the language in force."""
    decided = words.decision(entry.decision, outline(row, language), zone(row))
    reason = _("Reason: {reason}").format(reason=entry.decision["reason"]) if decided else ""
    ways = []
    if row.person_id:
        ways.append(_("Your request on the site:") + f"\n{settings.SITE_URL}/requests/{row.pk}/")
    if settings.REPLY_ADDRESS:
        ways.append(_("You can also answer this message."))
    parts = [decided, reason, entry.text, *ways]
    return _("Re: {subject}").format(subject=row.subject), "\n\n".join(part for part in parts if part) + "\n"


def zone(row: Request) -> ZoneInfo:
    """The zone in which a request's dates are told."""
    return row.edition.zone_info if row.edition else ZoneInfo(row.person.zone if row.person else "UTC")


def outline(row: Request, language: str) -> Outline | None:
    """The outline that a request's units are named by."""
    if row.edition is None:
        return None
    try:
        return outlines.of_edition(row.edition, language)
    except outlines.NotPrinted:
        return None
