"""What learners owe each other: reviews. Registered from above when the rooms start, since the ledger knows of none."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from preau.content.outline import Outline

type Count = Callable[[Outline, Sequence[UUID]], Mapping[UUID, int]]
"""Takes an edition's outline and enrolments of it; how many reviews each owes, none where it is left out."""

_counts: list[Count] = []


def register(count: Count) -> None:
    """Add a way of counting; registering again changes nothing."""
    if count not in _counts:
        _counts.append(count)


def owed(outline: Outline, enrolments: Sequence[UUID]) -> dict[UUID, int]:
    """How many reviews each of these enrolments owes: as many queries for one as for many."""
    total = dict.fromkeys(enrolments, 0)
    for count in _counts:
        for enrolment, more in count(outline, enrolments).items():
            total[enrolment] += more
    return total
