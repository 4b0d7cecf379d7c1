"""The freeze: no new version, no printing, no deployment in the hours around a deadline of a running edition.

It binds where people decide, the desk and the commands, and not the actions below: those also build sample worlds and
benches, whose clock is not the learners'.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from preau.audit import journal
from preau.audit.http import Refused
from preau.common.templatetags.preau import told
from preau.common.text import one_line
from preau.courses import rules
from preau.courses.models import Course, Edition, Milestone, Postponement

AHEAD = timedelta(days=7)  # how far freezes that touch are followed


class Frozen(Refused):
    """The rule refuses because of a deadline; a reason would let it pass."""


def of(course: Course, *, now: datetime) -> tuple[rules.Freeze, Edition] | None:
    """The freeze that holds for a course now, and the edition whose deadline it is; None when work may go on."""
    before, after = (timedelta(hours=hours) for hours in settings.FREEZE_HOURS)
    running = Edition.objects.filter(course=course, published_at__lte=now, opens_at__lte=now)
    editions = {row.pk: row for row in running.filter(closes_at__gte=now - after).order_by("opens_at")}
    found = [
        (freeze, edition)
        for edition in editions.values()
        if (freeze := rules.frozen(now, deadlines(edition, since=now - after), before=before, after=after))
    ]
    return min(found, key=lambda pair: abs(pair[0].deadline - now), default=None)


def deadlines(edition: Edition, *, since: datetime) -> list[datetime]:
    """The deadlines of an edition from `since` on that many have: its own dates, and those given to a track or a
    country."""
    own = Milestone.objects.filter(edition=edition, what__in=[Milestone.What.DUE, Milestone.What.CLOSES])
    every = set(own.filter(at__gte=since).values_list("at", flat=True))
    for moves in Postponement.objects.filter(edition=edition, undone_at=None).values_list("moves", flat=True):
        every |= {datetime.fromisoformat(move["after"]) for move in moves}
    return sorted(at for at in every if at >= since)


def pass_or_refuse(course: Course, *, what: str, force: str, by: UUID | None, now: datetime) -> None:
    """Let `what` (a verb of the journal) happen to a course now. In a freeze raises `Frozen`, unless `force` says why
    it cannot wait: then the journal keeps it."""
    found = of(course, now=now)
    if found is None:
        return
    freeze, edition = found
    why = one_line(force)[:300]
    if not why:
        raise Frozen(
            _("A deadline of {edition} is near ({deadline}): nothing is changed before {until}.").format(
                edition=edition.slug,
                deadline=told(freeze.deadline, edition.zone_info),
                until=told(freeze.until, edition.zone_info),
            )
        )
    said = {"what": what, "reason": why, "deadline": freeze.deadline.isoformat(timespec="minutes")}
    journal.log("freeze.forced", by=by, about="edition", about_id=edition.pk, at=now, **said)
