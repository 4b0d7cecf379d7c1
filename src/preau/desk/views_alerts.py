"""Dangers reported in an edition: for the person named and for administrators; nobody else learns that there are
any."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.desk import access, frame
from preau.desk.access import Desk
from preau.desk.forms_volunteers import Handled
from preau.support import alerts as support


@require_safe
def alerts(request: HttpRequest, edition: str) -> HttpResponse:
    """Those that wait, then those that were handled."""
    return _page(request, access.safety_desk(request.user, edition, now=timezone.now()))


@require_POST
def handle(request: HttpRequest, edition: str, alert: UUID) -> HttpResponse:
    """Say what was done."""
    now = timezone.now()
    at = access.safety_desk(request.user, edition, now=now)
    row, form = access.alert(at, alert), Handled(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    reply = http.perform(
        request,
        "alert.handle",
        {"alert": str(alert), "note": note},
        now,
        lambda act: support.handle(act=act, by=at.person, alert=row, note=note, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
        return _page(request, at, status=reply.status)
    return redirect("desk_alerts", edition)


def _page(request: HttpRequest, at: Desk, status: int = 200) -> HttpResponse:
    rows = [(row, support.kind(row.kind)) for row in support.of_edition(at.edition)]
    return frame.page(request, "desk/alerts.html", at, "alerts", {"rows": rows, "form": Handled()}, status=status)
