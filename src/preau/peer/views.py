from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.content import access
from preau.content import views as units
from preau.peer import actions, rules
from preau.peer.kind import Assignment


@require_POST
def submit(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """Hand in, or keep as a draft: two buttons of one form."""
    assert isinstance(request.user, Person)
    person, now = request.user, timezone.now()
    place, _ = access.place(person, edition, language, unit, now=now)
    text = request.POST.get("text", "")
    draft = "draft" in request.POST
    verb, do = ("assignment.draft", actions.save_draft) if draft else ("assignment.submit", actions.submit)
    payload = {"edition": edition, "unit": unit, "text": rules.fingerprint(text)}
    reply = http.perform(request, verb, payload, now, lambda act: do(act=act, by=person, place=place, text=text))
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is not None and not request.headers.get("HX-Request"):
        return redirect("personal", edition, language, module, unit)
    _, rows = access.place(person, edition, language, unit, now=now)
    html = Assignment().personal(request, place, rows)
    return units.fragment(request, place, html, reason=reply.reason, status=reply.status)
