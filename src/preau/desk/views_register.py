"""The register of an edition: its columns, its files, what was exported, the credentials for the school's seal."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.certificates import elm, europass, registers
from preau.desk import access, access_register, frame, queries, sheets, workbooks
from preau.desk import register as composed
from preau.desk.forms_register import Layout

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ELM = "application/ld+json"


@require_safe
def register(request: HttpRequest, edition: str) -> HttpResponse:
    """The first lines in the school's columns, the files, and the columns to choose."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    return _page(request, at, None)


def _page(request: HttpRequest, at: access.Desk, form: Layout | None) -> HttpResponse:
    asked = composed.asked(request.GET)
    found = composed.of(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    lines = found.lines(at.edition, asked, request.LANGUAGE_CODE, limit=composed.SHOWN)
    values = {
        "asked": asked,
        "columns": found.columns,
        "lines": [
            (
                line.award,
                europass.able(line.award),
                [composed.text(cell) for cell in composed.cells(line, found.columns)],
            )
            for line in lines
        ],
        "counts": registers.counts(at.edition),
        "batches": [
            (moment, n, urlencode({"batch": moment.isoformat()})) for moment, n in registers.batches(at.edition)
        ],
        "form": form or Layout(register=found),
    }
    return frame.page(request, "desk/register.html", at, "register", values, status=422 if form else 200)


@require_POST
def layout(request: HttpRequest, edition: str) -> HttpResponse:
    """Keep the columns of the course's register."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    found = composed.of(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    form = Layout(request.POST, register=found)
    if not form.is_valid():
        return _page(request, at, form)
    chosen = form.chosen()
    reply = http.perform(
        request,
        "register.layout",
        {"course": at.edition.course.slug, "columns": [(one.column.key, one.heading) for one in chosen]},
        now,
        lambda act: registers.keep_layout(act=act, course=at.edition.course, columns=chosen, by=at.person, now=now),
    )
    if reply.outcome is None and not http.wants_json(request):
        form.add_error(None, reply.reason)
        return _page(request, at, form)
    return frame.answer(request, reply, reverse("desk_register", args=(edition,)), _("The columns are kept."))


@require_safe
def sheet(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The register as CSV, sent as it is read."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    asked = composed.asked(request.GET)
    found = composed.of(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    lines = found.lines(at.edition, asked, request.LANGUAGE_CODE)
    rows = sheets.lines(composed.table(lines, found.columns, asked.delimiter), asked.delimiter)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    return _private(response, f"{at.edition.slug}-register.csv")


@require_safe
def book(request: HttpRequest, edition: str) -> FileResponse:
    """The register as a workbook."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    found = composed.of(at.edition, queries.outline_of(at.edition, request.LANGUAGE_CODE))
    lines = found.lines(at.edition, composed.asked(request.GET), request.LANGUAGE_CODE)
    rows = (composed.cells(line, found.columns) for line in lines)
    file = workbooks.workbook(at.edition.slug, [one.said for one in found.columns], rows)
    return _private(FileResponse(file, content_type=XLSX), f"{at.edition.slug}-register.xlsx")


def _private[Sent: (StreamingHttpResponse, FileResponse, HttpResponse)](response: Sent, name: str) -> Sent:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def mark(request: HttpRequest, edition: str) -> HttpResponse:
    """Mark as exported what was accepted since the last time; the page then offers its file."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    reply = http.perform(
        request,
        "register.mark",
        {"edition": edition},
        now,
        lambda act: registers.mark(act=act, edition=at.edition, by=at.person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
        return redirect("desk_register", edition=edition)
    n = reply.outcome["lines"]
    said = ngettext(
        "{n} line is marked as exported: fetch its file below.",
        "{n} lines are marked as exported: fetch their file below.",
        n,
    )
    messages.success(request, said.format(n=n))
    batch = urlencode({"batch": datetime.fromisoformat(reply.outcome["at"]).isoformat()})
    return redirect(f"{reverse('desk_register', args=(edition,))}?{batch}")


@require_safe
def credential(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One certificate as an unsigned European Digital Credential."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    award = access_register.award(at, code)
    try:
        body = europass.document(award)
    except elm.Unfit as why:
        messages.error(request, _("This certificate cannot be written as ELM: {why}").format(why=why))
        return redirect("desk_register", edition=edition)
    return _private(HttpResponse(body, content_type=ELM), f"{award.code}.elm.json")


@require_safe
def credentials(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """All that are asked for as a ZIP, sent as it is made: those in force and signed."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    asked = composed.asked(request.GET)
    rows = registers.awards(at.edition, asked.which, asked.batch)
    response = StreamingHttpResponse(europass.archive(rows), content_type="application/zip")
    return _private(response, f"{at.edition.slug}-elm.zip")
