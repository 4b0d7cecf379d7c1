from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.audit import acts, http
from preau.audit.http import Refused
from preau.certificates import actions as certificates
from preau.certificates import suspending
from preau.certificates.models import Award
from preau.common.text import one_line
from preau.desk import access, actions, awarding, figures, forms, frame, names, queries


@require_safe
def awards(request: HttpRequest, edition: str) -> HttpResponse:
    """Who passed each track by its rule, with the numbers, and each module that gives an attestation; and who has
    them."""
    at = access.desk(request.user, edition, now=timezone.now())
    return _page(request, at, None)


def _page(request: HttpRequest, at: access.Desk, progress: actions.Progress | None) -> HttpResponse:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    values = {
        "tracks": awarding.tracks(at.edition, outline),
        "modules": awarding.modules(at.edition, outline, now=timezone.now()),
        "derived_at": figures.derived_at(at.edition),
        "progress": progress,
        "names": names.waiting(at.edition).count() if at.registers else 0,
        "outline": outline,
    }
    return frame.page(request, "desk/awards.html", at, "awards", values)


@require_POST
def derive(request: HttpRequest, edition: str) -> HttpResponse:
    """Derive the standings afresh, a bounded number at a time; the page says how far it is, and goes on."""
    now = timezone.now()
    at = access.desk(request.user, edition, now=now)
    try:
        progress = actions.derive(at.edition, since=_since(request.POST.get("since", ""), now), now=now)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return redirect("desk_awards", edition=edition)
    if progress.left:
        return _page(request, at, progress)
    said = ngettext("{n} standing is derived.", "{n} standings are derived.", progress.total).format(n=progress.total)
    messages.success(request, said)
    return redirect("desk_awards", edition=edition)


def _since(text: str, now: datetime) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None and found <= now else now


@require_POST
def award(request: HttpRequest, edition: str) -> HttpResponse:
    """Give the certificate of one track to all who passed it and have none."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    track = at.edition.tracks.filter(key=one_line(request.POST.get("track", ""))).first()
    if track is None:
        raise Http404
    try:
        given = certificates.award_passed(edition=at.edition, track=track, by=at.person, now=now)
        said = ngettext("{n} certificate was awarded.", "{n} certificates were awarded.", given).format(n=given)
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk_awards", edition=edition)


@require_POST
def attest(request: HttpRequest, edition: str) -> HttpResponse:
    """Give the attestation of one module to all who passed it and have none."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    module = request.POST.get("module", "")[:80]
    try:
        given = certificates.award_module(edition=at.edition, module=module, by=at.person, now=now)
        said = ngettext("{n} statement was given.", "{n} statements were given.", given).format(n=given)
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("desk_awards", edition=edition)


@require_safe
def one(request: HttpRequest, edition: str, award: UUID) -> HttpResponse:
    """One certificate or attestation: the place from which it is revoked, or given again."""
    at = access.registrars_desk(request.user, edition, now=timezone.now())
    return _one(request, at, access.award(at, award), forms.Revoke())


def _one(
    request: HttpRequest, at: access.Desk, row: Award, form: forms.Revoke, *, reason: str = "", status: int = 200
) -> HttpResponse:
    about = (form, forms.Revoke()) if isinstance(form, forms.Suspend) else (forms.Suspend(), form)
    values = {"award": row, "suspension": about[0], "form": about[1], "reason": reason}
    return frame.page(request, "desk/award.html", at, "learners", values, status=status)


@require_POST
def revoke(request: HttpRequest, edition: str, award: UUID) -> HttpResponse:
    """End a certificate, with a reason; its holder is told by mail."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row = access.award(at, award)
    form = forms.Revoke(request.POST)
    if not form.is_valid():
        return _one(request, at, row, form, status=422)
    why = form.cleaned_data["reason"]
    reply = http.perform(
        request,
        "award.revoke",
        {"award": str(award), "reason": why},
        now,
        lambda act: certificates.revoke(act=act, award=row, by=at.person, reason=why, now=now),
    )
    return _done(request, at, row, form, reply, _revoked(row))


@require_POST
def again(request: HttpRequest, edition: str, award: UUID) -> HttpResponse:
    """Give anew, under another code, what was revoked."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row = access.award(at, award)
    reply = http.perform(
        request,
        "award.again",
        {"award": str(award)},
        now,
        lambda act: certificates.award_again(act=act, award=row, by=at.person, now=now),
    )
    return _done(request, at, row, forms.Revoke(), reply, _given_again(row))


@require_POST
def suspend(request: HttpRequest, edition: str, award: UUID) -> HttpResponse:
    """Set a certificate aside for a time, with a reason; its holder is told by mail."""
    said = _("It is suspended. Its page says so, and a mail goes out.")
    return _for_a_time(request, edition, award, "award.suspend", suspending.suspend, said)


@require_POST
def lift(request: HttpRequest, edition: str, award: UUID) -> HttpResponse:
    """Put it in force again, with what came of it."""
    said = _("It is in force again. Its page says so, and a mail goes out.")
    return _for_a_time(request, edition, award, "award.lift", suspending.lift, said)


def _for_a_time(
    request: HttpRequest, edition: str, award: UUID, verb: str, do: Callable[..., acts.Outcome], said: str
) -> HttpResponse:
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    row = access.award(at, award)
    form = forms.Suspend(request.POST)
    if not form.is_valid():
        return _one(request, at, row, form, status=422)
    why = form.cleaned_data["reason"]
    payload = {"award": str(award), "reason": why}
    reply = http.perform(
        request, verb, payload, now, lambda act: do(act=act, award=row, by=at.person, reason=why, now=now)
    )
    return _done(request, at, row, form, reply, said)


def _revoked(row: Award) -> str:
    if row.track:
        return _("The certificate is revoked. Its page says so, and a mail goes out.")
    return _("The statement is revoked. Its page says so, and a mail goes out.")


def _given_again(row: Award) -> str:
    if row.track:
        return _("The certificate is given again, under another code.")
    return _("The statement is given again, under another code.")


def _done(
    request: HttpRequest, at: access.Desk, row: Award, form: forms.Revoke, reply: http.Reply, said: str
) -> HttpResponse:
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return _one(request, at, row, form, reason=reply.reason, status=reply.status)
    messages.success(request, said)
    return redirect("desk_learner", edition=at.edition.slug, enrolment=row.enrolment_id)
