from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.courses.models import Course, Edition, Role
from preau.desk import access, actions, forms, frame, queries, words


@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest, edition: str) -> HttpResponse:
    """Who may do what in this edition; a POST gives a right."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    givable = access.givable(at)
    form = forms.GiveRole(request.POST or None, kinds=givable, now=now, zone=at.edition.zone_info)
    if form.is_valid() and (given := _give(request, form, at.edition, at.person, now)):
        return given
    rows = [_row(row, now, row.edition_id is not None and row.kind in givable) for row in queries.roles(at.edition)]
    values = {"form": form, "rows": rows}
    return frame.page(request, "desk/roles.html", at, "roles", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def course_roles(request: HttpRequest, course: str) -> HttpResponse:
    """Who may do what in every edition of a course, those to come included; a POST gives a right."""
    now = timezone.now()
    at = access.course_desk(request.user, course, now=now)
    givable, zone = access.givable(at), at.person.zone_info
    form = forms.GiveRole(request.POST or None, kinds=givable, now=now, zone=zone)
    if form.is_valid() and (given := _give(request, form, at.course, at.person, now)):
        return given
    rows = [_row(row, now, row.kind in givable) for row in queries.course_roles(at.course)]
    title = at.course.title(request.LANGUAGE_CODE)
    values = {"course": at.course, "title": title, "zone": zone, "form": form, "rows": rows}
    return render(request, "desk/course_roles.html", values, status=422 if form.errors else 200)


def _give(
    request: HttpRequest, form: forms.GiveRole, where: Course | Edition, by: Person, now: datetime
) -> HttpResponse | None:
    """Give what the form says and answer; None when it is refused, and then the form says why."""
    person, kind, until, language = (form.cleaned_data[one] for one in ("email", "kind", "expires_at", "language"))
    payload = {"where": str(where.pk), "person": str(person.pk), "kind": kind, "until": str(until), "in": language}
    reply = http.perform(
        request,
        "role.give",
        payload,
        now,
        lambda act: actions.give_role(
            act=act, person=person, kind=kind, expires_at=until, language=language, where=where, by=by, now=now
        ),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        form.add_error(None, reply.reason)
        return None
    messages.success(request, _("{name} has this role now.").format(name=person))
    return redirect(request.path)


def _row(row: Role, now: datetime, takable: bool) -> dict[str, Any]:
    return {
        "row": row,
        "kind": words.role(row),
        "takable": takable,
        "expired": row.expires_at is not None and row.expires_at <= now,
    }


@require_POST
def take(request: HttpRequest, edition: str, role: UUID) -> HttpResponse:
    """Take a right of this edition back."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    return _take(request, access.role(at, role), at.person, f"/desk/{edition}/roles/")


@require_POST
def course_take(request: HttpRequest, course: str, role: UUID) -> HttpResponse:
    """Take a right in the whole course back."""
    at = access.course_desk(request.user, course, now=timezone.now())
    return _take(request, access.course_role(at, role), at.person, f"/desk/courses/{course}/roles/")


def _take(request: HttpRequest, row: Role, by: Person, back: str) -> HttpResponse:
    now = timezone.now()
    name, own = str(row.person), row.person_id == by.pk
    reply = http.perform(
        request,
        "role.take",
        {"role": str(row.pk)},
        now,
        lambda act: actions.take_role(act=act, role=row, by=by, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
        return redirect(back)
    messages.success(request, _("{name} no longer has this role.").format(name=name))
    return redirect("my_courses" if own else back)  # who gave up their own right may have no desk to come back to
