"""One's own certificates: what is in force, what ended; links for others, what everybody sees, another name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.certificates import access, correcting, forms, sharing, statement_listing
from preau.certificates.models import Award


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My certificates."""
    every = access.own(request.user)
    values = {
        "awards": [award for award in every if not award.revoked_at],
        "ended": [award for award in every if award.revoked_at],
        "statements": statement_listing.listed(request.user),
    }
    return render(request, "certificates/mine.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, code: str) -> HttpResponse:
    """The links that one gave to others; a POST makes one."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    form = forms.Share(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reply = _share(request, award, form, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The link is made: copy it below."))
            return redirect("my_links", code=code)
        form.add_error(None, reply.reason)
    values = {"open_links": access.open_links(award), "site": settings.SITE_URL}
    return _page(request, "certificates/links.html", award, form, **values)


def _share(request: HttpRequest, award: Award, form: forms.Share, now: datetime) -> http.Reply:
    person, label = award.enrolment.person, form.cleaned_data["label"]
    until = form.ends(person.zone_info)
    return http.perform(
        request,
        "certificate.share",
        {"award": award.code, "label": label, "until": str(until)},
        now,
        lambda act: sharing.share(act=act, award=award, by=person, label=label, until=until, now=now),
    )


def _page(request: HttpRequest, template: str, award: Award, form: Any, **values: Any) -> HttpResponse:
    return render(request, template, {"award": award, "form": form, **values}, status=422 if form.errors else 200)


@require_POST
def end_link(request: HttpRequest, code: str, link: UUID) -> HttpResponse:
    """A link opens nothing any more."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    row = access.own_link(award, link)
    reply = http.perform(
        request,
        "certificate.share.end",
        {"link": str(link)},
        now,
        lambda act: sharing.end(act=act, link=row, by=award.enrolment.person, now=now),
    )
    return _answer(request, reply, _("The link opens nothing any more."), "my_links", code)


@require_POST
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what everybody sees."""
    award = access.own_award(request.user, code)
    hidden = request.POST.get("hidden") == "1"
    reply = http.perform(
        request,
        "certificate.show",
        {"award": code, "hidden": hidden},
        timezone.now(),
        lambda act: sharing.show(act=act, award=award, by=award.enrolment.person, hidden=hidden),
    )
    said = _("Everybody sees its state alone now.") if hidden else _("Everybody who has its code sees the whole of it.")
    return _answer(request, reply, said, "my_certificates")


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for another name on a certificate."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    form = forms.Name(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reply = _ask(request, award, form, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The school looks at it, and you are told by mail."))
            return redirect("my_certificates")
        form.add_error(None, reply.reason)
    return _page(request, "certificates/name.html", award, form, bears=correcting.name_on(award))


def _ask(request: HttpRequest, award: Award, form: forms.Name, now: datetime) -> http.Reply:
    asked, why = form.cleaned_data["name"], form.cleaned_data["why"]
    return http.perform(
        request,
        "certificate.name.ask",
        {"award": award.code, "name": asked, "why": why},
        now,
        lambda act: correcting.ask(act=act, award=award, by=award.enrolment.person, name=asked, why=why, now=now),
    )


@require_POST
def keep_name(request: HttpRequest, code: str, correction: UUID) -> HttpResponse:
    """Take a request for another name back."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    row = access.own_correction(award, correction)
    reply = http.perform(
        request,
        "certificate.name.keep",
        {"correction": str(correction)},
        now,
        lambda act: correcting.withdraw(act=act, correction=row, by=award.enrolment.person, now=now),
    )
    return _answer(request, reply, _("Your request is taken back: the name stays as it is."), "my_certificates")


def _answer(request: HttpRequest, reply: http.Reply, said: str, to: str, *where: str) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, said)
    return redirect(to, *where)
