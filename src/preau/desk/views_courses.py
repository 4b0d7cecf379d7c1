from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.content import importing as content
from preau.content import printing
from preau.courses import freezing, rules
from preau.courses.freezing import Frozen
from preau.courses.models import Course
from preau.desk import access, actions, forms, importing, queries
from preau.past import access as past
from preau.past import queries as former


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """A course: its versions, its editions, a new version, a new edition."""
    row, person = access.course(request.user, course, now=timezone.now())
    return _course(request, row, person, forms.Upload())


def _course(request: HttpRequest, row: Course, person: Person, form: forms.Upload) -> HttpResponse:
    values = {
        "course": row,
        "keeps_records": past.keeps(person, row, now=timezone.now()),
        "title": row.title(request.LANGUAGE_CODE),
        "versions": queries.versions(row),
        "editions": queries.editions(list(row.editions.select_related("course").order_by("-opens_at")), timezone.now()),
        "form": form,
        "utc": ZoneInfo("UTC"),
    }
    return render(request, "desk/course.html", values, status=422 if form.errors else 200)


@require_POST
def upload(request: HttpRequest, course: str) -> HttpResponse:
    """Look at a ZIP: what would come in and what would not. Nothing is imported yet."""
    row, person = access.course(request.user, course, now=timezone.now())
    form = forms.Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _course(request, row, person, form)
    token = importing.keep(form.cleaned_data["course"], person.pk)
    return _import(request, row, person, token, dry_run=True)


@require_POST
def confirm(request: HttpRequest, course: str, token: UUID) -> HttpResponse:
    """Import what was looked at."""
    row, person = access.course(request.user, course, now=timezone.now())
    return _import(request, row, person, token, dry_run=False)


def _import(request: HttpRequest, row: Course, person: Person, token: UUID, *, dry_run: bool) -> HttpResponse:
    path = importing.kept(person.pk, token)
    title = row.title(request.LANGUAGE_CODE)
    values: dict[str, Any] = {"course": row, "title": title, "token": token, "frozen": ""}
    now = timezone.now()
    try:
        if not dry_run:
            force = request.POST.get("force", "")
            freezing.pass_or_refuse(row, what="course.imported", force=force, by=person.pk, now=now)
        report = importing.import_zip(path, slug=row.slug, by=person.pk, now=now, dry_run=dry_run)
    except Frozen as refusal:
        report = importing.import_zip(path, slug=row.slug, by=person.pk, now=now, dry_run=True)
        values |= {"report": report, "problems": [], "frozen": refusal.reason}
        return render(request, "desk/import.html", values, status=422)
    except content.BadCourse as error:
        importing.forget(person.pk, token)
        return render(request, "desk/import.html", {**values, "report": None, "problems": error.problems}, status=422)
    if dry_run:
        return render(request, "desk/import.html", {**values, "report": report, "problems": []})
    importing.forget(person.pk, token)
    number = report.version.number if report.version else 0
    said = _("This is version {n} already: nothing was changed.") if report.unchanged else _("Version {n} is imported.")
    messages.success(request, said.format(n=number))
    return redirect("desk_course", course=row.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def new_edition(request: HttpRequest, course: str) -> HttpResponse:
    """Make an edition: its dates follow from the weeks of the version that it prints."""
    now = timezone.now()
    row, person = access.course(request.user, course, now=now)
    form = _edition_form(request, row)
    if form.is_valid():
        version = access.version(row.pk, int(form.cleaned_data["version"]))
        try:
            made = actions.make_edition(row, version, form.fields_of_edition(), by=person.pk, now=now)
            messages.success(request, _("The edition is made. Look at its dates, then publish it."))
            return redirect("desk_overview", edition=made.slug)
        except printing.BadDates as error:
            said = _("The dates of this version do not fit the edition. Nothing was made.")
            form.add_error(None, [said, *error.reasons])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
    values = {"course": row, "title": row.title(request.LANGUAGE_CODE), "form": form}
    return render(request, "desk/new_edition.html", values, status=422 if form.errors else 200)


def _edition_form(request: HttpRequest, row: Course) -> forms.NewEdition:
    """Filled with what the latest edition had, one number further."""
    latest = row.editions.order_by("-number").first()
    number = (latest.number if latest else former.last_edition(row.pk)) + 1
    first: dict[str, Any] = {"number": number, "slug": f"{row.slug}-{number}"[:60]}
    if latest:
        zone = ZoneInfo(latest.zone)
        first |= {"zone": latest.zone, "visibility": latest.visibility}
        first |= {name: forms.local(getattr(latest, name), zone) for name in rules.MOMENTS}
    else:
        first |= {"zone": "Europe/Paris"}
    versions = row.versions.order_by("-number")
    return forms.NewEdition(request.POST or None, course=row, versions=versions, initial=first)
