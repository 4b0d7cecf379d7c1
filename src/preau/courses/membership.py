"""The one state of a person in an edition, and what can be done now: what a button says, and what an action lets pass.
Pure: no Django."""

from collections.abc import Mapping
from enum import StrEnum

from preau.courses.rules import EnrolmentState


class Membership(StrEnum):
    """Where a person is with an edition."""

    NONE = "none"
    ENROLLED = "enrolled"
    LEFT = "left"  # by themselves; they may come back
    REMOVED = "removed"  # by the team, with a reason; the team may let them in again


class Move(StrEnum):
    """What changes it. The last two are the team's."""

    ENROL = "enrol"
    RETURN = "return"
    CHANGE = "change"  # of track
    LEAVE = "leave"
    REMOVE = "remove"
    READMIT = "readmit"


GOES_ON = frozenset({EnrolmentState.SOON, EnrolmentState.OPEN, EnrolmentState.RUNNING, EnrolmentState.CLOSED})
TAKES = frozenset({EnrolmentState.OPEN, EnrolmentState.RUNNING})
EVER = frozenset(EnrolmentState)

# From where, by what, to where, and in which states of the edition. Whoever leaves may come back as long as the edition
# goes on: their place and their work are still there, and a wrong click must cost nothing.
TABLE: Mapping[tuple[Membership, Move], tuple[Membership, frozenset[EnrolmentState]]] = {
    (Membership.NONE, Move.ENROL): (Membership.ENROLLED, TAKES),
    (Membership.LEFT, Move.RETURN): (Membership.ENROLLED, TAKES | {EnrolmentState.CLOSED}),
    (Membership.ENROLLED, Move.CHANGE): (Membership.ENROLLED, GOES_ON),
    (Membership.ENROLLED, Move.LEAVE): (Membership.LEFT, EVER),
    (Membership.ENROLLED, Move.REMOVE): (Membership.REMOVED, EVER),
    (Membership.LEFT, Move.REMOVE): (Membership.REMOVED, EVER),
    (Membership.REMOVED, Move.READMIT): (Membership.ENROLLED, EVER),
}


def membership(*, there: bool, left: bool, removed: bool) -> Membership:
    """The state that a row of `Enrolment` is in, or that there is none."""
    if not there:
        return Membership.NONE
    if removed:
        return Membership.REMOVED
    return Membership.LEFT if left else Membership.ENROLLED


def moves(state: Membership, edition: EnrolmentState) -> frozenset[Move]:
    """What can be done now."""
    return frozenset(move for (source, move), (_to, when) in TABLE.items() if source is state and edition in when)


def allowed(state: Membership, move: Move, edition: EnrolmentState) -> bool:
    """Can this be done now?"""
    return move in moves(state, edition)


def after(state: Membership, move: Move) -> Membership:
    """Where it leads. Raises KeyError for a move that this state does not know."""
    return TABLE[state, move][0]
