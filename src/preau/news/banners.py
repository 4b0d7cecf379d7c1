"""The line at the head of every page: put up by whoever runs the site, from one moment to another."""

import fcntl
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from preau.accounts.models import Person
from preau.audit import acts, journal
from preau.audit.http import Refused
from preau.common import context, manifests
from preau.courses.models import text_in
from preau.news.models import Banner

LOOK = 1.0  # seconds between two looks at the file


@dataclass
class _Seen:
    looked: float = float("-inf")
    stamp: tuple[str, int, int] = ("", 0, 0)
    rows: Sequence[Mapping[str, Any]] = ()


_seen = _Seen()


def register() -> None:
    """The frame of every page asks for it."""
    context.register_banner(shown)


def shown(language: str) -> Mapping[str, str] | None:
    """{text, link, tone} of the banner of this moment in a language, None without one. Every page asks: it is read from
    a file of the shelf, never from the database."""
    now = time.time()
    for row in _rows():
        if row["from"] <= now < row["until"] and (text := text_in(row["texts"], language)):
            return {"text": text, "link": row["link"], "tone": row["tone"]}
    return None


def _rows() -> Sequence[Mapping[str, Any]]:
    place = _place()
    if not 0 <= time.monotonic() - _seen.looked < LOOK or _seen.stamp[0] != str(place):
        _seen.looked = time.monotonic()
        try:
            known = place.stat()
            stamp = (str(place), known.st_ino, known.st_mtime_ns)
            if stamp != _seen.stamp:
                _seen.rows, _seen.stamp = json.loads(place.read_bytes()), stamp
        except (OSError, ValueError):
            _seen.rows, _seen.stamp = (), (str(place), 0, 0)
    return _seen.rows


def _place() -> Path:
    return Path(settings.PAGES_ROOT) / "site" / "banner.json"


@contextmanager
def held() -> Iterator[None]:
    """Nobody else writes to the folder of the public site, or sweeps it."""
    folder = _place().parent
    (folder / "bodies").mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(*, now: datetime) -> None:
    """Bring the file to what the rows say, after a change."""
    with held():
        put(now=now)


def put(*, now: datetime) -> None:
    """The same, for who holds the folder. The latest row counts: each took the place of those before."""
    rows = Banner.objects.filter(ends_at__gt=now).order_by("-starts_at", "-pk")[:1]
    said = [
        {
            "texts": row.texts,
            "link": row.link,
            "tone": row.tone,
            "from": row.starts_at.timestamp(),
            "until": row.ends_at.timestamp(),
        }
        for row in rows
    ]
    manifests.replace(_place(), json.dumps(said).encode(), within=_place().parent / "bodies")
    _seen.looked = float("-inf")


def current(now: datetime) -> Banner | None:
    """The one that shows, or will next."""
    return Banner.objects.filter(ends_at__gt=now).order_by("-starts_at", "-pk").first()


@dataclass(frozen=True)
class Words:
    texts: Mapping[str, str]
    link: str
    tone: str
    starts_at: datetime
    ends_at: datetime


def put_up(*, act: acts.Act, words: Words, by: Person, now: datetime) -> acts.Outcome:
    """One banner; those of before end. Refuses one without words, or over already."""

    def work() -> acts.Outcome:
        if not any(words.texts.values()):
            raise Refused(_("A banner needs words."))
        if words.ends_at <= max(now, words.starts_at):
            raise Refused(_("A banner ends after it begins, and not before now."))
        _end(now)
        row = Banner.objects.create(
            texts={code: text for code, text in words.texts.items() if text},
            link=words.link,
            tone=words.tone,
            starts_at=words.starts_at,
            ends_at=words.ends_at,
            made_by=by,
        )
        journal.log("banner.put_up", by=by.pk, about="site", about_id=row.pk, at=now)
        return {"banner": str(row.pk)}

    return acts.once(act, by.pk, work)


def take_down(*, act: acts.Act, by: Person, now: datetime) -> acts.Outcome:
    """None shows any more."""

    def work() -> acts.Outcome:
        _end(now)
        journal.log("banner.taken_down", by=by.pk, about="site", about_id=by.pk, at=now)
        return {}

    return acts.once(act, by.pk, work)


def _end(now: datetime) -> None:
    Banner.objects.filter(starts_at__gte=now).delete()
    Banner.objects.filter(ends_at__gt=now).update(ends_at=now)
    transaction.on_commit(lambda: write(now=now), robust=True)  # else the worker does
