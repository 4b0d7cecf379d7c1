"""What a later deadline runs into. Pure: values in, values out; the words are in the page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Dated:
    """An activity with the dates that hold now; `tells` from when its right answers are told, None at once or never.
    `after` is the new deadline, None when it stays. `assessed` is until when peers assess, where it stays."""

    key: str
    title: str
    module: str
    opens: datetime
    due: datetime | None
    tells: datetime | None = None
    after: datetime | None = None
    assessed: datetime | None = None


@dataclass(frozen=True)
class Clash:
    """`kind`: closing (the edition closes before), together (the next deadline of the module is not later any more),
    opens (something else opens before the end), assessed (its assessment is due before that, or with it), told (the
    right answers are known already), held (they are told to nobody before `at`)."""

    kind: str
    title: str
    other: str
    at: datetime


def find(
    activities: Sequence[Dated], closes_at: datetime, *, now: datetime, for_all: bool
) -> list[Clash]:  # fmt: skip
    """Every clash of the activities that have an `after`, in reading order. `for_all` is false when some people keep
    the former deadline: only then do they wait for what is right."""
    found: list[Clash] = []
    for one in activities:
        if one.due is None or one.after is None:
            continue
        if one.after > closes_at:
            found.append(Clash("closing", one.title, "", closes_at))
        found += _together(one, one.due, one.after, activities)
        found += _opens(one, one.due, one.after, activities)
        if one.assessed is not None and one.assessed <= one.after:
            found.append(Clash("assessed", one.title, "", one.assessed))
        if one.tells is not None and one.tells < now:
            found.append(Clash("told", one.title, "", one.tells))
        elif one.tells is not None and not for_all:
            found.append(Clash("held", one.title, "", one.tells + (one.after - one.due)))
    return found


def _together(one: Dated, due: datetime, after: datetime, activities: Iterable[Dated]) -> Iterator[Clash]:
    """The deadlines of the same module that came later and do not any more."""
    for other in activities:
        end = other.after or other.due
        near = other.key != one.key and other.module == one.module
        if near and other.due and end and other.due > due and end <= after:
            yield Clash("together", one.title, other.title, end)


def _opens(one: Dated, due: datetime, after: datetime, activities: Iterable[Dated]) -> Iterator[Clash]:
    """What opens once the former deadline has passed, and now before the new one: of each module the first."""
    seen: set[tuple[str, datetime]] = set()
    for other in activities:
        if other.key != one.key and due <= other.opens < after and (other.module, other.opens) not in seen:
            seen.add((other.module, other.opens))
            yield Clash("opens", one.title, other.title, other.opens)


def blocking(clashes: Iterable[Clash]) -> bool:
    """Is there one that forbids it?"""
    return any(clash.kind == "closing" for clash in clashes)
