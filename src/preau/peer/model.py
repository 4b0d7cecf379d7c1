"""Grades from peer reviews: what is published, how sure it is, and each review's part in it. Pure: no Django.

Each grade is the weighted mean of the grades received, each corrected by how severe its reviewer is, so that it can be
shown line by line. Weights and corrections come from `aggregation`; an assignment with fewer than `LEAST` works gets
medians. The same reviews give the same grades in whatever order they come, and there is no seed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from preau.peer import sheet as sheets
from preau.peer.aggregation import (
    CLASS_BIAS_VARIANCE,
    FLOOR,
    STAFF_VARIANCE,
    Bools,
    Fit,
    Floats,
    Ints,
    Reviews,
    fit,
    medians,
    start,
)
from preau.peer.sheet import Ids, Reliability, Sheet, Staff

VERSION = "pg1-mix 1"
LEAST = 30  # works of an assignment, below which the class is too small to be described
COVER = 0.8
USUAL = 1.2816  # half of an 80 % interval in standard deviations, where it is not measured
CALIBRATED = 25  # staff grades of a random sample from which it is measured
WIDEST = 0.1  # the share of works for which another look pays most
SPREAD, SPREAD_WORTH = 15.0**2, 4.0  # of reviews of a work in a class too small to tell, worth so many reviews
HAIR = 1e-9

type Method = Literal["model", "median"]


@dataclass(frozen=True, eq=False)
class Grades:
    """The outcome, in rows of three kinds: works by their ids, reviews as they were given, reviewers by their ids.
    An interval is meant to hold the grade that staff would give, four times out of five."""

    submission: Ids
    assignment: Ids
    published: Floats
    shrunk: Floats  # drawn towards the class's mean: nearer on the average, and never shown as a grade
    low: Floats
    high: Floats
    variance: Floats
    needs_review: Bools
    weighted: Floats  # sum of weight × (grade - bias) / sum of weight: `published`, unless one of the next two
    clamped: Bools  # to the range of the grades received
    by_staff: Bools
    by_median: Bools

    work: Ints  # of each review, its row above
    weight: Floats
    share: Floats  # of the weights of its work
    bias: Floats  # taken off the grade: how kind the reviewer is

    reviewer: Ids
    severity: Floats  # the same, by reviewer; for the reviewer's own eyes
    severity_variance: Floats
    precision: Floats  # 1 / points²
    honest: Floats
    reviews: Floats

    calibrated: bool  # is the width of intervals measured on staff grades?
    inputs_hash: str
    version: str = VERSION

    @property
    def method(self) -> Method:
        """How the grades of the last assignment were made."""
        return "median" if not len(self.submission) or self.by_median[self.assignment.argmax()] else "model"

    def of(self, assignment: int) -> "Grades":
        """One assignment's works and their reviews; reviewers as all assignments show them."""
        kept = self.assignment == assignment
        place, inside = np.cumsum(kept) - 1, kept[self.work]
        works = {name: getattr(self, name)[kept] for name in OF_WORKS}
        reviews = {name: getattr(self, name)[inside] for name in ("weight", "share", "bias")}
        return replace(self, **works, **reviews, work=place[self.work[inside]])

    def reliability(self) -> Reliability:
        """What to keep of the reviewers for the next edition, beside their class's. Nothing where all is medians."""
        known = np.full(len(self.reviewer), not self.by_median.all())
        severity, precision = self.severity[known], self.precision[known]
        return Reliability(
            reviewer=self.reviewer[known],
            severity=severity - (severity.mean() if known.any() else 0.0),
            variance=self.severity_variance[known],
            precision=precision / (precision.mean() if known.any() else 1.0),
            reviews=self.reviews[known],
            honest=self.honest[known],
        )


OF_WORKS: tuple[str, ...] = ("submission", "assignment", "published", "shrunk", "low", "high", "variance")
OF_WORKS += ("needs_review", "weighted", "clamped", "by_staff", "by_median")


@dataclass(frozen=True)
class Parts:
    """What makes grades: each review's weight and correction, each work's shrunk grade, variance and half-width."""

    weight: Floats
    bias: Floats
    shrunk: Floats
    variance: Floats
    half: Floats


def aggregate(
    submission: ArrayLike,
    reviewer: ArrayLike,
    grade: ArrayLike,
    *,
    staff: Staff | None = None,
    staff_random: Collection[int] | ArrayLike | None = None,
    assignment: ArrayLike | None = None,
    reliability: Reliability | None = None,
    pass_mark: float | None = None,
) -> Grades:
    """Grades from reviews: three rows of one length, ids any integers, grades on 0..100.

    `staff`: staff grades by submission, or a row beside the sorted submissions, nan where there is none; they replace
    the published grade and inform the others. `staff_random`: the submissions that staff drew at random (ids, or
    booleans beside the sorted submissions); they alone say how kind the class is and how wide intervals must be.
    `assignment`: of each review; reviewers' earlier assignments belong in the same call. `reliability`: what
    `Grades.reliability` gave for an earlier edition. `pass_mark`: `needs_review` marks the works whose interval holds
    it; without, the least sure tenth of each assignment. Raises ValueError, in a sentence, for what is no such data."""
    if pass_mark is not None and not 0 <= pass_mark <= 100:
        raise ValueError("pass_mark is not between 0 and 100")
    sheet = sheets.read(submission, reviewer, grade, assignment, staff, staff_random, reliability)
    reviews = sheet.reviews
    small = np.bincount(reviews.assignment)[reviews.assignment] < LEAST
    if small.all():
        return outcome(sheet, by_median(reviews), small, None, False, pass_mark)
    fitted = fit(reviews)
    scale = measured(reviews)
    parts = by_model(reviews, fitted, scale or USUAL)
    if small.any():
        parts = mixed(by_median(reviews), parts, small, reviews.work)
    return outcome(sheet, parts, small, fitted, scale is not None, pass_mark)


def outcome(
    sheet: Sheet, parts: Parts, small: Bools, fitted: Fit | None, calibrated: bool, pass_mark: float | None
) -> Grades:
    """The grades that these parts make."""
    reviews, people = sheet.reviews, fitted or start(sheet.reviews)
    total, weighted = weighted_means(reviews, parts.weight, parts.bias)
    inside = within_received(reviews, weighted)
    by_staff = ~np.isnan(reviews.staff)
    published = np.where(by_staff, reviews.staff, inside)
    half = np.where(by_staff, USUAL * STAFF_VARIANCE**0.5, parts.half)
    low, high = np.clip(published - half, 0, 100), np.clip(published + half, 0, 100)
    unsure = least_sure(reviews, parts.variance) if pass_mark is None else (low < pass_mark) & (pass_mark <= high)
    back = np.empty_like(sheet.place)
    back[sheet.place] = np.arange(len(back))
    return Grades(
        submission=sheet.submission,
        assignment=sheet.assignment,
        published=published,
        shrunk=np.clip(parts.shrunk, 0, 100),
        low=low,
        high=high,
        variance=parts.variance,
        needs_review=unsure & ~by_staff,
        weighted=weighted,
        clamped=(np.abs(inside - weighted) > HAIR) & ~by_staff,
        by_staff=by_staff,
        by_median=small,
        work=reviews.work[back],
        weight=parts.weight[back],
        share=(parts.weight / total[reviews.work])[back],
        bias=parts.bias[back],
        reviewer=sheet.reviewer,
        severity=people.bias,
        severity_variance=people.bias_variance,
        precision=people.tau,
        honest=people.honest,
        reviews=reviews.of_reviewer(),
        calibrated=calibrated,
        inputs_hash=sheet.inputs_hash,
    )


def weighted_means(reviews: Reviews, weight: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """The sum of each work's weights, and the mean of its corrected grades under them."""
    total = reviews.of_work(weight)
    return total, reviews.of_work(weight * (reviews.grade - bias)) / total


def within_received(reviews: Reviews, values: Floats) -> Floats:
    """Values brought into the range of the grades that each work received."""
    if not reviews.works:
        return values
    grade, first = reviews.grade, reviews.first
    return np.clip(values, np.minimum.reduceat(grade, first), np.maximum.reduceat(grade, first))


def by_median(reviews: Reviews) -> Parts:
    """Medians as weighted means: the middle one or two count. Their variance is that of the class's reviews."""
    counts = np.bincount(reviews.work, minlength=reviews.works).astype(float)
    order = np.lexsort((reviews.grade, reviews.work))
    rank = np.arange(len(order)) - reviews.first[reviews.work]
    weight = np.empty(len(order))
    weight[order] = np.abs(rank - (counts[reviews.work] - 1) / 2) < 1
    middle = medians(reviews)
    apart = reviews.grade - (reviews.of_work(reviews.grade) / counts)[reviews.work]
    spread = ((apart**2).sum() + SPREAD * SPREAD_WORTH) / (len(order) - reviews.works + SPREAD_WORTH)
    variance = spread * np.where(counts > 2, np.pi / 2, 1.0) / counts
    return Parts(weight, np.zeros(len(order)), middle, variance, USUAL * np.sqrt(variance))


def by_model(reviews: Reviews, fitted: Fit, scale: float) -> Parts:
    """What the fit says of these reviews; `scale`: half of an interval in standard deviations."""
    weight = (fitted.tau * np.maximum(fitted.honest, FLOOR))[reviews.reviewer]
    bias = reviews.grade - np.clip(reviews.grade - fitted.bias[reviews.reviewer], 0, 100)
    variance = published_variance(reviews, fitted, weight, bias)
    return Parts(weight, bias, fitted.s, variance, scale * np.sqrt(variance))


def published_variance(reviews: Reviews, fitted: Fit, weight: Floats, bias: Floats) -> Floats:
    """The variance of each weighted mean: what the model expects of its reviewers and what their disagreement over
    this work shows, added, since the first alone is too sure of itself (mean field) and knows no difficult work."""
    total, mean = weighted_means(reviews, weight, bias)
    expected = (1 / fitted.tau + fitted.bias_variance)[reviews.reviewer]
    shown = (reviews.grade - bias - mean[reviews.work]) ** 2
    squares = weight**2
    spread = reviews.of_work(weight * shown) / total
    return np.asarray((reviews.of_work(squares * expected) + spread * reviews.of_work(squares)) / total**2)


def measured(reviews: Reviews) -> float | None:
    """Half of an interval in standard deviations, so that intervals hold `COVER` of the staff grades drawn at random:
    the split-conformal quantile. None with too few. The fit that is measured has seen no staff grade, and each error
    is corrected by the class bias that the others show."""
    drawn = reviews.random
    count = int(drawn.sum())
    if count < CALIBRATED:
        return None
    blind = replace(reviews, staff=np.full(reviews.works, np.nan), random=np.zeros(reviews.works, dtype=bool))
    parts = by_model(blind, fit(blind), 1.0)
    _, weighted = weighted_means(blind, parts.weight, parts.bias)
    apart = weighted[drawn] - reviews.staff[drawn]
    others = (apart.sum() - apart) / (count - 1)
    precision = (count - 1) / max(float(apart.var()), HAIR)
    others *= precision / (precision + 1 / CLASS_BIAS_VARIANCE)
    error = np.abs(within_received(blind, weighted)[drawn] - others - reviews.staff[drawn])
    rank = min(ceil((count + 1) * COVER), count) - 1
    return float(np.sort(error / np.sqrt(parts.variance[drawn]))[rank])


def least_sure(reviews: Reviews, variance: Floats) -> Bools:
    """The works of each assignment with the greatest variance, `WIDEST` of them; fewer when many are alike."""
    unsure = np.zeros(reviews.works, dtype=bool)
    for assignment in range(int(reviews.assignment.max()) + 1 if reviews.works else 0):
        mine = (reviews.assignment == assignment) & np.isnan(reviews.staff)
        if mine.any():
            limit = np.quantile(variance[mine], 1 - WIDEST, method="lower")
            unsure |= mine & (variance > limit * (1 + HAIR))
    return unsure


def mixed(medians_: Parts, modelled: Parts, small: Bools, work: Ints) -> Parts:
    """Medians for the works of small assignments, the model's for the others."""
    chosen = small[work]
    return Parts(
        weight=np.where(chosen, medians_.weight, modelled.weight),
        bias=np.where(chosen, medians_.bias, modelled.bias),
        shrunk=np.where(small, medians_.shrunk, modelled.shrunk),
        variance=np.where(small, medians_.variance, modelled.variance),
        half=np.where(small, medians_.half, modelled.half),
    )
