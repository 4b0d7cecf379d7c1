"""Who helps: offers are accepted or declined, the rota shows who is missing, somebody is named for dangers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.courses import volunteering
from preau.courses.models import SafetyContact
from preau.desk import access, frame
from preau.desk import volunteers as helpers
from preau.desk.access import Desk
from preau.desk.forms_volunteers import Contact, Decide


@require_safe
def volunteers(request: HttpRequest, edition: str) -> HttpResponse:
    """Offers, helpers, rota."""
    return _page(request, access.teachers_desk(request.user, edition, now=timezone.now()), Contact())


@require_POST
def decide(request: HttpRequest, edition: str, volunteer: UUID) -> HttpResponse:
    """Accept or decline; the person is told."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    row, form = access.volunteer(at, volunteer), Decide(request.POST)
    if not form.is_valid():
        messages.error(request, _("This could not be read. Nothing was changed."))
        return _page(request, at, Contact(), status=422)
    said = form.said()
    payload = {"volunteer": str(volunteer), "approve": said.approve, "reason": said.reason, "kind": said.kind}
    reply = http.perform(
        request,
        "volunteer.decide",
        payload,
        now,
        lambda act: volunteering.decide(act=act, by=at.person, volunteer=row, said=said, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("{name} is told by mail.").format(name=row.person))
    return redirect("desk_volunteers", edition)


@require_POST
def contact(request: HttpRequest, edition: str) -> HttpResponse:
    """Name who is told of dangers."""
    now = timezone.now()
    at = access.teachers_desk(request.user, edition, now=now)
    form = Contact(request.POST)
    if not form.is_valid():
        return _page(request, at, form, status=422)
    person = form.cleaned_data["email"]
    reply = http.perform(
        request,
        "safety.name",
        {"edition": edition, "person": str(person.pk)},
        now,
        lambda act: volunteering.name_contact(act=act, by=at.person, edition=at.edition, person=person, now=now),
    )
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
    else:
        messages.success(request, _("{name} is told by mail.").format(name=person))
    return redirect("desk_volunteers", edition)


def _page(request: HttpRequest, at: Desk, form: Contact, status: int = 200) -> HttpResponse:
    named = SafetyContact.objects.select_related("person").filter(edition=at.edition).first()
    values = {"decide": Decide(), "form": form, "contact": named, **helpers.page(at.edition)}
    return frame.page(request, "desk/volunteers.html", at, "volunteers", values, status=status)
