"""Who is in a cohort and what they plan, by properties."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.simulation import rules
from preau.simulation.planning import Activity, Do, Step, plan
from preau.simulation.rules import Calendar, Learner, Persona

OPENS = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
CALENDAR = Calendar(OPENS - timedelta(days=40), OPENS, OPENS + timedelta(days=20), OPENS + timedelta(days=49))
COUNTS = st.integers(1, 60)
SEEDS = st.integers(0, 2**31)


def unit(key: str, kind: str, week: int, *, elective: bool = False, days: float = 6.7) -> Activity:
    opens = OPENS + timedelta(weeks=week)
    due = None if kind == "lesson" else opens + timedelta(days=days)
    module = f"{'e' if elective else 'w'}{week}"
    return Activity(key, kind, module, elective, 10, 1.0, 1 if kind == "exam" else 3, opens, due)


ACTIVITIES = (
    *(unit(f"l{week}-{n}", "lesson", week) for week in range(4) for n in range(4)),
    *(unit(f"q{week}", "quiz", week) for week in range(4)),
    unit("case", "assignment", 1, days=12),
    unit("exam", "exam", 4),
    unit("more", "lesson", 1, elective=True),
    unit("more-quiz", "quiz", 1, elective=True, days=30),
)
GRADED = {activity.key for activity in ACTIVITIES if activity.graded}


def plans(count: int, seed: int) -> list[tuple[Learner, tuple[Step, ...]]]:
    people = rules.cohort(count, seed, CALENDAR)
    return [(learner, plan(learner, ACTIVITIES, seed, CALENDAR)) for learner in people]


@given(COUNTS, SEEDS)
def test_the_same_seed_gives_the_same_people(count: int, seed: int) -> None:
    assert rules.cohort(count, seed, CALENDAR) == rules.cohort(count, seed, CALENDAR)


def test_another_seed_gives_other_people() -> None:
    assert rules.cohort(50, 1, CALENDAR) != rules.cohort(50, 2, CALENDAR)


@given(st.integers(100, 200), SEEDS)
def test_shares_are_quotas_within_one_person(count: int, seed: int) -> None:
    people = Counter(learner.persona for learner in rules.cohort(count, seed, CALENDAR))
    for persona, part in rules.PERSONAS.items():
        assert abs(people[persona] - count * part / 1000) < 1
    started = 100 * (count - people[Persona.ABSENT]) / count
    assert rules.PUBLISHED["started"].low <= started <= rules.PUBLISHED["started"].high


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=6), st.integers(0, 300), SEEDS)
def test_spreading_gives_every_place_to_somebody(parts: dict[str, int], count: int, seed: int) -> None:
    values = rules.spread(parts, count, Random(seed))
    assert len(values) == count
    assert set(values) <= set(parts)


@given(st.integers(1, 60), SEEDS)
def test_people_are_plausible_and_enrol_while_they_may(count: int, seed: int) -> None:
    people = rules.cohort(count, seed, CALENDAR)
    assert len({learner.email("e-1") for learner in people}) == count
    for learner in people:
        assert 0.2 <= learner.ability <= 0.98
        assert CALENDAR.enrols <= learner.enrolled_at < CALENDAR.enrolment_closes
        assert learner.name.strip() == learner.name
        assert " " in learner.name


def test_names_of_a_cohort_are_varied_and_of_several_scripts() -> None:
    names = [learner.name for learner in rules.cohort(300, 1, CALENDAR)]
    assert len(set(names)) > 250
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
    assert any("’" in name for name in names)


def test_a_cohort_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        rules.cohort(0, 1, CALENDAR)


@given(st.integers(1, 20), SEEDS)
def test_plans_are_in_order_of_time_and_the_same_each_time(count: int, seed: int) -> None:
    for learner, steps in plans(count, seed):
        assert list(steps) == sorted(steps)
        assert steps == plan(learner, ACTIVITIES, seed, CALENDAR)


@given(st.integers(1, 20), SEEDS)
def test_nobody_acts_before_enrolling_nor_before_a_unit_opens(count: int, seed: int) -> None:
    opening = {activity.key: activity.opens for activity in ACTIVITIES}
    for learner, steps in plans(count, seed):
        assert steps[0] == Step(learner.enrolled_at, Do.ENROL)
        assert all(step.at >= opening[step.unit] for step in steps if step.unit)


@given(st.integers(1, 60), SEEDS)
def test_each_persona_does_what_it_says(count: int, seed: int) -> None:
    for learner, steps in plans(count, seed):
        graded = {step.unit for step in steps if step.unit in GRADED}
        if learner.persona is Persona.ABSENT:
            assert len(steps) == 1
        if learner.persona is Persona.BROWSER:
            assert not graded
        if learner.quits_after is not None:
            assert len({step.unit for step in steps if step.do in (Do.SIT, Do.SUBMIT)}) <= learner.quits_after
        if learner.persona is not Persona.ADVANCED:
            assert all(step.do is not Do.SUBMIT for step in steps)


def test_many_work_in_the_last_hours() -> None:
    due = {activity.key: activity.due for activity in ACTIVITIES}
    left = [
        limit - step.at
        for _, steps in plans(300, 1)
        for step in steps
        if step.do is Do.SIT and (limit := due[step.unit])
    ]
    last_day = sum(timedelta(0) <= hours < timedelta(days=1) for hours in left)
    assert 0.2 < last_day / len(left) < 0.8


@given(SEEDS, st.lists(st.text(max_size=8), min_size=1, max_size=3))
def test_ids_follow_from_the_seed_and_sort_by_time(seed: int, names: list[str]) -> None:
    first = rules.id_for(OPENS, seed, *names)
    assert first == rules.id_for(OPENS, seed, *names)
    assert first.version == 7
    assert first < rules.id_for(OPENS + timedelta(milliseconds=1), seed, *names)
