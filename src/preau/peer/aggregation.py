"""PG1-mix: true grades, and each reviewer's severity, precision and good faith, from who gave what to whom. Pure.

Piech et al. 2013 ("Tuned models of peer assessment in MOOCs", model PG1) with a mixture for careless reviewers, fitted
by mean-field EM over the reviews alone (docs/decisions/0015-peer-model.md). A review gives work i of reviewer r

    in good faith:  y ~ N(s_i + b_r, 1/tau_r), s_i ~ N(mu, V_s), b_r ~ N(m_b, V_b), tau_r ~ Gamma(a, a/t0)
    otherwise:      .6 × independent draws from what the class gives or from 0..100
                  + .4 × one grade again and again, a step of the rubric apart

with mu and V_s of each assignment, and the rest of the reviewer, whatever they reviewed."""

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, expit, stdtr

type Floats = NDArray[np.float64]
type Ints = NDArray[np.intp]
type Bools = NDArray[np.bool_]

SWEEPS = 30  # at most: with more, the model grows too sure of itself (mean field)
STILL = 0.01  # points: a sweep that moves no grade by more is the last
JUDGED_FROM = 4  # the sweep from which good faith is judged: before it, nobody's severity is known
TRUST = 0.9  # in what reviews say of good faith: taken in full, one review changed turns whole reviewers around
TAILS = 30  # degrees of freedom of an honest residual
STAFF_VARIANCE = 4.0  # a member of staff is right within 2 points
CLASS_BIAS_VARIANCE = 9.0  # before any staff grade, around nought
LEAST_WORK_VARIANCE = 4.0
BIAS_VARIANCE = (0.5, 400.0)
SHAPE = (1.0, 60.0)
CARELESS = (0.01, 0.25)  # the share of careless reviewers
FINEST = 4.0  # the greatest mean precision: no class is known to agree within less than half a point
DRAWS, AGAIN = 0.6, 0.4  # of careless reviewers
KEPT = 0.6  # of a severity, from one edition to the next
FLOOR = 0.2  # of good faith: a review never counts for nothing
SMOOTHING = 4.0  # points: the width of the smoothed histogram
ENDS = 7.0  # points that the tail beyond an end of the scale is spread over
REACH = np.arange(-40, 20, 0.1)  # where the tail is tabulated, in standard deviations
LOG_TAIL = np.log(stdtr(TAILS, REACH))


@dataclass(frozen=True)
class Known:
    """What earlier editions tell of each reviewer: severity and its variance, nan where nothing is known; the
    precision as a multiple of the class's, and how many reviews that is worth; log odds to add for good faith."""

    severity: Floats
    variance: Floats
    precision: Floats
    reviews: Floats
    odds: Floats


@dataclass(frozen=True)
class Reviews:
    """The reviews by dense indexes, sorted by work and reviewer. `staff` holds the works' staff grades, nan where there
    is none; `random` says which of those graded works were drawn at random."""

    work: Ints
    first: Ints  # review of each work
    reviewer: Ints
    grade: Floats
    assignment: Ints  # of each work
    reviewers: int
    staff: Floats
    random: Bools
    known: Known

    @property
    def works(self) -> int:
        """How many works."""
        return len(self.assignment)

    def of_work(self, values: Floats) -> Floats:
        """The sum of `values` over each work's reviews."""
        return np.add.reduceat(values, self.first) if len(values) else np.zeros(0)

    def of_reviewer(self, values: Floats | None = None) -> Floats:
        """The sum of `values` over each reviewer's reviews; their number without."""
        return np.bincount(self.reviewer, values, self.reviewers).astype(float)


@dataclass
class Fit:
    """What is estimated: of each work `s` and its variance, of each reviewer bias and its variance, precision and the
    probability of good faith, and the class's own parameters."""

    s: Floats
    s_variance: Floats
    mu: Floats  # of each assignment
    work_variance: Floats
    bias: Floats
    bias_variance: Floats
    tau: Floats
    log_tau: Floats  # its expectation
    honest: Floats
    class_bias: float = 0.0
    between: float = 25.0  # V_b
    shape: float = 4.0  # a
    t0: float = 1 / 80
    careless: float = 0.06


def medians(reviews: Reviews) -> Floats:
    """The median of each work's reviews."""
    order = np.lexsort((reviews.grade, reviews.work))
    counts = np.bincount(reviews.work, minlength=reviews.works)
    low, high = reviews.first + (counts - 1) // 2, reviews.first + counts // 2
    grades = reviews.grade[order]
    return np.asarray((grades[low] + grades[high]) / 2)


def fit(reviews: Reviews) -> Fit:
    """Sweeps until no work's grade moves. Every work and every reviewer has a review."""
    now = start(reviews)
    unlikely = careless_likelihood(reviews)
    counts, ends = reviews.of_reviewer(), at_the_ends(reviews.grade)
    for sweep in range(1, SWEEPS + 1):
        before = now.s
        grade_works(reviews, now)
        judge_severity(reviews, now)
        residual = reviews.grade - now.s[reviews.work] - now.bias[reviews.reviewer]
        judge_precision(reviews, now, residual, counts)
        if sweep % 3 == 0:
            judge_variety(now)
        if sweep >= JUDGED_FROM:
            likely = reviews.of_reviewer(honest_likelihood(residual, now.t0, ends))
            judge_good_faith(reviews, now, counts, TRUST * (likely - unlikely))
        describe_class(reviews, now)
        if sweep > JUDGED_FROM and np.abs(now.s - before).max() < STILL:
            break
    return now


def start(reviews: Reviews) -> Fit:
    """Medians, and everybody alike."""
    s = medians(reviews)
    mu = by_assignment(reviews, s)
    spread = by_assignment(reviews, (s - mu[reviews.assignment]) ** 2)
    squares = ((reviews.grade - s[reviews.work]) ** 2).sum() / max(len(reviews.grade), 1)
    now = Fit(
        s=s,
        s_variance=np.zeros(reviews.works),
        mu=mu,
        work_variance=np.maximum(0.8 * spread, LEAST_WORK_VARIANCE),
        bias=np.zeros(reviews.reviewers),
        bias_variance=np.full(reviews.reviewers, 25.0),
        tau=np.zeros(reviews.reviewers),
        log_tau=np.zeros(reviews.reviewers),
        honest=np.ones(reviews.reviewers),
        t0=min(1 / max(squares, 1e-9), FINEST),
    )
    now.tau[:] = now.t0
    return now


def by_assignment(reviews: Reviews, values: Floats) -> Floats:
    """The mean of a value of each work over each assignment."""
    return np.bincount(reviews.assignment, values) / np.bincount(reviews.assignment)


def grade_works(reviews: Reviews, now: Fit) -> None:
    """Step 1: s and its variance."""
    weight = (now.tau * now.honest)[reviews.reviewer]
    prior = 1 / now.work_variance[reviews.assignment]
    marked = ~np.isnan(reviews.staff)
    below = prior + reviews.of_work(weight) + marked / STAFF_VARIANCE
    above = prior * now.mu[reviews.assignment] + reviews.of_work(weight * (reviews.grade - now.bias[reviews.reviewer]))
    above[marked] += reviews.staff[marked] / STAFF_VARIANCE
    now.s, now.s_variance = above / below, 1 / below


def judge_severity(reviews: Reviews, now: Fit) -> None:
    """Step 2: bias and its variance, after the class's own, which only works marked at random can tell."""
    earlier, lost = reviews.known, np.isnan(reviews.known.severity)
    middle = now.class_bias + np.where(lost, 0.0, KEPT * earlier.severity)
    spread = np.where(lost, now.between, KEPT**2 * earlier.variance + (1 - KEPT**2) * now.between)
    weight = (now.tau * now.honest)[reviews.reviewer]
    below = 1 / spread + reviews.of_reviewer(weight)
    above = middle / spread + reviews.of_reviewer(weight * (reviews.grade - now.s[reviews.work]))
    now.bias, now.bias_variance = above / below, 1 / below
    moved = class_bias(reviews, now) - now.class_bias
    if moved:  # works and reviewers move together: sweep by sweep they would take their time
        now.class_bias += moved
        now.bias += moved
        now.s, now.mu = now.s - moved, now.mu - moved


def class_bias(reviews: Reviews, now: Fit) -> float:
    """By how much the class is kinder than staff, by the works that staff marked at random, drawn towards nought."""
    marked = reviews.random
    if not marked.any():
        return 0.0
    weight = now.tau[reviews.reviewer] * np.maximum(now.honest, FLOOR)[reviews.reviewer]
    own = now.bias[reviews.reviewer] - now.class_bias
    level = reviews.of_work(weight * (reviews.grade - own)) / reviews.of_work(weight)
    apart = level[marked] - reviews.staff[marked]
    usual = now.work_variance.mean() / 4 + STAFF_VARIANCE
    variance = (usual * 4 + ((apart - apart.mean()) ** 2).sum()) / (4 + len(apart) - 1)
    return float(apart.sum() / variance / (len(apart) / variance + 1 / CLASS_BIAS_VARIANCE))


def judge_precision(reviews: Reviews, now: Fit, residual: Floats, counts: Floats) -> None:
    """Step 3: tau."""
    squares = residual**2 + now.s_variance[reviews.work]
    total = reviews.of_reviewer(squares) + counts * now.bias_variance
    earlier = reviews.known
    alpha = now.shape + (now.honest * counts + earlier.reviews) / 2
    beta = (now.shape + earlier.reviews / earlier.precision / 2) / now.t0 + now.honest * total / 2
    now.tau, now.log_tau = alpha / beta, digamma(alpha) - np.log(beta)
    now.t0 = min(float(now.tau.mean()), FINEST)


def judge_variety(now: Fit) -> None:
    """Step 3, now and then: how different reviewers are in precision (a, by Gamma maximum likelihood)."""
    now.shape = gamma_shape(log(now.tau.mean()) - float(now.log_tau.mean()))


def gamma_shape(gap: float) -> float:
    """The shape a whose Gamma has log(mean) - mean(log) = `gap`: log a - digamma(a) = gap, by bisection of log a."""
    low, high = SHAPE
    if gap <= 0 or log(high) - digamma(high) >= gap:
        return high
    if log(low) - digamma(low) <= gap:
        return low
    for _ in range(30):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if log(middle) - digamma(middle) > gap else (low, middle)
    return low


def judge_good_faith(reviews: Reviews, now: Fit, counts: Floats, gap: Floats) -> None:
    """Step 4: the probability of good faith, and the share of those without. `gap`: the log-likelihood of each
    reviewer's grades in good faith, less that in bad."""
    own = now.bias - now.class_bias
    severe = own**2 / (2 * now.between) + 0.5 * np.log1p(counts * now.t0 * now.between)
    odds = log(1 - now.careless) - log(now.careless) + gap - severe + reviews.known.odds
    honest = expit(odds)
    now.honest = np.where(counts < 2, np.maximum(honest, 0.5), honest)
    now.careless = float(np.clip(1 - now.honest.mean(), *CARELESS))


def at_the_ends(grades: Floats) -> list[tuple[int, Ints, Floats]]:
    """For the top and the bottom of the scale: its side, which grades are there, and how far from it they are."""
    found = []
    for side, end in ((1, 100.0), (-1, 0.0)):
        near = np.flatnonzero(np.abs(grades - end) < ENDS / 2)
        found.append((side, near, end - grades[near]))
    return found


def honest_likelihood(residual: Floats, t0: float, ends: list[tuple[int, Ints, Floats]]) -> Floats:
    """The log-density of each grade if its reviewer is of usual precision, per point. At the ends of the scale it is
    the whole tail, spread over `ENDS` points: honest reviewers of good works give 100 again and again."""
    constant = lgamma((TAILS + 1) / 2) - lgamma(TAILS / 2) + 0.5 * log(t0 / (TAILS * pi))
    density = constant - (TAILS + 1) / 2 * np.log1p(residual**2 * (t0 / TAILS))
    for side, near, short in ends:
        reach = (ENDS / 2 - side * (residual[near] + short)) * t0**0.5
        density[near] = np.maximum(density[near], np.interp(reach, REACH, LOG_TAIL) - log(ENDS))
    return density


def describe_class(reviews: Reviews, now: Fit) -> None:
    """Step 5: mu, V_s and V_b by moments, with the variance of what they are the moments of."""
    now.mu = by_assignment(reviews, now.s)
    spread = by_assignment(reviews, (now.s - now.mu[reviews.assignment]) ** 2 + now.s_variance)
    now.work_variance = np.maximum(spread, LEAST_WORK_VARIANCE)
    fresh = np.isnan(reviews.known.severity)
    if fresh.any():
        moments = (now.bias - now.class_bias)[fresh] ** 2 + now.bias_variance[fresh]
        now.between = float(np.clip(moments.mean(), *BIAS_VARIANCE))


def careless_likelihood(reviews: Reviews) -> Floats:
    """The log-likelihood of each reviewer's grades if they did not look. Densities are per point."""
    step = rubric_step(reviews.grade)
    bins = np.rint(reviews.grade).astype(np.intp)
    width = max(SMOOTHING, step / 2)
    given = smoothed(reviews.assignment[reviews.work], bins, width)
    density = 0.5 * given[reviews.assignment[reviews.work], bins] + 0.5 / 101
    draws = reviews.of_reviewer(np.log(density))
    counts = reviews.of_reviewer()
    mean = reviews.of_reviewer(reviews.grade) / counts
    squares = reviews.of_reviewer((reviews.grade - mean[reviews.reviewer]) ** 2)
    whole = smoothed(np.zeros(len(bins), dtype=np.intp), bins, width)[0]
    # The mean is integrated out; the histogram is as good as flat over a step.
    again = np.log(whole[np.rint(mean).astype(np.intp)] + 1e-12) - squares / (2 * step**2)
    again -= (counts - 1) / 2 * log(2 * pi * step**2) + 0.5 * np.log(counts)
    both = np.logaddexp(log(DRAWS) + draws, log(AGAIN) + again)
    return np.where(counts < 3, draws, both)


def smoothed(group: Ints, bins: Ints, width: float) -> Floats:
    """A density over 0..100 for each group: its histogram under a Gaussian of `width` points, renormalised."""
    groups = int(group.max()) + 1
    histogram = np.bincount(group * 101 + bins, minlength=groups * 101).reshape(groups, 101)
    points = np.arange(101)
    kernel = np.exp(-0.5 * ((points[:, None] - points) / width) ** 2)
    kernel /= kernel.sum(axis=1, keepdims=True)
    density = histogram @ kernel
    return np.asarray(density / density.sum(axis=1, keepdims=True))


def rubric_step(grades: Floats) -> float:
    """The distance between grades that a rubric allows: the usual gap between those given often, 1 to 35 points."""
    values, counts = np.unique(grades, return_counts=True)
    often = values[counts > 0.002 * len(grades)]
    if len(often) < 2:
        return 1.0
    return float(np.clip(np.median(np.diff(often)), 1, 35))
