import dataclasses
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.desk import access, forms_ruling, frame, queries, questions
from preau.quizzes import access as quizzes
from preau.quizzes import actions, effects, regrading

EFFECT_AGE = 86_400  # seconds that a count may be gone on with


@require_safe
def overview(request: HttpRequest, edition: str) -> HttpResponse:
    """The questions of one quiz, and how each was answered."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        return frame.page(request, "desk/nothing.html", at, "questions", {})
    units = questions.asking(outline)
    wanted = request.GET.get("unit") or (units[0].key if units else "")
    unit = next((one for one in units if one.key == wanted), None)
    if unit is None and wanted:
        raise Http404
    lines = questions.lines(at.edition, outline, unit) if unit else []
    values = {"units": units, "unit": unit, "lines": lines, "outline": outline}
    return frame.page(request, "desk/questions.html", at, "questions", values)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, edition: str, question: UUID) -> HttpResponse:
    """One question: its answers, what was ruled, and the form to rule; a POST shows what that would change."""
    at, asked = _door(request, edition, question)
    form = forms_ruling.Rule(request.POST or None, asked=asked, standing=quizzes.ruling(asked) is not None)
    return _effect(request, at, asked, form) if form.is_valid() else _page(request, at, asked, form)


def _door(request: HttpRequest, edition: str, question: UUID) -> tuple[access.Desk, quizzes.Asked]:
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    return at, quizzes.question(at.edition, question, request.LANGUAGE_CODE)


def _page(request: HttpRequest, at: access.Desk, asked: quizzes.Asked, form: forms_ruling.Rule) -> HttpResponse:
    history = questions.history(asked)
    latest = history[0].row if history else None
    values = {
        "asked": asked,
        "card": questions.card(asked),
        "answers": questions.told(asked),
        "history": history,
        "progress": regrading.progress(latest) if latest else None,
        "touched": questions.touched(latest) if latest and latest.regraded_at else [],
        "latest": latest,
        "form": form,
    }
    return frame.page(request, "desk/question.html", at, "questions", values, status=422 if form.errors else 200)


def _effect(
    request: HttpRequest,
    at: access.Desk,
    asked: quizzes.Asked,
    form: forms_ruling.Rule,
    *,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    values = {
        "asked": asked,
        "form": form,
        "hidden": form.hidden(),
        "kind": forms_ruling.KINDS[form.cleaned_data["kind"]],
        "accepted": [questions.in_words(asked.questions, asked.item, one) for one in form.cleaned_data["values"]],
        "refusal": reason,
        **_counted(asked, form, effects.Effect(), 0),
    }
    return frame.page(request, "desk/question_effect.html", at, "questions", values, status=status)


def _counted(asked: quizzes.Asked, form: forms_ruling.Rule, found: effects.Effect, awards: int) -> dict[str, Any]:
    """The effect counted a number of learners further."""
    changed = effects.go_on(asked, form.ruling(), found, now=timezone.now())
    awards += questions.awarded(changed)
    total = regrading.total(asked)
    tracks = [(track, found.tracks[track.key]) for track in asked.edition.tracks.order_by("position")]
    state = signing.dumps([dataclasses.asdict(found), awards], salt="ruling-effect")
    return {"effect": found, "awards": awards, "total": total, "tracks": tracks, "state": state}


@require_POST
def effect(request: HttpRequest, edition: str, question: UUID) -> HttpResponse:
    """The fragment that goes on counting whom a ruling would touch. Nothing is written."""
    at, asked = _door(request, edition, question)
    form = forms_ruling.Rule(request.POST, asked=asked, standing=True)
    try:
        so_far, awards = signing.loads(request.POST.get("state", ""), salt="ruling-effect", max_age=EFFECT_AGE)
    except signing.BadSignature as error:
        raise Http404 from error
    if not form.is_valid():
        raise Http404
    values = {"edition": at.edition, "asked": asked, "hidden": form.hidden()}
    counted = _counted(asked, form, effects.loaded(so_far), awards)
    return render(request, "desk/_effect.html", {**values, **counted})


@require_POST
def rule(request: HttpRequest, edition: str, question: UUID) -> HttpResponse:
    """Rule, or withdraw what was ruled."""
    now = timezone.now()
    at, asked = _door(request, edition, question)
    form = forms_ruling.Rule(request.POST, asked=asked, standing=True)
    if not form.is_valid():
        return _page(request, at, asked, form)
    ruling, said = form.ruling(), form.cleaned_data

    def do(act: acts.Act) -> acts.Outcome:
        if ruling is None:
            return actions.withdraw(act=act, by=at.person, asked=asked, reason=said["reason"], now=now)
        return actions.rule(act=act, by=at.person, asked=asked, ruling=ruling, now=now)

    payload = {"edition": edition, "question": str(question), **{name: said[name] for name in ("kind", "reason")}}
    reply = http.perform(request, "question.rule", {**payload, "values": said["values"]}, now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _effect(request, at, asked, form, reason=reply.reason, status=reply.status)
    messages.success(request, _("It is decided. Answers are being scored again."))
    return redirect("desk_question", edition=edition, question=question)


@require_safe
def progress(request: HttpRequest, edition: str, question: UUID) -> HttpResponse:
    """The fragment that says how far the scoring is."""
    at, asked = _door(request, edition, question)
    history = questions.history(asked)
    if not history:
        raise Http404
    latest = history[0].row
    values = {"edition": at.edition, "asked": asked, "latest": latest, "progress": regrading.progress(latest)}
    touched = questions.touched(latest) if latest.regraded_at else []
    return render(request, "desk/_regrading.html", {**values, "touched": touched, "desk": at})
