"""Which credits an award brings: each step of a ladder of tracks once to a person, in any edition of the course.

A track's credits are increments along its line: where classic is worth 1 and advanced, which extends it, 2, the
certificate of the advanced track stands on two steps, classic for 1 and advanced for 1. Pure: no Django.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

type Line = Sequence[tuple[str, Decimal]]
"""A track's key and those it extends, the nearest first, each with all the credits that it is worth."""

NONE = Decimal(0)


@dataclass(frozen=True)
class Step:
    """What one key of a line is worth above what it extends. `edition`: the number of the one whose certificate, in
    force, brought it already; None: the award at hand does."""

    credits: Decimal
    edition: int | None = None


type Steps = Mapping[str, Step]


def increments(line: Line) -> dict[str, Decimal]:
    """What each key of a line adds to the one that it extends."""
    below = [worth for _key, worth in line[1:]] + [NONE]
    return {key: max(NONE, worth - under) for (key, worth), under in zip(line, below, strict=True)}


def steps(line: Line, held: Steps) -> dict[str, Step]:
    """The steps of a new award to somebody who holds others: a key that one of these brought stays as it was brought,
    however the course has changed since; another brings its increment, and never lifts the whole above what its key is
    worth."""
    added, sum_so_far = increments(line), NONE
    found: dict[str, Step] = {}
    for key, worth in reversed(line):
        found[key] = held.get(key) or Step(max(NONE, min(added[key], worth - sum_so_far)))
        sum_so_far += found[key].credits
    return found


def brings(of: Steps) -> Decimal:
    """The credits that an award of these steps brings itself."""
    return sum((step.credits for step in of.values() if step.edition is None), NONE)


def worth(of: Steps) -> Decimal:
    """The credits that its certificate attests, those that another brought included."""
    return sum((step.credits for step in of.values()), NONE)


def brought(line: Line, held: Steps) -> Decimal:
    """The credits that a new award brings."""
    return brings(steps(line, held))


def before(of: Steps) -> dict[int, Decimal]:
    """The credits that certificates of other editions brought, by the edition's number."""
    found: dict[int, Decimal] = {}
    for step in of.values():
        if step.edition is not None and step.credits:
            found[step.edition] = found.get(step.edition, NONE) + step.credits
    return dict(sorted(found.items()))


def held(awards: Iterable[tuple[int, Steps]]) -> dict[str, Step]:
    """What certificates in force, each with its edition's number, hold by themselves: a step that only another one
    brought is free again when that one is revoked."""
    return {
        key: Step(step.credits, number) for number, of in awards for key, step in of.items() if step.edition is None
    }


def certified(key: str, worth: Decimal, bringing: Decimal, awards: Iterable[tuple[int, Steps]]) -> int | None:
    """The number of the edition whose certificate, in force, makes another of this track idle: it is of the same track
    or of one that extends it, and the new one would bring nothing. None where the new one is due; a track without
    credits is certified once in each edition."""
    if not worth or bringing:
        return None
    return min((number for number, of in awards if key in of), default=None)


def allowed(awards: Iterable[Steps]) -> Decimal:
    """The most that certificates may bring together: each key of their lines once."""
    most: dict[str, Decimal] = {}
    for of in awards:
        for key, step in of.items():
            most[key] = max(most.get(key, NONE), step.credits)
    return sum(most.values(), NONE)
