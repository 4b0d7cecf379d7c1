"""What a learner's attempts at a unit bring them, by its rule of keeping, written down into the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from preau.common.prepared import Change, Prepared
from preau.grades import actions as grades
from preau.quizzes import access, rules
from preau.quizzes.models import Attempt

EARLIER = Prepared(
    lambda enrolment, unit, attempt: (
        Attempt.objects.filter(enrolment_id=enrolment, unit_id=unit)
        .exclude(pk=attempt)
        .order_by("number")
        .values_list("score", "of")
    ),
    (UUID(int=1), UUID(int=2), UUID(int=3)),
)
KEEP_SCORE = Change(Attempt, ("score", "closed_at"))


def add_up(sitting: access.Sitting, scores: Mapping[UUID, float | None], now: datetime) -> None:
    """Keep what an attempt comes to by the scores of its questions, and what that makes of the learner's result."""
    attempt = sitting.attempt
    attempt.score = min(attempt.of, sum(score or 0 for score in scores.values()))
    KEEP_SCORE(attempt.pk, attempt.score, attempt.closed_at)
    if attempt.of:
        earlier: list[tuple[float, float]] = []
        if attempt.number > 1:
            earlier = [(score, of) for score, of in EARLIER.rows(attempt.enrolment_id, attempt.unit_id, attempt.pk)]
        record(sitting, [*earlier, (attempt.score, attempt.of)], now)


def percent(sitting: access.Sitting, attempts: Sequence[tuple[float, float]]) -> float:
    """What counts of the attempts, (score, of) in their order; those that are worth nothing are passed over."""
    scores = [100 * score / of for score, of in attempts if of]
    return min(100.0, max(0.0, rules.keep(scores, sitting.terms.keep)))


def record(sitting: access.Sitting, attempts: Sequence[tuple[float, float]], now: datetime) -> None:
    """Write down what the attempts bring, the one of `sitting` being the latest of them.

    An unfinished attempt counts with what was answered: a cut network must not cost what was acknowledged.
    """
    attempt, asked = sitting.attempt, sitting.terms
    hidden = asked.feedback == "after" and (sitting.tells is not None or attempt.closed_at is None)
    grades.record(
        enrolment_id=attempt.enrolment_id,
        unit_id=attempt.unit_id,
        version_id=attempt.version_id,
        score=percent(sitting, attempts),
        of=100.0,
        how=_how(sitting, sum(of > 0 for _, of in attempts), now),
        shown_from=(sitting.tells or attempt.enrolment.edition.closes_at) if hidden else None,
        now=now,
    )


def _how(sitting: access.Sitting, used: int, now: datetime) -> dict[str, object]:
    """How a score came about, and whether it may still change: what the ledger's rules and the learner want to know."""
    asked = sitting.terms
    over = now > sitting.closes
    spent = asked.attempts is not None and used >= asked.attempts and sitting.attempt.closed_at is not None
    rising = asked.keep == "best" or (used == 1 and asked.attempts == 1)
    return {"keep": asked.keep, "attempts": used, "final": over or spent, "rising": rising}
