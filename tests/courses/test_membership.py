"""The one state of a person in an edition: from where one gets where, and when."""

from hypothesis import given
from hypothesis import strategies as st

from preau.courses.membership import TABLE, Membership, Move, after, membership, moves
from preau.courses.rules import EnrolmentState

states = st.sampled_from(list(Membership))
editions = st.sampled_from(list(EnrolmentState))


@given(states, st.lists(st.tuples(st.sampled_from(list(Move)), editions), max_size=12))
def test_whatever_happens_one_is_always_in_one_known_state(
    state: Membership, tried: list[tuple[Move, EnrolmentState]]
) -> None:
    for move, edition in tried:
        if move in moves(state, edition):
            state = after(state, move)
        assert state in Membership


@given(editions)
def test_who_is_in_may_always_leave(edition: EnrolmentState) -> None:
    assert Move.LEAVE in moves(Membership.ENROLLED, edition)


@given(editions)
def test_who_was_taken_out_comes_back_by_the_team_alone(edition: EnrolmentState) -> None:
    assert moves(Membership.REMOVED, edition) == {Move.READMIT}


@given(editions)
def test_whoever_can_still_come_new_can_come_back(edition: EnrolmentState) -> None:
    if Move.ENROL in moves(Membership.NONE, edition):
        assert Move.RETURN in moves(Membership.LEFT, edition)


def test_nobody_comes_into_an_edition_that_is_hidden_or_over() -> None:
    for edition in (EnrolmentState.HIDDEN, EnrolmentState.OVER):
        for state in (Membership.NONE, Membership.LEFT):
            assert not moves(state, edition) & {Move.ENROL, Move.RETURN}


def test_every_state_but_the_first_is_reached_and_each_can_be_left() -> None:
    assert {to for to, _when in TABLE.values()} == set(Membership) - {Membership.NONE}
    assert {source for source, _move in TABLE} == set(Membership)


def test_a_row_says_its_state() -> None:
    assert membership(there=False, left=False, removed=False) is Membership.NONE
    assert membership(there=True, left=False, removed=False) is Membership.ENROLLED
    assert membership(there=True, left=True, removed=False) is Membership.LEFT
    assert membership(there=True, left=True, removed=True) is Membership.REMOVED
