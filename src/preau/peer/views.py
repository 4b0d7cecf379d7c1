"""What an author does: write, hand in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from preau.accounts.models import Person
from preau.audit import http
from preau.audit.acts import Act, Outcome
from preau.content import access
from preau.content import views as units
from preau.content.kinds import Place
from preau.peer import actions, rules
from preau.peer.kind import Assignment

FIELDS = ("text", "help", "ai")


@require_POST
def submit(request: HttpRequest, edition: str, language: str, module: str, unit: str) -> HttpResponse:
    """Hand in, keep as a draft, or see how it reads: three buttons of one form, which also keeps itself (`?keep`)."""
    assert isinstance(request.user, Person)
    place, _rows = access.place(request.user, edition, language, unit, now=timezone.now())
    reply, named = _perform(request, request.user, place)
    if http.wants_json(request):
        return reply.json()
    if "keep" in request.GET:
        at = place.now if reply.outcome else None
        return render(request, "peer/_kept.html", {"at": at, "zone": place.outline.zone}, status=reply.status)
    plain = not request.headers.get("HX-Request")
    if reply.outcome is not None and plain and "preview" not in request.POST:
        return redirect("personal", edition, language, module, unit)
    _place, rows = access.place(request.user, edition, language, unit, now=place.now)
    typed = {field: request.POST.get(field, "") for field in FIELDS} if reply.outcome is None else {}
    preview = request.POST.get("text", "") if "preview" in request.POST else ""
    html = Assignment().personal(request, place, rows, typed=typed, named=named, preview=preview)
    return units.fragment(request, place, html, reason=reply.reason, status=reply.status)


def _perform(request: HttpRequest, person: Person, place: Place) -> tuple[http.Reply, bool]:
    """Do what the button says; and whether it was refused because the text names its author."""
    said = {field: request.POST.get(field, "") for field in FIELDS}
    keeps = "draft" in request.POST or "preview" in request.POST or "keep" in request.GET
    anyway = "anyway" in request.POST
    payload = {
        "edition": place.outline.slug,
        "unit": place.unit.key,
        "text": rules.fingerprint("\0".join(said.values())),
    }
    named = False

    def do(act: Act) -> Outcome:
        nonlocal named
        try:
            if keeps:
                return actions.save_draft(act=act, by=person, place=place, **said)
            return actions.submit(act=act, by=person, place=place, **said, anyway=anyway)
        except actions.Named:
            named = True
            raise

    verb = "assignment.draft" if keeps else "assignment.submit"
    reply = http.perform(request, verb, payload | ({"anyway": True} if anyway else {}), place.now, do)
    if named:
        reason = f"{reply.reason} {_('Take it out, or say below that you hand it in all the same.')}"
        reply = http.Reply(reply.status, reason=reason)
    return reply, named
