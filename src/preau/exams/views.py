"""What a learner sees of their exams: the sittings, their place, their convocation."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.content import outline as outlines
from preau.courses import access as courses
from preau.courses.models import Enrolment
from preau.exams import access, actions, queries, words
from preau.exams import calendar as files


@require_safe
def mine(request: HttpRequest, edition: str) -> HttpResponse:
    """My exams: where and when, with what is left to book."""
    return _page(request, courses.enrolment(request.user, edition))


def _page(request: HttpRequest, enrolment: Enrolment, *, reason: str = "", status: int = 200) -> HttpResponse:
    row = enrolment.edition
    try:
        outline = outlines.of_edition(row, request.LANGUAGE_CODE)
    except outlines.NotPrinted as error:
        raise Http404 from error
    exams = queries.mine(enrolment, outline, now=timezone.now())
    values = {"edition": row, "zone": row.zone_info, "exams": exams, "reason": reason}
    return render(request, "exams/mine.html", values, status=status)


@require_POST
def book(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """Book a place, or change to it."""
    enrolment, now = courses.enrolment(request.user, edition), timezone.now()
    row = access.sitting_to_book(enrolment, sitting)
    reply = http.perform(
        request,
        "exam.book",
        {"sitting": str(sitting)},
        now,
        lambda act: actions.book(act=act, by=enrolment.person, enrolment=enrolment, sitting=row, now=now),
    )
    return _answered(request, enrolment, reply)


@require_POST
def give_up(request: HttpRequest, edition: str, seat: UUID) -> HttpResponse:
    """Leave the place to somebody else."""
    enrolment, now = courses.enrolment(request.user, edition), timezone.now()
    row = access.own_seat(request.user, edition, seat)
    reply = http.perform(
        request,
        "exam.give_up",
        {"seat": str(seat)},
        now,
        lambda act: actions.give_up(act=act, by=enrolment.person, seat=row, now=now),
    )
    return _answered(request, enrolment, reply)


def _answered(request: HttpRequest, enrolment: Enrolment, reply: http.Reply) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, enrolment, reason=reply.reason, status=reply.status)
    onward = reverse("my_exams", args=[enrolment.edition.slug])
    return HttpResponse(headers={"HX-Redirect": onward}) if request.headers.get("HX-Request") else redirect(onward)


@require_safe
def convocation(request: HttpRequest, edition: str, seat: UUID) -> HttpResponse:
    """The convocation, to be printed or shown; of a place that was given up, that it was."""
    row = access.own_seat(request.user, edition, seat)
    sitting = row.sitting
    values: dict[str, Any] = {
        "seat": row,
        "sitting": sitting,
        "edition": sitting.edition,
        "title": words.title(sitting.edition, sitting.unit.key, request.LANGUAGE_CODE),
        "when": words.when(sitting),
        "where": words.where(sitting),
        "identity": words.said(words.IDENTITY, row.identity),
        "attendance": words.said(words.ATTENDANCE, row.attendance),
    }
    return render(request, "exams/convocation.html", values)


@require_safe
def calendar(request: HttpRequest, edition: str, seat: UUID) -> HttpResponse:
    """The sitting for one's calendar."""
    row = access.own_seat(request.user, edition, seat)
    headers = {"Content-Disposition": 'attachment; filename="exam.ics"', "Cache-Control": "private, no-store"}
    content = files.file(row, request.LANGUAGE_CODE)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
