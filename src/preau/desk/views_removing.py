"""Somebody taken out of an edition by the team, and let in again."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from preau.audit.http import Refused
from preau.courses import enrolling
from preau.courses.models import Enrolment
from preau.desk import access


@require_POST
def remove(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Take a learner out, with the reason that they are told."""
    reason = request.POST.get("reason", "")

    def work(at: access.Desk, row: Enrolment, now: datetime) -> str:
        enrolling.remove(enrolment=row, reason=reason, by=at.person, now=now)
        return _("{person} is out of the edition and was told why. What they did is kept.").format(person=row.person)

    return _done(request, edition, enrolment, work)


@require_POST
def readmit(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Let them in again."""

    def work(at: access.Desk, row: Enrolment, now: datetime) -> str:
        enrolling.readmit(enrolment=row, by=at.person, now=now)
        return _("{person} is in the edition again, with all they did.").format(person=row.person)

    return _done(request, edition, enrolment, work)


def _done(
    request: HttpRequest, edition: str, enrolment: UUID, work: Callable[[access.Desk, Enrolment, datetime], str]
) -> HttpResponse:
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    try:
        messages.success(request, work(at, access.learner(at, enrolment), now))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk_learner", edition=edition, enrolment=enrolment)
