"""The terms, the dates and the rubric of an assignment that peers assess, adjusted while its edition runs."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.content import printing
from preau.desk import access_peer, forms_peer, forms_rubric, frame, peer_board, peer_effects, peer_frame, words_peer
from preau.desk.access_peer import Board
from preau.peer import adjusting, revising


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The terms; a POST shows what would change and for whom. Nothing changes yet."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    form = forms_peer.Adjust(request.POST or None, facts=at.facts)
    return _effect(request, at, form) if form.is_valid() else _terms(request, at, form)


def _terms(
    request: HttpRequest, at: Board, form: forms_peer.Adjust, *, moments: forms_peer.Moments | None = None
) -> HttpResponse:
    values = {"form": form, "moments": moments or forms_peer.Moments(facts=at.facts)}
    wrong = form.errors or (moments is not None and moments.errors)
    return peer_frame.page(request, "desk/peer/terms.html", at, "terms", values, status=422 if wrong else 200)


def _effect(
    request: HttpRequest, at: Board, form: forms_peer.Adjust, *, reason: str = "", status: int = 200
) -> HttpResponse:
    after, wrong = adjusting.would_be(at.facts, form.said)
    effects = peer_effects.of_terms(at.facts, after, now=timezone.now())
    if wrong or not (effects or reason):
        form.add_error(None, wrong or [_("Nothing differs from what holds now.")])
        return _terms(request, at, form)
    values = {"form": form, "hidden": [form[name] for name in form.fields], "effects": effects, "reason": reason}
    return peer_frame.page(request, "desk/peer/terms_confirm.html", at, "terms", values, status=status)


@require_POST
def confirm_terms(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Change what was looked at."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    form, seen = forms_peer.Adjust(request.POST, facts=at.facts), forms_peer.Seen(request.POST)
    if not form.is_valid() or not seen.is_valid():
        return _terms(request, at, form)
    said, revision = form.said, seen.cleaned_data["revision"]
    reply = peer_frame.perform(
        request,
        "peer.terms",
        {"edition": edition, "unit": unit, **said},
        lambda act: adjusting.adjust(act=act, by=at.at.person, facts=at.facts, said=said, seen=revision, now=now),
    )
    if reply.outcome is None and not http.wants_json(request):
        return _effect(request, at, form, reason=reply.reason, status=reply.status)
    return frame.answer(request, reply, f"{at.base}terms/", _("The terms are changed. The pages say so."))


@require_POST
def dates(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Move the end of the reviews, or the results; pages tell it at once."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    form = forms_peer.Moments(request.POST, facts=at.facts)
    if not form.is_valid():
        return _terms(request, at, forms_peer.Adjust(facts=at.facts), moments=form)
    calendar = at.facts.calendar
    held = {"reviews_due": calendar.reviews_due, "results": calendar.results}
    for what, moment in form.cleaned_data.items():
        if moment != held[what]:
            key = at.facts.unit.key
            printing.move_date(at.at.edition, key=key, what=what, at=moment, by=at.at.person.pk, now=now)
    messages.success(request, _("The dates are changed. The pages say so."))
    return redirect(f"{at.base}terms/")


@require_safe
def rubric(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The rubric in force, those before it, and the exemplars."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    values = {
        "rubric": at.facts.rubric,
        "number": at.facts.number,
        "languages": list(peer_effects.words(at)),
        "reworded": adjusting.in_other_words(at.facts),
        "versions": peer_board.versions(at.facts),
        "exemplars": peer_effects.exemplars(at.facts),
    }
    return peer_frame.page(request, "desk/peer/rubric.html", at, "rubric", values)


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: HttpRequest, edition: str, unit: str, language: str) -> HttpResponse:
    """The words of the rubric in one language: they reach everybody at once."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    words = peer_effects.words(at)
    if language not in words:
        raise Http404
    form = forms_rubric.Reword(request.POST or None, rubric=words[language])
    seen = forms_peer.Seen(request.POST or None)
    if request.method == "POST" and form.is_valid() and seen.is_valid():
        new, revision = {**words, language: form.reworded()}, seen.cleaned_data["revision"]
        reply = peer_frame.perform(
            request,
            "peer.reword",
            {"edition": edition, "unit": unit, "language": language, **form.cleaned_data},
            lambda act: adjusting.reword(
                act=act, by=at.at.person, facts=at.facts, words=new, seen=revision, now=now
            ),
        )  # fmt: skip
        if reply.outcome is not None or http.wants_json(request):
            return frame.answer(request, reply, f"{at.base}rubric/", _("The words are changed everywhere."))
        form.add_error(None, reply.reason)
    values = {"form": form, "language": language}
    status = 422 if form.errors else 200
    return peer_frame.page(request, "desk/peer/reword.html", at, "rubric", values, status=status)


@require_POST
def unword(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Back to the words of the course."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    seen = forms_peer.Seen(request.POST)
    revision = seen.cleaned_data["revision"] if seen.is_valid() else -1
    reply = peer_frame.perform(
        request,
        "peer.unword",
        {"edition": edition, "unit": unit},
        lambda act: adjusting.unword(act=act, by=at.at.person, facts=at.facts, seen=revision, now=now),
    )
    return frame.answer(request, reply, f"{at.base}rubric/", _("The words are those of the course again."))


@require_http_methods(["GET", "HEAD", "POST"])
def scoring(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Another scoring; a POST shows whom it touches. Nothing changes yet."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    form = _rescore(request, at)
    return _reach(request, at, form) if form.is_valid() else _scoring(request, at, form)


def _rescore(request: HttpRequest, at: Board) -> forms_rubric.Rescore:
    words = peer_effects.words(at)
    return forms_rubric.Rescore(request.POST or None, words=words, language=next(iter(words)))


def _scoring(request: HttpRequest, at: Board, form: forms_rubric.Rescore) -> HttpResponse:
    status = 422 if form.errors else 200
    return peer_frame.page(request, "desk/peer/scoring.html", at, "rubric", {"form": form}, status=status)


def _reach(
    request: HttpRequest, at: Board, form: forms_rubric.Rescore, *, reason: str = "", status: int = 200
) -> HttpResponse:
    new = form.rescored()[form.language]
    found = revising.changes(form.rubric, new)
    if not found and not reason:
        form.add_error(None, _("This scores as before: nothing was changed."))
        return _scoring(request, at, form)
    values: dict[str, Any] = {
        "form": form,
        "hidden": [form[name] for name in form.fields],
        "changes": [words_peer.change(one) for one in found],
        "reach": adjusting.reach(at.facts, new),
        "new": new,
        "reason": reason,
    }
    return peer_frame.page(request, "desk/peer/scoring_confirm.html", at, "rubric", values, status=status)


@require_POST
def confirm_scoring(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Make the other scoring the rubric in force."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    form, seen = _rescore(request, at), forms_peer.Seen(request.POST)
    if not form.is_valid() or not seen.is_valid():
        return _scoring(request, at, form)
    new, why, revision = form.rescored(), form.cleaned_data["reason"], seen.cleaned_data["revision"]
    reply = peer_frame.perform(
        request,
        "peer.rescore",
        {"edition": edition, "unit": unit, **{name: str(value) for name, value in form.cleaned_data.items()}},
        lambda act: adjusting.rescore(
            act=act, by=at.at.person, facts=at.facts, words=new, reason=why, seen=revision, now=now
        ),
    )  # fmt: skip
    if reply.outcome is None and not http.wants_json(request):
        return _reach(request, at, form, reason=reply.reason, status=reply.status)
    return frame.answer(request, reply, f"{at.base}rubric/", _("The new scoring is in force."))
