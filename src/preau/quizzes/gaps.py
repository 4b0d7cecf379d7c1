"""The times in which a timed attempt was out of reach: written as answers tell of them, shown to a jury."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language, gettext_noop

from preau.content import outline as outlines
from preau.courses.models import Edition
from preau.grades.evidence import Sign
from preau.quizzes.models import Gap

WORTH_A_LOOK = timedelta(minutes=5)
AWAY = gettext_noop("“{title}”: out of reach for {minutes} minutes. Answers written meanwhile: {answers}.")
AFTER = gettext_noop(
    "“{title}”: out of reach for {minutes} minutes, until after the end. Answers said to be of before it: {answers}."
)


def note(attempt: UUID, began: datetime, ended: datetime, *, after_end: bool) -> None:
    """Put an answer that waited for a network on record, with the others of the same cut. Under the lock of its
    attempt."""
    same = list(Gap.objects.filter(attempt=attempt, began_at__lt=ended, ended_at__gt=began).order_by("began_at", "pk"))
    kept = same[0] if same else Gap(attempt_id=attempt, began_at=began, ended_at=ended, answers=0, after_end=False)
    kept.began_at = min([began, *(gap.began_at for gap in same)])
    kept.ended_at = max([ended, *(gap.ended_at for gap in same)])
    kept.answers = 1 + sum(gap.answers for gap in same)
    kept.after_end = after_end or any(gap.after_end for gap in same)
    kept.save()
    Gap.objects.filter(pk__in=[gap.pk for gap in same[1:]]).delete()


def signs(edition: Edition, enrolments: Sequence[UUID]) -> Mapping[UUID, Sequence[Sign]]:
    """What a jury should know of these enrolments: long cuts, and answers that came after the end. One query, and the
    edition's outline."""
    found: dict[UUID, list[Sign]] = defaultdict(list)
    rows = Gap.objects.select_related("attempt__unit").filter(attempt__enrolment__in=enrolments)
    for gap in rows.order_by("began_at", "pk"):
        if gap.after_end or gap.ended_at - gap.began_at > WORTH_A_LOOK:
            found[gap.attempt.enrolment_id].append(_sign(edition, gap))
    return found


def _sign(edition: Edition, gap: Gap) -> Sign:
    minutes = max(1, round((gap.ended_at - gap.began_at) / timedelta(minutes=1)))
    said = {"title": _title(edition, gap.attempt.unit.key), "minutes": minutes, "answers": gap.answers}
    return Sign("exam", AFTER if gap.after_end else AWAY, said, at=gap.began_at.isoformat(), apart=gap.after_end)


def _title(edition: Edition, key: str) -> str:
    try:
        return outlines.of_edition(edition, get_language() or edition.course.languages[0]).by_key[key].title
    except (outlines.NotPrinted, KeyError):
        return key
