"""The sheet of a sitting on the telephone of who supervises it: no account, no script needed, small pages. The address
is the right, so it goes into no other site's log, and opens around the sitting only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.common.text import one_line
from preau.exams import access, forms, queries, recording, rules, words
from preau.exams.models import InvigilatorLink, Seat
from preau.exams.recording import Writer

PER_PAGE = 40
QUICK = {"present": "present", "absent": "absent", "unmark": ""}  # what a button of the list marks


def _entered(token: str) -> tuple[InvigilatorLink, datetime, rules.Validity]:
    link, now = access.invigilator(token), timezone.now()
    row = link.sitting
    gone = link.ended_at is not None or row.cancelled_at is not None
    return link, now, rules.validity(row.opens_at, row.closes_at, now, ended=gone)


def _show(
    request: HttpRequest, link: InvigilatorLink, template: str, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    row, language = link.sitting, request.LANGUAGE_CODE
    frame = {
        "link": link,
        "sitting": row,
        "zone": row.edition.zone_info,
        "base": f"/invigilate/{link.token}/",
        "exam": words.title(row.edition, row.unit.key, language),
        "when": words.when(row),
        "where": words.where(row),
    }
    response = render(request, template, {**frame, **values}, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _shut(request: HttpRequest, link: InvigilatorLink, validity: rules.Validity) -> HttpResponse:
    """The page of a link that does not open now."""
    values = {"early": validity == rules.Validity.EARLY, "opens": link.sitting.opens_at - rules.BEFORE}
    return _show(request, link, "exams/room_shut.html", values, status=403 if values["early"] else 410)


@login_not_required
@require_safe
def people(request: HttpRequest, token: str) -> HttpResponse:
    """Who has a place here, by name."""
    link, _now, validity = _entered(token)
    if validity != rules.Validity.OPEN:
        return _shut(request, link, validity)
    search = one_line(request.GET.get("q", ""))[:80]
    page = Paginator(queries.seats(link.sitting, search), PER_PAGE).get_page(request.GET.get("page"))
    values = {
        "people": [(seat, words.named(seat.enrolment.person)) for seat in page],
        "page": page,
        "q": search,
        "counts": queries.counts(link.sitting),
        "query": urlencode({"q": search} if search else {}),
    }
    return _show(request, link, "exams/room.html", values)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, token: str, seat: UUID) -> HttpResponse:
    """One person: a POST marks them, or says what came of looking at their document."""
    link, now, validity = _entered(token)
    if validity != rules.Validity.OPEN:
        return _shut(request, link, validity)
    row = access.seat(link.sitting, seat)
    if request.method != "POST":
        return _person(request, link, row, now)
    reply = _noted(request, Writer.of_link(link), row, now)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _person(request, link, row, now, reason=reply.reason, status=reply.status)
    return redirect(_back(request, link, row))


def _back(request: HttpRequest, link: InvigilatorLink, row: Seat) -> str:
    """Where the button was pressed: the list as it was searched, or the person."""
    if request.POST.get("list") != "1":
        return reverse("invigilate_person", args=[link.token, row.pk])
    asked = {name: one_line(request.POST.get(name, ""))[:80] for name in ("q", "page")}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("invigilate", args=[link.token]) + (f"?{query}" if query else "") + f"#s-{row.pk}"


def _noted(request: HttpRequest, by: Writer, row: Seat, now: datetime) -> http.Reply:
    """A mark by one of the buttons, else what is said of the identity."""
    do, note = request.POST.get("do", ""), request.POST.get("note", "")
    identity = "checked" if do == "checked" else request.POST.get("identity", "")
    work: Callable[[acts.Act], acts.Outcome]
    if do in QUICK:
        work = lambda act: recording.mark(act=act, seat=row, attendance=QUICK[do], by=by, now=now)  # noqa: E731
    else:
        work = lambda act: recording.identify(  # noqa: E731
            act=act, seat=row, identity=identity, note=note, by=by, now=now
        )
    said = {"seat": str(row.pk), "do": do, "identity": identity, "note": note}
    return http.perform(request, "exam.record", said, now, work)


def _person(
    request: HttpRequest, link: InvigilatorLink, row: Seat, now: datetime, *, reason: str = "", status: int = 200
) -> HttpResponse:
    given = request.POST if "identity" in request.POST else None
    values = {
        "seat": row,
        "name": words.named(row.enrolment.person),
        "identity": forms.Identity(given, seat=row),
        "form": forms.Happened(zone=link.sitting.edition.zone_info, now=now),
        "incidents": queries.incidents(link.sitting, row),
        "reason": reason,
    }
    return _show(request, link, "exams/room_person.html", values, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest, token: str) -> HttpResponse:
    """What happened; a POST writes one down, of the room or of a person."""
    link, now, validity = _entered(token)
    if validity != rules.Validity.OPEN:
        return _shut(request, link, validity)
    zone = link.sitting.edition.zone_info
    form = forms.Happened(request.POST if request.method == "POST" else None, zone=zone, now=now)
    seat = access.seat(link.sitting, found) if (found := _id(request.POST.get("seat", ""))) else None
    if form.is_valid():
        reply = _reported(request, form, link, seat, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect(_page_of(link, seat))
        form.add_error(None, reply.reason)
    values = {"form": form, "incidents": queries.incidents(link.sitting), "seat": seat, "reason": ""}
    values["name"] = words.named(seat.enrolment.person) if seat else ""
    return _show(request, link, "exams/room_incidents.html", values, status=422 if form.errors else 200)


def _reported(
    request: HttpRequest, form: forms.Happened, link: InvigilatorLink, seat: Seat | None, now: datetime
) -> http.Reply:
    said, by = form.cleaned_data, Writer.of_link(link)
    values = {"kind": said["kind"], "text": said["text"], "happened_at": said["at"]}
    payload = {name: str(value) for name, value in values.items()}
    return http.perform(
        request,
        "exam.report",
        {"sitting": str(link.sitting_id), "seat": str(seat.pk) if seat else None, **payload},
        now,
        lambda act: recording.report(act=act, sitting=link.sitting, seat=seat, by=by, now=now, **values),
    )


def _page_of(link: InvigilatorLink, seat: Seat | None) -> str:
    if seat is None:
        return reverse("invigilate_incidents", args=[link.token])
    return reverse("invigilate_person", args=[link.token, seat.pk])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_not_required
@require_POST
def strike(request: HttpRequest, token: str, incident: UUID) -> HttpResponse:
    """Strike out what was written down by mistake."""
    link, now, validity = _entered(token)
    if validity != rules.Validity.OPEN:
        return _shut(request, link, validity)
    row = access.incident(link.sitting, incident)
    row.sitting = link.sitting
    reply = http.perform(
        request,
        "exam.strike",
        {"incident": str(incident)},
        now,
        lambda act: recording.strike(act=act, incident=row, by=Writer.of_link(link), now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = {"form": forms.Happened(zone=link.sitting.edition.zone_info, now=now), "reason": reply.reason}
        values |= {"incidents": queries.incidents(link.sitting), "seat": None, "name": ""}
        return _show(request, link, "exams/room_incidents.html", values, status=reply.status)
    return redirect("invigilate_incidents", token=token)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, token: str) -> HttpResponse:
    """What the sheet says; a POST closes it under a name."""
    link, now, validity = _entered(token)
    if validity != rules.Validity.OPEN:
        return _shut(request, link, validity)
    form = forms.Close(request.POST if request.method == "POST" else None, initial={"name": link.name})
    if form.is_valid():
        said = form.cleaned_data
        reply = http.perform(
            request,
            "exam.sign",
            {"sitting": str(link.sitting_id), **said},
            now,
            lambda act: recording.sign(act=act, sitting=link.sitting, by=Writer.of_link(link), now=now, **said),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect("invigilate_close", token=token)
        form.add_error(None, reply.reason)
    values = {"form": form, "counts": queries.counts(link.sitting), "incidents": queries.incidents(link.sitting)}
    return _show(request, link, "exams/room_close.html", values, status=422 if form.errors else 200)
