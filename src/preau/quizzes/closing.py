"""The end of an attempt: what it came to is added up, its unit is gone through, its receipt leaves. By its learner, or
by the worker once nothing can arrive any more."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import translation

from preau.accounts.models import Person
from preau.grades import actions as grades
from preau.quizzes import access, ledger, receipts, timing
from preau.quizzes.models import Answer, Attempt

logger = logging.getLogger(__name__)
PACE = timedelta(seconds=30)
AT_ONCE = 200


def finish(sitting: access.Sitting, person: Person, *, at: datetime, now: datetime) -> None:
    """End an attempt that is locked and open, as of `at`: unanswered questions count for nothing."""
    attempt = sitting.attempt
    attempt.closed_at = at
    answers = list(Answer.objects.filter(attempt=attempt))
    ledger.add_up(sitting, {answer.question_id: answer.score for answer in answers}, now)
    grades.complete(enrolment_id=attempt.enrolment_id, unit_id=attempt.unit_id, now=at)
    receipts.send(person, sitting.unit.title, attempt, answers, now=now)


def close_due(*, now: datetime) -> int:
    """End attempts whose time was over so long ago that nothing written in it can arrive, those that wait longest
    first. Each in a transaction of its own; how many. Those that cannot be ended keep no other from it."""
    late = Attempt.objects.filter(closed_at=None, ends_at__lt=now - timing.CUT, enrolment__left_at=None)
    rows = late.order_by("ends_at", "pk").values_list("pk", "enrolment__person", "ends_at")
    ended, left = 0, list(rows[:AT_ONCE])
    while left:
        ended += sum(_close(attempt, person, now) for attempt, person, _at in left)
        last, _person, at = left[-1]
        more = ended < AT_ONCE and len(left) == AT_ONCE
        left = list(rows.filter(Q(ends_at__gt=at) | Q(ends_at=at, pk__gt=last))[:AT_ONCE]) if more else []
    return ended


def _close(attempt_id: UUID, person_id: UUID, now: datetime) -> bool:
    person = Person.objects.get(pk=person_id)
    try:
        with transaction.atomic(), translation.override(person.language):
            sitting = access.attempt(person, attempt_id, person.language, lock=True)
            if sitting.attempt.closed_at is None and sitting.attempt.ends_at is not None:
                finish(sitting, person, at=sitting.attempt.ends_at, now=now)
                return True
    except Http404:  # its unit is not in the edition any more: it waits for it to come back
        logger.info("attempt %s has no unit to be ended in", attempt_id)
    except Exception:
        logger.exception("attempt %s could not be ended", attempt_id)
    return False
