"""What their authors hear of suggestions: accepted, refused and why, to look at again. Through the one outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from preau.mail import actions as mail
from preau.mail import kinds
from preau.subtitles.models import Suggestion

KIND = "subtitles"
State = Suggestion.State
BATCH = 100  # decisions
PACE = timedelta(seconds=10)  # between two looks
AT_ONCE = 500  # authors who are asked to look again after one change


def register() -> None:
    """Called once, when the models are ready."""
    kinds.register(KIND, gettext_noop("What became of your suggestions on subtitles"), transactional=False)


def tell_due(*, now: datetime) -> bool:
    """A batch of decisions: their authors hear of them, and those whose suggestions on the same words are now to be
    looked at again. A chore of the worker, so that accepting costs the same however many wait. Is there more?"""
    waiting = Suggestion.objects.filter(told=False, state__in=[State.ACCEPTED, State.REFUSED])
    keys = list(waiting.order_by("decided_at", "pk").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        _tell(key, now)
    return len(keys) == BATCH


@transaction.atomic
def _tell(key: UUID, now: datetime) -> None:
    """One decision, told with its messages in one transaction; by one of several workers."""
    if not Suggestion.objects.filter(pk=key, told=False).update(told=True):
        return
    row = Suggestion.objects.select_related("author", "edition", "track").get(pk=key)
    letters = [_letter(row, row.state)]
    if row.state == State.ACCEPTED:
        letters += [_letter(other, f"changed-{row.revision}") for other in _touched(row)]
    mail.queue_many([letter for letter in letters if letter], now=now, kind=KIND)


def _touched(row: Suggestion) -> Sequence[Suggestion]:
    rows = Suggestion.objects.filter(track=row.track_id, first__in=row.keys, state=State.OPEN)
    return list(rows.select_related("author", "edition", "track").order_by("made_at")[:AT_ONCE])


def _letter(row: Suggestion, what: str) -> dict[str, Any] | None:
    """A message to a suggestion's author, if there is one."""
    person = row.author
    if person is None or person.erased_at is not None:
        return None
    with translation.override(person.language):
        subject, text = _said(row, what)
    return {
        "person_id": person.pk,
        "address": person.email,
        "key": f"subtitles-{row.pk}-{what}",
        "language": person.language,
        "zone": person.zone,
        "subject": subject,
        "text": text,
    }


def _said(row: Suggestion, what: str) -> tuple[str, str]:
    quote = _("“{words}”").format(words=" ".join(row.quote.split())[:80])
    address = f"{settings.SITE_URL}/e/{row.edition.slug}/video/{row.track.video_id}/suggestion/{row.pk}/"
    if what == "accepted":
        subject, text = (
            _("Your suggestion stands: {quote}"),
            _("It was accepted and everybody reads it now. Thank you."),
        )
    elif what == "refused":
        subject, text = _("Your suggestion was not taken: {quote}"), row.decision
    else:
        subject = _("Look again at your suggestion: {quote}")
        text = _("These words changed meanwhile. Look whether your suggestion is still good, and send it anew.")
    return subject.format(quote=quote), f"{text}\n\n{address}\n"
