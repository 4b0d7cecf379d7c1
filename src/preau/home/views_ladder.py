"""The tracks and the electives of an edition, and what one does there."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.common.text import one_line
from preau.courses import access, enrolling
from preau.courses.models import Enrolment
from preau.home import ladder


@require_safe
def tracks(request: HttpRequest, edition: str) -> HttpResponse:
    """The tracks side by side, as my work is judged on each, and the way from one to another."""
    enrolment = access.enrolment(request.user, edition)
    return render(request, "home/tracks.html", ladder.tracks(enrolment, request.LANGUAGE_CODE, now=timezone.now()))


@require_POST
def add(request: HttpRequest, edition: str) -> HttpResponse:
    """Take a track beside mine."""
    return _beside(request, edition, "track.add", enrolling.add_track)


@require_POST
def drop(request: HttpRequest, edition: str) -> HttpResponse:
    """Give up a track beside mine."""
    return _beside(request, edition, "track.drop", enrolling.drop_track)


def _beside(request: HttpRequest, edition: str, kind: str, verb: Callable[..., acts.Outcome]) -> HttpResponse:
    now, row = timezone.now(), access.enrolment(request.user, edition)
    track = one_line(request.POST.get("track", ""))
    reply = http.perform(
        request,
        kind,
        {"edition": edition, "track": track},
        now,
        lambda act: verb(act=act, by=row.person, enrolment=row, track=track, now=now),
    )
    return _answer(request, reply, row, "my_tracks")


@require_http_methods(["GET", "HEAD", "POST"])
def electives(request: HttpRequest, edition: str) -> HttpResponse:
    """The electives that there are, and which I follow; a POST says which."""
    now, row = timezone.now(), access.enrolment(request.user, edition)
    if request.method == "POST":
        reply = _choose(request, row, now)
        if reply.outcome is not None and not http.wants_json(request):
            messages.success(request, _("Your choice is stored. Your path and your hours count these electives."))
        return _answer(request, reply, row, "my_electives")
    return render(request, "home/electives.html", ladder.electives(row, request.LANGUAGE_CODE, now=now))


def _choose(request: HttpRequest, row: Enrolment, now: datetime) -> http.Reply:
    keys = frozenset(one_line(key) for key in request.POST.getlist("elective"))
    known = ladder.known_electives(row.edition, request.LANGUAGE_CODE)
    return http.perform(
        request,
        "electives",
        {"edition": row.edition.slug, "electives": sorted(keys)},
        now,
        lambda act: enrolling.choose_electives(act=act, by=row.person, enrolment=row, keys=keys, known=known, now=now),
    )


def _answer(request: HttpRequest, reply: http.Reply, row: Enrolment, page: str) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = {"reason": reply.reason, "edition": row.edition, "enrolled": True}
        return render(request, "courses/refused.html", values, status=reply.status)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": reverse(page, args=[row.edition.slug])})
    return redirect(page, edition=row.edition.slug)
