"""Reviews as the engine takes them, checked, sorted and indexed. Pure: no Django."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit

from preau.peer.aggregation import Bools, Floats, Ints, Known, Reviews

WORTH = 0.5  # a review of an earlier edition, beside one of this
MOST_WORTH = 6.0  # reviews that all of them are worth
USUAL_FAITH, LEAST_ODDS = 0.94, -2.0

type Ids = NDArray[np.int64]
type Staff = Mapping[int, float] | ArrayLike


@dataclass(frozen=True, eq=False)
class Reliability:
    """What is kept of reviewers from one edition to the next, a row each: severity in points (kind above nought) with
    its variance, precision as a multiple of their class's, number of reviews, probability of good faith."""

    reviewer: Ids
    severity: Floats
    variance: Floats
    precision: Floats
    reviews: Floats
    honest: Floats


@dataclass(frozen=True, eq=False)
class Sheet:
    """The reviews by dense indexes, and the ids that the indexes stand for, sorted. `place`: of each review in
    `reviews`, its place among those given."""

    reviews: Reviews
    submission: Ids
    assignment: Ids
    reviewer: Ids
    place: Ints
    inputs_hash: str


def read(
    submission: ArrayLike,
    reviewer: ArrayLike,
    grade: ArrayLike,
    assignment: ArrayLike | None = None,
    staff: Staff | None = None,
    staff_random: Collection[int] | ArrayLike | None = None,
    reliability: Reliability | None = None,
) -> Sheet:
    """Raises ValueError for arrays of different lengths, ids that are no integers, grades out of 0..100, two reviews of
    a submission by one reviewer, a submission in two assignments, a staff grade for a submission without a review."""
    given, by = ids(submission, "submission"), ids(reviewer, "reviewer")
    grades = in_range(grade, "grade")
    turns = np.zeros(len(given), dtype=np.int64) if assignment is None else ids(assignment, "assignment")
    if not len(given) == len(by) == len(grades) == len(turns):
        raise ValueError("submission, reviewer, grade and assignment differ in length")
    place = np.lexsort((by, given))
    given, by, grades, turns = given[place], by[place], grades[place], turns[place]
    works, first, work = np.unique(given, return_index=True, return_inverse=True)
    people, person = np.unique(by, return_inverse=True)
    assignments, of_work = np.unique(turns[first], return_inverse=True)
    again = (np.diff(given) == 0) & (np.diff(by) == 0)
    if again.any():
        raise ValueError(f"reviewed twice by one reviewer: submission {given[1:][again][0]}")
    if (turns != turns[first][work]).any():
        raise ValueError("a submission is in two assignments")
    marks = staff_grades(staff, works)
    drawn = drawn_at_random(staff_random, works)
    known = known_of(reliability, people)
    parts = (given, by, grades, turns, marks, drawn, known.severity, known.variance, known.precision, known.odds)
    digest = sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()
    reviews = Reviews(work, first, person, grades, of_work, len(people), marks, drawn & ~np.isnan(marks), known)
    return Sheet(reviews, works, assignments[of_work], people, place, digest)


def ids(values: ArrayLike, what: str) -> Ids:
    """A row of integers; an empty one may be of any type."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{what} is not a row")
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{what} holds something else than integers")
    return array.astype(np.int64)


def in_range(values: ArrayLike, what: str) -> Floats:
    """A row of grades, all of them on 0..100."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{what} is not a row")
    if not ((array >= 0) & (array <= 100)).all():  # false for nan as well
        raise ValueError(f"{what} is not between 0 and 100")
    return array


def staff_grades(staff: Staff | None, works: Ids) -> Floats:
    """Staff's grade of each work, nan where there is none."""
    marks = np.full(len(works), np.nan)
    if isinstance(staff, Mapping):
        marks[positions(list(staff), works)] = in_range(list(staff.values()), "a staff grade")
    elif staff is not None:
        marks = np.array(staff, dtype=np.float64)
        if marks.shape != works.shape:
            raise ValueError("staff has not one row a submission")
        in_range(marks[~np.isnan(marks)], "a staff grade")
    return marks


def drawn_at_random(staff_random: Collection[int] | ArrayLike | None, works: Ids) -> Bools:
    """Which works were drawn at random."""
    drawn = np.zeros(len(works), dtype=bool)
    if staff_random is None:
        return drawn
    array = np.asarray(list(staff_random) if isinstance(staff_random, Collection) else staff_random)
    if array.dtype == np.bool_:
        if array.shape != works.shape:
            raise ValueError("staff_random has not one row a submission")
        return array
    drawn[positions(array, works)] = True
    return drawn


def positions(wanted: ArrayLike, works: Ids) -> Ints:
    """Where these ids are among the sorted ones."""
    asked = ids(wanted, "staff's submissions")
    found = np.searchsorted(works, asked)
    lost = asked[works[np.minimum(found, len(works) - 1)] != asked] if len(works) else asked
    if len(lost):
        raise ValueError(f"staff graded a submission without a review: {lost[0]}")
    return found


def known_of(reliability: Reliability | None, people: Ids) -> Known:
    """What earlier editions tell, drawn back towards nothing known: half of it is worth anything a year later."""
    count = len(people)
    nothing = Known(
        severity=np.full(count, np.nan),
        variance=np.full(count, np.nan),
        precision=np.ones(count),
        reviews=np.zeros(count),
        odds=np.zeros(count),
    )
    if reliability is None or not len(reliability.reviewer):
        return nothing
    for name in ("severity", "variance", "precision", "reviews", "honest"):
        values = np.asarray(getattr(reliability, name), dtype=np.float64)
        least = -100.0 if name == "severity" else 0.0
        if values.shape != reliability.reviewer.shape or not (np.isfinite(values) & (values >= least)).all():
            raise ValueError(f"reliability: {name} is out of range")
    _, mine, theirs = np.intersect1d(people, ids(reliability.reviewer, "reliability"), return_indices=True)
    odds = WORTH * (logit(np.clip(reliability.honest, 0.001, 0.999)) - logit(USUAL_FAITH))
    nothing.severity[mine] = reliability.severity[theirs]
    nothing.variance[mine] = reliability.variance[theirs]
    nothing.precision[mine] = np.clip(reliability.precision[theirs], 0.1, 10)
    nothing.reviews[mine] = np.minimum(WORTH * reliability.reviews[theirs], MOST_WORTH)
    nothing.odds[mine] = np.clip(odds[theirs], LEAST_ODDS, -LEAST_ODDS)
    return nothing
