"""Requests that took long, the latest of them, for all web processes of this machine: lines of one file, which is
moved aside when it has grown."""

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

LARGEST = 256 * 1024  # bytes; a former file of as many stays beside it


def place() -> Path:
    """The file's path."""
    return Path(settings.STATE) / "watch" / "slow.jsonl"


def note(route: str, status: str, took: float, request: str) -> None:
    """Write one down, `took` in seconds; a disk that refuses is no reason to fail a request."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"at": at, "route": route, "status": status, "ms": round(took * 1000), "request": request})
    with contextlib.suppress(OSError):
        place().parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())  # one write: lines of two processes never mix
            if os.fstat(handle).st_size > LARGEST:
                place().replace(place().with_suffix(".former"))
        finally:
            os.close(handle)


def latest(count: int) -> list[dict[str, Any]]:
    """The latest requests that took long, newest first, `at` a datetime."""
    lines: list[str] = []
    for path in (place().with_suffix(".former"), place()):
        with contextlib.suppress(OSError):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    found: list[dict[str, Any]] = []
    for line in reversed(lines):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            found.append({**said, "at": datetime.fromisoformat(said["at"])})
        if len(found) == count:
            break
    return found
