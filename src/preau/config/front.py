"""The page server: a small WSGI front that answers compiled pages without Django's views or the database: those of
public editions to everybody, those of private ones to who brings the edition cookie, those of the public site to who
has no session.

It knows the shelf (`content.shelf`, `news.site`) by its manifests: when one was replaced, a request of the next moment
reads the new one.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preau.content import edition_cookie, serving

type Environ = dict[str, Any]
type Start = Callable[..., Any]
type Application = Callable[[Environ, Start], Iterable[bytes]]

STATUS = {200: "200 OK", 304: "304 Not Modified"}
MEMORY = 64 << 20  # bytes of bodies kept, of each manifest
ANSWERS = 8192  # whole answers kept; they share the bodies
# What others add to a link that they pass on: it changes nothing of the page.
TRACKED = re.compile(r"(?:(?:utm_[a-z]+|fbclid|gclid|msclkid|mc_[a-z]+|mtm_[a-z]+|igshid)=[^&]*&?)*")
LONGEST = 4096  # characters of a Cookie header that is looked at
# Seconds between two looks at a manifest. A look is a system call, at which a thread lets the others in: at each
# request it cost a tenth of the whole answer (measured).
LOOK = 0.05


@dataclass
class Stock:
    """What one manifest lists, and what was read and answered from it. Another manifest is another stock: an answer
    that a thread makes from the former is never kept among those of the new one."""

    root: Path
    shared: bool
    # Path → [digest, released at (seconds), language], and until when (seconds) where a page ends.
    pages: dict[str, list[Any]] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    held: int = 0
    answers: dict[tuple[str, str, str], serving.Answer] = field(default_factory=dict)

    def body(self, digest: str, encoding: str) -> bytes:
        """A body from memory, else from disk; raises OSError when the shelf is being rebuilt under us."""
        name = f"{digest}.{encoding}"
        found = self.bodies.get(name)
        if found is None:
            found = (self.root / "bodies" / name).read_bytes()
            if self.held + len(found) > MEMORY:
                self.bodies, self.held = {}, 0
            self.bodies[name] = found
            self.held += len(found)
        return found

    def answer(self, asked: tuple[str, str, str], page: list[Any], headers: dict[str, str]) -> serving.Answer:
        """The answer to (path, accepted encodings, known ETag), kept; raises OSError as `body`."""
        digest, _released, language = page[:3]
        made = serving.answer(
            digest,
            language,
            accept=asked[1],
            if_none_match=asked[2],
            shared=self.shared,
            body=lambda encoding: self.body(digest, encoding),
            extra=headers,
        )
        if len(self.answers) >= ANSWERS:
            self.answers = {}
        if (
            len(asked[1]) + len(asked[2]) < 200
        ):  # headers are the visitor's to choose: a long one is not worth its memory
            self.answers[asked] = made
        return made


class Shelf:
    """One manifest of the shelf as this process last saw it."""

    def __init__(self, root: Path, name: str = "manifest.json", *, shared: bool = True) -> None:
        self.root, self.shared = root, shared
        self.place = str(root / name)
        self.stamp = (0, 0, 0)
        self.stock = Stock(root, shared)
        self.looked = float("-inf")

    def at(self, now: float) -> Stock:
        """What is on the shelf `now` (seconds since 1970), or was `LOOK` seconds ago."""
        if not 0 <= now - self.looked < LOOK:
            self.looked = now
            self.look()
        return self.stock

    def look(self) -> None:
        """Read the manifest if it is another one than before."""
        try:
            seen = os.stat(self.place)
            stamp = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
            if stamp != self.stamp:
                self.stock = Stock(self.root, self.shared, json.loads(Path(self.place).read_bytes()))
                self.stamp = stamp
        except OSError:
            self.stock, self.stamp = Stock(self.root, self.shared), (0, 0, 0)


@dataclass
class Readers:
    """Who may read private editions, by the Cookie header that says so."""

    known: dict[str, dict[str, float]] = field(default_factory=dict)  # header → edition → until when (seconds)

    def may(self, environ: Environ, path: str, now: float) -> bool:
        """Does this request bring a cookie for the edition of `path`, of its own device and not ended?"""
        cookies: str = environ.get("HTTP_COOKIE", "")
        editions = self.known.get(cookies)
        if editions is None:
            if len(cookies) > LONGEST:
                return False
            editions = edition_cookie.open_to(cookies, now)
            if editions:  # what a stranger makes up is not worth its memory
                if len(self.known) >= ANSWERS:
                    self.known = {}
                self.known[cookies] = editions
        return editions.get(path.split("/", 3)[2], 0) > now


@dataclass
class Counter:
    """The three stocks, and who may have what of them."""

    public: Shelf
    private: Shelf
    site: Shelf
    session: str  # the name of the cookie
    readers: Readers = field(default_factory=Readers)

    def find(self, environ: Environ, path: str, now: float) -> tuple[Stock, list[Any]] | None:
        """The stock and the entry of the page that this request may have; None: Django answers."""
        if path.startswith("/e/"):
            return self.of_edition(environ, path, now)
        stock = self.site.at(now)
        page = stock.pages.get(path)
        if page is None or page[3] <= now or not TRACKED.fullmatch(environ.get("QUERY_STRING", "")):
            return None
        cookies: str = environ.get("HTTP_COOKIE", "")
        return None if cookies and (self.session in cookies or "messages=" in cookies) else (stock, page)

    def of_edition(self, environ: Environ, path: str, now: float) -> tuple[Stock, list[Any]] | None:
        """The same for a unit."""
        stock = self.public.at(now)
        page = stock.pages.get(path)
        if page is None:
            stock = self.private.at(now)
            page = stock.pages.get(path)
            if page is not None and not self.readers.may(environ, path, now):
                page = None
        return None if page is None or page[1] > now else (stock, page)


def page_server(
    application: Application,
    root: Path,
    headers: dict[str, str],
    session: str = "device",
    note: Callable[[Environ, str], object] | None = None,
) -> Application:
    """Put the page server before `application`; `headers` (the CSP and its like) go with every page; `session` names
    the cookie of those who are signed in; `note` is told of each page of the public site that is asked for."""
    private, site = Shelf(root, "private.json", shared=False), Shelf(root / "site", shared=False)
    counter = Counter(Shelf(root), private, site, f"{session}=")

    def serve(environ: Environ, start: Start) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start)
        found = counter.find(environ, path, time.time())
        if note is not None and path in counter.site.stock.pages:  # whoever answers it
            note(environ, path)
        if found is None:
            return application(environ, start)
        stock, page = found
        asked = (path, environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", ""))
        answer = stock.answers.get(asked)
        if answer is None:
            try:
                answer = stock.answer(asked, page, headers)
            except OSError:
                return application(environ, start)  # Django answers the same from the rows
        start(STATUS[answer.status], list(answer.headers))
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []

    return serve
