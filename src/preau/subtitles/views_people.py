"""A subtitle by itself: what stands, what others propose, and every way to make it better; what the reader keeps."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import acts, http
from preau.audit.http import Refused
from preau.subtitles import access, forms, history, keeping, pages, proposals, reading, suggesting
from preau.subtitles.access import Film, Here
from preau.subtitles.models import Suggestion, Track
from preau.subtitles.views import opened, own


def before(request: HttpRequest, edition: str, video: UUID, language: str) -> Here:
    """The reader before a track, when they may take part; else 404."""
    at = opened(request, edition, video)
    return access.here(request.user, at, access.track(at, language))


def maybe(request: HttpRequest, at: Film, track: Track) -> Here | None:
    """The same, or None for a stranger who only reads."""
    try:
        return access.here(request.user, at, track)
    except Http404:
        return None


@login_not_required
@require_safe
def cue(request: HttpRequest, edition: str, video: UUID, language: str, key: str) -> HttpResponse:
    """One subtitle: beside the transcript for a script, else a page."""
    at = opened(request, edition, video)
    track = access.track(at, language)
    return _cue(request, at, track, maybe(request, at, track), key)


def _cue(
    request: HttpRequest,
    at: Film,
    track: Track,
    me: Here | None,
    key: str,
    *,
    reason: str = "",
    told: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    present = reading.now(track)
    line = present.line(key)
    if line is None:
        raise Http404
    values = {
        **pages.cue(at, track, me, present, line, typed or {}),
        "proposed": proposals.shown(me, track, proposals.at_cue(track, key)[: proposals.SHOWN]),
        "past": history.of_cue(track, key),
        "reason": reason,
        "told": told,
        "alone": not http.from_script(request),
    }
    template = "subtitles/_cue.html" if http.from_script(request) else "subtitles/cue.html"
    return own(render(request, template, values, status=status))


@require_POST
def suggest(request: HttpRequest, edition: str, video: UUID, language: str, key: str) -> HttpResponse:
    """Propose something about a subtitle."""
    me = before(request, edition, video, language)
    form = forms.Suggest(request.POST)
    if not form.is_valid():
        return _refused(request, me, key, _first(form), 422)
    given = form.given()
    payload = {"track": str(me.track.pk), "key": key, **{name: str(value) for name, value in vars(given).items()}}
    reply = http.perform(
        request,
        "subtitles.suggest",
        payload,
        me.now,
        lambda act: suggesting.suggest(act=act, at=me, key=key, given=given),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _refused(request, me, key, reply.reason, reply.status)
    return _told(request, me, key, pages.told(reply.outcome))


def _first(form: forms.Suggest) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")


def _refused(request: HttpRequest, me: Here, key: str, reason: str, status: int) -> HttpResponse:
    """The same subtitle again with what was typed, and why it was not taken."""
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if reading.now(me.track).line(key) is None:
        messages.error(request, reason)
        return redirect(f"{me.base}suggestions/")
    return _cue(request, me.film, me.track, me, key, reason=reason, typed=typed, status=status)


def _told(request: HttpRequest, me: Here, key: str, said: str) -> HttpResponse:
    """What became of it, where the reader is: beside the transcript, whose words are asked for again."""
    track = Track.objects.select_related("source").get(pk=me.track.pk)
    if not http.from_script(request):
        messages.success(request, said)
        there = reading.now(track).line(key) is not None
        return redirect(f"{me.base}cue/{key}/" if there else f"{me.base}suggestions/")
    if reading.now(track).line(key) is None:
        answer = own(render(request, "subtitles/_cue_gone.html", {"told": said}))
    else:
        answer = _cue(request, me.film, track, me, key, told=said)
    if track.revision != me.track.revision:
        answer.headers["HX-Trigger-After-Settle"] = "words"
    return answer


@require_POST
def note(request: HttpRequest, edition: str, video: UUID, language: str, key: str) -> HttpResponse:
    """Keep a note for oneself at a subtitle, change it, or take it away by emptying it."""
    me = before(request, edition, video, language)
    text = request.POST.get("text", "")
    reply = http.perform(
        request,
        "subtitles.note",
        {"video": str(video), "key": key, "text": text},
        me.now,
        lambda act: keeping.note(act=act, at=me, key=key, text=text),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _refused(request, me, key, reply.reason, reply.status)
    return _told(request, me, key, _("Kept: only you read it.") if reply.outcome["kept"] else _("Your note is gone."))


@login_not_required
@require_safe
def mine(request: HttpRequest, edition: str, video: UUID, language: str) -> HttpResponse:
    """What is the reader's own beside the words: where they stopped, what waits, what they keep."""
    at = opened(request, edition, video)
    track = access.track(at, language)
    me = maybe(request, at, track)
    return own(render(request, "subtitles/_mine.html", pages.mine(at, track, me)))


@login_not_required
@require_safe
def place(request: HttpRequest, edition: str, video: UUID) -> HttpResponse:
    """Where the reader stopped in a video that has no words yet."""
    at = opened(request, edition, video)
    person = request.user if isinstance(request.user, Person) else None
    values = {"film": at, "keeps": person is not None}
    values["position"] = keeping.position(person, video) if person else 0
    return own(render(request, "subtitles/_mine_bare.html", values))


@require_POST
def position(request: HttpRequest, edition: str, video: UUID) -> HttpResponse:
    """Where the reader is in the video; the last one told stands."""
    at = opened(request, edition, video)
    try:
        seconds = float(request.POST.get("at", ""))
    except ValueError:
        return HttpResponse(status=422)
    if isinstance(request.user, Person) and 0 <= seconds < 10**6:
        keeping.keep_position(request.user, video, int(seconds * 1000), at.now)
    return HttpResponse(status=204)


@require_safe
def suggestion(request: HttpRequest, edition: str, video: UUID, suggestion: UUID) -> HttpResponse:
    """One suggestion by its address: what it would change, what became of it."""
    at = opened(request, edition, video)
    row, me = access.suggestion(at, request.user, suggestion)
    return own(render(request, "subtitles/suggestion.html", pages.suggestion(at, row, me)))


def _act(
    request: HttpRequest,
    edition: str,
    video: UUID,
    suggestion: UUID,
    kind: str,
    said: Mapping[str, Any],
    do: Callable[[acts.Act, Here, Suggestion], acts.Outcome],
) -> HttpResponse:
    at = opened(request, edition, video)
    row, me = access.suggestion(at, request.user, suggestion)
    payload = {"suggestion": str(row.pk), **said}
    reply = http.perform(request, kind, payload, at.now, lambda act: do(act, me, row))
    if http.wants_json(request):
        return reply.json()
    if http.from_script(request):
        return _beside(request, me, row.first, reply)
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, pages.told(reply.outcome))
    return redirect(f"{at.base}suggestion/{row.pk}/")


def _beside(request: HttpRequest, me: Here, key: str, reply: http.Reply) -> HttpResponse:
    if reply.outcome is None:
        return _refused(request, me, key, reply.reason, reply.status)
    return _told(request, me, key, pages.told(reply.outcome))


@require_POST
def support(request: HttpRequest, edition: str, video: UUID, suggestion: UUID) -> HttpResponse:
    """Be for a suggestion, against it, or neither any more."""
    value = {"1": 1, "-1": -1, "0": 0}.get(request.POST.get("value", ""))

    def do(act: acts.Act, me: Here, row: Suggestion) -> acts.Outcome:
        if value is None:
            raise Refused(_("Say whether you agree."))
        return suggesting.support(act=act, at=me, row=row, value=value)

    return _act(request, edition, video, suggestion, "subtitles.support", {"value": value}, do)


@require_POST
def decide(request: HttpRequest, edition: str, video: UUID, suggestion: UUID) -> HttpResponse:
    """Accept or refuse, as a reviewer."""
    accept, reason = request.POST.get("accept") == "1", request.POST.get("reason", "")
    return _act(
        *(request, edition, video, suggestion, "subtitles.decide", {"accept": accept, "reason": reason}),
        lambda act, me, row: suggesting.decide(act=act, at=me, row=row, accept=accept, reason=reason),
    )


@require_POST
def withdraw(request: HttpRequest, edition: str, video: UUID, suggestion: UUID) -> HttpResponse:
    """Take one's own suggestion back."""
    return _act(
        *(request, edition, video, suggestion, "subtitles.withdraw", {}),
        lambda act, me, row: suggesting.withdraw(act=act, at=me, row=row),
    )


@require_POST
def rebase(request: HttpRequest, edition: str, video: UUID, suggestion: UUID) -> HttpResponse:
    """Propose anew about words that changed meanwhile."""
    form = forms.Suggest(request.POST)
    given = form.given() if form.is_valid() else None

    def do(act: acts.Act, me: Here, row: Suggestion) -> acts.Outcome:
        if given is None:
            raise Refused(_first(form))
        return suggesting.rebase(act=act, at=me, row=row, given=given)

    said = {name: str(value) for name, value in vars(given).items()} if given else {}
    return _act(request, edition, video, suggestion, "subtitles.rebase", said, do)
