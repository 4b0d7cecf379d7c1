"""The public site on the shelf: what a visitor without an account sees of each page, compiled once for everybody and
served by the page server like units. Whoever has a session, or asks for what is not here, is answered by the views.

Nothing is stored that the views would not say: a page is what its view answers to a stranger. It holds until the next
moment at which it would say something else (enrolment opens, an article appears), and an hour at most: from then on the
views answer, until the worker has compiled anew. It also does when a row changed, and once in an hour, since the pages
count people.
"""

import gzip
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import resolve
from django.utils import translation

from preau.common import manifests
from preau.news import banners, changing
from preau.news.addresses import Address, public

logger = logging.getLogger(__name__)
PACE = timedelta(seconds=4)
AGAIN = timedelta(hours=1)  # figures are counted then
SPARE = timedelta(minutes=10)  # for the worker to be late
ENCODINGS = ("br", "gzip", "identity")


@dataclass
class _Worker:
    looked: bool = False


_worker = _Worker()


def root() -> Path:
    """Where the page server looks."""
    return Path(settings.PAGES_ROOT) / "site"


def refresh_due(*, now: datetime) -> bool:
    """Compile the site anew when something that it shows changed, or will have by now, and at the first look of each
    worker, which may be of another release; a few small queries else."""
    there = _known()
    due = min(there.get("until", 0), there.get("at", 0) + AGAIN.total_seconds())
    same = (root() / "manifest.json").exists() and there.get("stamp") == changing.stamp()
    if _worker.looked and same and now.timestamp() < due:
        return False
    _worker.looked = True
    refresh(now=now)
    return True


def forget() -> None:
    """Once this is committed no page is given that was compiled before: the views answer until the worker has compiled
    anew. For what must show no more at once, also where the worker is down; other machines follow by the stamp."""
    place = root() / "manifest.json"
    transaction.on_commit(lambda: place.unlink(missing_ok=True), robust=True)


def refresh(*, now: datetime) -> int:
    """Compile every page; returns how many. Safe to run twice, or to be killed in."""
    place = root()
    (place / "bodies").mkdir(parents=True, exist_ok=True)
    with banners.held():
        # Before the pages: what changes meanwhile then shows as a difference.
        stamp, change = changing.stamp(), changing.next_change(now)
        until = min(change, (now + AGAIN + SPARE).timestamp())  # without a worker the views answer from then on
        banners.put(now=now)
        pages = {page.path: page for page in compiled(now)}
        for page in pages.values():
            _keep(place / "bodies", page)
        entries = {page.path: [page.digest, 0, page.language, until] for page in pages.values()}
        known = {"stamp": stamp, "until": change, "at": now.timestamp()}
        for name, said in (("manifest.json", entries), ("stamp.json", known)):
            manifests.replace(place / name, json.dumps(said).encode(), within=place / "bodies")
        _sweep(place / "bodies", {page.digest for page in pages.values()})
    return len(pages)


@dataclass(frozen=True)
class Compiled:
    path: str
    language: str
    digest: str
    html: bytes


def compiled(now: datetime) -> Iterator[Compiled]:
    """Every page of the public site that a stranger may see."""
    for address in public(now):
        html = as_a_stranger(address)
        if html is not None:
            yield Compiled(address.path, address.language, hashlib.sha256(html).hexdigest()[:32], html)


def as_a_stranger(address: Address) -> bytes | None:
    """What the view of an address answers to somebody without an account; None for what is not there."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", address.path, address.path
    site = urlsplit(settings.SITE_URL)
    port = site.port or (443 if site.scheme == "https" else 80)
    request.META = {"SERVER_NAME": site.hostname or "localhost", "SERVER_PORT": str(port), "HTTP_HOST": site.netloc}
    request.user = AnonymousUser()
    match = resolve(address.path)
    with translation.override(address.language):
        try:
            response = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return None
        except Exception:  # one page that fails leaves the others where they are; its view says what is wrong
            logger.exception("a page of the public site was not compiled", extra={"fields": {"path": address.path}})
            return None
    return bytes(response.content) if response.status_code == 200 else None


def _known() -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads((root() / "stamp.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _keep(bodies: Path, page: Compiled) -> None:
    """The bodies of a page, unless they are there."""
    made: dict[str, Callable[[], bytes]] = {
        "identity": lambda: page.html,
        "gzip": lambda: gzip.compress(page.html, 9, mtime=0),
        "br": lambda: bytes(brotli.compress(page.html, quality=10)),
    }
    for name in ENCODINGS:
        path = bodies / f"{page.digest}.{name}"
        if not path.exists():
            manifests.replace(path, made[name](), within=bodies)


def _sweep(bodies: Path, wanted: set[str]) -> None:
    for old in bodies.iterdir():
        if old.name.split(".")[0] not in wanted:
            old.unlink(missing_ok=True)
