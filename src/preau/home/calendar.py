"""A learner's dates as a calendar that others fetch: what opens, what is due for them, until when one assesses, when
results are told, live sessions. No result, no name, nothing of what was done.

A deadline is the last half hour before it, an opening the half hour after: a calendar shows them among the day's hours,
and neither makes anybody busy. No alarm: each calendar has its own."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from preau.common import languages
from preau.common.templatetags.preau import hours
from preau.common.text import one_line
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses.models import Track, text_in
from preau.discussion.models import LiveSession
from preau.grades import queries as grades
from preau.home import ladder, path
from preau.home.models import Feed
from preau.peer.assignments import assessed_by_peers

HALF = timedelta(minutes=30)


def file(feed: Feed) -> tuple[bytes, str, str]:
    """The calendar, its fingerprint and its language; a constant number of queries. Empty while nothing is printed."""
    edition, language = feed.enrolment.edition, languages.known(feed.enrolment.person.language)
    found = Calendar()
    with translation.override(language):
        for name, value in (("prodid", "-//Préau//path//"), ("version", "2.0"), ("calscale", "GREGORIAN")):
            found.add(name, value)
        for name in ("name", "x-wr-calname"):
            found.add(name, edition.course.title(language))
        found.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
        try:
            for event in _events(feed, outlines.of_edition(edition, language)):
                event.add("dtstamp", feed.made_at.astimezone(UTC))  # a file without a change is the same file
                found.add_component(event)
        except outlines.NotPrinted:
            pass
    body: bytes = found.to_ical()
    return body, hashlib.sha256(body).hexdigest()[:32], language


def _events(feed: Feed, outline: Outline) -> Iterator[Event]:
    """Of the modules that are on the learner's path."""
    ledger = grades.record(feed.enrolment_id, outline, now=timezone.now(), for_learner=True)
    rule = grades.rules_of(Track.objects.filter(edition=outline.edition_id))[feed.enrolment.track.key]
    followed = ladder.followed(ledger, rule, ladder.chosen_electives(feed.enrolment))
    home = f"/e/{outline.slug}/path/"
    for module in (one for one in outline.modules if one.units and one.key in followed):
        yield _event(outline, module.id, "opens", module.opens, _("Opens: {title}"), module.title, home)
        for unit in module.units:
            if unit.key not in ledger.excused:
                if unit.opens != module.opens:
                    yield _of_unit(outline, unit, "opens", unit.opens, _("Opens: {title}"))
                yield from _moments(outline, unit, ledger.deadline(unit.key))
    for live in path.lives_of(outline.edition_id):
        yield _live(outline, live)


def _moments(outline: Outline, unit: UnitFacts, due: datetime | None) -> Iterator[Event]:
    if due:
        yield _of_unit(outline, unit, "due", due, _("Due: {title}"))
    if unit.reviews_due and assessed_by_peers(unit.meta):
        yield _of_unit(outline, unit, "reviews", unit.reviews_due, _("Assess the copies: {title}"))
    if unit.results:
        yield _of_unit(outline, unit, "results", unit.results, _("Results: {title}"))


def _of_unit(outline: Outline, unit: UnitFacts, what: str, at: datetime, said: str) -> Event:
    length = _("about {length}").format(length=hours(unit.minutes)) if unit.minutes and what == "due" else ""
    return _event(outline, unit.id, what, at, said, unit.title, unit.address, length)


def _event(
    outline: Outline, about: UUID, what: str, at: datetime, said: str, title: str, address: str, text: str = ""
) -> Event:
    before = what in ("due", "reviews")
    event = _made(
        f"{about.hex}-{what}-{outline.edition_id.hex}",
        at - HALF if before else at,
        at if before else at + HALF,
        said.format(title=title),
        address,
    )
    if text:
        event.add("description", text)
    event.add("sequence", outline.revision)
    event.add("transp", "TRANSPARENT")
    return event


def _live(outline: Outline, live: LiveSession) -> Event:
    """A live session, under the same UID and sequence as the file that it offers by itself."""
    title = _("Live: {title}").format(title=text_in(live.titles, outline.language))
    ends = live.starts_at + timedelta(minutes=live.minutes)
    event = _made(f"live-{live.pk}", live.starts_at, ends, title, f"/e/{outline.slug}/discussion/live/{live.pk}/")
    event.add("sequence", live.sequence)
    event.add("transp", "OPAQUE")
    return event


def _made(uid: str, begins: datetime, ends: datetime, summary: str, address: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.SITE_URL).netloc}")
    event.add("dtstart", begins.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", one_line(summary))
    event.add("url", f"{settings.SITE_URL}{address}")
    return event
