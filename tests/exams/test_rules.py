"""When somebody may begin, by properties; what a sitting may be; how long a link opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.exams import rules
from preau.exams.rules import Held, NoSeat, Slot, Unfit, Validity, Wait

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS, DUE = NOON, NOON + 7 * DAY  # of the exam itself

instants = st.integers(-100, 1000).map(lambda hours: NOON + hours * HOUR)
inside = st.integers(0, 7 * 24 - 3)


@st.composite
def firsts(draw: st.DrawFn, number: int) -> Slot:
    opens = NOON + draw(inside) * HOUR
    online = draw(st.booleans())
    return Slot(
        UUID(int=number),
        opens,
        opens + draw(st.integers(1, 3)) * HOUR,
        on_site=not online,
        places=draw(st.none() | st.integers(1, 9)),
        asks_identity=draw(st.booleans()),
    )


slots = st.integers(0, 4).flatmap(lambda n: st.tuples(*(firsts(number) for number in range(n))))
marks = st.sampled_from(["", "present", "absent"])
held = st.builds(Held, st.none(), marks, st.booleans())
SECOND = Slot(UUID(int=99), DUE + 5 * DAY, DUE + 5 * DAY + 2 * HOUR, second=True)


def seated(slots: tuple[Slot, ...], chosen: int | None, attendance: str, looked: bool) -> list[Held]:
    return [] if chosen is None or not slots else [Held(slots[chosen % len(slots)], attendance, looked)]


@given(slots, st.none() | st.integers(0, 9), marks, st.booleans(), instants)
def test_a_place_is_the_only_time_at_which_its_holder_begins(
    slots: tuple[Slot, ...], chosen: int | None, attendance: str, looked: bool, now: datetime
) -> None:
    mine = seated(slots, chosen, attendance, looked)
    found = rules.span(slots, mine, [], (OPENS, DUE), now)
    if not slots:
        assert found is None
    elif mine:
        assert found is not None
        assert (found.opens, found.closes, found.attempts) == (mine[0].slot.opens, mine[0].slot.closes, 1)
        may = not mine[0].slot.on_site or (attendance == "present" and (looked or not mine[0].slot.asks_identity))
        assert (found.wait is None) == may
    elif found is not None and found.wait is None:  # without a booking
        assert any(one.open_to_all and (one.opens, one.closes) == (found.opens, found.closes) for one in slots)


@given(slots, st.none() | st.integers(0, 9), st.lists(instants, max_size=3), instants)
def test_a_second_sitting_follows_the_first_and_allows_one_paper_more(
    slots: tuple[Slot, ...], chosen: int | None, begun: list[datetime], now: datetime
) -> None:
    first = seated(slots, chosen, "present", True)
    found = rules.span((*slots, SECOND), [*first, Held(SECOND)], begun, (OPENS, DUE), now)
    assert found is not None, "the exam's own dates would let who is admitted begin between the two"
    if now > DUE:
        assert (found.opens, found.closes) == (SECOND.opens, SECOND.closes)
        assert found.attempts == 1 + sum(at < SECOND.opens for at in begun)
    if found.opens != SECOND.opens:
        assert found.closes <= DUE
        assert found.attempts == 1


@given(slots, instants)
def test_what_may_be_booked_has_not_begun_and_is_not_full(slots: tuple[Slot, ...], now: datetime) -> None:
    for slot in slots:
        for taken in range(10):
            if rules.may_book(slot, taken, now) is None:
                assert now < slot.opens
                assert rules.left(slot.places, taken) != 0
    assert rules.may_book(SECOND, 0, NOON) == NoSeat.ADMISSION


def test_without_a_place_one_is_told_to_book_while_there_is_something_to_book() -> None:
    room = Slot(UUID(int=1), NOON + DAY, NOON + DAY + HOUR, on_site=True, places=5)
    waits = [rules.span([room], [], [], (OPENS, DUE), at) for at in (NOON, NOON + DAY)]
    assert [one.wait if one else None for one in waits] == [Wait.BOOK, Wait.MISSED]


def test_an_online_sitting_of_the_whole_window_leaves_the_exam_as_it_is() -> None:
    whole = Slot(UUID(int=1), OPENS, DUE)
    room = Slot(UUID(int=2), NOON + DAY, NOON + DAY + HOUR, on_site=True)
    assert rules.span([whole, room], [], [], (OPENS, DUE), NOON) is None
    assert rules.span([whole, room], [Held(room)], [], (OPENS, DUE), NOON) is not None


@pytest.mark.parametrize(
    ("slot", "place", "taken", "why"),
    [
        (Slot(UUID(int=1), OPENS, DUE), "", 0, None),
        (Slot(UUID(int=1), OPENS, OPENS), "", 0, Unfit.ORDER),
        (Slot(UUID(int=1), OPENS - HOUR, DUE), "", 0, Unfit.OUTSIDE),
        (Slot(UUID(int=1), OPENS, DUE + HOUR), "", 0, Unfit.OUTSIDE),
        (Slot(UUID(int=1), OPENS, DUE, on_site=True), "", 0, Unfit.NOWHERE),
        (Slot(UUID(int=1), OPENS, DUE, places=2), "", 3, Unfit.TOO_FEW),
        (Slot(UUID(int=1), OPENS, DUE, places=3), "", 3, None),
        (SECOND, "", 0, None),
        (Slot(UUID(int=1), DUE - HOUR, DUE + HOUR, second=True), "", 0, Unfit.TOO_EARLY),
        (Slot(UUID(int=1), DUE + HOUR, DUE + DAY, second=True), "", 0, Unfit.TOO_EARLY),
        (Slot(UUID(int=1), DUE + 2 * HOUR, DUE + DAY, second=True), "", 0, None),
        (Slot(UUID(int=1), DUE + DAY, DUE + 60 * DAY, second=True), "", 0, Unfit.AFTER_CLOSING),
    ],
)
def test_what_a_sitting_may_be(slot: Slot, place: str, taken: int, why: Unfit | None) -> None:
    assert rules.unfit(slot, place, taken, OPENS, DUE, DUE + 30 * DAY) == why


@given(slots, instants)
def test_when_every_first_sitting_was_cancelled_nobody_begins(slots: tuple[Slot, ...], now: datetime) -> None:
    off = [replace(slot, cancelled=True) for slot in slots]
    found = rules.span(off, [], [], (OPENS, DUE), now)
    assert (found.wait if found else None) == (Wait.MISSED if off else None)
    whole = Slot(UUID(int=98), OPENS, DUE)
    assert rules.span([*off, whole], [], [], (OPENS, DUE), now) is None, "the way to open it to everybody again"
    assert rules.span([SECOND], [], [], (OPENS, DUE), now) is None, "second sittings alone change nothing for others"


def test_an_exam_without_an_end_has_no_second_sitting() -> None:
    assert rules.unfit(SECOND, "", 0, OPENS, None, DUE + 30 * DAY) == Unfit.NO_END


@given(instants, st.booleans())
def test_a_link_opens_around_its_sitting(now: datetime, ended: bool) -> None:
    opens, closes = NOON, NOON + 2 * HOUR
    found = rules.validity(opens, closes, now, ended=ended)
    assert (found == Validity.OPEN) == (not ended and opens - 12 * HOUR <= now <= closes + 24 * HOUR)
