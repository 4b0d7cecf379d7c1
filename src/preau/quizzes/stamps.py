"""Stamps: the server's time for one attempt, signed, which the device hands back with what it wrote since."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from preau.quizzes.timing import Claim

SALT = "preau.quizzes.stamps"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND, MILLISECOND = timedelta(microseconds=1), timedelta(milliseconds=1)
HEADER = "X-Stamp"  # on every answer to an act of a timed attempt
LONGEST = 12  # digits of milliseconds: thirty years


@dataclass(frozen=True)
class Sent:
    """What came with an answer, as it was sent: a stamp, the milliseconds since it, and whether it had to wait for a
    network."""

    stamp: str = ""
    elapsed: str = ""
    queued: bool = False


NOTHING = Sent()


def give(attempt: UUID, at: datetime) -> str:
    """A stamp of this moment. The device reads the number in it, microseconds since 1970, to set its countdown."""
    return Signer(salt=SALT).sign(f"{attempt.hex}.{(at - EPOCH) // MICROSECOND}")


def claim(sent: Sent, attempt: UUID) -> Claim | None:
    """What a stamp and the time since it say; None where the stamp is not one that we gave for this attempt."""
    try:
        of, _, at = Signer(salt=SALT).unsign(sent.stamp).partition(".")
    except BadSignature:
        return None
    if of != attempt.hex:
        return None
    digits = sent.elapsed.isascii() and sent.elapsed.isdigit() and len(sent.elapsed) <= LONGEST
    return Claim(EPOCH + int(at) * MICROSECOND, int(sent.elapsed) * MILLISECOND if digits else None)
