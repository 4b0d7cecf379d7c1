"""The page server: a small WSGI front that answers compiled pages of public editions without Django or the database.

It knows the shelf (`content.shelf`) by its manifest: when that file was replaced, the next request reads the new one.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from preau.content import serving

type Environ = dict[str, Any]
type Start = Callable[..., Any]
type Application = Callable[[Environ, Start], Iterable[bytes]]

STATUS = {200: "200 OK", 304: "304 Not Modified"}
MEMORY = 64 << 20  # bytes of bodies kept
ANSWERS = 8192  # whole answers kept; they share the bodies


@dataclass
class Shelf:
    """The shelf as this process last saw it."""

    root: Path
    stamp: tuple[int, int, int] = (0, 0, 0)
    manifest: dict[str, list[Any]] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    held: int = 0
    answers: dict[tuple[str, str, str], serving.Answer] = field(default_factory=dict)

    @cached_property
    def place(self) -> str:
        """Where the manifest is, as `os.stat` takes it at every request."""
        return str(self.root / "manifest.json")

    def find(self, path: str) -> list[Any] | None:
        """[digest, released at (seconds), language] of a page, or None."""
        try:
            seen = os.stat(self.place)
        except OSError:
            return None
        stamp = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
        if stamp != self.stamp:
            self.manifest = json.loads(Path(self.place).read_bytes())
            self.stamp, self.bodies, self.held, self.answers = stamp, {}, 0, {}
        return self.manifest.get(path)

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
        """The answer to (path, accepted encodings, known ETag), kept until the shelf changes; raises OSError as
        `body`."""
        digest, _released, language = page
        made = serving.answer(
            digest,
            language,
            accept=asked[1],
            if_none_match=asked[2],
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


def page_server(application: Application, root: Path, headers: dict[str, str]) -> Application:
    """Put the page server before `application`; `headers` (the CSP and its like) go with every page."""
    shelf = Shelf(root)

    def serve(environ: Environ, start: Start) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith("/e/") or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start)
        page = shelf.find(path)
        if page is None or page[1] > time.time():
            return application(environ, start)
        asked = (path, environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", ""))
        answer = shelf.answers.get(asked)
        if answer is None:
            try:
                answer = shelf.answer(asked, page, headers)
            except OSError:
                return application(environ, start)  # Django answers the same from the rows
        start(STATUS[answer.status], list(answer.headers))
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []

    return serve
