"""What each room holds of a person: how it is handed over, how it is erased, what has to stay and why.

Rooms above register here when they start, so that this room never learns what they are. Erasure goes from the last
registered to the first: what points at a row goes before the row.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from preau.accounts.models import Person

type Tables = Mapping[str, Iterable[Mapping[str, Any]]]  # by name, rows of JSON-able values (dates and ids included)
type Kept = dict[str, str]  # what, and the reason: English msgids, translated where they are shown


@dataclass(frozen=True)
class Room:
    """`erase` returns what it had to keep of this person, out of `may_keep`."""

    name: str
    export: Callable[[Person], Tables]
    erase: Callable[[Person, datetime], Mapping[str, str]]
    may_keep: Mapping[str, str] = field(default_factory=dict)


_rooms: dict[str, Room] = {}


def register(
    room: str,
    export: Callable[[Person], Tables],
    erase: Callable[[Person, datetime], Mapping[str, str]],
    may_keep: Mapping[str, str] | None = None,
) -> None:
    """Add a room's part; registering again replaces it."""
    _rooms[room] = Room(room, export, erase, may_keep or {})


def rooms() -> tuple[Room, ...]:
    """Every room's part, from the ground up."""
    return tuple(_rooms.values())


def may_keep() -> Kept:
    """All that an erasure may leave, and why: told before it is asked for."""
    return {what: reason for room in rooms() for what, reason in room.may_keep.items()}
