"""What former editions come to, counted from the people whom files name, and kept: public pages read it at each
visit."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from preau.courses.models import Course
from preau.past.models import FormerResult, Total


def lock(course_id: UUID) -> None:
    """Hold a course's former people until the end of the transaction: files, decisions and erasures come one by one."""
    Course.objects.select_for_update(no_key=True).get(pk=course_id)


@transaction.atomic
def recount(course: Course, editions: Iterable[int] | None = None) -> None:
    """Count again, for these editions or for all, what finished sources say; a figure that nothing speaks of is not
    there."""
    standing = Q(former__course=course, source__finished_at__isnull=False, source__withdrawn_at=None)
    rows = FormerResult.objects.filter(standing)
    there = Total.objects.filter(course=course, counted=True)
    if editions is not None:
        only = list(editions)
        rows, there = rows.filter(edition_number__in=only), there.filter(edition_number__in=only)
    whole = Q(what__in=[FormerResult.What.TRACK, FormerResult.What.EDITION])
    counted = rows.values("edition_number").annotate(
        enrolled=Count("former", distinct=True),
        active=Count("former", distinct=True, filter=Q(what="unit", percent__isnull=False)),
        passed=Count("former", distinct=True, filter=whole & Q(passed=True)),
        certificates=Count("certificate", distinct=True, filter=~Q(certificate="")),
    )
    names: dict[int, list[str]] = {}
    for edition, origin in rows.order_by("source__origin").values_list("edition_number", "source__origin").distinct():
        names.setdefault(edition, []).append(origin)
    there.delete()
    Total.objects.bulk_create(
        Total(
            course=course,
            edition_number=row["edition_number"],
            what=what,
            number=row[what],
            counted=True,
            said="; ".join(names[row["edition_number"]]),
        )
        for row in counted.order_by("edition_number")
        for what in ("enrolled", "active", "passed", "certificates")
        if row[what]
    )
