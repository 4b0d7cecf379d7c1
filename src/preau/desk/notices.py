"""What people are told of a deadline act, each in their language: at once, at any hour, since it concerns what they
may hand in tonight."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.common.templatetags.preau import told
from preau.content import outline as outlines
from preau.courses import postponing
from preau.courses.models import Edition, Postponement
from preau.courses.postponing import Scope
from preau.mail import actions as mail

SPOKEN = [code for code, _name in settings.LANGUAGES]


def put_off(row: Postponement, *, now: datetime) -> int:
    """Tell everybody whom a deadline act concerns; returns how many messages are in the outbox."""
    return mail.queue_many(_messages(row, "made"), now=now, kind="decision")


def undone(row: Postponement, *, now: datetime) -> int:
    """Tell the same people that the former deadline holds again."""
    return mail.queue_many(_messages(row, "undone"), now=now, kind="decision")


def _messages(row: Postponement, what: str) -> Iterator[dict[str, Any]]:
    edition = Edition.objects.select_related("course").get(pk=row.edition_id)
    words = {language: said(row, edition, language, what) for language in SPOKEN}
    people = postponing.touched(edition, Scope(row.scope, row.value)).order_by("pk")
    fields = ("person_id", "person__email", "person__language", "person__zone")
    for person_id, address, language, zone in people.values_list(*fields).iterator(chunk_size=2000):
        spoken = language if language in words else settings.LANGUAGE_CODE
        subject, text = words[spoken]
        yield {
            "person_id": person_id,
            "address": address,
            "key": f"deadline:{row.pk}:{what}",
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
