from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit.http import Refused
from preau.courses import actions as courses
from preau.desk import access, forms, frame, queries, words


@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest, edition: str) -> HttpResponse:
    """Who may do what in this edition; a POST gives a right."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    givable = access.givable(at)
    form = forms.GiveRole(request.POST or None, kinds=givable, now=now, zone=at.edition.zone_info)
    if form.is_valid():
        said = form.cleaned_data
        try:
            courses.give_role(
                person=said["email"],
                kind=said["kind"],
                by=at.person.pk,
                now=now,
                edition=at.edition,
                expires_at=said["expires_at"],
            )
            messages.success(request, _("{name} has this role now.").format(name=said["email"]))
            return redirect("desk_roles", edition=edition)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
    rows = [
        {
            "row": row,
            "kind": words.said(words.ROLES, row.kind),
            "takable": row.edition_id is not None and row.kind in givable,
            "expired": row.expires_at is not None and row.expires_at <= now,
        }
        for row in queries.roles(at.edition)
    ]
    values = {"form": form, "rows": rows}
    return frame.page(request, "desk/roles.html", at, "roles", values, status=422 if form.errors else 200)


@require_POST
def take(request: HttpRequest, edition: str, role: UUID) -> HttpResponse:
    """Take a right of this edition back."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    row = access.role(at, role)
    try:
        courses.take_role(row, by=at.person.pk, now=now)
        messages.success(request, _("{name} no longer has this role.").format(name=row.person))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    if row.person_id == at.person.pk:
        return redirect("my_courses")  # who gave up their own right may have no desk to come back to
    return redirect("desk_roles", edition=edition)
