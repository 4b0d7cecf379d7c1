"""What I follow, and what I have not read of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from preau.audit import acts, http
from preau.discussion import access, following, reading, words
from preau.discussion.access import Here
from preau.discussion.views import entered, paged


@require_POST
def thread(request: HttpRequest, thread: UUID, **where: str) -> HttpResponse:
    """Follow a thread, no longer, or mute it."""
    at, how = entered(request, where), _how(request)
    opened = access.thread(at, thread)
    if opened.carried:
        raise Http404  # nothing comes there any more
    return _done(
        request,
        at,
        {"thread": str(thread), "how": how},
        lambda act: following.follow_thread(act=act, at=at, opened=opened, how=how),
        f"{at.address}thread/{thread}/",
    )


@require_POST
def room(request: HttpRequest, room: str, **where: str) -> HttpResponse:
    """Follow a room, or no longer."""
    at, how = entered(request, where), _how(request)
    row = access.room(at, room)
    return _done(
        request,
        at,
        {"room": str(row.pk), "how": how},
        lambda act: following.follow_room(act=act, at=at, room=row, on=how == following.ON),
        f"{at.address}room/{row.key}/",
    )


@require_POST
def unit(request: HttpRequest, unit: str, **where: str) -> HttpResponse:
    """Follow what is asked at a unit, or no longer."""
    at, how = entered(request, where), _how(request)
    outline = reading.outline(at, request.LANGUAGE_CODE)
    facts = outline.by_key.get(unit) if outline else None
    if outline is None or facts is None or (max(facts.opens, outline.opens_at) > at.now and not at.team):
        raise Http404
    return _done(
        request,
        at,
        {"unit": str(facts.id), "how": how},
        lambda act: following.follow_unit(act=act, at=at, unit=facts.id, on=how == following.ON),
        f"{at.address}at/{facts.key}/",
    )


@require_POST
def read_all(request: HttpRequest, **where: str) -> HttpResponse:
    """Mark everything that I follow as read."""
    at = entered(request, where)
    return _done(request, at, {}, lambda act: following.read_all(act=act, at=at), f"{at.address}mine/", "read_all")


def _how(request: HttpRequest) -> str:
    how = request.POST.get("on", following.ON)
    return how if how in following.HOW else following.ON


def _done(
    request: HttpRequest,
    at: Here,
    payload: dict[str, Any],
    work: Callable[[acts.Act], acts.Outcome],
    back: str,
    verb: str = "follow",
) -> HttpResponse:
    """Back to where it was asked for: the page of what one follows, else the thing itself."""
    reply = http.perform(request, f"discussion.{verb}", {"space": str(at.space), **payload}, at.now, work)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(f"{at.address}mine/" if request.POST.get("from") == "mine" else back)


@require_safe
def mine(request: HttpRequest, **where: str) -> HttpResponse:
    """What I follow and where I wrote, unread first."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    new = following.unread_threads(at)
    others = following.mine(at).exclude(pk__in=new)
    shown = Paginator(others, reading.THREADS).get_page(request.GET.get("page"))
    unread = following.marked(at, Q(pk__in=new)) if new else ()
    rooms, units = following.rooms_and_units(at)
    outline = reading.outline(at, language)
    titles, known = reading.modules(outline), reading.units(outline)
    lines = reading.lines(at, [*unread, *shown.object_list], language)
    values = {
        "unread": [line for line in lines if line.thread.pk in set(new)],
        "lines": [line for line in lines if line.thread.pk not in set(new)],
        "page": shown,
        "rooms": [(row.key, words.room(row, language, titles)) for row in rooms],
        "units": [known[pk] for pk in units if pk in known],
    }
    return paged(request, "discussion/mine.html", at, values)
