"""No credit is counted twice: properties of what awards bring, over any ladder of tracks and any history."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.certificates import rules
from preau.certificates.rules import Line, Step, Steps

KEYS = ("attend", "classic", "advanced", "expert", "research", "team", "jury")
CLASSIC: Line = [("classic", Decimal(1))]
ADVANCED: Line = [("advanced", Decimal(2)), ("classic", Decimal(1))]
worths = st.integers(0, 6).map(lambda halves: Decimal(halves) / 2)
type Ladder = dict[str, Line]


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Tracks by key, each with its line: some extend another, several may extend the same one, some stand alone."""
    lines: Ladder = {}
    for key in KEYS[: draw(st.integers(1, len(KEYS)))]:
        base = draw(st.none() | st.sampled_from(sorted(lines))) if lines else None
        line = list(lines[base]) if base else []
        more = draw(worths)
        lines[key] = [(key, (line[0][1] if line else rules.NONE) + more), *line]
    return lines


@dataclass
class Holder:
    """Somebody's certificates as the site keeps them: what each brought is frozen when it is given."""

    awards: list[tuple[int, Steps, bool]] = field(default_factory=list)  # edition, steps, in force

    @property
    def in_force(self) -> list[tuple[int, Steps]]:
        return [(number, steps) for number, steps, there in self.awards if there]

    @property
    def credits(self) -> Decimal:
        return sum((rules.brings(steps) for _number, steps in self.in_force), rules.NONE)

    def award(self, line: Line) -> Decimal:
        number = len(self.awards) + 1
        held = rules.held(self.in_force)
        self.awards.append((number, rules.steps(line, held), True))
        assert rules.brought(line, held) == rules.brings(self.awards[-1][1])
        return rules.brought(line, held)

    def revoke(self, place: int) -> None:
        number, steps, _there = self.awards[place]
        self.awards[place] = (number, steps, False)


def union(lines: list[Line]) -> Decimal:
    """The increments of every key of these lines, once."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found |= rules.increments(line)
    return sum(found.values(), rules.NONE)


@given(ladders(), st.data())
def test_awards_bring_the_increments_of_their_lines_once(ladder: Ladder, data: st.DataObject) -> None:
    who, given = Holder(), data.draw(st.lists(st.sampled_from(sorted(ladder)), max_size=12))
    for key in given:
        assert who.award(ladder[key]) >= 0
    assert who.credits == union([ladder[key] for key in given])


@given(ladders(), st.data())
def test_whatever_is_revoked_nothing_counts_twice_and_giving_again_restores_the_whole(
    ladder: Ladder, data: st.DataObject
) -> None:
    who, lines = Holder(), dict[int, Line]()
    for _act in range(data.draw(st.integers(1, 15))):
        revoked = data.draw(st.booleans()) and who.awards
        if revoked:
            who.revoke(data.draw(st.integers(0, len(who.awards) - 1)))
        else:
            key = data.draw(st.sampled_from(sorted(ladder)))
            lines[len(who.awards)] = ladder[key]
            who.award(ladder[key])
            borne = rules.held(who.in_force)
            assert all(borne[one].credits == more for one, more in rules.increments(ladder[key]).items())
        standing = [lines[place] for place, award in enumerate(who.awards) if award[2]]
        assert 0 <= who.credits <= union(standing)
        assert who.credits == sum((step.credits for step in rules.held(who.in_force).values()), rules.NONE)
        assert who.credits <= rules.allowed(steps for _number, steps in who.in_force)
    for line in [lines[place] for place, award in enumerate(who.awards) if award[2]]:
        who.award(line)
    assert who.credits == union([line for place, line in lines.items() if who.awards[place][2]])


@given(st.lists(ladders(), min_size=1, max_size=4), st.data())
def test_a_course_that_changes_its_tracks_between_editions_counts_nothing_twice(
    editions: list[Ladder], data: st.DataObject
) -> None:
    who = Holder()
    for ladder in editions:
        key = data.draw(st.sampled_from(sorted(ladder)))
        assert who.award(ladder[key]) >= 0
        _number, steps, _there = who.awards[-1]
        new = {one: step.credits for one, step in steps.items() if step.edition is None}
        assert all(more <= rules.increments(ladder[key])[one] for one, more in new.items())
        assert not new or rules.brings(steps) <= ladder[key][0][1]
    assert who.credits <= rules.allowed(steps for _number, steps in who.in_force)


@given(ladders(), st.data())
def test_moving_up_brings_exactly_the_difference(ladder: Ladder, data: st.DataObject) -> None:
    line = ladder[data.draw(st.sampled_from(sorted(ladder)))]
    place = data.draw(st.integers(0, len(line) - 1))
    who = Holder()
    who.award(line[place:])
    assert who.award(line) == line[0][1] - line[place][1]
    assert rules.worth(who.awards[-1][1]) == line[0][1], "its certificate attests the whole"


@given(ladders(), st.data())
def test_a_certificate_stands_for_what_it_extends_and_only_when_another_would_bring_nothing(
    ladder: Ladder, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(ladder)))
    line = ladder[data.draw(st.sampled_from(sorted(ladder)))]
    who = Holder()
    who.award(line)
    bringing = rules.brought(ladder[key], rules.held(who.in_force))
    stands = rules.certified(key, ladder[key][0][1], bringing, who.in_force)
    below = key in dict(line)
    assert stands == (1 if below and ladder[key][0][1] else None)
    if not below:
        assert bringing == union([line, ladder[key]]) - union([line])


def test_the_advanced_track_after_the_classic_brings_one_and_attests_two() -> None:
    held = rules.held([(5, rules.steps(CLASSIC, {}))])
    steps = rules.steps(ADVANCED, held)
    assert (rules.brings(steps), rules.worth(steps)) == (Decimal(1), Decimal(2))
    assert rules.before(steps) == {5: Decimal(1)}


def test_what_a_revoked_certificate_brought_goes_to_the_next() -> None:
    first, second = rules.steps(CLASSIC, {}), rules.steps(ADVANCED, {"classic": Step(Decimal(1), 1)})
    assert rules.brings(second) == 1
    held = rules.held([(2, second)])  # the first is revoked
    assert rules.brought(CLASSIC, held) == 1
    assert rules.certified("classic", Decimal(1), rules.brought(CLASSIC, held), [(2, second)]) is None
    assert rules.brought(ADVANCED, rules.held([(1, first), (2, second)])) == 0


@pytest.mark.parametrize("number", [1, 2])
def test_a_track_without_credits_is_certified_once_in_each_edition(number: int) -> None:
    line: Line = [("attend", rules.NONE)]
    steps = rules.steps(line, {})
    assert rules.certified("attend", rules.NONE, rules.brings(steps), [(number, steps)]) is None
