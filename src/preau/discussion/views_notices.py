"""The public form of notices: for anybody, signed in or not, in every language of the site."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preau.accounts.models import Person
from preau.audit import http
from preau.discussion import forms_moderation, notices
from preau.discussion.models import Notice


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """A notice of illegal content; then its receipt."""
    person = request.user if isinstance(request.user, Person) else None
    known = {"name": person.name, "email": person.email} if person else {}
    initial = {"address": request.GET.get("address", "")[:500], **known}
    form = forms_moderation.Notice(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    if not _may_send(request):
        reason = _("Many notices came from your network within the hour. Yours is still in this page: send it later.")
        return _page(request, form, reason=reason, status=429)
    given, now = form.cleaned_data, timezone.now()
    said = notices.Said(given["address"], given["reason"], given["name"], given["email"], request.LANGUAGE_CODE)
    reply = http.perform(
        request, "notice.send", said.data(), now, lambda act: notices.receive(act=act, by=person, said=said, now=now)
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _page(request, form, reason=reply.reason, status=reply.status)
    row = Notice.objects.get(pk=reply.outcome["notice"])
    values = {"reference": notices.reference(row), "mailed": bool(row.email), "address": row.address}
    return render(request, "discussion/notice_received.html", values)


def _page(request: HttpRequest, form: forms_moderation.Notice, *, reason: str = "", status: int = 200) -> HttpResponse:
    return render(request, "discussion/notice.html", {"form": form, "reason": reason}, status=status)


def _may_send(request: HttpRequest) -> bool:
    """Fewer than so many from where this comes: counted as the pages of accounts are (ACCOUNT_RATE_LIMITS)."""
    return bool(ratelimit.consume(request, action="notice"))
