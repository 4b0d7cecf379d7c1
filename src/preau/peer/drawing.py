"""Which copies the team grades beside the peers. Pure: no Django.

Half of them are drawn at random, and they alone say how severe the class is; the other half are those of which another
look tells most: first those whose interval holds the pass mark, then the widest intervals. Copies whose guaranteed
reviews did not come are added to that.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

type Why = Literal["random", "uncertain", "threshold", "promised"]
ORDER: tuple[Why, ...] = ("threshold", "promised", "random", "uncertain")


@dataclass(frozen=True)
class Candidate:
    """A copy that takes part. `width` is its interval's, None before the first reckoning; `holds` says that the
    interval holds the pass mark, `lacks` that reviews that were guaranteed did not come in time."""

    submission: UUID
    width: float | None = None
    holds: bool = False
    lacks: bool = False


def draw(
    candidates: Iterable[Candidate], drawn: Mapping[UUID, Why], count: int, *, seed: UUID
) -> list[tuple[UUID, Why]]:
    """The copies to draw now, beside those `drawn` already, so that `count` of them are. Asked again with what it gave,
    it gives nothing; the order of the candidates changes nothing.

    The random half depends on the seed and the copies only, never on what their reviews say.
    """
    left = sorted((one for one in candidates if one.submission not in drawn), key=lambda one: one.submission)
    had = list(drawn.values())
    at_random = max(0, (count + 1) // 2 - had.count("random"))
    chosen = sorted(left, key=lambda one: _lot(one.submission, seed))[:at_random]
    found: list[tuple[UUID, Why]] = [(one.submission, "random") for one in chosen]
    taken = {one.submission for one in chosen}
    found += [(one.submission, "promised") for one in left if one.lacks and one.submission not in taken]
    taken = {submission for submission, _why in found}
    rest = [one for one in left if one.submission not in taken and one.width is not None]
    rest.sort(key=lambda one: (not one.holds, -(one.width or 0.0), one.submission))
    aimed = max(0, count // 2 - had.count("uncertain") - had.count("threshold"))
    found += [(one.submission, "threshold" if one.holds else "uncertain") for one in rest[:aimed]]
    return found


def _lot(submission: UUID, seed: UUID) -> bytes:
    return hashlib.sha256(seed.bytes + submission.bytes).digest()


def in_turn[T](turns: Iterable[tuple[Why, T]]) -> list[tuple[Why, T]]:
    """Turns in the order in which the team takes them; those of one reason stay as they come."""
    return sorted(turns, key=lambda turn: ORDER.index(turn[0]))


def without(lines: Sequence[Mapping[str, object]], review: str) -> float | None:
    """What a published grade would be without one of its lines: the weighted mean of the others. None when it has no
    part in it, or nothing else has."""
    kept = [line for line in lines if str(line["review"]) != review]
    weights = [float(str(line["weight"])) for line in kept]
    if len(kept) == len(lines) or sum(weights) <= 0:
        return None
    grades = [float(str(line["grade"])) - float(str(line["correction"])) for line in kept]
    mean = sum(weight * grade for weight, grade in zip(weights, grades, strict=True)) / sum(weights)
    return min(100.0, max(0.0, mean))
