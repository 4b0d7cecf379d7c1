"""A learner's dates as a calendar that others fetch: what opens, what is due for them, until when one assesses, when
results are told, live sessions. No result, no name, nothing of what was done.

A deadline is the last half hour before it, an opening the half hour after: a calendar shows them among the day's hours,
and neither makes anybody busy. No alarm: each calendar has its own."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from preau.common import languages
from preau.common.templatetags.preau import hours
from preau.content import outline as outlines
from preau.content.outline import Outline, UnitFacts
from preau.courses import rules as dates
from preau.courses.models import Excuse, Extension, text_in
from preau.discussion.models import LiveSession
from preau.home import ics, path
from preau.home.models import Feed
from preau.peer.assignments import assessed_by_peers

HALF = timedelta(minutes=30)


def file(feed: Feed) -> tuple[bytes, str, str]:
    """The calendar, its fingerprint and its language: three queries. Empty while nothing is printed."""
    edition, language = feed.enrolment.edition, languages.known(feed.enrolment.person.language)
    with translation.override(language):
        try:
            outline = outlines.of_edition(edition, language)
            events = list(_events(feed, outline))
        except outlines.NotPrinted:
            events = []
        body = ics.calendar(edition.course.title(language), events, stamp=feed.made_at, product="-//Préau//path//")
    return body, hashlib.sha256(body).hexdigest()[:32], language


def _events(feed: Feed, outline: Outline) -> Iterator[ics.Event]:
    longer = dict(Extension.objects.filter(enrolment=feed.enrolment_id).order_by().values_list("key", "until"))
    free = set(Excuse.objects.filter(enrolment=feed.enrolment_id).order_by().values_list("key", flat=True))
    home = f"/e/{outline.slug}/path/"
    for module in outline.modules:
        if module.units:
            yield _event(outline, module.id, "opens", module.opens, _("Opens: {title}"), module.title, home)
        for unit in module.units:
            if unit.key not in free:
                if unit.opens != module.opens:
                    yield _of_unit(outline, unit, "opens", unit.opens, _("Opens: {title}"))
                yield from _moments(outline, unit, longer)
    for live in path.lives_of(outline.edition_id):
        yield _live(outline, live)


def _moments(outline: Outline, unit: UnitFacts, longer: Mapping[str, datetime]) -> Iterator[ics.Event]:
    own = longer.get(unit.key)
    if due := dates.deadline(unit.due, [own] if own else []):
        yield _of_unit(outline, unit, "due", due, _("Due: {title}"))
    if unit.reviews_due and assessed_by_peers(unit.meta):
        yield _of_unit(outline, unit, "reviews", unit.reviews_due, _("Assess the copies: {title}"))
    if unit.results:
        yield _of_unit(outline, unit, "results", unit.results, _("Results: {title}"))


def _of_unit(outline: Outline, unit: UnitFacts, what: str, at: datetime, said: str) -> ics.Event:
    length = _("about {length}").format(length=hours(unit.minutes)) if unit.minutes and what == "due" else ""
    return _event(outline, unit.id, what, at, said, unit.title, unit.address, length)


def _event(
    outline: Outline, about: UUID, what: str, at: datetime, said: str, title: str, address: str, text: str = ""
) -> ics.Event:
    before = what in ("due", "reviews")
    return ics.Event(
        uid=f"{about.hex}-{what}-{outline.edition_id.hex}@{_host()}",
        begins=at - HALF if before else at,
        ends=at if before else at + HALF,
        summary=said.format(title=title),
        url=f"{settings.SITE_URL}{address}",
        description=text,
        revision=outline.revision,
    )


def _live(outline: Outline, live: LiveSession) -> ics.Event:
    """A live session, under the same UID and sequence as the file that it offers by itself."""
    return ics.Event(
        uid=f"live-{live.pk}@{_host()}",
        begins=live.starts_at,
        ends=live.starts_at + timedelta(minutes=live.minutes),
        summary=_("Live: {title}").format(title=text_in(live.titles, outline.language)),
        url=f"{settings.SITE_URL}/e/{outline.slug}/discussion/live/{live.pk}/",
        revision=live.sequence,
        busy=True,
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).netloc
