from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import http
from preau.content import printing
from preau.courses import rules
from preau.desk import access, actions, changes, forms, frame, queries


@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, edition: str) -> HttpResponse:
    """The edition's own dates and who may see it; a POST shows what would move. Nothing changes yet."""
    at = access.teachers_desk(request.user, edition, now=timezone.now())
    form = forms.Reschedule(request.POST or None, edition=at.edition)
    return _confirmation(request, at, form) if form.is_valid() else _form(request, at, form)


def _form(request: HttpRequest, at: access.Desk, form: forms.Reschedule) -> HttpResponse:
    return frame.page(request, "desk/dates.html", at, "overview", {"form": form}, status=422 if form.errors else 200)


def _confirmation(
    request: HttpRequest, at: access.Desk, form: forms.Reschedule, *, reason: str = "", status: int = 200
) -> HttpResponse:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    try:
        found = changes.of(at.edition, form.cleaned_data, outline, now=timezone.now())
    except printing.BadDates as error:
        said = _("The dates of this version do not fit the edition. Nothing was changed.")
        form.add_error(None, [said, *error.reasons])
        return _form(request, at, form)
    if not found.own and not found.visibility and not reason:
        form.add_error(None, _("Nothing differs from what the edition has."))
        return _form(request, at, form)
    hidden = [form[name] for name in (*rules.MOMENTS, "visibility")]
    values = {"form": form, "hidden": hidden, "changes": found, "reason": reason}
    return frame.page(request, "desk/dates_confirm.html", at, "overview", values, status=status)


@require_POST
def confirm(request: HttpRequest, edition: str) -> HttpResponse:
    """Change what was looked at."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    form = forms.ConfirmedReschedule(request.POST, edition=at.edition)
    if not form.is_valid():
        return _form(request, at, form)
    said = form.cleaned_data
    reply = http.perform(
        request,
        "edition.reschedule",
        {"edition": edition, **{name: str(value) for name, value in said.items()}},
        now,
        lambda act: actions.reschedule(
            act=act, edition=at.edition, form=said, revision=said["revision"], by=at.person, now=now
        ),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _confirmation(request, at, form, reason=reply.reason, status=reply.status)
    messages.success(request, _("The dates are changed. The pages say so."))
    return redirect("desk_overview", edition=edition)
