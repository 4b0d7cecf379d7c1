"""Extra time given to a group, a country or a track in one act, and ended in one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import acts, http
from preau.courses import extra_time
from preau.desk import access, frame, roster, words
from preau.desk.access import Desk
from preau.desk.forms_time import ExtraTimeForMany


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest, edition: str) -> HttpResponse:
    """What was given to many; a POST gives some."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    form = ExtraTimeForMany(
        request.POST if request.method == "POST" else None,
        edition=at.edition,
        countries=roster.countries(at.edition),
        language=request.LANGUAGE_CODE,
        initial={"who": request.GET.get("who", "")},
    )
    if form.is_valid():
        reply = _give(request, at, form, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _said(reply.outcome))
            return redirect("desk_extra_many", edition=edition)
        form.add_error(None, reply.reason)
    values = {"form": form, "given": _given(at, now)}
    return frame.page(request, "desk/extra.html", at, "learners", values, status=422 if form.errors else 200)


def _give(request: HttpRequest, at: Desk, form: ExtraTimeForMany, now: datetime) -> http.Reply:
    payload = {name: str(value) for name, value in form.cleaned_data.items()}
    return http.perform(
        request,
        "extra_time.give_many",
        {"edition": at.edition.slug, **payload},
        now,
        lambda act: extra_time.give_many(
            act=act, edition=at.edition, scope=form.scope(), terms=form.terms(), by=at.person, now=now
        ),
    )


def _said(outcome: acts.Outcome) -> str:
    given, had = outcome["given"], outcome["had"]
    said = ngettext("Given to {n} person.", "Given to {n} people.", given).format(n=given)
    kept = ngettext(
        "{n} had some on these days already, and keeps that.", "{n} had some on these days already, and keep that.", had
    ).format(n=had)
    return f"{said} {kept}" if had else said


def _given(at: Desk, now: datetime) -> list[dict[str, Any]]:
    today = localdate(now, at.edition.zone_info)
    return [
        {**row, "over": row["last"] < today, "who": words.scope(row["scope"].kind, row["scope"].value, at.edition)}
        for row in extra_time.to_many(at.edition)
    ]


@require_POST
def end(request: HttpRequest, edition: str, batch: UUID) -> HttpResponse:
    """It holds no more, for whoever still has it."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    key = access.extra_time_of_many(at, batch)
    reply = http.perform(
        request,
        "extra_time.end_many",
        {"batch": str(batch)},
        now,
        lambda act: extra_time.end_many(act=act, edition=at.edition, batch=key, by=at.person, now=now),
    )
    return frame.answer(request, reply, reverse("desk_extra_many", args=(edition,)), _("The extra time holds no more."))
