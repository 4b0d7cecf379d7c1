import logging
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from preau.common import ranges
from preau.common.context import visitor
from preau.content import access, companions, edition_cookie, kinds, media, serving, shelf
from preau.courses import access as courses

logger = logging.getLogger(__name__)
FRAGMENT = "content/fragment.html"
MOVED = "public, max-age=300"  # a bucket may get another address


@login_not_required
@require_safe
def page(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """A compiled page where the page server does not answer: the same rule, from the rows. Who is let into a private
    edition is given the cookie by which the page server answers next time."""
    now = timezone.now()
    found = access.page(request.user, request.path, edition, now=now)
    answer = serving.answer(
        found.digest,
        found.language,
        accept=request.headers.get("Accept-Encoding", ""),
        if_none_match=request.headers.get("If-None-Match", ""),
        shared=access.shared(found, now),
        body=lambda encoding: bytes(getattr(found, shelf.ENCODINGS[encoding])),
        extra={},
    )
    response = HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    if found.edition.visibility == found.edition.Visibility.PRIVATE:
        edition_cookie.give(request, response, edition, now.timestamp())
    return response


@login_not_required
@require_safe
def personal(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """The learner's own part of a unit: a fragment for htmx, a whole page where there is no script."""
    now = timezone.now()
    try:
        place, rows = access.place(request.user, edition, language, unit, now=now)
    except Http404:
        return _invitation(request, edition)
    kind = kinds.get(place.unit.kind)
    html = kind.personal(request, place, rows) if kind else ""
    return fragment(request, place, html)


def fragment(
    request: HttpRequest, place: kinds.Place, html: str, *, reason: str = "", status: int = 200
) -> HttpResponse:
    """Wrap a kind's HTML: alone for htmx, else in a page of its own with a way back; `reason` says why an act was
    refused."""
    template = FRAGMENT if request.headers.get("HX-Request") else "content/personal.html"
    values = {
        "html": html,
        "unit": place.unit,
        "outline": place.outline,
        "module": place.outline.module(place.unit.module),
        "reason": reason,
    }
    if template == FRAGMENT:  # needs little of the frame, and is asked for with every page
        response = HttpResponse(render_to_string(template, values | visitor(request)), status=status)
    else:
        response = render(request, template, values, status=status)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["Vary"] = "Cookie, HX-Request"
    return response


def _invitation(request: HttpRequest, edition: str) -> HttpResponse:
    """What somebody sees who reads without being a learner of this edition: the way in, nothing else."""
    row = courses.visible_edition(request.user, edition, now=timezone.now())
    response = render(request, "content/invitation.html", {"edition": row, "course": row.course})
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, HX-Request"
    return response


@login_not_required
@require_safe
def file(request: HttpRequest, digest: str, suffix: str) -> HttpResponseBase:
    """A course's file, or the part of it that a player asks for, at the address of its content: whoever has the address
    was shown it by a page. Where a bucket has a public address of its own, the way there."""
    if suffix in companions.suffixes():
        raise Http404
    if address := media.public(digest, suffix):
        return HttpResponseRedirect(address, headers={"Cache-Control": MOVED})
    kind = media.kind_of(f"x{suffix}")
    try:
        size = media.size(digest, suffix)
        response = ranges.answer_from(request, size, partial(media.part, digest, suffix), kind)
    except FileNotFoundError as error:
        raise Http404 from error
    except media.Away as error:
        logger.warning("%s%s cannot be had: %s", digest, suffix, error)
        return HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = media.disposition(kind)
    response.headers["Cache-Control"] = media.FOR_EVER
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
