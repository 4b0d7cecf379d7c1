"""Files of former editions at the desk: looked at first, then brought in; each with what came of it; taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.audit.http import Refused
from preau.courses.models import Course
from preau.desk import former, importing, views_past
from preau.desk.forms_past import File, Withdraw
from preau.past import access, withdrawing, words
from preau.past.models import Source
from preau.past.reading import Problem, Unreadable
from preau.past.report import Report


@require_POST
def upload(request: HttpRequest, course: str) -> HttpResponse:
    """Look at a CSV: what would come in and what would not. Nothing is written yet."""
    row, person = access.course(request.user, course, now=timezone.now())
    form = File(request.POST, request.FILES)
    if not form.is_valid():
        return views_past.files_page(request, row, person, form)
    said = form.cleaned_data
    token = importing.keep(said["file"], person.pk, suffix=".csv")
    return _bring(request, row, person, token, origin=said["origin"], kind=said["kind"], dry_run=True)


@require_POST
def confirm(request: HttpRequest, course: str, token: UUID) -> HttpResponse:
    """Bring in what was looked at."""
    row, person = access.course(request.user, course, now=timezone.now())
    kind = Source.Kind.TOTALS if request.POST.get("kind") == Source.Kind.TOTALS else Source.Kind.PEOPLE
    return _bring(request, row, person, token, origin=request.POST.get("origin", ""), kind=kind, dry_run=False)


def _bring(
    request: HttpRequest, course: Course, person: Person, token: UUID, *, origin: str, kind: str, dry_run: bool
) -> HttpResponse:
    path = importing.kept(person.pk, token, suffix=".csv")
    said: dict[str, Any] = {"token": token, "origin": origin, "kind": kind, "refused": ""}
    options: dict[str, Any] = {"dry_run": dry_run, "skip_broken": request.POST.get("skip") == "1"}
    totals, now = kind == Source.Kind.TOTALS, timezone.now()
    try:
        report = former.bring(path, course, origin=origin, by=person, now=now, totals=totals, **options)
    except Unreadable as error:
        importing.forget(person.pk, token)
        said |= {"report": None, "problems": [_said(error.problem)]}
        return views_past.page(request, "desk/past_report.html", course, person, said, 422)
    except Refused as refusal:
        said |= {"report": None, "problems": [], "refused": refusal.reason}
        return views_past.page(request, "desk/past_report.html", course, person, said, 422)
    if report.written or report.unchanged:
        importing.forget(person.pk, token)
        told = _("This file is there already: nothing was changed.") if report.unchanged else _("The file is in.")
        messages.success(request, told)
        return redirect("desk_former", course=course.slug)
    said |= {"report": report, "counts": counts(report.counts), "problems": _all(report), "remarks": _remarks(report)}
    return views_past.page(request, "desk/past_report.html", course, person, said, 200 if dry_run else 422)


def counts(said: dict[str, int]) -> list[tuple[str, int]]:
    """How much of everything, in words."""
    return [(word, said[name]) for name in words.COUNTS if name in said and (word := _(words.COUNTS[name]))]


def _said(problem: Problem) -> tuple[int, str]:
    return problem.line, words.sentence(problem.code, problem.values)


def _all(report: Report) -> list[tuple[int, str]]:
    return [_said(one) for one in report.problems]


def _remarks(report: Report) -> list[tuple[int, str]]:
    return [_said(one) for one in report.remarks]


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, course: str, source: UUID) -> HttpResponse:
    """One file: what came in, by whom, what did not. A POST takes it back."""
    now = timezone.now()
    row, person = access.course(request.user, course, now=now)
    about = access.source(row, source)
    form = Withdraw(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        reply = http.perform(
            request,
            "former.withdraw",
            {"source": str(about.pk), "reason": reason},
            now,
            lambda act: withdrawing.withdraw(act=act, source=about, by=person, reason=reason, now=now),
        )
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            messages.success(request, _("The file is withdrawn: nothing of it counts any more."))
            return redirect("desk_former", course=row.slug)
        form.add_error(None, reply.reason)
    remarks = [(one["line"], words.sentence(one["code"], one["values"])) for one in about.remarks]
    said = {"source": about, "counts": counts(about.counts), "remarks": remarks, "form": form}
    return views_past.page(request, "desk/past_source.html", row, person, said, 422 if form.errors else 200)
