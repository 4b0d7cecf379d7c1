"""The newsletter: asked for, changed and ended with an account, or with an address and the mail that it gets; its
issues."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.news import access_newsletter as access
from preau.news import forms_newsletter as forms
from preau.news import letters_newsletter as letters
from preau.news import subscribing
from preau.news.models import Subscriber


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest, language: str) -> HttpResponse:
    """The form; a POST subscribes somebody whose address is proved, or writes to an address to have it confirmed.
    Always answered live: it carries the act's number, and a signed-in person's own subscription."""
    person = request.user if isinstance(request.user, Person) else None
    proved = person if person and subscribing.proved(person) else None
    mine = subscribing.of_person(proved) if proved else None
    first = {"language": language, "course": request.GET.get("course", ""), "address": person.email if person else ""}
    if mine:
        first |= {"language": mine.language, "course": mine.course.slug if mine.course else ""}
    asked = request.POST if request.method == "POST" else None
    live = bool(mine and mine.confirmed_at)
    form = forms.Subscribe(asked, language=language, initial=first, address=proved is None, age=not live)
    if asked is None or not form.is_valid():
        return _page(request, form, mine, status=422 if form.errors else 200)
    return _with_account(request, proved, form, mine) if proved else _with_address(request, form)


def _page(
    request: HttpRequest, form: forms.Subscribe, mine: Subscriber | None, *, reason: str = "", status: int = 200
) -> HttpResponse:
    language = str(request.LANGUAGE_CODE)
    issues = [
        {"url": letters.page_of(row, language), "subject": letters.said(row, language)[0], "at": row.sending_at}
        for row in access.issues(now=timezone.now())
    ]
    values = {"form": form, "mine": mine, "wording": subscribing.wording(), "reason": reason, "issues": issues}
    return render(request, "news/newsletter.html", values, status=status)


def _with_account(request: HttpRequest, person: Person, form: forms.Subscribe, mine: Subscriber | None) -> HttpResponse:
    now, wish = timezone.now(), form.wish()
    reply = http.perform(
        request,
        "newsletter.ask",
        wish.data(),
        now,
        lambda act: subscribing.ask(act=act, by=person, wish=wish, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, form, mine, reason=reply.reason, status=reply.status)
    messages.success(request, _("You will get the newsletter, as you chose."))
    return redirect("newsletter", language=request.LANGUAGE_CODE)


def _with_address(request: HttpRequest, form: forms.Subscribe) -> HttpResponse:
    now, wish, address = timezone.now(), form.wish(), form.cleaned_data["address"].strip().lower()
    if not ratelimit.consume(request, action="newsletter"):
        reason = _("Many requests came from your network within the hour. Nothing was stored: send it later.")
        return _page(request, form, None, reason=reason, status=429)
    if ratelimit.consume(request, action="newsletter_address", key=address):  # beyond, the answer is the same
        reply = http.perform(
            request,
            "newsletter.ask_by_mail",
            {"address": address, **wish.data()},
            now,
            lambda act: subscribing.ask_by_mail(act=act, address=address, wish=wish, now=now),
        )
        if reply.outcome is None:
            page = _page(request, form, None, reason=reply.reason, status=reply.status)
            return reply.json() if http.wants_json(request) else page
    if http.wants_json(request):
        return http.Reply(200, outcome={"asked": True}).json()
    return render(request, "news/newsletter_asked.html", {"address": address})


@require_POST
def stop(request: HttpRequest, language: str) -> HttpResponse:
    """I want it no more."""
    person, now = request.user, timezone.now()
    assert isinstance(person, Person)
    reply = http.perform(
        request, "newsletter.leave", {}, now, lambda act: subscribing.leave(act=act, by=person, now=now)
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("Done: you will not get the newsletter any more."))
    return redirect("newsletter", language=language)


@login_not_required
@require_safe
def issue(request: HttpRequest, language: str, mailing: UUID) -> HttpResponse:
    """An issue on the site, for everybody once it went."""
    row = access.issue(mailing, now=timezone.now())
    values = {
        "subject": letters.said(row, language)[0],
        "html": letters.on_page(row, language),
        "spoken": letters.spoken(row, language),
        "at": row.sending_at,
    }
    return render(request, "news/newsletter_issue.html", values)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mail's link leads. A GET shows buttons, since mail programs open links by themselves; a POST confirms,
    changes or ends."""
    row = access.subscriber(token)
    if row.person_id is not None:  # it became an account's: it is shown and ended there
        return redirect("newsletter", language=row.language)
    with override(row.language):
        response = _answer(request, row) if request.method == "POST" else _shown(request, row, _form(row))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = row.language
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the proof
    return response


def _form(row: Subscriber, asked: Any = None) -> forms.Subscribe:
    first = {"language": row.language, "course": row.course.slug if row.course else ""}
    return forms.Subscribe(asked, language=row.language, initial=first, address=False, age=False)


def _shown(
    request: HttpRequest, row: Subscriber, form: forms.Subscribe, *, done: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    values = {"row": row, "form": form, "done": done, "reason": reason, "wording": subscribing.wording()}
    return render(request, "news/newsletter_by_mail.html", values, status=status)


def _answer(request: HttpRequest, row: Subscriber) -> HttpResponse:
    now, form = timezone.now(), _form(row, request.POST)
    if "stop" in request.POST:
        payload = {"subscriber": str(row.pk)}
        reply = http.perform(
            request,
            "newsletter.take_back",
            payload,
            now,
            lambda act: subscribing.take_back(act=act, row=row, now=now),
        )
        done = "gone" if reply.outcome else ""
        return _shown(request, row, form, done=done, reason=reply.reason, status=reply.status)
    if not form.is_valid():
        return _shown(request, row, form, status=422)
    wish = form.wish()
    reply = http.perform(
        request,
        "newsletter.confirm",
        {"subscriber": str(row.pk), **wish.data()},
        now,
        lambda act: subscribing.confirm(act=act, row=row, wish=wish, now=now),
    )
    return _shown(request, row, form, done="kept" if reply.outcome else "", reason=reply.reason, status=reply.status)
