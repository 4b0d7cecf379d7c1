"""The status page: one file a language that asks nothing of anybody, so that it can live on another machine.

It says as of when: a copy that is no longer fresh tells that the site no longer writes it. The time goes in steps, so
that a page is written only when what it says changes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from preau.content import outline as outlines
from preau.courses.models import Edition, Milestone, text_in
from preau.mail import queries as mail
from preau.support import incidents

STEP = 600  # seconds between two times that the page tells
SLOW = 900  # seconds that a message may wait before the page says that mail is late
AHEAD = timedelta(days=14)  # of deadlines
MOST = 30  # deadlines


@dataclass(frozen=True)
class Deadline:
    """A date of an edition that everybody sees; titles in the language of the page."""

    at: datetime
    title: str
    course: str
    edition: Edition


def as_of(now: datetime) -> datetime:
    """The time that the page tells: the last full step."""
    return datetime.fromtimestamp(now.timestamp() // STEP * STEP, tz=now.tzinfo)


def deadlines(now: datetime, language: str) -> list[Deadline]:
    """The next deadlines of the public editions, the soonest first: for all, not those of one learner."""
    public = Edition.objects.filter(published_at__lte=now, visibility=Edition.Visibility.PUBLIC, closes_at__gt=now)
    found = []
    for edition in public.select_related("course").order_by("opens_at"):
        try:
            outline = outlines.of_edition(edition, language)
        except outlines.NotPrinted:
            continue
        near = Milestone.objects.filter(edition=edition, at__gt=now, at__lte=now + AHEAD, what=Milestone.What.DUE)
        for row in near.order_by("at", "key"):
            if unit := outline.by_key.get(row.key):
                found.append(Deadline(row.at, unit.title, outline.course_title, edition))
    return sorted(found, key=lambda one: one.at)[:MOST]


def values(now: datetime, language: str) -> Mapping[str, Any]:
    """What the page of one language says."""
    health, soon = mail.health(now), deadlines(now, language)
    return {
        "language": language,
        "languages": settings.LANGUAGES,
        "as_of": as_of(now),
        "step": STEP // 60,
        "site": settings.SITE_URL,
        "site_name": settings.SITE_NAME,
        "mail_late": bool(health.down) or health.oldest > SLOW,
        "deadlines": soon,
        "zone": soon[0].edition.zone_info if soon else ZoneInfo("UTC"),
        "incidents": [(one, text_in(one.texts, language)) for one in incidents.shown(now)],
    }


def pages(now: datetime) -> dict[str, str]:
    """The files by name: one a language, and an index in the site's first language."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            made[f"{language}.html"] = render_to_string("support/status.html", values(now, language))
    return {**made, "index.html": made[f"{settings.LANGUAGE_CODE}.html"]}


def write(folder: Path, now: datetime) -> list[str]:
    """Write the files that differ into a folder, each by rename; returns their names. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages(now).items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
        changed.append(name)
    return changed


def keep_fresh(now: datetime) -> list[str]:
    """The worker's look at it, when a folder is set."""
    return write(Path(settings.STATUS_FOLDER), now) if settings.STATUS_FOLDER else []
