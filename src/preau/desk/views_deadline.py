from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.content.outline import Outline
from preau.desk import access, deadlines, frame, queries, roster, words
from preau.desk.forms_deadline import ConfirmedDeadline, Deadline

ONCE = ("unit", "since", "until", "who", "hours", "reason", "tell")


@require_http_methods(["GET", "HEAD", "POST"])
def deadline(request: HttpRequest, edition: str) -> HttpResponse:
    """Some hours more for all, a track, a country or a group; a POST shows what it would do. Nothing changes yet."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        return frame.page(request, "desk/nothing.html", at, "deadline", {})
    form = _form(request, at, outline, Deadline)
    return _preview(request, at, outline, form) if form.is_valid() else _page(request, at, outline, form)


def _form[F: Deadline](request: HttpRequest, at: access.Desk, outline: Outline, kind: type[F]) -> F:
    return kind(
        request.POST or None,
        edition=at.edition,
        outline=outline,
        countries=roster.countries(at.edition),
        language=request.LANGUAGE_CODE,
        initial={"unit": request.GET.get("unit", ""), "who": request.GET.get("who", "all")},
    )


def _page(request: HttpRequest, at: access.Desk, outline: Outline, form: Deadline) -> HttpResponse:
    now = timezone.now()
    acts = [
        (
            row,
            words.scope(row.scope, row.value, at.edition),
            words.deadlines(row, outline),
            deadlines.stands(row, now=now),
        )
        for row in deadlines.past(at.edition)
    ]
    values = {"form": form, "acts": acts}
    return frame.page(request, "desk/deadline.html", at, "deadline", values, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest, at: access.Desk, outline: Outline, form: Deadline, *, reason: str = "", status: int = 200
) -> HttpResponse:
    said = form.cleaned_data
    found = deadlines.plan(
        at.edition, outline, form.units(), form.scope(), said["hours"], now=timezone.now()
    )  # fmt: skip
    scope = form.scope()
    values = {
        "form": form,
        "hidden": [form[name] for name in ONCE],
        "plan": found,
        "for_whom": words.scope(scope.kind, scope.value, at.edition),
        "reason": reason,
    }
    return frame.page(request, "desk/deadline_confirm.html", at, "deadline", values, status=status)


@require_POST
def confirm(request: HttpRequest, edition: str) -> HttpResponse:
    """Put off what was looked at."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        return redirect("desk_deadline", edition=edition)
    form = _form(request, at, outline, ConfirmedDeadline)
    if not form.is_valid():
        return _page(request, at, outline, form)
    said = form.cleaned_data
    found = deadlines.plan(at.edition, outline, form.units(), form.scope(), said["hours"], now=now)
    reply = http.perform(
        request,
        "deadline.put_off",
        {"edition": edition, **{name: str(said[name]) for name in ONCE}},
        now,
        lambda act: deadlines.postpone(
            act=act, edition=at.edition, found=found, reason=said["reason"], tell=said["tell"],
            revision=said["revision"], by=at.person, now=now,
        ),
    )  # fmt: skip
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _preview(request, at, outline, form, reason=reply.reason, status=reply.status)
    told = ngettext("Done: it concerns {n} person.", "Done: it concerns {n} people.", reply.outcome["people"])
    messages.success(request, told.format(n=reply.outcome["people"]))
    return redirect("desk_deadline", edition=edition)


@require_POST
def undo(request: HttpRequest, edition: str, postponement: UUID) -> HttpResponse:
    """Take the last deadline act back."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    row = access.postponement(at, postponement)
    reply = http.perform(
        request,
        "deadline.undo",
        {"postponement": str(postponement)},
        now,
        lambda act: deadlines.undo(act=act, row=row, by=at.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("It is taken back: the former deadlines hold again."))
    return redirect("desk_deadline", edition=edition)
