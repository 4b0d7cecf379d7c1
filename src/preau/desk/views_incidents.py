from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.desk import access, frame
from preau.desk.forms_deadline import Incident
from preau.support import incidents as support


@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, edition: str) -> HttpResponse:
    """What people are told on the status page; a POST tells one more."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    form = Incident(request.POST or None, administers=at.administers)
    reason, status = "", 200
    if form.is_valid():
        texts, everywhere = form.texts(), bool(form.cleaned_data.get("everywhere"))
        payload = {"edition": edition, "everywhere": everywhere, **texts}
        reply = http.perform(
            request,
            "incident.tell",
            payload,
            now,
            lambda act: support.tell(
                act=act, edition=at.edition, everywhere=everywhere, texts=texts, by=at.person, now=now
            ),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("It is told on the status page."))
            return redirect("desk_incidents", edition=edition)
        reason, status = reply.reason, reply.status
    values = {"form": form, "incidents": support.of_edition(at.edition), "reason": reason}
    return frame.page(
        request, "desk/incidents.html", at, "incidents", values, status=422 if form.errors else status
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, edition: str, incident: UUID) -> HttpResponse:
    """Say that it is over."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = access.incident(at, incident)
    reply = http.perform(
        request,
        "incident.end",
        {"incident": str(incident)},
        now,
        lambda act: support.end(act=act, incident=row, edition=at.edition, by=at.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    return redirect("desk_incidents", edition=edition)
