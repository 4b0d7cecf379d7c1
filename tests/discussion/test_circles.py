"""Circles mix people: by properties, whoever comes and in whatever order."""

import random
from collections.abc import Iterable, Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from preau.discussion.circles import FILLING, LEAST, MOST, Circle, Newcomer, choose, same_country

COUNTRIES = ("FR", "SN", "MA", "CI", "BE", "CM", "CA", "TN", "HT", "CH", "MG", "BJ")
newcomers = st.builds(
    Newcomer, st.sampled_from(["", *COUNTRIES]), st.sampled_from(["", "student", "public", "company"])
)


def filled(people: Iterable[Newcomer]) -> list[Circle]:
    """The circles once all of these came, one after the other."""
    found: list[Circle] = []
    for one in people:
        chosen = choose(found, one) or Circle(UUID(int=len(found) + 1), len(found) + 1, ())
        found = [circle for circle in found if circle.id != chosen.id]
        found.append(Circle(chosen.id, chosen.number, (*chosen.people, one)))
        found.sort(key=lambda circle: circle.number)
    return found


def in_order(people: Sequence[Newcomer]) -> list[Circle]:
    """The same people, thirty by thirty."""
    return [Circle(UUID(int=n + 1), n, tuple(people[n : n + 30])) for n in range(0, len(people), 30)]


def in_bursts(seed: int, count: int) -> list[Newcomer]:
    """People as they come: some of one country at a time, half of them from France."""
    rng = random.Random(seed)
    found: list[Newcomer] = []
    while len(found) < count:
        country = rng.choices(COUNTRIES, [40, 12, 10, 8, 7, 6, 5, 4, 3, 2, 2, 1])[0]
        found += [
            Newcomer(country, rng.choice(("student", "public", "company", "seeking"))) for _ in range(rng.randint(1, 8))
        ]
    return found[:count]


@given(st.lists(newcomers, max_size=150))
def test_no_circle_is_too_large_and_two_at_most_are_filling(people: list[Newcomer]) -> None:
    found = filled(people)
    assert sum(len(circle.people) for circle in found) == len(people)
    assert all(0 < len(circle.people) <= MOST for circle in found)
    assert sum(len(circle.people) < LEAST for circle in found) <= FILLING


@given(st.lists(newcomers, max_size=60), newcomers, st.randoms(use_true_random=False))
def test_the_choice_depends_on_the_circles_and_not_on_their_order(
    people: list[Newcomer], one: Newcomer, rng: random.Random
) -> None:
    circles = filled(people)
    shuffled = rng.sample(circles, len(circles))
    assert choose(circles, one) == choose(shuffled, one)


@given(st.lists(newcomers, max_size=60), newcomers)
def test_whoever_comes_joins_where_their_country_is_rarest(people: list[Newcomer], one: Newcomer) -> None:
    circles = filled(people)
    chosen = choose(circles, one)
    if chosen is not None:
        assert chosen.takes(one)
        others = [circle for circle in circles if circle.takes(one)]
        assert chosen.likeness(one)[0] == min(circle.likeness(one)[0] for circle in others)


def test_a_full_circle_keeps_its_last_places_for_a_country_that_it_lacks() -> None:
    thirty = Circle(UUID(int=1), 1, tuple(Newcomer("FR", "public") for _ in range(30)))
    assert not thirty.takes(Newcomer("FR", "student"))
    assert not thirty.takes(Newcomer("", "student"))
    assert thirty.takes(Newcomer("SN", "public"))


def test_they_mix_better_than_filling_in_order() -> None:
    for seed in range(12):
        people = in_bursts(seed, 300)
        assert same_country(filled(people)) < 0.95 * same_country(in_order(people))
