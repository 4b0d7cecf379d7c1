"""Deliberations: the list of them, one from its preparation to its filing."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.certificates import deciding, deliberating, filing, freezing
from preau.certificates import queries as certificates
from preau.certificates.models import Deliberation
from preau.desk import access, access_jury, forms_jury, frame, jury, queries
from preau.desk.access import Desk

type Verb = Callable[[acts.Act], acts.Outcome]


@require_http_methods(["GET", "HEAD", "POST"])
def deliberations(request: HttpRequest, edition: str) -> HttpResponse:
    """The deliberations of an edition; a POST prepares one."""
    now = timezone.now()
    at = (access.registrars_desk if request.method == "POST" else access.desk)(request.user, edition, now=now)
    form = _new(request, at)
    if form.is_valid():
        said = form.cleaned_data
        tracks, module = said["tracks"], said.get("module", "")
        payload = {name: str(value) for name, value in said.items()}
        do: Verb = lambda act: deliberating.prepare(  # noqa: E731
            act=act, edition=at.edition, sheet=form.sheet(), tracks=tracks, module=module, by=at.person, now=now
        )
        reply = http.perform(request, "jury.prepare", {"edition": edition, **payload}, now, do)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return redirect("desk_jury_one", edition=edition, deliberation=reply.outcome["deliberation"])
        form.add_error(None, reply.reason)
    values = {"form": form, "rows": _listed(request, at)}
    return frame.page(request, "desk/jury/list.html", at, "jury", values, status=422 if form.errors else 200)


def _new(request: HttpRequest, at: Desk) -> forms_jury.New:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    modules = [(one.key, one.title) for one in certificates.attesting(outline)] if outline else []
    tracks = list(at.edition.tracks.order_by("position"))
    data = request.POST if request.method == "POST" else None
    return forms_jury.New(data, tracks=tracks, modules=modules, language=request.LANGUAGE_CODE)


def _listed(request: HttpRequest, at: Desk) -> list[tuple[Deliberation, str, str]]:
    tracks = list(at.edition.tracks.order_by("position"))
    rows = freezing.of_edition(at.edition)
    return [(row, jury.about(row, tracks, request.LANGUAGE_CODE), jury.said_state(row)) for row in rows]


@require_safe
def board(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """One deliberation: where it is, its figures, its cases, what to do next."""
    at = access.desk(request.user, edition, now=timezone.now())
    return _board(request, at, access_jury.deliberation(at, deliberation))


def _board(request: HttpRequest, at: Desk, row: Deliberation, *, status: int = 200, **given: Any) -> HttpResponse:
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        raise Http404
    step = jury.state(row)
    values = {
        "row": row,
        "step": step,
        "said": jury.said_state(row),
        "about": jury.about(row, list(at.edition.tracks.order_by("position")), request.LANGUAGE_CODE),
        "tallies": jury.tallies(row),
        "forecast": freezing.forecast(row) if step == "prepared" else [],
        "cases": jury.cases(row, outline),
        "about_form": forms_jury.About(initial=_initial(row)),
        "signed_form": forms_jury.Signed(),
        "reason": "",
        **given,
    }
    return frame.page(request, "desk/jury/board.html", at, "jury", values, status=status)


def _initial(row: Deliberation) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in ("title", "president", "held_on", "margin")}
    return {**said, "members": "\n".join(row.members)}


def _act(request: HttpRequest, edition: str, deliberation: UUID) -> tuple[Desk, Deliberation, datetime]:
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    return at, access_jury.deliberation(at, deliberation), now


def _answered(
    request: HttpRequest, at: Desk, row: Deliberation, reply: http.Reply, said: str, **given: Any
) -> HttpResponse:
    if reply.outcome is None and not http.wants_json(request):
        row.refresh_from_db()
        return _board(request, at, row, status=reply.status, reason=reply.reason, **given)
    return frame.answer(request, reply, reverse("desk_jury_one", args=(at.edition.slug, row.pk)), said)


@require_POST
def amend(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """Change who sits, and when."""
    at, row, now = _act(request, edition, deliberation)
    form = forms_jury.About(request.POST)
    if not form.is_valid():
        return _board(request, at, row, status=422, about_form=form)
    payload = {"deliberation": str(row.pk), **{name: str(value) for name, value in form.cleaned_data.items()}}
    do: Verb = lambda act: deliberating.amend(  # noqa: E731
        act=act, deliberation=row, sheet=form.sheet(), by=at.person, now=now
    )
    reply = http.perform(request, "jury.amend", payload, now, do)
    return _answered(request, at, row, reply, _("What the minutes say of the jury is changed."), about_form=form)


@require_POST
def step(request: HttpRequest, edition: str, deliberation: UUID, verb: str) -> HttpResponse:
    """Freeze the list, decide as the rule proposes, close the minutes, open them again, take the matter up again."""
    at, row, now = _act(request, edition, deliberation)
    verbs = {
        "freeze": (deliberating.ask_freeze, _("The list is being made: reload this page in a moment.")),
        "follow": (deciding.follow, _("Decided as the rule proposes.")),
        "close": (deliberating.close, _("The minutes are closed, and are being printed.")),
        "reopen": (deliberating.reopen, _("The minutes are open again. What was printed is void.")),
    }
    if verb not in verbs:
        raise Http404
    do, said = verbs[verb]
    payload = {"deliberation": str(row.pk)}
    reply = http.perform(
        request, f"jury.{verb}", payload, now, lambda act: do(act=act, deliberation=row, by=at.person, now=now)
    )
    if reply.outcome is not None and "decided" in reply.outcome:
        n = reply.outcome["decided"]
        said = ngettext("{n} decision as the rule proposes.", "{n} decisions as the rule proposes.", n).format(n=n)
    return _answered(request, at, row, reply, said)


@require_POST
def cancel(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """Give it up."""
    at, row, now = _act(request, edition, deliberation)
    why = request.POST.get("reason", "")
    do: Verb = lambda act: deliberating.cancel(  # noqa: E731
        act=act, deliberation=row, reason=why, by=at.person, now=now
    )
    reply = http.perform(request, "jury.cancel", {"deliberation": str(row.pk), "reason": why}, now, do)
    return _answered(request, at, row, reply, _("It is given up: it judges nobody."))


@require_POST
def again(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """Prepare a deliberation that takes this one up again."""
    at, row, now = _act(request, edition, deliberation)
    sheet = deliberating.Sheet(
        title=_("Rectifies no. {number}").format(number=row.number),
        president=row.president,
        members=tuple(row.members),
        margin=row.margin,
    )
    do: Verb = lambda act: deliberating.prepare(  # noqa: E731
        act=act, edition=at.edition, sheet=sheet, rectifies=row, by=at.person, now=now
    )
    reply = http.perform(request, "jury.again", {"deliberation": str(row.pk)}, now, do)
    if reply.outcome is not None and not http.wants_json(request):
        return redirect("desk_jury_one", edition=edition, deliberation=reply.outcome["deliberation"])
    return _answered(request, at, row, reply, "")


@require_POST
def file(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """File the minutes as they came back signed: everything is given and told from then on."""
    at, row, now = _act(request, edition, deliberation)
    form = forms_jury.Signed(request.POST, request.FILES)
    if not form.is_valid():
        return _board(request, at, row, status=422, signed_form=form)
    signed = form.cleaned_data["file"].read()
    printed = request.POST.get("printed", "")
    payload = {"deliberation": str(row.pk), "sha256": hashlib.sha256(signed).hexdigest(), "printed": printed}
    do: Verb = lambda act: deliberating.file(  # noqa: E731
        act=act, deliberation=row, signed=signed, printed=printed, by=at.person, now=now
    )
    reply = http.perform(request, "jury.file", payload, now, do)
    return _answered(request, at, row, reply, _("The minutes are filed. Documents are given and people told, now."))


@require_safe
def paper(request: HttpRequest, edition: str, deliberation: UUID, name: str) -> HttpResponse:
    """The minutes to be signed, or as they came back."""
    at = access.desk(request.user, edition, now=timezone.now())
    row = access_jury.deliberation(at, deliberation)
    stored = {"minutes": row.minutes, "signed": row.signed}.get(name, "")
    if not stored or not default_storage.exists(stored):
        raise Http404
    said = f'attachment; filename="{at.edition.slug}-{row.number}-{name}.pdf"'
    return HttpResponse(filing.read(stored), content_type="application/pdf", headers={"Content-Disposition": said})
