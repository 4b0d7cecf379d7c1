"""Where a learner is with a unit, in a word, and which lessons are not pressed on them: the same for their home, their
path and their weekly message. Pure: no Django."""

from collections.abc import Iterable
from datetime import datetime

CLOSED = {"done", "kept", "handed", "excused"}  # nothing graded is owed of a unit in one of these


def state(opens: datetime, due: datetime | None, *, done: bool, now: datetime) -> str:
    """done | locked | todo | late | soon (due within three days)."""
    if done:
        return "done"
    if now < opens:
        return "locked"
    if due is None:
        return "todo"
    if now > due:
        return "late"
    return "soon" if (due - now).days < 3 else "todo"


def spared(units: Iterable[tuple[str, bool, str]]) -> frozenset[str]:
    """Of units as (module, is it graded?, state): the modules of which one keeps a result and owes nothing graded any
    more. Their lessons stay open, and are in nobody's hours."""
    rows = list(units)
    owed = {module for module, graded, state in rows if graded and state not in CLOSED}
    return frozenset(module for module, _graded, state in rows if state == "kept") - owed
