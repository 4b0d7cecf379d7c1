"""Which members of a sequence are those of another, in order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from preau.subtitles.aligning import align

few = st.lists(st.sampled_from("abc"), max_size=30)
many = st.lists(st.integers(0, 40), max_size=60)


def longest_common(old: list[str], new: list[str]) -> int:
    """How long the longest common subsequence is, by the table that everybody knows."""
    row = [0] * (len(new) + 1)
    for one in old:
        before = row
        row = [0]
        for place, other in enumerate(new):
            row.append(before[place] + 1 if one == other else max(row[-1], before[place + 1]))
    return row[-1]


@given(few | many, few | many)
def test_pairs_are_equal_and_in_order(old: list[object], new: list[object]) -> None:
    pairs = align(old, new)
    assert all(old[here] == new[there] for here, there in pairs)
    assert all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(pairs))


@given(many)
def test_a_sequence_is_wholly_itself(members: list[int]) -> None:
    assert align(members, members) == [(place, place) for place in range(len(members))]


@given(many, st.data())
def test_what_only_lost_members_is_found_wholly(members: list[int], data: st.DataObject) -> None:
    kept = [place for place in range(len(members)) if data.draw(st.booleans())]
    assert len(align(members, [members[place] for place in kept])) == len(kept)


@given(few, few)
def test_where_nothing_is_unique_as_much_is_found_as_there_is(old: list[str], new: list[str]) -> None:
    """Each member twice: no anchors, so the edit script alone decides."""
    old, new = [one for one in old for _ in range(2)], [one for one in new for _ in range(2)]
    assert len(align(old, new)) == longest_common(old, new)


def test_what_is_there_once_is_held_on_to() -> None:
    """The shortest script would take two "oui" and leave the one line that says where we are."""
    old = ["oui", "oui", "Bonjour à tous", "non"]
    new = ["Bonjour à tous", "oui", "oui"]
    assert align(old, new) == [(2, 0)]


def test_a_long_way_apart_is_walked_in_stretches() -> None:
    """More edits than a stretch has, and the end is still found."""
    old = [number % 7 for number in range(3_000)]
    new = [number % 5 for number in range(3_000)]
    pairs = align(old, new)
    assert len(pairs) > 1_000
    assert max(here for here, _there in pairs) > 2_900
