"""What a learner's attempts at a unit bring them, by its rule of keeping, written down into the ledger."""

from collections.abc import Sequence
from datetime import datetime

from preau.grades import actions as grades
from preau.quizzes import access, rules


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
