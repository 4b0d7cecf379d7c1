"""What is asked at a unit, and which threads last."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.discussion import access, carrying, following, reading


@require_safe
def at_unit(request: HttpRequest, unit: str, **where: str) -> HttpResponse:
    """The threads at a unit: a fragment for its page, a page of its own without a script."""
    at = access.here(request.user, where, now=timezone.now())
    outline = reading.outline(at, request.LANGUAGE_CODE)
    facts = outline.by_key.get(unit) if outline else None
    if outline is None or facts is None or (max(facts.opens, outline.opens_at) > at.now and not at.team):
        raise Http404
    found = carrying.at_unit(at, outline, facts)
    values = {"at": at, "unit": facts, "asked": found, "room": f"m-{facts.module}"[:80], "course_title": ""}
    alone = not http.from_script(request)
    if alone:
        place = f"{at.address}unit/{unit}/"
        values |= {"follows": following.follows_unit(at, facts.id), "unit_place": place}
    template = "discussion/at_unit.html" if alone else "discussion/_at_unit.html"
    response = render(request, template, values | {"course_title": at.title(request.LANGUAGE_CODE)})
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
