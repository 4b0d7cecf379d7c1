"""Live sessions: when they are, what people want to ask, and the recording with its minutes."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.common import ranges
from preau.courses.models import text_in
from preau.discussion import access, forms, live, reading
from preau.discussion.access import Here
from preau.discussion.models import LiveSession, Room


def entered(request: HttpRequest, where: dict[str, str]) -> Here:
    """Who asks, in the space that the address names."""
    return access.here(request.user, where, now=timezone.now())


def hosted(request: HttpRequest, where: dict[str, str], key: UUID | None = None) -> tuple[Here, LiveSession | None]:
    """Somebody of the team, with the session that the address names."""
    at = entered(request, where)
    if not at.team:
        raise Http404
    return at, access.live(at, key) if key else None


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest, **where: str) -> HttpResponse:
    """The sessions: the next one first, then the recordings. The team announces another one."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    room = Room.objects.filter(space_id=at.space, kind=Room.Kind.LIVE).first()
    if room is None:
        raise Http404
    form, reason, status = forms.Live(request.POST or None, zone=at.person.zone_info), "", 200
    if request.method == "POST":
        if not at.team:
            raise Http404
        status = 422
        if form.is_valid():
            planned = form.planned()
            reply = http.perform(
                request,
                "live.schedule",
                planned.data(),
                at.now,
                lambda act: live.schedule(act=act, at=at, room=room, planned=planned, language=language),
            )
            if http.wants_json(request):
                return reply.json()
            if reply.outcome is not None:
                return redirect(f"{at.address}live/{reply.outcome['live']}/")
            reason, status = reply.reason, reply.status
    rows = LiveSession.objects.filter(thread__space_id=at.space).select_related("thread").order_by("starts_at")
    values = {
        "coming": [row for row in rows if row.starts_at + live.JOIN_BEFORE * 8 > at.now and row.cancelled_at is None],
        "past": [row for row in reversed(rows) if row.starts_at + live.JOIN_BEFORE * 8 <= at.now],
        "form": form if at.team else None,
        "reason": reason,
    }
    return _page(request, "discussion/live.html", at, values, status)


@require_safe
def session(request: HttpRequest, live_id: UUID, **where: str) -> HttpResponse:
    """One session."""
    at = entered(request, where)
    row = access.live(at, live_id)
    return _session(request, at, row)


def _session(
    request: HttpRequest, at: Here, row: LiveSession, *, form: forms.Live | None = None, reason: str = ""
) -> HttpResponse:
    values = {
        "live": row,
        "title": text_in(row.titles, request.LANGUAGE_CODE),
        "text": reading.preview(row.thread.posts.get(number=1).text),
        "questions": live.questions(row),
        "joins": row.cancelled_at is None and at.now >= row.starts_at - live.JOIN_BEFORE,
        "form": form or (forms.Live.of(row, at.person.zone_info, request.LANGUAGE_CODE) if at.team else None),
        "message": forms.Message(auto_id="ask_%s"),  # the team has another text field below
        "reason": reason,
    }
    return _page(request, "discussion/live_session.html", at, values, 422 if reason else 200)


@require_POST
def change(request: HttpRequest, live_id: UUID, **where: str) -> HttpResponse:
    """Another date or address; or the session is cancelled, or held after all."""
    at, row = hosted(request, where, live_id)
    assert row is not None
    language, key = request.LANGUAGE_CODE, str(live_id)
    if "cancel" in request.POST:
        on = request.POST["cancel"] == "1"
        reply = http.perform(
            request,
            "live.cancel",
            {"live": key, "on": on},
            at.now,
            lambda act: live.cancel(act=act, at=at, live=row, on=on),
        )
        return _done(request, at, row, reply)
    form = forms.Live(request.POST, zone=at.person.zone_info)
    if not form.is_valid():
        return _session(request, at, row, form=form, reason=_("Nothing was changed: see below."))
    planned = form.planned()
    reply = http.perform(
        request,
        "live.change",
        {"live": key, **planned.data()},
        at.now,
        lambda act: live.change(act=act, at=at, live=row, planned=planned, language=language),
    )
    return _done(request, at, row, reply)


@require_POST
def replay(request: HttpRequest, live_id: UUID, **where: str) -> HttpResponse:
    """Put the audio on the site."""
    at, row = hosted(request, where, live_id)
    assert row is not None
    file = request.FILES.get("file")
    if file is None:
        return _session(request, at, row, reason=_("Choose a file first."))
    reply = http.perform(
        request,
        "live.replay",
        {"live": str(live_id), "name": file.name, "bytes": file.size},
        at.now,
        lambda act: live.keep_replay(act=act, at=at, live=row, file=file),
    )
    return _done(request, at, row, reply)


@require_POST
def minute(request: HttpRequest, live_id: UUID, number: int, **where: str) -> HttpResponse:
    """When a question was answered."""
    at, row = hosted(request, where, live_id)
    assert row is not None
    said = request.POST.get("minute", "").strip()
    at_minute = int(said) if said.isdecimal() and len(said) < 4 else None
    reply = http.perform(
        request,
        "live.answered",
        {"live": str(live_id), "number": number, "minute": at_minute},
        at.now,
        lambda act: live.answered(act=act, at=at, live=row, number=number, minute=at_minute),
    )
    return _done(request, at, row, reply)


def _done(request: HttpRequest, at: Here, row: LiveSession, reply: http.Reply) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(f"{at.address}live/{row.pk}/")


@require_safe
def calendar(request: HttpRequest, live_id: UUID, **where: str) -> HttpResponse:
    """The session for one's calendar."""
    at = entered(request, where)
    row = access.live(at, live_id)
    page = f"{at.address}live/{row.pk}/"
    content = live.calendar(row, language=request.LANGUAGE_CODE, site=settings.SITE_URL, page=page)
    headers = {"Content-Disposition": 'attachment; filename="seance.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
def sound(request: HttpRequest, live_id: UUID, **where: str) -> HttpResponseBase:
    """The recording, or the part of it that a player asks for."""
    at = entered(request, where)
    row = access.live(at, live_id)
    path = live.KEPT.place(row.pk, row.replay["digest"]) if row.replay else None
    if path is None or not path.is_file():
        raise Http404
    return ranges.answer(request, path, row.replay["type"])


def _page(request: HttpRequest, template: str, at: Here, values: dict[str, Any], status: int) -> HttpResponse:
    frame = {"at": at, "course_title": at.title(request.LANGUAGE_CODE), "house": [], "zone": at.person.zone_info}
    return render(request, template, {**frame, **values}, status=status)
