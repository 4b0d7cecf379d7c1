"""Rules of handing in, and the way to the model of grades. Pure: no Django."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from preau.peer.model import Grades

LONGEST = 60_000  # characters of a text handed in: some thirty pages


@dataclass(frozen=True)
class Reception:
    """Whether a text is received, and as what."""

    received: bool
    late: bool = False
    reason: str = ""


def reception(
    *, now: datetime, opens: datetime, due: datetime | None, grace: timedelta, over: datetime, graded: bool
) -> Reception:
    """May a text received at `now` be handed in? In the grace after the deadline it is, and is marked late; without a
    deadline, until the edition is `over`."""
    if now < opens:
        return Reception(False, reason="it is not open yet")
    if graded:
        return Reception(False, reason="it is graded already")
    if now > (due + grace if due is not None else over):
        return Reception(False, reason="the deadline and its grace have passed")
    return Reception(True, late=due is not None and now > due)


def fingerprint(text: str, files: Sequence[str] = ()) -> str:
    """SHA-256, in hexadecimal, of what a receipt is for: the text's UTF-8, then a line for each file's own digest."""
    return hashlib.sha256("\n".join([text, *files]).encode()).hexdigest()


def size(text: str) -> int:
    """Bytes of the text's UTF-8."""
    return len(text.encode())


def named(text: str, name: str) -> list[str]:
    """The parts of an author's name that stand in a text as words of their own, whatever their accents and case.

    Parts of one or two letters are passed over: « Le » or « Ba » stand in many texts that name nobody."""
    words = set(re.findall(r"\w+", folded(text)))
    return [part for part in re.findall(r"\w+", name) if len(part) > 2 and folded(part) in words]


def folded(text: str) -> str:
    """A text without accents or case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def aggregate(
    submission: "np.ndarray[Any, Any]",
    reviewer: "np.ndarray[Any, Any]",
    grade: "np.ndarray[Any, Any]",
    *,
    staff: Any = None,
    staff_random: Any = None,
    assignment: Any = None,
    reliability: Any = None,
    pass_mark: float | None = None,
) -> "Grades":
    """What reviews come to: see `peer.model.aggregate`, which this loads only when it is called (numpy weighs more than
    the web process may carry)."""
    from preau.peer import model  # noqa: PLC0415  heavy: in tasks only

    return model.aggregate(
        submission,
        reviewer,
        grade,
        staff=staff,
        staff_random=staff_random,
        assignment=assignment,
        reliability=reliability,
        pass_mark=pass_mark,
    )
