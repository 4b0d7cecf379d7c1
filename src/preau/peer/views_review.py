"""What a reviewer does: train, take the next copy, assess it, assess their own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.peer import access, desk_of_reviewer, forms, leasing, reviewing


@require_safe
def hub(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """My assessments: what I owe, the next copy, what I wrote, what is left to train on."""
    who = access.assessor(request.user, edition, language, unit, now=timezone.now())
    return render(request, "peer/hub.html", desk_of_reviewer.hub(who, timezone.now()))


@require_POST
def next_copy(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """Take the next copy; the review's own page when there is one, else back to the hub, which says when."""
    now = timezone.now()
    who = access.assessor(request.user, edition, language, unit, now=now)
    languages = desk_of_reviewer.languages_of(who, request.POST.getlist("languages"))
    reply = http.perform(
        request,
        "review.ask",
        {"edition": edition, "unit": unit, "languages": sorted(languages)},
        now,
        lambda act: leasing.ask(act=act, by=who.person, facts=who.facts, now=now, kind=who.kind, languages=languages),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    elif found := reply.outcome.get("review"):
        return redirect("peer_review", edition=edition, review=found)
    return redirect("peer_hub", edition=edition, language=language, unit=unit)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, edition: str, review: UUID) -> HttpResponse:
    """One review: the copy, and the rubric beside it. A POST keeps it, or sends it when the button says so."""
    now = timezone.now()
    row, facts = access.own_review(request.user, review, request.LANGUAGE_CODE, now=now)
    if facts.outline.slug != edition:
        raise Http404
    if request.method != "POST":
        return render(request, "peer/review.html", desk_of_reviewer.review(row, facts, now))
    assert isinstance(request.user, Person)
    person, given = request.user, forms.given(request.POST.dict(), facts.rubric)
    verb = reviewing.finish if "finish" in request.POST else reviewing.save
    reply = http.perform(
        request,
        f"review.{verb.__name__}",
        {"review": str(review), **given.data()},
        now,
        lambda act: verb(act=act, by=person, review=row, facts=facts, given=given, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if "keep" in request.GET:
        values = {"at": now if reply.outcome else None, "zone": facts.outline.zone}
        return render(request, "peer/_kept.html", values, status=reply.status)
    if reply.outcome is None:
        values = desk_of_reviewer.review(row, facts, now, given=given, reason=reply.reason)
        return render(request, "peer/review.html", values, status=reply.status)
    if verb is reviewing.save:
        return redirect("peer_review", edition=edition, review=review)
    messages.success(request, _("Your assessment is sent. Its author reads it with the results."))
    return redirect(facts.address)


@require_POST
def back(request: HttpRequest, edition: str, review: UUID) -> HttpResponse:
    """Give a copy back to whoever can assess it."""
    now = timezone.now()
    row, facts = access.own_review(request.user, review, request.LANGUAGE_CODE, now=now)
    assert isinstance(request.user, Person)
    person = request.user
    reply = http.perform(
        request,
        "review.back",
        {"review": str(review)},
        now,
        lambda act: leasing.give_back(act=act, by=person, review=row, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("You gave the copy back: somebody else will assess it."))
    return redirect(facts.address)


@require_POST
def flag(request: HttpRequest, edition: str, review: UUID) -> HttpResponse:
    """Tell the team what is wrong: with the copy that one assesses, or with a review that one received."""
    now = timezone.now()
    try:
        row, facts = access.own_review(request.user, review, request.LANGUAGE_CODE, now=now)
        of_review = False
    except Http404:
        row, facts = access.received_review(request.user, review, request.LANGUAGE_CODE, now=now)
        of_review = True
    assert isinstance(request.user, Person)
    person, kind, words = request.user, request.POST.get("kind", ""), request.POST.get("words", "")
    reply = http.perform(
        request,
        "review.flag",
        {"review": str(review), "kind": kind, "words": words, "of_review": of_review},
        now,
        lambda act: reviewing.flag(
            act=act, by=person, review=row, kind=kind, words=words, of_review=of_review, now=now
        ),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("The team was told. Nobody else sees what you wrote."))
    if of_review:
        return redirect(f"{facts.address}result/")
    return redirect("peer_review", edition=edition, review=review)


@require_POST
def rate(request: HttpRequest, edition: str, review: UUID) -> HttpResponse:
    """Say of a review that one received whether it was of use."""
    now = timezone.now()
    row, facts = access.received_review(request.user, review, request.LANGUAGE_CODE, now=now)
    assert isinstance(request.user, Person)
    person, useful = request.user, request.POST.get("useful") == "yes"
    reply = http.perform(
        request,
        "review.rate",
        {"review": str(review), "useful": useful},
        now,
        lambda act: reviewing.rate(act=act, by=person, review=row, useful=useful),
    )
    return reply.json() if http.wants_json(request) else redirect(f"{facts.address}result/")


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """Assess one's own copy."""
    now = timezone.now()
    place, facts = access.facts(request.user, edition, language, unit, now=now)
    copy = access.own_copy(facts, place.learner.enrolment_id)
    if copy is None or not facts.terms.self_review:
        raise Http404
    values: dict[str, Any] = desk_of_reviewer.own(facts, copy, now)
    if request.method != "POST":
        return render(request, "peer/self.html", values)
    assert isinstance(request.user, Person)
    person, given = request.user, forms.given(request.POST.dict(), facts.rubric)
    reply = http.perform(
        request,
        "review.self",
        {"edition": edition, "unit": unit, **given.data()},
        now,
        lambda act: reviewing.self_assess(act=act, by=person, facts=facts, copy=copy, given=given, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return render(request, "peer/self.html", values | {"given": given, "reason": reply.reason}, status=reply.status)
    messages.success(request, _("Your own assessment is kept. You can change it until the results are told."))
    return redirect("peer_hub", edition=edition, language=language, unit=unit)


@require_http_methods(["GET", "HEAD", "POST"])
def training(request: HttpRequest, edition: str, language: str, unit: str, exemplar: str) -> HttpResponse:
    """Assess an exemplar, then see what the team chose and why."""
    now = timezone.now()
    who = access.assessor(request.user, edition, language, unit, now=now)
    values = desk_of_reviewer.training(who, exemplar)
    if values is None:
        raise Http404
    if request.method != "POST":
        return render(request, "peer/training.html", values)
    given = forms.given(request.POST.dict(), who.facts.rubric)
    reply = http.perform(
        request,
        "review.train",
        {"edition": edition, "unit": unit, "exemplar": exemplar, **given.data()},
        now,
        lambda act: reviewing.train(act=act, by=who.person, facts=who.facts, exemplar=exemplar, given=given, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = values | {"given": given, "reason": reply.reason}
        return render(request, "peer/training.html", values, status=reply.status)
    return redirect("peer_training", edition=edition, language=language, unit=unit, exemplar=exemplar)
