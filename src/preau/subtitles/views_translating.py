"""Translating a video's words, side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.common import languages
from preau.subtitles import access, forms, pages, reading, translating
from preau.subtitles.access import Here
from preau.subtitles.models import Track
from preau.subtitles.views import opened, own
from preau.subtitles.views_history import number


def _both(request: HttpRequest, edition: str, video: UUID, language: str) -> tuple[Here, Track]:
    """The reader before a translation that they may write, with its source. One that is not there yet is made by the
    first line that is written."""
    at = opened(request, edition, video)
    source = next((row for row in at.tracks.values() if row.source_id is None and row.language != language), None)
    track = at.tracks.get(language) or (translating.begun(at, source, language) if source else None)
    if source is None or (track is None and language not in languages.CODES):
        raise Http404
    access.here(request.user, at, source)  # who may take part at all
    if track is None:
        track = translating.begin(at, source, language, keep=request.method == "POST")
    return access.here(request.user, at, track), source


@require_safe
def translate(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """A page of lines: the source, the translation, its state and what to mind."""
    me, source = _both(request, edition, video, language)
    page = number(request)
    done, every = translating.progress(reading.now(source), reading.now(me.track))
    values = {
        **pages.frame(me.film, me.track, me),
        "source": source,
        "sides": translating.sides(me, source, page),
        "page": page,
        "pages": -(-every // translating.A_PAGE),
        "done": done,
        "every": every,
        "language": languages.named(language),
        "from_language": languages.named(source.language),
    }
    return own(render(request, "subtitles/translate.html", values))


@require_POST
def line(request: HttpRequest, edition: str, video: UUID, language: str, key: str) -> HttpResponse:
    """Draft or propose one line."""
    me, source = _both(request, edition, video, language)
    form = forms.Line(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This line could not be read. Reload the page: nothing was stored."), status=422)
    typed = form.typed(propose="propose" in request.POST)
    payload = {"track": str(me.track.pk), "key": key, "text": typed.text, "propose": typed.propose}
    reply = http.perform(
        request,
        "subtitles.line",
        payload | {"base": typed.base, "of": typed.of},
        me.now,
        lambda act: translating.write(act=act, at=me, source=source, key=key, typed=typed),
    )
    if http.wants_json(request):
        return reply.json()
    if http.from_script(request):
        return _again(request, me, source, key, reply, typed.text)
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect(f"{me.base}translate/?page={number(request)}#l-{key}")


def _again(request: HttpRequest, me: Here, source: Track, key: str, reply: http.Reply, typed: str) -> HttpResponse:
    """The line again: as it is kept, or as it was typed with why it was refused."""
    side = translating.side(me, source, key)
    if side is None:
        raise Http404
    values = {**pages.frame(me.film, me.track, me), "source": source, "side": side, "reason": reply.reason}
    values["typed"] = side.typed if reply.outcome is not None else typed
    return own(render(request, "subtitles/_side.html", values, status=reply.status))
