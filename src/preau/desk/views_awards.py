from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.audit.http import Refused
from preau.certificates import actions as certificates
from preau.desk import access, actions, figures, frame, queries


@require_safe
def awards(request: HttpRequest, edition: str) -> HttpResponse:
    """Who passed each track by its rule, with the numbers, and who has the certificate."""
    at = access.desk(request.user, edition, now=timezone.now())
    return _page(request, at, None)


def _page(request: HttpRequest, at: access.Desk, progress: actions.Progress | None) -> HttpResponse:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {
        "tracks": queries.awards(at.edition, outline),
        "derived_at": figures.derived_at(at.edition),
        "progress": progress,
        "outline": outline,
    }
    return frame.page(request, "desk/awards.html", at, "awards", values)


@require_POST
def derive(request: HttpRequest, edition: str) -> HttpResponse:
    """Derive the standings afresh, a bounded number at a time; the page says how far it is, and goes on."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    try:
        progress = actions.derive(at.edition, since=_since(request.POST.get("since", ""), now), now=now)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return redirect("desk_awards", edition=edition)
    if progress.left:
        return _page(request, at, progress)
    said = ngettext("{n} standing is derived.", "{n} standings are derived.", progress.total).format(n=progress.total)
    messages.success(request, said)
    return redirect("desk_awards", edition=edition)


def _since(text: str, now: datetime) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None and found <= now else now


@require_POST
def award(request: HttpRequest, edition: str) -> HttpResponse:
    """Give the certificate of one track to all who passed it and have none."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    track = at.edition.tracks.filter(key=request.POST.get("track", "")).first()
    if track is None:
        raise Http404
    try:
        given = certificates.award_passed(edition=at.edition, track=track, by=at.person, now=now)
        said = ngettext("{n} certificate was awarded.", "{n} certificates were awarded.", given).format(n=given)
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk_awards", edition=edition)
