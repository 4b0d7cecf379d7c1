"""The page of one's result, the appeal, the answer to a procedure."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.accounts.models import Person
from preau.audit import http
from preau.peer import access, appeals, cases, results


@require_safe
def result(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """My result: the grade, the interval, the letters."""
    place, facts = access.facts(request.user, edition, language, unit, now=timezone.now())
    assert isinstance(request.user, Person)
    values = results.result(place, facts, request.user)
    if values is None:
        raise Http404
    return render(request, "peer/result.html", values)


@require_POST
def appeal(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """Ask the team to look at my copy again."""
    now = timezone.now()
    place, facts = access.facts(request.user, edition, language, unit, now=now)
    copy = results.own_copy(place, facts)
    if copy is None:
        raise Http404
    assert isinstance(request.user, Person)
    person, text = request.user, request.POST.get("text", "")
    reply = http.perform(
        request,
        "peer.appeal",
        {"submission": str(copy.pk), "text": text},
        now,
        lambda act: appeals.appeal(act=act, by=person, facts=facts, submission=copy, text=text, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        values = (results.result(place, facts, person) or {}) | {"reason": reply.reason, "typed": text}
        return render(request, "peer/result.html", values, status=reply.status)
    messages.success(request, _("The team has your appeal. You are written to when it is answered."))
    return redirect(f"{facts.address}result/")


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, edition: str, language: str, unit: str) -> HttpResponse:
    """A procedure about my copy: what is said, my answer, what is decided."""
    now = timezone.now()
    place, facts = access.facts(request.user, edition, language, unit, now=now)
    values = results.case(place, facts)
    if values is None:
        raise Http404
    if request.method != "POST":
        return render(request, "peer/case.html", values)
    assert isinstance(request.user, Person)
    person, text, row = request.user, request.POST.get("text", ""), values["case"]
    reply = http.perform(
        request,
        "peer.case.reply",
        {"case": str(row.pk), "text": text},
        now,
        lambda act: cases.reply(act=act, by=person, case=row, text=text, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return render(request, "peer/case.html", values | {"reason": reply.reason, "typed": text}, status=reply.status)
    messages.success(request, _("The team has your answer. You can change it until the date."))
    return redirect(f"{facts.address}case/")
