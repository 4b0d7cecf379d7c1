from collections.abc import Callable
from datetime import datetime
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
from preau.desk import access_news as access
from preau.desk import frame_site, newsletter
from preau.desk.forms_newsletter import Issue, When
from preau.news import letters_newsletter as letters
from preau.news import mailing as verbs
from preau.news import segments
from preau.news.models import Mailing

PAGE = 10


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Every issue with its state and figures; how many subscribe."""
    now = timezone.now()
    at = access.site_editor(request.user, now=now)
    rows = Mailing.objects.select_related("made_by").order_by("-made_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    language = str(request.LANGUAGE_CODE)
    lines = [(state, letters.said(state.row, language)[0]) for state in newsletter.states(list(page), now)]
    values = {"lines": lines, "page": page, "zone": at.person.zone_info, "people": newsletter.subscribed()}
    return frame_site.page(request, "desk/newsletter/issues.html", at, "newsletter", values)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one."""
    return _writing(request, access.site_editor(request.user, now=timezone.now()), None)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """One issue: as it will look, whom it reaches, how far it is; a POST changes the draft."""
    at = access.site_editor(request.user, now=timezone.now())
    row = access.mailing(at, mailing)
    if verbs.writable(row):
        return _writing(request, at, row)
    if request.method == "POST":
        return _shown(request, at, row, {"reason": verbs.changed_meanwhile()}, status=422)
    return _shown(request, at, row, {})


def _writing(request: HttpRequest, at: access.Editor, row: Mailing | None) -> HttpResponse:
    now = timezone.now()
    form = Issue(request.POST or None, language=str(request.LANGUAGE_CODE), row=row)
    reason, status = "", 422 if form.errors else 200
    if form.is_valid():
        draft = form.draft()
        payload = {"row": str(row.pk) if row else "", "texts": draft.texts, "segment": draft.segment}
        reply = http.perform(
            request,
            "newsletter.write",
            payload,
            now,
            lambda act: verbs.write(act=act, by=at.person, draft=draft, row=row, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The draft is kept. Look at it below, then send it to yourself."))
            return redirect("desk_mailing", mailing=reply.outcome["mailing"])
        reason, status = reply.reason, reply.status
    return _shown(request, at, row, {"form": form, "reason": reason}, status=status)


def _shown(
    request: HttpRequest, at: access.Editor, row: Mailing | None, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    now, zone = timezone.now(), at.person.zone_info
    shown = {"row": row, "form": None, "reason": "", "zone": zone, "when": When(zone=zone), **values}
    if row:
        language = str(request.LANGUAGE_CODE)
        shown |= {"state": newsletter.states([row], now)[0], "looks": newsletter.looks(row)}
        shown |= {"seen": verbs.fingerprint(row), "public": letters.page_of(row, language)}
        shown |= {"chosen": [(_(title), value) for title, value in segments.said(row.segment, language)]}
        shown |= newsletter.people(row, now)
    return frame_site.page(request, "desk/newsletter/issue.html", at, "newsletter", shown, status=status)


@require_POST
def trial(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """Send it to oneself."""
    return _act(
        request,
        mailing,
        "newsletter.try",
        lambda act, at, row, now: verbs.send_to_me(act=act, by=at.person, row=row, now=now),
        _("It is on its way to you."),
    )


@require_POST
def send(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """Send it, at once or later; go on with what was stopped."""
    at = access.site_editor(request.user, now=timezone.now())
    form = When(request.POST, zone=at.person.zone_info)
    if not form.is_valid():
        return _shown(request, at, access.mailing(at, mailing), {"when": form}, status=422)
    send_at, seen = form.cleaned_data["send_at"], request.POST.get("seen", "")
    return _act(
        request,
        mailing,
        "newsletter.send",
        lambda act, at, row, now: verbs.send(act=act, by=at.person, row=row, seen=seen, send_at=send_at, now=now),
        _("It is confirmed."),
        send_at=str(send_at),
        seen=seen,
    )


@require_POST
def stop(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """Take it back before its time, or stop it in the middle."""
    return _act(
        request,
        mailing,
        "newsletter.stop",
        lambda act, at, row, now: verbs.stop(act=act, by=at.person, row=row, now=now),
        _("It is stopped."),
    )


@require_POST
def delete(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """Throw a draft away."""
    return _act(
        request,
        mailing,
        "newsletter.delete",
        lambda act, at, row, now: verbs.delete(act=act, by=at.person, row=row),
        _("The draft is deleted."),
    )


def _act(
    request: HttpRequest,
    mailing: UUID,
    kind: str,
    do: Callable[[acts.Act, access.Editor, Mailing, datetime], acts.Outcome],
    done: str,
    **payload: str,
) -> HttpResponse:
    now = timezone.now()
    at = access.site_editor(request.user, now=now)
    row = access.mailing(at, mailing)
    reply = http.perform(request, kind, {"mailing": str(row.pk), **payload}, now, lambda act: do(act, at, row, now))
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form = Issue(language=str(request.LANGUAGE_CODE), row=row) if verbs.writable(row) else None
        return _shown(request, at, row, {"form": form, "reason": reply.reason}, status=reply.status)
    messages.success(request, done)
    if kind == "newsletter.delete":
        return redirect("desk_newsletter")
    return redirect("desk_mailing", mailing=mailing)
