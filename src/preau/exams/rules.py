"""When a learner may begin an exam that has sittings, what a sitting may be, how long its link opens. Pure: no Django,
no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from preau.courses import rules as dates

BEFORE, AFTER = timedelta(hours=12), timedelta(hours=24)  # around a sitting: when an invigilator's link opens


@dataclass(frozen=True)
class Slot:
    """A sitting as the rules know it. Of those that were cancelled only first ones matter: an exam that had some is not
    open to everybody for want of one."""

    id: UUID
    opens: datetime
    closes: datetime
    second: bool = False
    on_site: bool = False
    places: int | None = None
    asks_identity: bool = False
    cancelled: bool = False

    @property
    def open_to_all(self) -> bool:
        """Does it need no booking? Online, for as many as come, with nothing to be checked of anybody."""
        return not (self.cancelled or self.second or self.on_site or self.asks_identity) and self.places is None


class NoSeat(StrEnum):
    """Why a place cannot be booked."""

    ADMISSION = "admission"  # a second sitting: the team admits
    BEGUN = "begun"
    FULL = "full"


def may_book(slot: Slot, taken: int, now: datetime) -> NoSeat | None:
    """Why nobody may book a place there at `now`, when `taken` are; None when somebody may. The moment of its opening
    is already too late."""
    if slot.second:
        return NoSeat.ADMISSION
    if now >= slot.opens:
        return NoSeat.BEGUN
    return NoSeat.FULL if slot.places is not None and taken >= slot.places else None


def left(places: int | None, taken: int) -> int | None:
    """How many places are left; None: as many as come."""
    return None if places is None else max(0, places - taken)


class Wait(StrEnum):
    """Why a paper cannot be begun now although a window is open."""

    BOOK = "book"
    MISSED = "missed"  # there is no sitting left to book
    PRESENCE = "presence"
    ABSENT = "absent"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Held:
    """A learner's place in a sitting: `attendance` is present, absent or empty, `looked_at` whether somebody looked at
    their identity, whatever came of it."""

    slot: Slot
    attendance: str = ""
    looked_at: bool = False


@dataclass(frozen=True)
class Span:
    """When one learner may begin a paper, how many in all, and what they wait for."""

    opens: datetime
    closes: datetime
    attempts: int = 1
    wait: Wait | None = None


def wait_of(held: Held) -> Wait | None:
    """What somebody who holds a place waits for: in a room, to be marked present and looked at."""
    if not held.slot.on_site:
        return None
    if held.attendance != "present":
        return Wait.ABSENT if held.attendance == "absent" else Wait.PRESENCE
    return Wait.IDENTITY if held.slot.asks_identity and not held.looked_at else None


def span(
    slots: Sequence[Slot],
    held: Iterable[Held],
    begun: Sequence[datetime],
    unit: tuple[datetime, datetime | None],
    now: datetime,
) -> Span | None:
    """The window of a learner at an exam of these sittings; None when the exam's own dates hold for them.

    An exam that has second sittings alone keeps its own dates for everybody else; one whose first sittings were all
    cancelled is begun by nobody. `held` are their places, one in a first sitting and one in a second at most; `begun`
    when they began each paper; `unit` the exam's own opening and deadline. A second sitting follows the first: it
    allows one paper more than were begun before it opened, and the time between the two is nobody's.
    """
    mine = {one.slot.second: one for one in held}
    second = mine.get(True)
    first = _first([one for one in slots if not one.second], mine.get(False), unit, now)
    if second is None:
        return first
    ends = first.closes if first else unit[1]
    if ends is not None and now <= ends:
        return first or Span(unit[0], ends)
    before = sum(at < second.slot.opens for at in begun)
    return Span(second.slot.opens, second.slot.closes, before + 1, wait_of(second))


def _first(
    slots: Sequence[Slot], held: Held | None, unit: tuple[datetime, datetime | None], now: datetime
) -> Span | None:
    if held is not None:
        return Span(held.slot.opens, held.slot.closes, 1, wait_of(held))
    if not slots:
        return None
    opens, due = unit
    free = sorted((one for one in slots if one.open_to_all), key=lambda one: (one.opens, one.closes, one.id))
    if any(one.opens <= opens and due is not None and one.closes >= due for one in free):
        return None  # it is the whole of the exam's own window, with whatever extensions it has
    if free:
        now_or_next = [one for one in free if now <= one.closes]
        chosen = now_or_next[0] if now_or_next else free[-1]
        return Span(chosen.opens, chosen.closes)
    last = max(one.closes for one in slots)
    ahead = any(now < one.opens for one in slots if not one.cancelled)
    return Span(opens, max(last, due or last), 1, Wait.BOOK if ahead else Wait.MISSED)


class Unfit(StrEnum):
    """Why a sitting cannot be so."""

    ORDER = "order"  # it closes before it opens
    OUTSIDE = "outside"  # of the exam's window
    NO_END = "no end"  # a second sitting of an exam without one
    TOO_EARLY = "too early"  # a second sitting while papers of the exam's window may still arrive
    AFTER_CLOSING = "after closing"  # of the edition
    NOWHERE = "nowhere"  # on site, without a place
    TOO_FEW = "too few"  # places, for those who have one


def unfit(
    slot: Slot, place: str, taken: int, opens: datetime, due: datetime | None, edition_closes: datetime
) -> Unfit | None:
    """Why a sitting cannot be as `slot` says, at `place`, when `taken` people have a place in it, of an exam that opens
    at `opens` and is due at `due`; None when it can. A first sitting is inside the exam's window; a second one follows
    it and its grace, since a paper that is begun closes the one before."""
    if slot.closes <= slot.opens:
        return Unfit.ORDER
    if slot.on_site and not place:
        return Unfit.NOWHERE
    if slot.places is not None and slot.places < taken:
        return Unfit.TOO_FEW
    if slot.closes > edition_closes:
        return Unfit.AFTER_CLOSING
    if slot.second:
        received = dates.last_moment("exam", due)
        if received is None:
            return Unfit.NO_END
        return Unfit.TOO_EARLY if slot.opens < received else None
    return Unfit.OUTSIDE if slot.opens < opens or (due is not None and slot.closes > due) else None


class Validity(StrEnum):
    """What an invigilator's link is at a moment."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"


def validity(opens: datetime, closes: datetime, now: datetime, *, ended: bool) -> Validity:
    """From twelve hours before a sitting to a day after it, both ends included, unless it was ended."""
    if ended or now > closes + AFTER:
        return Validity.OVER
    return Validity.EARLY if now < opens - BEFORE else Validity.OPEN
