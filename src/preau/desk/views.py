from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit.http import Refused
from preau.content import printing
from preau.content.models import Version
from preau.courses.freezing import Frozen
from preau.desk import access, actions, checklist, forms, frame, queries, readiness
from preau.desk.joining import Weighs


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition whose desk opens for me, and the courses in which I may make one."""
    now = timezone.now()
    rows = queries.editions(access.editions(request.user, now=now), now)
    taught = access.courses_taught(request.user, now=now)
    makes = access.makes_courses(request.user, now=now)
    helped, kept = access.helped(request.user, now=now), access.courses_kept(request.user, now=now)
    values = {"rows": rows, "courses": taught, "makes_courses": makes, "helped": helped, "kept": kept}
    return render(request, "desk/editions.html", values)


@require_safe
def overview(request: HttpRequest, edition: str) -> HttpResponse:
    """How an edition goes, by both bases; its version and its calendar."""
    at = access.desk(request.user, edition, now=timezone.now())
    return _overview(request, at)


def _overview(request: HttpRequest, at: access.Desk, form: forms.Print | None = None) -> HttpResponse:
    now = timezone.now()
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    form = form or forms.Print(versions=_versions(at))
    values = {**queries.overview(at.edition, outline, now=now), "form": form}
    return frame.page(request, "desk/overview.html", at, "overview", values, status=422 if form.errors else 200)


def _versions(at: access.Desk) -> list[Version]:
    return list(at.edition.course.versions.order_by("-number"))


@require_POST
def publish(request: HttpRequest, edition: str) -> HttpResponse:
    """Make the edition known."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    try:
        actions.publish(at.edition, by=at.person.pk, now=now)
        messages.success(request, _("The edition is published."))
        if left := checklist.problems(readiness.facts(at.edition, request.LANGUAGE_CODE, now=now)):
            said = ngettext("{n} thing is left on the checklist.", "{n} things are left on the checklist.", len(left))
            messages.warning(request, said.format(n=len(left)))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk_overview", edition=edition)


@require_safe
def check(request: HttpRequest, edition: str) -> HttpResponse:
    """What to look at before the edition opens."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    found = checklist.problems(readiness.facts(at.edition, request.LANGUAGE_CODE, now=now))
    values = {"problems": found, "grave": sum(problem.grave for problem in found)}
    return frame.page(request, "desk/checklist.html", at, "checklist", values)


@require_POST
def print_version(request: HttpRequest, edition: str) -> HttpResponse:
    """Show another version: only the pages that differ are made again."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    form = forms.Print(request.POST, versions=_versions(at))
    if not form.is_valid():
        return _overview(request, at, form)
    version = access.version(at.edition.course_id, int(form.cleaned_data["version"]))
    try:
        force, weighed = request.POST.get("force", ""), "weighed" in request.POST
        printed = actions.print_version(at.edition, version, force=force, weighed=weighed, by=at.person.pk, now=now)
    except printing.BadDates as error:
        form.add_error(
            None, [_("The dates of this version do not fit the edition. Nothing was changed."), *error.reasons]
        )
        return _overview(request, at, form)
    except Frozen as refusal:
        form.add_error(None, refusal.reason)
        form.ask_force()
        return _overview(request, at, form)
    except Weighs as refusal:
        form.add_error(None, refusal.reasons)
        form.ask_weighed()
        return _overview(request, at, form)
    return _printed(request, at, version, printed)


def _printed(request: HttpRequest, at: access.Desk, version: Version, printed: actions.Printed) -> HttpResponse:
    said = ngettext(
        "Version {v} is shown: {n} page changed.", "Version {v} is shown: {n} pages changed.", printed.changed
    )
    messages.success(request, said.format(v=version.number, n=printed.changed))
    if printed.draft is None:
        return redirect("desk_overview", edition=at.edition.slug)
    messages.success(request, _("A new elective has joined the edition: here is a draft that tells its learners."))
    return redirect("desk_announcement", edition=at.edition.slug, announcement=printed.draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def move_date(request: HttpRequest, edition: str, milestone: UUID) -> HttpResponse:
    """Move one date by hand; pages tell the new one at once."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    row = access.milestone(at, milestone)
    first = {"at": forms.local(row.at, at.edition.zone_info)}
    form = forms.Move(request.POST or None, edition=at.edition, initial=first)
    if form.is_valid():
        to = form.cleaned_data["at"]
        printing.move_date(at.edition, key=row.key, what=row.what, at=to, by=at.person.pk, now=now)
        messages.success(request, _("The date was moved. The pages say so."))
        return redirect("desk_overview", edition=edition)
    moment = queries.moment(row, queries.outline_of(at.edition, request.LANGUAGE_CODE), now)
    values = {"form": form, "moment": moment}
    return frame.page(request, "desk/date.html", at, "overview", values, status=422 if form.errors else 200)
