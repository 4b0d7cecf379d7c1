"""Time given to one learner, and its way back: extra time, an extension taken back; the list for the minutes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.courses import extra_time
from preau.desk import access, extending, frame, given, queries, sheets, views_learners
from preau.desk.forms_time import ExtraTime


@require_safe
def sheet(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """Everything that was given, as CSV, sent as it is read."""
    at = access.desk(request.user, edition, now=timezone.now())
    rows = given.table(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    response = StreamingHttpResponse(sheets.lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{at.edition.slug}-extensions.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def undo(request: HttpRequest, edition: str, enrolment: UUID, extension: UUID) -> HttpResponse:
    """Take an extension back."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = access.extension(access.learner(at, enrolment), extension)
    outline = queries.outline_of(at.edition, at.edition.course.languages[0])
    reply = http.perform(
        request,
        "extension.take_back",
        {"extension": str(extension)},
        now,
        lambda act: extending.take_back(act=act, extension=row, outline=outline, by=at.person, now=now),
    )
    return _answered(request, edition, enrolment, reply, _("It is taken back: what they had before holds again."))


@require_POST
def extra(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Give extra time."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row, form = access.learner(at, enrolment), ExtraTime(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        reply = http.perform(
            request,
            "extra_time.give",
            {"enrolment": str(enrolment), **{name: str(value) for name, value in said.items()}},
            now,
            lambda act: extra_time.give(act=act, enrolment=row, terms=form.terms(), by=at.person, now=now),
        )
        if reply.outcome is not None or http.wants_json(request):
            return _answered(request, edition, enrolment, reply, _("The extra time is given."))
        form.add_error(None, reply.reason)
    return views_learners.record_page(request, at, row, extra=form)


@require_POST
def end_extra(request: HttpRequest, edition: str, enrolment: UUID, extra: UUID) -> HttpResponse:
    """It holds no more."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = access.learner(at, enrolment)
    held = access.extra_time(row, extra)
    reply = http.perform(
        request,
        "extra_time.end",
        {"extra_time": str(extra)},
        now,
        lambda act: extra_time.end(act=act, enrolment=row, row=held, by=at.person, now=now),
    )
    return _answered(request, edition, enrolment, reply, _("The extra time holds no more."))


def _answered(request: HttpRequest, edition: str, enrolment: UUID, reply: http.Reply, said: str) -> HttpResponse:
    return frame.answer(request, reply, reverse("desk_learner", args=(edition, enrolment)), said)
