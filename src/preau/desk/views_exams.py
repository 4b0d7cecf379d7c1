"""The sittings of an edition: which there are, made, changed, cancelled; who is in one, as a page and a file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import http
from preau.common.text import one_line
from preau.content.outline import Outline, UnitFacts
from preau.courses import grouping
from preau.desk import access, forms_exams, frame, queries, sheets
from preau.desk.access import Desk
from preau.exams import access as exams
from preau.exams import admitting, arranging, places, rules, words
from preau.exams import queries as sittings
from preau.exams.forms import Happened
from preau.exams.models import Sitting

PER_PAGE = 100


@require_safe
def board(request: HttpRequest, edition: str) -> HttpResponse:
    """Every exam of the edition, with its sittings and where they stand."""
    at = access.desk(request.user, edition, now=timezone.now())
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {"outline": outline, "exams": sittings.board(at.edition, outline) if outline else []}
    return frame.page(request, "desk/exams/board.html", at, "exams", values)


def entered(request: HttpRequest, edition: str, sitting: UUID) -> tuple[Desk, Sitting, datetime]:
    """The desk, and the sitting that the address names."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    row = exams.sitting(at.edition, sitting)
    row.edition = at.edition
    return at, row, now


def _unit(request: HttpRequest, at: Desk, key: str) -> tuple[Outline, UnitFacts]:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    unit = outline.by_key.get(key) if outline else None
    if outline is None or unit is None or unit.kind != "exam":
        raise Http404
    return outline, unit


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Another sitting of an exam."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    _outline, exam = _unit(request, at, unit)
    form = forms_exams.Sitting(request.POST if request.method == "POST" else None, edition=at.edition)
    if form.is_valid():
        plan = form.plan()
        reply = http.perform(
            request,
            "sitting.make",
            {"edition": edition, "unit": unit, **plan.data},
            now,
            lambda act: arranging.make(act=act, edition=at.edition, unit=exam, plan=plan, by=at.person, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect("desk_sitting", edition=edition, sitting=reply.outcome["sitting"])
        form.add_error(None, reply.reason)
    values = {"form": form, "unit": exam, "sitting": None, "taken": 0}
    return frame.page(request, "desk/exams/form.html", at, "exams", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """Change a sitting; whoever has a place in it is told."""
    at, row, now = entered(request, edition, sitting)
    _outline, exam = _unit(request, at, row.unit.key)
    asked = request.POST if request.method == "POST" else None
    form = forms_exams.Sitting(asked, edition=at.edition, made=True) if asked else forms_exams.Sitting.of(row)
    if form.is_valid():
        plan = form.plan()
        reply = http.perform(
            request,
            "sitting.edit",
            {"sitting": str(sitting), **plan.data},
            now,
            lambda act: arranging.edit(act=act, sitting=row, unit=exam, plan=plan, by=at.person, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _told(reply.outcome["told"]))
            return redirect("desk_sitting", edition=edition, sitting=sitting)
        form.add_error(None, reply.reason)
    values = {"form": form, "unit": exam, "sitting": row, "taken": places.taken(row.pk)}
    return frame.page(request, "desk/exams/form.html", at, "exams", values, status=422 if form.errors else 200)


def _told(people: int) -> str:
    if not people:
        return _("It is stored. Nobody had to be told.")
    return ngettext("It is stored; {n} person is told.", "It is stored; {n} people are told.", people).format(n=people)


@require_safe
def sitting(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """One sitting: who has a place, who came, what happened, who supervises."""
    at, row, _now = entered(request, edition, sitting)
    return page(request, at, row)


def page(request: HttpRequest, at: Desk, row: Sitting, **given: Any) -> HttpResponse:
    """The page of a sitting; `given` are forms that were refused, `matched` what pasted addresses came to."""
    now, search = timezone.now(), one_line(request.GET.get("q", ""))[:80]
    values = {
        "sitting": row,
        "title": words.title(at.edition, row.unit.key, request.LANGUAGE_CODE),
        "counts": sittings.counts(row),
        "left": rules.left(row.places, places.taken(row.pk)),
        "page": Paginator(sittings.seats(row, search), PER_PAGE).get_page(request.GET.get("page")),
        "q": search,
        "links": sittings.links(row),
        "incidents": sittings.incidents(row),
        "over": row.closes_at <= now,
        "begun": admitting.begun_in(row).exists(),
        "last": sittings.last_first(row),
        "admit": forms_exams.Admit(groups=grouping.of_edition(at.edition)) if row.second else None,
        "link_form": forms_exams.Link(initial={"language": request.LANGUAGE_CODE}, auto_id="link_%s"),
        "cancel": forms_exams.Cancel(auto_id="cancel_%s"),
        "happened": Happened(zone=at.edition.zone_info, now=now, auto_id="incident_%s"),
        "matched": None,
        **given,
    }
    return frame.page(request, "desk/exams/sitting.html", at, "exams", values, status=422 if given else 200)


def answered(request: HttpRequest, row: Sitting, reply: http.Reply, said: str) -> HttpResponse:
    """After a small act: back to the sitting."""
    return frame.answer(request, reply, reverse("desk_sitting", args=[row.edition.slug, row.pk]), said)


@require_POST
def cancel(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """It does not take place."""
    at, row, now = entered(request, edition, sitting)
    form = forms_exams.Cancel(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return page(request, at, row, cancel=form)
    why = form.cleaned_data["reason"]
    reply = http.perform(
        request,
        "sitting.cancel",
        {"sitting": str(sitting), "reason": why},
        now,
        lambda act: arranging.cancel(act=act, sitting=row, reason=why, by=at.person, now=now),
    )
    return answered(request, row, reply, _("The sitting is cancelled. Those who had a place are told."))


@require_POST
def reopen(request: HttpRequest, edition: str, sitting: UUID) -> HttpResponse:
    """Open a closed sheet again."""
    at, row, now = entered(request, edition, sitting)
    reply = http.perform(
        request,
        "sitting.reopen",
        {"sitting": str(sitting)},
        now,
        lambda act: arranging.reopen(act=act, sitting=row, by=at.person, now=now),
    )
    return answered(request, row, reply, _("The sheet is open again: close it anew once it is right."))


@require_safe
def sheet(request: HttpRequest, edition: str, sitting: UUID) -> StreamingHttpResponse:
    """The sheet as CSV."""
    at, row, _now = entered(request, edition, sitting)
    response = StreamingHttpResponse(sheets.lines(sittings.table(row)), content_type="text/csv; charset=utf-8")
    name = f"{at.edition.slug}-{row.unit.key}-{row.opens_at:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
