from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit.http import Refused
from preau.content.outline import Outline
from preau.courses import actions as courses
from preau.courses.models import Enrolment
from preau.desk import access, forms, frame, queries, record, roster, sheets

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
    countries = roster.countries(at.edition)
    form = forms.Roster(request.GET, tracks=tracks, codes=countries, language=request.LANGUAGE_CODE)
    form.is_valid()
    chosen = form.cleaned_data
    asked = roster.Asked(
        text=str(chosen.get("q", "")),
        track=str(chosen.get("track", "")),
        country=str(chosen.get("country", "")),
        state=str(chosen.get("state", "")),
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
    form = _extension(request, row, outline) if outline else None
    if form and form.is_valid():
        try:
            courses.extend(enrolment=row, by=at.person, now=now, **form.cleaned_data)
            messages.success(request, _("The extension is given."))
            return redirect("desk_learner", edition=edition, enrolment=enrolment)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
    values = {"enrolment": row, "outline": outline, "form": form}
    values |= record.whole(row, outline, now=now) if outline else {}
    return frame.page(request, "desk/learner.html", at, "learners", values, status=422 if form and form.errors else 200)


def _extension(request: HttpRequest, row: Enrolment, outline: Outline) -> forms.Extension:
    """The form of an extension; what is due first and not over comes first in its list."""
    dated = sorted(((unit, unit.due) for unit in outline.units() if unit.due), key=lambda pair: pair[1])
    first = {"key": request.GET.get("unit", "")}
    return forms.Extension(request.POST or None, zone=row.edition.zone_info, units=dated, initial=first)
