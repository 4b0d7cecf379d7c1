"""A learner claims the credits of a certificate of theirs."""

from dataclasses import asdict

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.certificates import access, claiming
from preau.certificates.forms_claims import Claim
from preau.certificates.models import Award


@require_http_methods(["GET", "HEAD", "POST"])
def credits(request: HttpRequest, code: str) -> HttpResponse:
    """Where the claim of its credits is; a POST applies for them."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    if request.method != "POST":
        return _page(request, award, _blank(award))
    form = Claim(request.POST)
    if form.is_valid():
        civil = form.civil()
        reply = http.perform(
            request,
            "credits.ask",
            {"award": str(award.pk), **asdict(civil)},
            now,
            lambda act: claiming.ask(act=act, award=award, by=award.enrolment.person, civil=civil, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("Your application was received. You will be told by mail what is decided."))
            return redirect("my_credits", code=award.code)
        form.add_error(None, reply.reason)
    return _page(request, award, form)


def _blank(award: Award) -> Claim:
    """The form, with what a refused claim said, so that only what was wrong is written again."""
    claim = claiming.latest(award)
    return Claim(initial=model_to_dict(claim, fields=list(Claim.base_fields)) if claim else None)


def _page(request: HttpRequest, award: Award, form: Claim) -> HttpResponse:
    claim, reason = claiming.latest(award), claiming.bar(award)
    values = {
        "award": award,
        "claim": claim,
        "bar": reason,
        "open": form.is_bound or (not reason and (claim is None or claim.state == claiming.State.REFUSED)),
        "form": form,
        "kept_days": claiming.KEPT.days,
    }
    return render(request, "certificates/credits.html", values, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the claim back."""
    now = timezone.now()
    award = access.own_award(request.user, code)
    reply = http.perform(
        request,
        "credits.withdraw",
        {"award": str(award.pk)},
        now,
        lambda act: claiming.withdraw(act=act, award=award, by=award.enrolment.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("Your application is taken back, and what it said is deleted."))
    return redirect("my_credits", code=award.code)
