"""What people are told of a deadline act, each in their language: at once, at any hour, since it concerns what they
may hand in tonight."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.common.templatetags.preau import told
from preau.content import outline as outlines
from preau.courses import postponing
from preau.courses.models import Edition, Postponement
from preau.mail import actions as mail

BATCH = 1000
SPOKEN = [code for code, _name in settings.LANGUAGES]


def tell_due(*, now: datetime) -> int:
    """Tell whoever is to be told of a deadline act or of its undoing; returns how many messages are in the outbox.

    The act itself writes no message: with 25,000 people nobody else could hand in for so long. The worker comes here
    within seconds; a batch is one transaction, and goes on after a kill where it was."""
    total = 0
    while (batch := _tell_batch(now)) is not None:
        total += batch
    return total


@transaction.atomic
def _tell_batch(now: datetime) -> int | None:
    """One batch of one act; None when nobody is to be told."""
    rows = Postponement.objects.select_for_update(of=("self",), skip_locked=True).exclude(telling="")
    row = rows.order_by("at", "pk").first()
    if row is None:
        return None
    people = postponing.reached(row).order_by("pk")
    people = people.filter(pk__gt=row.cursor) if row.cursor else people
    fields = ("pk", "person_id", "person__email", "person__language", "person__zone")
    batch = list(people.values_list(*fields)[:BATCH])
    mail.queue_many(_messages(row, batch), now=now, kind="decision")
    row.cursor = batch[-1][0] if batch else row.cursor
    row.telling = row.telling if len(batch) == BATCH else Postponement.Telling.NOTHING
    row.save(update_fields=["cursor", "telling"])
    return len(batch)


def _messages(row: Postponement, people: Sequence[tuple[UUID, UUID, str, str, str]]) -> Iterator[dict[str, Any]]:
    edition = Edition.objects.select_related("course").get(pk=row.edition_id)
    words = {language: said(row, edition, language, row.telling) for language in SPOKEN}
    for _pk, person_id, address, language, zone in people:
        spoken = language if language in words else settings.LANGUAGE_CODE
        subject, text = words[spoken]
        yield {
            "person_id": person_id,
            "address": address,
            "key": f"deadline:{row.pk}:{row.telling}",
            "language": spoken,
            "zone": zone,
            "subject": subject,
            "text": text,
        }


def said(row: Postponement, edition: Edition, language: str, what: str) -> tuple[str, str]:
    """(subject, text) in one language: the dates and the reason."""
    zone = edition.zone_info
    with translation.override(language):
        outline = outlines.of_edition(edition, language)
        lines, seen = [], set()
        for key, _what, before, after in postponing.moves_of(row):
            unit = outline.by_key.get(key)
            if unit is None or key in seen:
                continue
            seen.add(key)
            lines.append(_("{title}: until {date}").format(title=unit.title, date=told(_at(what, before, after), zone)))
            lines.append(f"{settings.SITE_URL}{unit.address}\n")
        subject = _("More time: {course}") if what == "made" else _("The former deadline holds again: {course}")
        opening = {
            "made": ngettext("You have {hours} hour more:", "You have {hours} hours more:", row.hours).format(
                hours=row.hours
            ),
            "undone": _("More time had been announced by mistake. The former deadline holds again:"),
        }[what]
        ending = _("Reason: {reason}").format(reason=row.reason) if what == "made" else _("We are sorry for it.")
        keeps = _("If you had been given a later date already, it stays.")
        text = "\n".join([opening, "", *lines, keeps, ending, ""])
        return subject.format(course=outline.course_title), text


def _at(what: str, before: datetime, after: datetime) -> datetime:
    return after if what == "made" else before
