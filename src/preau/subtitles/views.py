"""The words of a video, to read: the transcript on its page and by itself, files of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from preau.audit import http
from preau.content import fingerprint
from preau.subtitles import access, drawing, reading
from preau.subtitles.access import Film
from preau.subtitles.models import Track


def opened(request: HttpRequest, edition: str, video: UUID) -> Film:
    """The video that an address names, as this visitor may see it."""
    return access.film(request.user, edition, video, request.LANGUAGE_CODE, now=timezone.now())


@login_not_required
@require_safe
def transcript(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """The words in one language: a fragment under the player; by itself, a page to read and to print."""
    at = opened(request, edition, video)
    row = access.track(at, language)
    if not http.from_script(request):
        return _page(request, at, row)
    offered = ".".join(f"{one.language}{one.automatic:d}" for one in at.tracks.values())
    tag = f"{_revision(row)}-{request.LANGUAGE_CODE}-{offered}-{fingerprint.current()[:8]}"
    return kept(request, f'"{tag}"', lambda: HttpResponse(drawing.transcript(at, row)))


def _revision(row: Track) -> str:
    """What its words depend on."""
    return f"{row.pk.hex}-{row.revision}-{row.source.revision if row.source else 0}"


def _page(request: HttpRequest, at: Film, row: Track) -> HttpResponse:
    values = {"film": at, "html": drawing.transcript(at, row), "spoken": row.language, "title": at.unit.title}
    return own(render(request, "subtitles/transcript_page.html", values))


def kept(request: HttpRequest, tag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """An answer that a browser asks again about, and fetches again only once it changed."""
    answer = get_conditional_response(request, etag=tag) or make()
    answer.headers["ETag"] = tag
    return own(answer)


def own(answer: HttpResponse) -> HttpResponse:
    """An answer that no cache between us and the reader keeps."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie, HX-Request, Accept-Language"
    return answer


@login_not_required
@require_safe
def file(request: HttpRequest, edition: str, video: UUID, language: str, kind: str) -> HttpResponse:
    """The captions that a player reads, and files to keep: written from what stands, never what was uploaded."""
    at = opened(request, edition, video)
    row = access.track(at, language)
    tag = f'"{_revision(row)}"'

    def make() -> HttpResponse:
        answer = HttpResponse(
            reading.written(reading.now(row), kind), content_type=f"{reading.FORMATS[kind]}; charset=utf-8"
        )
        if kind != "vtt" or "keep" in request.GET:
            name = f"{at.shown.name.rpartition('/')[2]}.{language}.{kind}"
            answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer

    return kept(request, tag, make)
