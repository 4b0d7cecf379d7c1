"""The claims of credits in an edition: the queue, one of them, and what is decided."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.certificates import claiming
from preau.certificates.models import CreditClaim
from preau.desk import access, access_register, claims, frame, queries
from preau.desk.forms_register import Claims, Refuse

PER_PAGE = 100


@require_safe
def queue(request: HttpRequest, edition: str) -> HttpResponse:
    """The claims that wait, the oldest first; or those in another state."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    form = Claims(request.GET)
    state, text = form.asked()
    page = Paginator(claims.found(at.edition, state, text), PER_PAGE).get_page(request.GET.get("page"))
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {
        "form": form,
        "page": page,
        "rows": claims.read(page.object_list, at.edition, outline, at.person),
        "counts": claims.counts(at.edition),
        "query": urlencode({"state": state or "all", "q": text}),
    }
    return frame.page(request, "desk/credits.html", at, "credits", values)


@require_safe
def one(request: HttpRequest, edition: str, claim: UUID) -> HttpResponse:
    """One claim, with its certificate and its figures."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    return _one(request, at, access_register.claim(at, claim), Refuse())


def _one(request: HttpRequest, at: access.Desk, row: CreditClaim, form: Refuse) -> HttpResponse:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {"row": claims.read([row], at.edition, outline, at.person)[0], "form": form}
    return frame.page(request, "desk/credit.html", at, "credits", values, status=422 if form.errors else 200)


@require_POST
def accept(request: HttpRequest, edition: str) -> HttpResponse:
    """Accept those that were ticked, in one act."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    chosen = _ids(request.POST.getlist("claim"))
    reply = http.perform(
        request,
        "credits.accept",
        {"edition": edition, "claims": sorted(map(str, chosen))},
        now,
        lambda act: claiming.accept(act=act, claims=chosen, edition=at.edition, by=at.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _accepted(**reply.outcome))
    return redirect("desk_credits", edition=edition)


def _accepted(accepted: int, left: int) -> str:
    said = ngettext(
        "{n} claim is accepted; a mail tells the learner.", "{n} claims are accepted; a mail tells each.", accepted
    )
    more = ngettext("{n} was left as it is.", "{n} were left as they are.", left).format(n=left)
    return said.format(n=accepted) + (f" {more}" if left else "")


def _ids(said: list[str]) -> list[UUID]:
    found = []
    for one in dict.fromkeys(said[:PER_PAGE]):
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


@require_POST
def refuse(request: HttpRequest, edition: str, claim: UUID) -> HttpResponse:
    """Say why a claim is not accepted."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row, form = access_register.claim(at, claim), Refuse(request.POST)
    if form.is_valid():
        why = form.cleaned_data["reason"]
        reply = http.perform(
            request,
            "credits.refuse",
            {"claim": str(claim), "reason": why},
            now,
            lambda act: claiming.refuse(act=act, claim=row, by=at.person, reason=why, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The claim is refused; a mail tells the learner why."))
            return redirect("desk_credits", edition=edition)
        form.add_error(None, reply.reason)
    return _one(request, at, row, form)
