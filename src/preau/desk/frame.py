"""The frame of an edition's desk: what every one of its pages is given, and how it answers a small act."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from preau.audit import http
from preau.desk.access import Desk


def page(
    request: HttpRequest, template: str, at: Desk, here: str, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of an edition's desk; `here` names its tab."""
    frame = {"desk": at, "edition": at.edition, "zone": at.edition.zone_info, "tabs": tabs(at, here)}
    return render(request, template, {**frame, **values}, status=status)


def answer(request: HttpRequest, reply: http.Reply, to: str, said: str) -> HttpResponse:
    """After a small act: back to where it was done, with what was done or why not."""
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, said)
    return redirect(to)


def tabs(at: Desk, here: str) -> list[dict[str, Any]]:
    """The pages of this edition that this person may open."""
    base = f"/desk/{at.edition.slug}/"
    every = [
        ("overview", "", _("Overview"), at.runs),
        ("learners", "learners/", _("Learners"), at.runs),
        ("groups", "groups/", _("Groups"), at.runs),
        ("requests", "requests/", _("Requests"), at.runs or at.helps),
        ("discussion", "discussion/", _("Discussion"), at.runs or at.helps),
        ("grading", "grading/", _("Grading"), at.teaches),
        ("announcements", "announcements/", _("Announcements"), at.runs),
        ("deadline", "deadline/", _("Deadlines"), at.teaches),
        ("questions", "questions/", _("Questions"), at.teaches),
        ("units", "units/", _("Units"), at.teaches),
        ("checklist", "checklist/", _("Checklist"), at.runs),
        ("incidents", "incidents/", _("Incidents"), at.runs),
        ("preview", "preview/", _("Preview"), at.teaches),
        ("volunteers", "volunteers/", _("Volunteers"), at.teaches),
        ("alerts", "alerts/", _("Dangers"), at.guards),
        ("roles", "roles/", _("Roles"), at.teaches),
        ("jury", "jury/", _("Jury"), at.runs),
        ("exams", "exams/", _("Exams"), at.runs),
        ("awards", "awards/", _("Awards"), at.runs),
        ("credits", "credits/", _("Credits"), at.registers),
        ("register", "register/", _("Register"), at.registers),
    ]
    return [{"name": name, "url": base + end, "current": key == here} for key, end, name, may in every if may]
