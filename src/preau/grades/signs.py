"""What the ledger itself has to tell a jury: time that was given to somebody, units that do not count for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_noop

from preau.courses.models import Edition, Excuse, Extension
from preau.grades.evidence import Sign

LATER = gettext_noop("Had until {until} for “{unit}”: {reason}")
EXCUSED = gettext_noop("Excused from “{unit}”: {reason}")


def of_time(edition: Edition, enrolments: Sequence[UUID]) -> Mapping[UUID, Sequence[Sign]]:
    """Extensions and excuses, by enrolment; an extension that many had at once makes no case. Two queries."""
    found: dict[UUID, list[Sign]] = defaultdict(list)
    for row in Extension.objects.filter(enrolment__in=enrolments).order_by("given_at", "pk"):
        until = row.until.astimezone(edition.zone_info).strftime("%Y-%m-%d %H:%M")
        said = {"until": until, "unit": row.key, "reason": row.reason}
        sign = Sign("extension", LATER, said, row.given_at.isoformat(), apart=row.batch is None)
        found[row.enrolment_id].append(sign)
    for excuse in Excuse.objects.filter(enrolment__in=enrolments).order_by("given_at", "pk"):
        said = {"unit": excuse.key, "reason": excuse.reason}
        found[excuse.enrolment_id].append(Sign("extension", EXCUSED, said, excuse.given_at.isoformat()))
    return found
