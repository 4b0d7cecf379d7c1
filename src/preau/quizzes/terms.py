"""The terms of a quiz as its front matter states them. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type Keep = Literal["best", "last", "average"]
type Feedback = Literal["now", "after"]


@dataclass(frozen=True)
class Terms:
    """`attempts` is None when there is no limit; `draw` is how many questions of the pool each attempt gets."""

    attempts: int | None
    keep: Keep
    feedback: Feedback
    draw: int | None


def terms(kind: str, meta: Mapping[str, Any]) -> Terms:
    """The terms of a unit. An exam is one attempt, told after its window, whatever its front matter says."""
    draw = meta.get("draw") or {}
    count = int(draw["count"]) if isinstance(draw, Mapping) and draw.get("count") else None
    if kind == "exam":
        return Terms(1, "last", "after", count)
    attempts = int(meta.get("attempts") or 0) or None
    keep: Keep = meta["keep"] if meta.get("keep") in {"best", "last", "average"} else "best"
    feedback: Feedback = "after" if meta.get("feedback") == "after" else "now"
    return Terms(attempts, keep, feedback, count)
