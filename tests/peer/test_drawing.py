"""Which copies the team grades: half at random, half those of which another look tells most."""

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from preau.peer import drawing
from preau.peer.drawing import Candidate

SEED = UUID(int=7)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(0, 30))
    return [
        Candidate(
            UUID(int=n + 1),
            draw(st.none() | st.floats(0, 100)),
            draw(st.booleans()),
            draw(st.integers(0, 9)) == 0,
        )
        for n in range(count)
    ]


@given(candidates(), st.integers(0, 20), st.randoms())
def test_a_draw_is_complete_and_the_same_again(copies: list[Candidate], count: int, random: Random) -> None:
    drawn = drawing.draw(copies, {}, count, seed=SEED)
    assert len({pk for pk, _why in drawn}) == len(drawn)
    turned = list(copies)
    random.shuffle(turned)
    assert drawing.draw(turned, {}, count, seed=SEED) == drawn
    assert drawing.draw(copies, dict(drawn), count, seed=SEED) == []
    whys = [why for _pk, why in drawn]
    assert whys.count("random") == min(len(copies), (count + 1) // 2)
    assert whys.count("uncertain") + whys.count("threshold") <= count // 2
    assert {one.submission for one in copies if one.lacks} <= {pk for pk, _why in drawn}


@given(candidates(), st.integers(0, 20))
def test_the_random_half_does_not_depend_on_reviews(copies: list[Candidate], count: int) -> None:
    blank = [Candidate(one.submission) for one in copies]

    def at_random(of: list[Candidate]) -> set[UUID]:
        return {pk for pk, why in drawing.draw(of, {}, count, seed=SEED) if why == "random"}

    assert at_random(copies) == at_random(blank)


def test_what_holds_the_mark_comes_before_what_is_wide() -> None:
    copies = [Candidate(UUID(int=n), float(n), holds=n == 3) for n in range(1, 9)]
    drawn = dict(drawing.draw(copies, {UUID(int=1): "random"}, 2, seed=SEED))
    assert drawn == {UUID(int=3): "threshold"}
    more = dict(
        drawing.draw(copies, {UUID(int=1): "random", UUID(int=3): "threshold", UUID(int=2): "random"}, 4, seed=SEED)
    )
    assert more == {UUID(int=8): "uncertain"}


def test_turns_come_with_the_threshold_first() -> None:
    turns = [("random", 1), ("uncertain", 2), ("threshold", 3), ("promised", 4), ("random", 5)]
    assert [number for _why, number in drawing.in_turn(turns)] == [3, 4, 1, 5, 2]  # type: ignore[arg-type]


LINES = [
    {"review": "a", "grade": 80, "correction": 0, "weight": 1},
    {"review": "b", "grade": 40, "correction": -10, "weight": 3},
    {"review": "c", "grade": 0, "correction": 0, "weight": 2},
]


def test_a_grade_without_one_review_is_the_mean_of_the_others() -> None:
    assert drawing.without(LINES, "c") == (80 + 3 * 50) / 4
    assert drawing.without(LINES, "nobody") is None
    assert drawing.without(LINES[:1], "a") is None
