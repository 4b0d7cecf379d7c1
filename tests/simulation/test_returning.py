"""Who comes back and what they plan, and who changes their mind in the middle, by properties."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from preau.simulation import planning, returning, rules
from preau.simulation.planning import Do
from preau.simulation.returning import Former, Paths
from preau.simulation.rules import Calendar, Persona, Purpose
from tests.simulation.test_rules import ACTIVITIES, CALENDAR, GRADED, OPENS

PATHS = Paths("classic", "advanced", "electives")
CUT_OFF = Calendar(
    CALENDAR.enrols, OPENS, CALENDAR.enrolment_closes, CALENDAR.closes, changes=OPENS + timedelta(days=13)
)
PASSED = st.sampled_from([frozenset[str](), frozenset({"classic"}), frozenset({"classic", "advanced"})])
SEEDS = st.integers(0, 2**31)
KEPT = st.dictionaries(st.sampled_from(sorted(GRADED)), st.floats(0, 100))
CLOSED = OPENS - timedelta(days=7)


def former(number: int, passed: frozenset[str], gap: int = 1) -> Former:
    track = "advanced" if "advanced" in passed else "classic"
    email = f"learner-{number:04}@one.demo.example"
    return Former(UUID(int=number), email, f"Ana {number}", "FR", "fr", "one", gap, track, passed)


@given(st.lists(PASSED, max_size=80))
def test_nobody_comes_back_to_two_editions_and_each_for_a_reason_of_theirs(passed: list[frozenset[str]]) -> None:
    by_gap = {
        gap: returning.chosen([former(n, one, gap) for n, one in enumerate(passed, 1)], PATHS) for gap in (1, 2, 3)
    }
    assert by_gap[3] == []
    assert not {one.person for one, _ in by_gap[1]} & {one.person for one, _ in by_gap[2]}
    for one, purpose in (*by_gap[1], *by_gap[2]):
        wanted = {0: Purpose.FINISH, 1: Purpose.HIGHER, 2: Purpose.ELECTIVES}
        assert purpose is wanted[len(one.passed)]
    for purpose, share in rules.COME_BACK.items():
        group = sum(1 for one in passed if returning.purpose_of(former(1, one), PATHS) is purpose)
        back = sum(1 for _one, why in by_gap[1] if why is purpose)
        assert back == min(group, max(1, round(group * share / 100)))


@given(st.lists(PASSED, max_size=40))
def test_who_comes_back_is_the_same_in_any_order(passed: list[frozenset[str]]) -> None:
    people = [former(n, one) for n, one in enumerate(passed, 1)]
    assert returning.chosen(people, PATHS) == returning.chosen(people[::-1], PATHS)


@given(PASSED, st.sampled_from(Purpose), KEPT, SEEDS)
def test_a_returning_learner_enrols_after_the_end_and_does_what_is_missing(
    passed: frozenset[str], purpose: Purpose, kept: dict[str, float], seed: int
) -> None:
    one = former(7, passed)
    at = returning.enrols_at(one, CLOSED, CUT_OFF, seed)
    assert at is not None
    assert CLOSED + returning.RESTED <= at < min(CUT_OFF.enrolment_closes, CUT_OFF.changes or at)
    learner = returning.learner(21, one, purpose, PATHS, at, kept, seed)
    assert learner.back is not None
    steps = returning.plan(learner, ACTIVITIES, seed, CUT_OFF)
    assert steps == returning.plan(learner, ACTIVITIES, seed, CUT_OFF)
    assert steps[0] == planning.Step(at, Do.ENROL)
    opening = {activity.key: activity.opens for activity in ACTIVITIES}
    assert all(step.at >= max(at, opening[step.unit]) for step in steps if step.unit)
    if purpose is Purpose.ELECTIVES:
        assert not {"exam", "case"} & {step.unit for step in steps}
        assert learner.back.track == "electives"
    if purpose is Purpose.FINISH:
        assert all(kept[key] >= returning.GOOD_ENOUGH for key in learner.back.leaves)


def test_what_is_kept_is_hardly_done_again() -> None:
    kept = dict.fromkeys(("q0", "q1", "q2", "q3", "exam", "more-quiz"), 80.0)
    again, cases = 0, 0
    for seed in range(100):
        one = former(seed, frozenset({"classic"}))
        learner = returning.learner(1, one, Purpose.HIGHER, PATHS, OPENS, kept, seed)
        done = {
            step.unit for step in returning.plan(learner, ACTIVITIES, seed, CUT_OFF) if step.do in (Do.SIT, Do.SUBMIT)
        }
        again += len(done & set(kept))
        cases += "case" in done
    assert 0 < again < 100  # of 600
    assert cases > 80


def test_who_is_too_late_does_not_come_back() -> None:
    assert returning.enrols_at(former(1, frozenset()), CUT_OFF.enrolment_closes, CUT_OFF, 1) is None


@given(st.integers(30, 120), SEEDS)
def test_some_go_up_before_the_cut_off_some_down_and_who_leaves_comes_back(count: int, seed: int) -> None:
    people = rules.cohort(count, seed, CUT_OFF)
    found = set()
    for learner in people:
        steps = planning.plan(learner, ACTIVITIES, seed, CUT_OFF)
        at = {step.do: step.at for step in steps if step.do in (Do.SWITCH, Do.DESCEND, Do.LEAVE, Do.RETURN)}
        found |= set(at)
        if Do.SWITCH in at and learner.enrolled_at < OPENS:
            assert at[Do.SWITCH] < OPENS + timedelta(days=13)
        if Do.DESCEND in at:
            assert not any(step.at >= at[Do.DESCEND] for step in steps if step.do in (Do.DRAFT, Do.SUBMIT))
        if Do.LEAVE in at:
            assert learner.persona in (Persona.CLASSIC, Persona.BROWSER)
            assert not any(at[Do.LEAVE] < step.at < at[Do.RETURN] for step in steps)
    assert {Do.DESCEND, Do.LEAVE, Do.RETURN} <= found or count < 60
