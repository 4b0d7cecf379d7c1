"""The account's home: who I am here, on which devices, what is known of me, and the way out."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts import access, actions, exporting, forms, personal_data, queries, reads
from preau.audit.http import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What an account is made of; a POST changes the profile."""
    person = access.oneself(request)
    fresh = queries.fresh(person)
    form = forms.Profile(request.POST or None, instance=fresh, initial={"reads": reads.of(fresh)})
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/home.html", _home(request, form), status=200 if not form.errors else 422)
    actions.change_profile(person, form.cleaned_data, now=timezone.now())
    with translation.override(person.language):
        messages.success(request, _("Your profile is kept."))
    response = redirect("account_home")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        person.language,
        max_age=settings.SESSION_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _home(request: HttpRequest, form: forms.Profile) -> dict[str, Any]:
    person = access.oneself(request)
    return {"form": form, "person": person, **queries.home(person, this=access.this_device(request))}


@require_POST
def sign_out_device(request: HttpRequest, device: UUID) -> HttpResponse:
    """Sign one of my devices out; this one goes through the ordinary sign-out."""
    person = access.oneself(request)
    if device == access.this_device(request):
        logout(request)
        return redirect("account_login")
    actions.sign_out(access.device(person, device), by=person, now=timezone.now())
    messages.success(request, _("This device is signed out."))
    return redirect("account_home")


@require_POST
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """Sign out every device but this one."""
    person = access.oneself(request)
    ended = actions.sign_out_others(person, but=access.this_device(request), now=timezone.now())
    said = ngettext("{number} other device is signed out.", "{number} other devices are signed out.", ended)
    messages.success(request, said.format(number=ended) if ended else _("No other device was signed in."))
    return redirect("account_home")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What the site knows of me, as a file. It asks for the password again: a file is easily carried away."""
    if request.method != "POST":
        return render(request, "accounts/export.html")
    now = timezone.now()
    name = f"preau-{now:%Y-%m-%d}.zip"
    return FileResponse(exporting.archive(access.oneself(request), now=now), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def erase(request: HttpRequest) -> HttpResponse:
    """Erase my account: it asks for the address, and for the password again."""
    person = access.oneself(request)
    form = forms.Erase(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            record = actions.erase(person, by=person.pk, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            logout(request)
            return render(request, "accounts/erased.html", {"kept": queries.kept(record)})
    context = {"form": form, "may_keep": personal_data.may_keep()}
    return render(request, "accounts/erase.html", context, status=422 if form.errors else 200)
