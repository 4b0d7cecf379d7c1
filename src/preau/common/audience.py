"""How often public pages are asked for, counted where they are served, without a cookie, an address or anything else
that names a visitor: a day, a page, the site one came from, and whether it was a phone.

Each process adds up in memory and, every few seconds, a line to a file of its own; who wants the figures takes the
files. Robots that say that they are, and readers who ask not to be counted (Sec-GPC, DNT), are not."""

import json
import os
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EVERY = 5.0  # seconds between two lines of a process
MOST = 2000  # different things counted between two lines: what a flood makes up beyond is not worth its memory
LONGEST_PATH, LONGEST_SOURCE = 200, 100
ROBOT = re.compile(  # but for CUBOT, who makes phones
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|external|fetch|scan|monitor|curl|wget|python|java/|http-?client|headless|^$",
    re.I,
)
PHONE = re.compile(r"Mobi|Android|iPhone", re.I)

type Key = tuple[str, str, str, str]  # day, path, source, device


class Audience:
    """What one process counts, into `folder`; `host` is the site's own, which is no source."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder, self.host = folder, host
        self.counts: Counter[Key] = Counter()
        self.lock = threading.Lock()
        self.started = False

    def note(self, environ: Mapping[str, Any], path: str, at: datetime) -> None:
        """One page was given to somebody; a microsecond, without the disk."""
        key = counted(environ, path, self.host, at)
        if key is None:
            return
        with self.lock:
            if len(self.counts) < MOST or key in self.counts:
                self.counts[key] += 1
            if not self.started:
                self.started = True
                threading.Thread(target=self._write_for_ever, daemon=True).start()

    def _write_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(EVERY):
            with suppress(OSError):
                self.write()

    def write(self) -> None:
        """What was counted since the last time, as a whole file of its own."""
        with self.lock:
            counts, self.counts = self.counts, Counter()
        if not counts:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{os.getpid()}-{secrets.token_hex(6)}"
        fresh = self.folder / f".{name}"
        fresh.write_text(json.dumps([[*key, n] for key, n in counts.items()]), encoding="utf-8")
        fresh.replace(self.folder / f"{name}.json")


def counted(environ: Mapping[str, Any], path: str, host: str, at: datetime) -> Key | None:
    """What a request counts as; None for robots and for who asks not to be counted."""
    if environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1" or environ["REQUEST_METHOD"] != "GET":
        return None
    agent: str = environ.get("HTTP_USER_AGENT", "")
    purpose = environ.get("HTTP_SEC_PURPOSE", "") + environ.get("HTTP_PURPOSE", "")
    if ROBOT.search(agent) or "prefetch" in purpose:
        return None
    device = "phone" if PHONE.search(agent) else ""
    day = f"{at.astimezone(UTC):%Y-%m-%d}"
    return day, path[:LONGEST_PATH], source(environ.get("HTTP_REFERER", ""), host), device


def source(referer: str, host: str) -> str:
    """The site one came from, without the page; "" for none and for our own."""
    try:
        name = (urlsplit(referer).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    known = bool(re.fullmatch(r"[a-z0-9.-]{1,100}", name))
    return name if known and name != host.removeprefix("www.") else ""


@contextmanager
def taken(folder: Path) -> Iterator[list[tuple[Key, int]]]:
    """What the processes have written since the last time, while the body of `with` keeps it. Files are claimed by a
    new name, so that nobody else takes them; they are gone when the body is done, back when it failed. A kill in
    between loses what it held, and counts nothing twice."""
    held: list[Path] = []
    for path in sorted(folder.glob("*.json")):
        with suppress(FileNotFoundError):  # somebody else was first
            held.append(path.rename(path.with_suffix(".taken")))
    try:
        yield [row for path in held for row in _rows(path)]
    except BaseException:
        for path in held:
            path.rename(path.with_suffix(".json"))
        raise
    for path in held:
        path.unlink(missing_ok=True)
    _sweep(folder)


def _rows(path: Path) -> Iterator[tuple[Key, int]]:
    try:
        for day, page, came, device, n in json.loads(path.read_text(encoding="utf-8")):
            yield (day, page, came, device), n
    except (OSError, ValueError, TypeError):  # cut by a kill
        return


def _sweep(folder: Path) -> None:
    """What a kill left behind a day ago or before."""
    before = time.time() - 86_400
    for path in [*folder.glob(".*"), *folder.glob("*.taken")]:
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()
