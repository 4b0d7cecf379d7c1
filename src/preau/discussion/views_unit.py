"""What is asked at a unit, and which threads last."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.courses import access as courses
from preau.discussion import access, carrying, following, reading


@login_not_required
@require_safe
def at_unit(request: HttpRequest, unit: str, **where: str) -> HttpResponse:
    """The threads at a unit: a fragment for its page, a page of its own without a script."""
    alone = not http.from_script(request)
    if alone and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    try:
        at = access.here(request.user, where, now=timezone.now())
    except Http404:
        if alone:
            raise
        return _stranger(request, where)
    outline = reading.outline(at, request.LANGUAGE_CODE)
    facts = outline.by_key.get(unit) if outline else None
    if outline is None or facts is None or (max(facts.opens, outline.opens_at) > at.now and not at.team):
        raise Http404
    found = carrying.at_unit(at, outline, facts)
    values = {"at": at, "unit": facts, "asked": found, "room": f"m-{facts.module}"[:80], "course_title": ""}
    if alone:
        place = f"{at.address}unit/{unit}/"
        values |= {"follows": following.follows_unit(at, facts.id), "unit_place": place}
    template = "discussion/at_unit.html" if alone else "discussion/_at_unit.html"
    return _own(render(request, template, values | {"course_title": at.title(request.LANGUAGE_CODE)}))


def _stranger(request: HttpRequest, where: Mapping[str, str]) -> HttpResponse:
    """What stands beside an open page for who does not follow the session: that there are threads, and none of them."""
    courses.visible_edition(request.user, where.get("edition", ""), now=timezone.now())
    return _own(render(request, "discussion/_at_unit_stranger.html"))


def _own(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, HX-Request"
    return response


@require_POST
def lasting(request: HttpRequest, thread: UUID, **where: str) -> HttpResponse:
    """Show a thread again in later editions, or no longer."""
    at = access.here(request.user, where, now=timezone.now())
    opened = access.thread(at, thread)
    if not at.rights.moderate or opened.carried or at.edition is None:
        raise Http404
    on = request.POST.get("on", "1") == "1"
    reply = http.perform(
        request,
        "discussion.lasting",
        {"thread": str(thread), "on": on},
        at.now,
        lambda act: carrying.keep(act=act, at=at, opened=opened, on=on),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(f"{at.address}thread/{thread}/")
