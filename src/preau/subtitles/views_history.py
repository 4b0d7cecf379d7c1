"""What became of the words of a video: its revisions, who made them, and how one is taken back; what waits."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import acts, http
from preau.subtitles import access, crediting, history, pages, proposals
from preau.subtitles.access import Here
from preau.subtitles.views import opened, own
from preau.subtitles.views_people import before, maybe


def number(request: HttpRequest, name: str = "page") -> int:
    """A number of a page, from 1."""
    said = request.GET.get(name, "1")
    return max(1, int(said)) if said.isdecimal() and len(said) < 6 else 1


@login_not_required
@require_safe
def revisions(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """The revisions of a track, with whom they thank."""
    at = opened(request, edition, video)
    track = access.track(at, language)
    page = number(request)
    values = {
        **pages.frame(at, track, maybe(request, at, track)),
        "made": history.revisions(track, page),
        "page": page,
        "more": track.revision > page * history.A_PAGE,
    }
    return own(render(request, "subtitles/history.html", values))


@login_not_required
@require_safe
def revision(request: HttpRequest, edition: str, video: UUID, language: str, revision: int) -> HttpResponse:
    """What one revision changed."""
    at = opened(request, edition, video)
    track = access.track(at, language)
    row = track.revisions.select_related("by", "suggestion").filter(number=revision).first()
    if row is None:
        raise Http404
    me = maybe(request, at, track)
    values = {**pages.frame(at, track, me), "made": history.made(row), "changes": history.changes(track, revision)}
    return own(render(request, "subtitles/revision.html", values))


@login_not_required
@require_safe
def suggestions(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """What waits to be supported or decided, and what lost its place."""
    at = opened(request, edition, video)
    track = access.track(at, language)
    me = maybe(request, at, track)
    page = Paginator(proposals.queue(track), proposals.A_PAGE).get_page(request.GET.get("page"))
    values = {
        **pages.frame(at, track, me),
        "page": page,
        "proposed": proposals.shown(me, track, page.object_list),
        "orphans": proposals.orphans(track) if me else (),
    }
    return own(render(request, "subtitles/suggestions.html", values))


@login_not_required
@require_safe
def thanks(request: HttpRequest, edition: str) -> HttpResponse:
    """Who made the subtitles of the course better."""
    row, outline = access.edition(request.user, edition, request.LANGUAGE_CODE, now=timezone.now())
    mine = crediting.given(request.user.pk, row.course_id) if isinstance(request.user, Person) else None
    values = {"edition": row, "outline": outline, "thanked": crediting.thanked(row.course), "mine": mine}
    return own(render(request, "subtitles/thanks.html", values))


def _act(
    request: HttpRequest, me: Here, kind: str, said: dict[str, Any], do: Callable[[acts.Act], acts.Outcome], back: str
) -> HttpResponse:
    reply = http.perform(request, kind, {"track": str(me.track.pk), **said}, me.now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(back)


@require_POST
def revert(request: HttpRequest, edition: str, video: UUID, language: str, revision: int) -> HttpResponse:
    """Take a revision back."""
    me = before(request, edition, video, language)
    return _act(
        *(request, me, "subtitles.revert", {"revision": revision}),
        lambda act: history.revert(act=act, at=me, number=revision),
        f"{me.base}history/",
    )


@require_POST
def reviewed(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """Say that an automatic track was read through."""
    me = before(request, edition, video, language)
    return _act(
        *(request, me, "subtitles.reviewed", {}), lambda act: history.review(act=act, at=me), f"{me.base}history/"
    )
