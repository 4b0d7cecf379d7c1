"""The next edition, from the desk of one: a date, what it would be, then the thing itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from preau.audit import http
from preau.audit.http import Refused
from preau.desk import access, feasts, frame, rerunning, waits, words
from preau.desk.forms import LocalTime, ZonedForm, local
from preau.desk.rerunning import Plan

HALF_A_YEAR = 182  # days


class Next(ZonedForm):
    """When it opens."""

    opens_at = LocalTime(label=gettext_lazy("The next edition opens"))


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, edition: str) -> HttpResponse:
    """Choose an opening, look at what would be made, make it."""
    now = timezone.now()
    at = access.writers_desk(request.user, edition, now=now)
    zone = at.edition.zone_info
    first = rerunning.later(at.edition.opens_at, HALF_A_YEAR, zone)
    form = Next(request.POST or None, zone=zone, initial={"opens_at": local(first, zone)})
    plan = _plan(at, form, now) if form.is_valid() else None
    if plan is not None and "make" in request.POST and (made := _make(request, at, form, plan, now)):
        return made
    staff = [(role, words.role(role)) for role in plan.staff] if plan else []
    values: dict[str, Any] = {"form": form, "plan": plan, "staff": staff, "waiting": _waiting(request, at)}
    values["feasts"] = feasts.of_plan(plan, request.LANGUAGE_CODE) if plan else []
    return frame.page(request, "desk/next.html", at, "overview", values, status=422 if form.errors else 200)


def _waiting(request: HttpRequest, at: access.Desk) -> waits.Waits:
    return waits.of_course(at.edition.course, request.LANGUAGE_CODE)


def _plan(at: access.Desk, form: Next, now: datetime) -> Plan | None:
    try:
        return rerunning.plan(at.edition, form.cleaned_data["opens_at"])
    except Refused as refusal:
        form.add_error("opens_at", refusal.reason)
        return None


def _make(request: HttpRequest, at: access.Desk, form: Next, plan: Plan, now: datetime) -> HttpResponse | None:
    """Make it and answer; None when it is refused, and then the form says why."""
    confirmed = {role.pk for role in plan.staff} & set(_ids(request.POST.getlist("staff")))
    payload = {
        "from": at.edition.slug,
        "opens": plan.moments["opens_at"].isoformat(),
        "staff": sorted(str(pk) for pk in confirmed),
    }
    reply = http.perform(
        request,
        "edition.rerun",
        payload,
        now,
        lambda act: rerunning.make(act=act, made=plan, staff=confirmed, by=at.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return None
    messages.success(request, _("The next edition is made. Look at its checklist, then publish it."))
    return redirect("desk_checklist", edition=reply.outcome["edition"])


def _ids(said: list[str]) -> list[UUID]:
    found = []
    for one in said:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
