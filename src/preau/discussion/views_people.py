"""Who is there: what somebody shows of themself, introductions, the house rules."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit import http
from preau.discussion import access, forms_people, meeting, people, profiles, rules, words
from preau.discussion.access import Here
from preau.discussion.profiles import Profile
from preau.discussion.views import entered, paged, payload_of, preview_of, said_of, tell


@require_safe
def person(request: HttpRequest, member: UUID, **where: str) -> HttpResponse:
    """Somebody, as they show themselves."""
    at = entered(request, where)
    row = access.member(at, member)
    return paged(request, "discussion/person.html", at, profiles.page(at, row, request.LANGUAGE_CODE))


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest, **where: str) -> HttpResponse:
    """What I show of myself."""
    at = entered(request, where)
    form = forms_people.Shown(request.POST or None, initial=_initial(profiles.own(at)))
    reason, status = "", 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid():
        said = form.profile()
        reply = http.perform(
            request, "discussion.me", _payload(said), at.now, lambda act: profiles.change(act=act, at=at, said=said)
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("Kept. Pages that are already drawn follow within ten minutes."))
            return redirect(f"{at.address}people/{reply.outcome['member']}/")
        reason, status = reply.reason, reply.status
    values = {"form": form, "reason": reason, "known": people.first_name(at.person.name)}
    return paged(request, "discussion/me.html", at, values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def introduce(request: HttpRequest, **where: str) -> HttpResponse:
    """Say who I am, and join a circle."""
    at, language = entered(request, where), request.LANGUAGE_CODE
    form = forms_people.Introduction(request.POST or None, request.FILES or None, initial=_first(at))
    if request.method != "POST" or not form.is_valid() or "preview" in request.POST:
        return _introducing(request, at, form, status=422 if form.is_bound and form.errors else 200)
    shown, said = form.profile(), said_of(form)
    reply = http.perform(
        request,
        "discussion.introduce",
        {**_payload(shown), **payload_of(said)},
        at.now,
        lambda act: meeting.introduce(act=act, at=at, shown=shown, said=said, language=language),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _introducing(request, at, form, reason=reply.reason, status=reply.status)
    tell(request, reply.outcome)
    return redirect(f"{at.address}room/{reply.outcome['room']}/")


def _introducing(
    request: HttpRequest, at: Here, form: forms_people.Introduction, *, reason: str = "", status: int = 200
) -> HttpResponse:
    values = {
        "form": form,
        "reason": reason,
        "preview": preview_of(request),
        "done": meeting.introduction(at),
        "known": people.first_name(at.person.name),
    }
    return paged(request, "discussion/introduce.html", at, values, status=status)


@require_safe
def house_rules(request: HttpRequest, **where: str) -> HttpResponse:
    """The house rules, what trust gives, how moderation works."""
    at = entered(request, where)
    values = {"rules": [words.said(words.HOUSE, key) for key in rules.HOUSE], "trust": rules, "given": at.given}
    return paged(request, "discussion/house_rules.html", at, values | {"trusted": at.given.trusted(at.now)})


def _initial(shown: Profile) -> dict[str, Any]:
    return {
        "name": shown.name,
        "country": shown.country,
        "field": shown.field,
        "job": shown.job,
        "why": shown.why,
        "languages": list(shown.languages),
    }


def _first(at: Here) -> dict[str, Any]:
    """What an introduction begins with: the profile; without one, the country of the account and its language."""
    shown = profiles.own(at)
    if shown != Profile():
        return _initial(shown)
    return {"country": at.person.country, "languages": [at.person.language]}


def _payload(said: Profile) -> dict[str, Any]:
    return {**_initial(said)}
