"""The terms of a quiz as its front matter states them. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type Keep = Literal["best", "last", "average"]
type Feedback = Literal["now", "after"]


@dataclass(frozen=True)
class Terms:
    """`attempts` is None when there is no limit; `draw` is how many questions of the pool each attempt gets; `limit` is
    how many minutes one may take, None without."""

    attempts: int | None
    keep: Keep
    feedback: Feedback
    draw: int | None
    limit: int | None = None


def terms(kind: str, meta: Mapping[str, Any]) -> Terms:
    """The terms of a unit. An exam is one attempt, told after its window, whatever its front matter says; where its
    sittings allow a second paper, the better counts."""
    draw = meta.get("draw") or {}
    count = int(draw["count"]) if isinstance(draw, Mapping) and draw.get("count") else None
    limit = int(meta.get("limit") or 0) or None
    if kind == "exam":
        return Terms(1, "best", "after", count, limit)
    attempts = int(meta.get("attempts") or 0) or None
    keep: Keep = meta["keep"] if meta.get("keep") in {"best", "last", "average"} else "best"
    feedback: Feedback = "after" if meta.get("feedback") == "after" else "now"
    return Terms(attempts, keep, feedback, count, limit)
