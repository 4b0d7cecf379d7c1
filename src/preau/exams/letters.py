"""What is written about sittings: the convocation, what changed, an admission, the link of who supervises. Each in its
reader's language, queued with the change that causes it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.exams import rules, words
from preau.exams.models import InvigilatorLink, Seat, Sitting
from preau.mail import actions as mail
from preau.mail import kinds
from preau.mail import rules as mailing

KIND = "exam"
HOUR = timedelta(hours=1)


def register() -> None:
    """The kind of these messages: they concern people's rights, so they cannot be turned off."""
    kinds.register(KIND, gettext_noop("Your exams: your place, and what changes"), transactional=True)


def facts(sitting: Sitting) -> list[str]:
    """When, where and what to bring, in the language in force: a paragraph each."""
    asked = [_("an identity document with a photograph")] if sitting.asks_identity else []
    bring = "\n".join([*asked, *([sitting.bring] if sitting.bring else [])])
    parts = [
        _("When: {when}").format(when=words.when(sitting)),
        _("Where: {where}").format(where=words.where(sitting)),
        _("How to get there: {directions}").format(directions=sitting.directions) if sitting.directions else "",
        _("To bring: {things}").format(things=bring) if bring else "",
    ]
    return [part for part in parts if part]


def convoke(seat: Seat, sitting: Sitting, person: Person, *, now: datetime) -> None:
    """The convocation of who booked, or was admitted."""
    title = words.title(sitting.edition, sitting.unit.key, person.language)
    mail.queue_many([_row(sitting, seat, person, "convocation", title, "")], now=now, kind=KIND)


def tell(sitting: Sitting, whom: Iterable[tuple[Seat, Person]], what: str, *, now: datetime, reason: str = "") -> None:
    """One message to each, in the act that changed the sitting: an admission, what changed, or that it is cancelled or
    taken back."""
    title = cache(lambda language: words.title(sitting.edition, sitting.unit.key, language, outlines.uncached))
    rows = (_row(sitting, seat, person, what, title(person.language), reason) for seat, person in whom)
    mail.queue_many(rows, now=now, kind=KIND)


def _row(sitting: Sitting, seat: Seat, person: Person, what: str, title: str, reason: str) -> dict[str, Any]:
    with translation.override(person.language):
        subject, opening = OPENINGS[what](title, reason)
        text = "\n\n".join([opening, *_rest(sitting, seat, what)]) + "\n"
    return {
        "person_id": person.pk,
        "address": person.email,
        "key": f"exam:{what}:{seat.pk}:{sitting.sequence}",
        "language": person.language,
        "zone": person.zone,
        "subject": subject,
        "text": text,
    }


def _convocation(title: str, reason: str) -> tuple[str, str]:
    return _("Your place at the exam “{title}”").format(title=title), _(
        "You have a place at the exam “{title}”."
    ).format(title=title)


def _admission(title: str, reason: str) -> tuple[str, str]:
    subject = _("You are admitted to a second sitting of “{title}”").format(title=title)
    opening = _("The team admits you to a second sitting of the exam “{title}”.").format(title=title)
    return subject, f"{opening}\n" + _("Reason: {reason}").format(reason=reason)


def _changed(title: str, reason: str) -> tuple[str, str]:
    subject = _("Your exam “{title}” changes: read the date and the place again").format(title=title)
    return subject, _("The sitting of “{title}” in which you have a place has changed. Here is what holds now.").format(
        title=title
    )


def _cancelled(title: str, reason: str) -> tuple[str, str]:
    subject = _("The sitting of “{title}” in which you had a place is cancelled").format(title=title)
    opening = _("The sitting below does not take place. Reason: {reason}").format(reason=reason)
    return subject, opening + "\n" + _("Book another one on the page of your exams, where there is one.")


def _taken_back(title: str, reason: str) -> tuple[str, str]:
    subject = _("Your admission to a second sitting of “{title}” is taken back").format(title=title)
    return subject, _("You no longer have a place in the sitting below. Write to the team if you have a question.")


OPENINGS = {
    "convocation": _convocation,
    "admission": _admission,
    "changed": _changed,
    "cancelled": _cancelled,
    "taken_back": _taken_back,
}


def _rest(sitting: Sitting, seat: Seat, what: str) -> Iterator[str]:
    base = f"{settings.SITE_URL}/e/{sitting.edition.slug}/me/exams/"
    yield from facts(sitting)[: 2 if what in ("cancelled", "taken_back") else None]
    if what in ("cancelled", "taken_back"):
        yield _("Your exams:") + f"\n{base}"
        return
    if sitting.on_site:
        yield _("Be there before the time: the person who supervises marks you present, then you begin on the site.")
    yield _("Your convocation, to print or to keep, with a file for your calendar:") + f"\n{base}{seat.pk}/"
    if not seat.second:
        yield _("You can change it or give it up there until the sitting begins.")


def send_link(link: InvigilatorLink, *, now: datetime, again: int) -> None:
    """The link, to whoever supervises; `again` tells a second sending from the first."""
    sitting = link.sitting
    with translation.override(link.language):
        title = words.title(sitting.edition, sitting.unit.key, link.language)
        parts = [
            _("You supervise a sitting of the exam “{title}”.").format(title=title),
            *facts(sitting)[:2],
            _("This page, made for a telephone, holds the list of people, and your sheet of what happens:")
            + f"\n{settings.SITE_URL}/invigilate/{link.token}/",
            _("It opens {before} hours before the sitting and closes {after} hours after it.").format(
                before=int(rules.BEFORE / HOUR), after=int(rules.AFTER / HOUR)
            ),
            _("Whoever has this address sees the names: give it to nobody."),
        ]
        subject = _("To supervise the exam “{title}”").format(title=title)
    mail.queue(
        person_id=mailing.stranger(link.email),
        address=link.email,
        key=f"exam:link:{link.pk}:{again}",
        language=link.language,
        subject=subject,
        text="\n\n".join(parts) + "\n",
        now=now,
        kind=KIND,
    )
