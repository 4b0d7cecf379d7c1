"""Rules of handing in. Pure: no Django."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 60_000  # characters of a text handed in: some thirty pages


@dataclass(frozen=True)
class Reception:
    """Whether a text is received, and as what."""

    received: bool
    late: bool = False
    reason: str = ""


def reception(*, now: datetime, opens: datetime, due: datetime | None, grace: timedelta, graded: bool) -> Reception:
    """May a text received at `now` be handed in? In the grace after the deadline it is, and is marked late."""
    if now < opens:
        return Reception(False, reason="it is not open yet")
    if graded:
        return Reception(False, reason="it is graded already")
    if due is not None and now > due + grace:
        return Reception(False, reason="the deadline and its grace have passed")
    return Reception(True, late=due is not None and now > due)


def fingerprint(text: str) -> str:
    """SHA-256 of the text's UTF-8, in hexadecimal: what a receipt says."""
    return hashlib.sha256(text.encode()).hexdigest()


def size(text: str) -> int:
    """Bytes of the text's UTF-8."""
    return len(text.encode())
