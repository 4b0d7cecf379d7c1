"""A seat as a file for one's calendar (RFC 5545)."""

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from preau.common.text import one_line
from preau.exams import words
from preau.exams.models import Seat


def file(seat: Seat, language: str) -> bytes:
    """The sitting, in times of UTC, which each calendar shows in its own zone; cancelled, it says so."""
    sitting = seat.sitting
    event = Event()
    event.add("uid", f"exam-{seat.pk.hex}@{urlsplit(settings.SITE_URL).netloc}")
    event.add("dtstamp", seat.booked_at.astimezone(UTC))
    event.add("dtstart", sitting.opens_at.astimezone(UTC))
    event.add("dtend", sitting.closes_at.astimezone(UTC))
    title = words.title(sitting.edition, sitting.unit.key, language)
    event.add("summary", one_line(_("Exam: {title}").format(title=title)))
    if sitting.on_site:
        event.add("location", one_line(words.where(sitting)))
    event.add("url", f"{settings.SITE_URL}/e/{sitting.edition.slug}/me/exams/{seat.pk}/")
    event.add("sequence", sitting.sequence)
    event.add("status", "CANCELLED" if seat.given_up_at else "CONFIRMED")
    event.add("transp", "OPAQUE")
    found = Calendar()
    found.add("prodid", "-//Préau//exams//")
    found.add("version", "2.0")
    found.add_component(event)
    content: bytes = found.to_ical()
    return content
