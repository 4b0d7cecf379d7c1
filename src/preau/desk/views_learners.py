from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit import http
from preau.content.outline import Outline
from preau.courses import grouping
from preau.courses.models import Enrolment
from preau.desk import access, extending, forms, frame, queries, record, roster, sheets
from preau.desk.forms_time import USUAL, ExtraTime

PER_PAGE = 50


@require_safe
def learners(request: HttpRequest, edition: str) -> HttpResponse:
    """The learners, filtered and sorted."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    form, asked = _asked(request, at)
    rows = roster.learners(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE), asked, now=now)
    kept = {name: value for name, value in vars(asked).items() if value and name not in {"sort", "text"}}
    kept |= {"q": asked.text} if asked.text else {}
    values = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "columns": _columns(asked, kept),
        "query": urlencode({**kept, "sort": asked.sort}),
        "filtered": bool(kept),
        "groups": form.groups,
    }
    return frame.page(request, "desk/learners.html", at, "learners", values)


@require_safe
def sheet(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The same list as CSV, sent as it is read."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    _form, asked = _asked(request, at)
    rows = roster.learners(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE), asked, now=now)
    response = StreamingHttpResponse(sheets.lines(roster.table(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{at.edition.slug}-learners.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, at: access.Desk) -> tuple[forms.Roster, roster.Asked]:
    tracks = at.edition.tracks.order_by("position")
    countries, groups = roster.countries(at.edition), list(grouping.of_edition(at.edition))
    form = forms.Roster(request.GET, tracks=tracks, codes=countries, groups=groups, language=request.LANGUAGE_CODE)
    form.is_valid()
    chosen = form.cleaned_data
    asked = roster.Asked(
        text=str(chosen.get("q", "")),
        track=str(chosen.get("track", "")),
        country=str(chosen.get("country", "")),
        state=str(chosen.get("state", "")),
        given=str(chosen.get("given", "")),
        group=str(chosen.get("group", "")),
        sort=request.GET.get("sort", "") if request.GET.get("sort", "").removeprefix("-") in roster.SORTS else "name",
    )
    return form, asked


def _columns(asked: roster.Asked, kept: dict[str, str]) -> list[dict[str, object]]:
    """The headings: each sorts by its column, and turns the order when it does already."""
    names = {
        "name": _("Name"),
        "email": _("E-mail"),
        "country": _("Country"),
        "track": _("Track"),
        "enrolled": _("Enrolled"),
        "done": _("Graded units"),
        "missing": _("Missing"),
    }
    columns = []
    for key, name in names.items():
        turned = f"-{key}" if asked.sort == key else key
        order = {key: "ascending", f"-{key}": "descending"}.get(asked.sort, "")
        link = "?" + urlencode({**kept, "sort": turned})
        columns.append({"name": name, "url": link, "order": order, "number": key in {"done", "missing"}})
    return columns


@require_http_methods(["GET", "HEAD", "POST"])
def learner(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """One learner's whole record; a POST gives an extension."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = access.learner(at, enrolment)
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if request.method != "POST" or outline is None:
        return record_page(request, at, row)
    form = _extension(request, row, outline)
    if form.is_valid():
        said = form.cleaned_data
        unit = outline.by_key[said["key"]]
        reply = http.perform(
            request,
            "extend",
            {"enrolment": str(enrolment), **{name: str(value) for name, value in said.items()}},
            now,
            lambda act: extending.give(
                act=act, enrolment=row, unit=unit, until=said["until"], reason=said["reason"], by=at.person, now=now
            ),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The extension is given."))
            return redirect("desk_learner", edition=edition, enrolment=enrolment)
        form.add_error(None, reply.reason)
    return record_page(request, at, row, extension=form)


def record_page(
    request: HttpRequest,
    at: access.Desk,
    row: Enrolment,
    *,
    extension: forms.Extension | None = None,
    extra: ExtraTime | None = None,
) -> HttpResponse:
    """The page of a record; `extension` or `extra` is the form that was refused."""
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    form = extension or (_extension(request, row, outline) if outline else None)
    values = {"enrolment": row, "outline": outline, "form": form, "extra_form": extra or _extra(row)}
    values |= record.whole(row, outline, now=timezone.now()) if outline else {}
    status = 422 if extension or extra else 200
    return frame.page(request, "desk/learner.html", at, "learners", values, status=status)


def _extra(row: Enrolment) -> ExtraTime:
    """The form of extra time: it holds until the edition closes, unless somebody says otherwise."""
    zone = row.edition.zone_info
    last = row.edition.closes_at.astimezone(zone).date()
    first = min(timezone.localdate(timezone=zone), last)
    return ExtraTime(initial={"first": first, "last": last, "percent": USUAL})


def _extension(request: HttpRequest, row: Enrolment, outline: Outline) -> forms.Extension:
    """The form of an extension; what is due first and not over comes first in its list."""
    dated = sorted((unit for unit in outline.units() if unit.due), key=lambda unit: unit.due or unit.opens)
    first = {"key": request.GET.get("unit", "")}
    asked = request.POST if "until" in request.POST else None
    return forms.Extension(asked, edition=row.edition, units=dated, initial=first)
