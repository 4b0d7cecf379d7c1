"""Waiting for a course: asked for and taken back with an account, or with an address and the mail that it gets."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.courses import access as courses
from preau.courses import queries
from preau.courses.models import Course
from preau.news import access, asking, forms, waiting
from preau.news.models import Waiting


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, language: str, course: str) -> HttpResponse:
    """The form by itself; a POST keeps what a person asks for, or writes to an address to have it confirmed."""
    now = timezone.now()
    row = courses.visible_course(request.user, course, now=now)
    person = request.user if isinstance(request.user, Person) else None
    tracks = asking.tracks_of(row, queries.best(queries.editions_of(row, now), now))
    asked = request.POST if request.method == "POST" else None
    first = {"language": language}
    form = forms.Wait(asked, tracks=asking.choices(tracks, language), initial=first, address=person is None)
    if asked is None or not form.is_valid():
        return _page(request, row, form, status=422 if form.errors else 200)
    return _with_account(request, person, row, form) if person else _with_address(request, row, form)


def _page(
    request: HttpRequest, course: Course, form: forms.Wait, *, reason: str = "", status: int = 200
) -> HttpResponse:
    values = {"course": course, "wait_form": form, "wording": waiting.wording(), "reason": reason}
    return render(request, "news/wait.html", values, status=status)


def _with_account(request: HttpRequest, person: Person, course: Course, form: forms.Wait) -> HttpResponse:
    now, wish = timezone.now(), form.wish()
    reply = http.perform(
        request,
        "waiting.ask",
        {"course": course.slug, **wish.data()},
        now,
        lambda act: waiting.ask(act=act, by=person, course=course, wish=wish, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, course, form, reason=reply.reason, status=reply.status)
    messages.success(request, _("You will be told when enrolment opens."))
    return redirect("course", language=request.LANGUAGE_CODE, course=course.slug)


def _with_address(request: HttpRequest, course: Course, form: forms.Wait) -> HttpResponse:
    now, wish, address = timezone.now(), form.wish(), form.cleaned_data["address"].strip().lower()
    if not ratelimit.consume(request, action="waiting"):
        reason = _("Many requests came from your network within the hour. Nothing was stored: send it later.")
        return _page(request, course, form, reason=reason, status=429)
    if ratelimit.consume(request, action="waiting_address", key=address):  # beyond, the answer is the same
        reply = http.perform(
            request,
            "waiting.ask_by_mail",
            {"course": course.slug, "address": address, **wish.data()},
            now,
            lambda act: waiting.ask_by_mail(act=act, address=address, course=course, wish=wish, now=now),
        )
        if reply.outcome is None:
            page = _page(request, course, form, reason=reply.reason, status=reply.status)
            return reply.json() if http.wants_json(request) else page
    if http.wants_json(request):
        return http.Reply(200, outcome={"course": course.slug}).json()
    return render(request, "news/wait_asked.html", {"course": course, "address": address})


@require_POST
def stop(request: HttpRequest, language: str, course: str) -> HttpResponse:
    """I wait no longer."""
    person, now = request.user, timezone.now()
    assert isinstance(person, Person)
    row = courses.visible_course(person, course, now=now)
    reply = http.perform(
        request,
        "waiting.stop",
        {"course": row.slug},
        now,
        lambda act: waiting.stop(act=act, by=person, course=row),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("Done: you will not be told."))
    return redirect("course", language=language, course=row.slug)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's link leads. A GET shows buttons, since mail programs open links by themselves; a POST confirms, or
    takes back."""
    row = access.waiting(token)
    if row.person_id is not None:  # it became an account's: it is shown and taken back on the course's page
        return redirect("course", language=row.language, course=row.course.slug)
    with override(row.language):
        response = _answer(request, row) if request.method == "POST" else _shown(request, row, _form(row))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = row.language
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the proof
    return response


def _form(row: Waiting, asked: Any = None) -> forms.Wait:
    now = timezone.now()
    tracks = asking.tracks_of(row.course, queries.best(queries.editions_of(row.course, now), now))
    first = {"track": row.track, "language": row.language}
    return forms.Wait(asked, tracks=asking.choices(tracks, row.language), initial=first, address=False)


def _shown(
    request: HttpRequest, row: Waiting, form: forms.Wait, *, done: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    values = {"row": row, "form": form, "done": done, "reason": reason, "wording": waiting.wording()}
    return render(request, "news/waiting.html", values, status=status)


def _answer(request: HttpRequest, row: Waiting) -> HttpResponse:
    now, form = timezone.now(), _form(row, request.POST)
    if "stop" in request.POST:
        payload = {"waiting": str(row.pk)}
        reply = http.perform(
            request, "waiting.take_back", payload, now, lambda act: waiting.take_back(act=act, row=row)
        )
        return _shown(
            request, row, form, done="gone" if reply.outcome else "", reason=reply.reason, status=reply.status
        )
    if not form.is_valid():
        return _shown(request, row, form, status=422)
    wish = form.wish()
    reply = http.perform(
        request,
        "waiting.confirm",
        {"waiting": str(row.pk), **wish.data()},
        now,
        lambda act: waiting.confirm(act=act, row=row, wish=wish, now=now),
    )
    return _shown(request, row, form, done="kept" if reply.outcome else "", reason=reply.reason, status=reply.status)
