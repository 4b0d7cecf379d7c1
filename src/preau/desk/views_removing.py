"""Somebody taken out of an edition by the team, and let in again."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from preau.audit import http
from preau.courses import enrolling
from preau.courses.models import Enrolment
from preau.desk import access, frame
from preau.desk.access import Desk


@require_POST
def remove(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Take a learner out, with the reason that they are told."""
    at, row, now = _opened(request, edition, enrolment)
    reason = request.POST.get("reason", "")
    reply = http.perform(
        request,
        "enrolment.remove",
        {"enrolment": str(enrolment), "reason": reason},
        now,
        lambda act: enrolling.remove(act=act, enrolment=row, reason=reason, by=at.person, now=now),
    )
    said = _("{person} is out of the edition and was told why. What they did is kept.")
    return frame.answer(
        request, reply, reverse("desk_learner", args=(edition, enrolment)), said.format(person=row.person)
    )


@require_POST
def readmit(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Let them in again."""
    at, row, now = _opened(request, edition, enrolment)
    reply = http.perform(
        request,
        "enrolment.readmit",
        {"enrolment": str(enrolment)},
        now,
        lambda act: enrolling.readmit(act=act, enrolment=row, by=at.person, now=now),
    )
    said = _("{person} is in the edition again, with all they did.")
    return frame.answer(
        request, reply, reverse("desk_learner", args=(edition, enrolment)), said.format(person=row.person)
    )


def _opened(request: HttpRequest, edition: str, enrolment: UUID) -> tuple[Desk, Enrolment, datetime]:
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    return at, access.learner(at, enrolment), now


def _record(row: Enrolment) -> str:
    return reverse("desk_learner", args=(row.edition.slug, row.pk))
