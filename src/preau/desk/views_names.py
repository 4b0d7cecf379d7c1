"""Names on certificates: what learners ask for, compared with what stands there, accepted or refused."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preau.audit import http
from preau.certificates import correcting
from preau.desk import access, access_names, frame, names


@require_safe
def queue(request: HttpRequest, edition: str) -> HttpResponse:
    """What waits, and what was decided."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    return frame.page(request, "desk/names.html", at, "awards", {**names.queue(at.edition), "kept": None, "reason": ""})


@require_POST
def accept(request: HttpRequest, edition: str, correction: UUID) -> HttpResponse:
    """The certificate is given under the name that was asked for; the former document is replaced."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row = access_names.correction(at, correction)
    reply = http.perform(
        request,
        "certificate.name.accept",
        {"correction": str(correction)},
        now,
        lambda act: correcting.accept(act=act, correction=row, by=at.person, now=now),
    )
    said = _("The certificate bears the other name: its holder is told by mail, with both addresses.")
    return frame.answer(request, reply, reverse("desk_names", args=(edition,)), said)


@require_POST
def refuse(request: HttpRequest, edition: str, correction: UUID) -> HttpResponse:
    """The name stays as it is; its holder reads why."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row = access_names.correction(at, correction)
    why = request.POST.get("reason", "")[: correcting.LONGEST_WHY]
    reply = http.perform(
        request,
        "certificate.name.refuse",
        {"correction": str(correction), "reason": why},
        now,
        lambda act: correcting.refuse(act=act, correction=row, by=at.person, reason=why, now=now),
    )
    if reply.outcome is None and not http.wants_json(request):
        values = {**names.queue(at.edition), "kept": row.pk, "reason": reply.reason}
        return frame.page(request, "desk/names.html", at, "awards", values, status=reply.status)
    return frame.answer(
        request, reply, reverse("desk_names", args=(edition,)), _("The name stays as it is: a mail says why.")
    )
