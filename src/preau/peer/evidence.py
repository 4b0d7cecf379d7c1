"""What assignments have to tell a jury: appeals of a grade, procedures for plagiarism, copies that are alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from preau.courses.models import Edition
from preau.grades.evidence import Sign
from preau.peer.models import Appeal, Case, Likeness

APPEALED = gettext_noop("Appealed against the grade of “{unit}”: not answered yet")
ANSWERED = gettext_noop("Appealed against the grade of “{unit}”, answered: {answer}")
OPENED = gettext_noop("A procedure for plagiarism is open about “{unit}”")
HELD = gettext_noop("A procedure for plagiarism about “{unit}” was decided: {reason}")
ALIKE = gettext_noop("The copy of “{unit}” and another are alike ({share} %), and nobody has looked at it")

type Signs = dict[UUID, list[Sign]]


def signs(edition: Edition, enrolments: Sequence[UUID]) -> Mapping[UUID, Sequence[Sign]]:
    """By enrolment: three queries."""
    found: Signs = defaultdict(list)
    base = f"/desk/{edition.slug}/peer/"
    _appeals(found, enrolments, base)
    _cases(found, enrolments, base)
    _alike(found, enrolments, base)
    return found


def _appeals(found: Signs, enrolments: Sequence[UUID], base: str) -> None:
    rows = Appeal.objects.filter(submission__enrolment__in=enrolments).select_related("submission__unit")
    for row in rows.order_by("made_at", "pk"):
        unit, href = row.submission.unit.key, f"{base}{row.submission.unit.key}/appeals/{row.pk}/"
        open_ = row.answered_at is None
        text, args = (APPEALED, {"unit": unit}) if open_ else (ANSWERED, {"unit": unit, "answer": row.answer[:200]})
        sign = Sign("appeal", text, args, row.made_at.isoformat(), href, apart=open_)
        found[row.submission.enrolment_id].append(sign)


def _cases(found: Signs, enrolments: Sequence[UUID], base: str) -> None:
    rows = Case.objects.filter(submission__enrolment__in=enrolments).exclude(decision=Case.Decision.DISMISSED)
    for row in rows.select_related("submission__unit").order_by("opened_at", "pk"):
        unit, href = row.submission.unit.key, f"{base}{row.submission.unit.key}/cases/{row.pk}/"
        decided = row.decided_at is not None
        text, args = (HELD, {"unit": unit, "reason": row.reason[:200]}) if decided else (OPENED, {"unit": unit})
        found[row.submission.enrolment_id].append(Sign("fraud", text, args, row.opened_at.isoformat(), href))


def _alike(found: Signs, enrolments: Sequence[UUID], base: str) -> None:
    theirs = Q(submission__enrolment__in=enrolments) | Q(other__enrolment__in=enrolments)
    rows = Likeness.objects.filter(theirs, settled_at=None).select_related("submission__unit", "other")
    wanted = set(enrolments)
    for row in rows.order_by("found_at", "pk"):
        unit = row.submission.unit.key
        args = {"unit": unit, "share": round(100 * row.share)}
        sign = Sign("fraud", ALIKE, args, row.found_at.isoformat(), f"{base}{unit}/alike/{row.pk}/")
        for pk in {row.submission.enrolment_id, row.other.enrolment_id} & wanted:
            found[pk].append(sign)
