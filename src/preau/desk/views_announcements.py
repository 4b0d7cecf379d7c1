from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.courses import segments
from preau.desk import access, frame
from preau.desk.forms_announcement import Announcement, When
from preau.support import announcements as support
from preau.support.models import Announcement as Row

PAGE = 50
SAMPLE = 5  # names shown of those who are meant


@require_safe
def announcements(request: HttpRequest, edition: str) -> HttpResponse:
    """What was told, what waits, what is being written."""
    at = access.desk(request.user, edition, now=timezone.now())
    page = Paginator(support.of_edition(at.edition), PAGE).get_page(request.GET.get("page"))
    lines = [(row, support.said(row, request.LANGUAGE_CODE)[0]) for row in page]
    return frame.page(request, "desk/announcements.html", at, "announcements", {"lines": lines, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, edition: str) -> HttpResponse:
    """Write one."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    return _writing(request, at, None)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, edition: str, announcement: UUID) -> HttpResponse:
    """One announcement: as it will look, whom it reaches; a POST changes the draft."""
    door = access.teachers_desk if request.method == "POST" else access.desk
    at = door(request.user, edition, now=timezone.now())
    row = access.announcement(at, announcement)
    if row.state == Row.State.DRAFT and at.teaches:
        return _writing(request, at, row)
    if request.method == "POST":
        return _shown(request, at, row, {"reason": support.changed_meanwhile()}, status=422)
    return _shown(request, at, row, {})


def _writing(request: HttpRequest, at: access.Desk, row: Row | None) -> HttpResponse:
    now = timezone.now()
    form = Announcement(request.POST or None, edition=at.edition, language=request.LANGUAGE_CODE, row=row)
    reason, status = "", 422 if form.errors else 200
    if form.is_valid():
        draft = form.draft()
        payload: dict[str, Any] = {"edition": at.edition.slug, "row": str(row.pk) if row else "", "texts": draft.texts}
        payload |= {"segment": draft.segment, "where": [draft.on_site, draft.by_mail, str(draft.shown_until)]}
        reply = http.perform(
            request,
            "announcement.write",
            payload,
            now,
            lambda act: support.write(act=act, by=at.person, edition=at.edition, draft=draft, row=row, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The draft is kept. Look at it below, then send it to yourself."))
            return redirect("desk_announcement", edition=at.edition.slug, announcement=reply.outcome["announcement"])
        reason, status = reply.reason, reply.status
    return _shown(request, at, row, {"form": form, "reason": reason}, status=status)


def _shown(
    request: HttpRequest, at: access.Desk, row: Row | None, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    shown = {"row": row, "form": None, "reason": "", "when": When(zone=at.edition.zone_info), **values}
    if row:
        meant = segments.people(at.edition, row.segment)
        enrolled = segments.people(at.edition, []).count()
        names = meant.order_by("pk").values_list("person__name", flat=True)[:SAMPLE]
        shown |= {"count": meant.count(), "enrolled": enrolled, "names": [name for name in names if name]}
        shown["seen"] = support.fingerprint(row)
        shown["looks"] = [_look(row, code) for code in at.edition.course.languages]
    return frame.page(request, "desk/announcement.html", at, "announcements", shown, status=status)


def _look(row: Row, code: str) -> dict[str, Any]:
    subject, text = support.said(row, code)
    _subject, plain, mail = support.as_sent(row, code)
    look = {"code": code, "subject": subject, "html": support.on_page(text), "mail": mail, "plain": plain}
    return look | {"written": code in support.written(row)}


@require_POST
def trial(request: HttpRequest, edition: str, announcement: UUID) -> HttpResponse:
    """Send it to oneself."""
    return _act(
        request,
        edition,
        announcement,
        "announcement.try",
        lambda act, at, row, now: support.send_to_me(act=act, by=at.person, row=row, now=now),
        _("It is on its way to you."),
    )


@require_POST
def confirm(request: HttpRequest, edition: str, announcement: UUID) -> HttpResponse:
    """Send it, at once or later."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    form = When(request.POST, zone=at.edition.zone_info)
    if not form.is_valid():
        return _shown(request, at, access.announcement(at, announcement), {"when": form}, status=422)
    send_at, seen = form.cleaned_data["send_at"], request.POST.get("seen", "")
    return _act(
        request,
        edition,
        announcement,
        "announcement.confirm",
        lambda act, at, row, now: support.schedule(act=act, by=at.person, row=row, seen=seen, send_at=send_at, now=now),
        _("It is confirmed."),
        send_at=str(send_at),
        seen=seen,
    )


@require_POST
def cancel(request: HttpRequest, edition: str, announcement: UUID) -> HttpResponse:
    """Take it back, or stop it."""
    return _act(
        request,
        edition,
        announcement,
        "announcement.cancel",
        lambda act, at, row, now: support.cancel(act=act, by=at.person, row=row, now=now),
        _("It is cancelled."),
    )


def _act(
    request: HttpRequest,
    edition: str,
    announcement: UUID,
    kind: str,
    do: Callable[[acts.Act, access.Desk, Row, Any], acts.Outcome],
    done: str,
    **payload: str,
) -> HttpResponse:
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    row = access.announcement(at, announcement)
    reply = http.perform(
        request, kind, {"announcement": str(row.pk), **payload}, now, lambda act: do(act, at, row, now)
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _shown(request, at, row, {"reason": reply.reason}, status=reply.status)
    messages.success(request, done)
    return redirect("desk_announcement", edition=edition, announcement=announcement)
