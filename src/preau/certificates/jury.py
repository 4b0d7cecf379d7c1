"""What the rule proposes to a jury, and what makes a case: pure, over figures as they were frozen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

type Verdict = Literal["admitted", "not", "absent"]

type Figure = Mapping[str, Any]
"""One need as `grades.queries.numbers` writes it: `need`, `worst`, `now`, `best`, `threshold`, `state`."""

VERDICTS: Sequence[Verdict] = ("admitted", "not", "absent")
POINTS = ("mean: ", "score: ", "module: ")  # the needs that are counted in percent


def proposal(passed: bool, sat: Iterable[bool]) -> Verdict:
    """What the rule says of somebody: admitted, absent where something asked for by name (an exam) was never sat, else
    not."""
    if passed:
        return "admitted"
    return "not" if all(sat) else "absent"


def lacks(numbers: Sequence[Figure]) -> float | None:
    """How many points short somebody is, where points are all they lack: the largest gap of their needs. None where
    nothing is lacking, or something that no point makes up (a module, reviews owed)."""
    unmet = [one for one in numbers if one["state"] != "met"]
    if not unmet or any(not str(one["need"]).startswith(POINTS) for one in unmet):
        return None
    return max(float(one["threshold"]) - float(one["now"] or 0.0) for one in unmet)


def at_border(numbers: Sequence[Figure], margin: float) -> bool:
    """Is it a case because of its figures: so few points short that the jury looks at it?"""
    gap = lacks(numbers)
    return gap is not None and gap <= margin


def needs_reason(verdict: Verdict, proposed: Verdict, *, apart: bool, again: bool, elsewhere: bool) -> bool:
    """Must a decision say why: it goes against the rule, it is about a case, it replaces another (`again`), or admits
    on another track than the one that was asked for (`elsewhere`)."""
    return verdict != proposed or apart or again or elsewhere


def moved(frozen: Sequence[Figure], today: Sequence[Figure]) -> list[tuple[str, float | None, float | None]]:
    """The needs whose figure is not what it was when the list was frozen: (need, then, now)."""
    then = {str(one["need"]): one["now"] for one in frozen}
    return [
        (str(one["need"]), then.get(str(one["need"])), one["now"])
        for one in today
        if then.get(str(one["need"])) != one["now"]
    ]


def split(verdicts: Iterable[str]) -> dict[str, int]:
    """How many of each verdict, every one named."""
    found: dict[str, int] = dict.fromkeys(VERDICTS, 0)
    for verdict in verdicts:
        found[verdict] += 1
    return found
