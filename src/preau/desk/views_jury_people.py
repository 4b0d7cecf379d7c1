"""Who is before a jury: the list, decisions in bulk, one case with its evidence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from preau.audit import acts, http
from preau.certificates import deciding, deliberating
from preau.certificates.models import Candidate, Deliberation
from preau.courses.models import Track
from preau.desk import access, access_jury, forms_jury, frame, jury, queries, record
from preau.desk.access import Desk

PER_PAGE = 100

type Verb = Callable[[acts.Act], acts.Outcome]


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, edition: str, deliberation: UUID) -> HttpResponse:
    """Everybody before the jury; a POST decides the same of those who are ticked."""
    now = timezone.now()
    at = (access.registrars_desk if request.method == "POST" else access.desk)(request.user, edition, now=now)
    row = access_jury.deliberation(at, deliberation)
    form = forms_jury.Word(request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = _ids(request.POST.getlist("candidate"))
        reply = _decide(request, at, row, chosen, form, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            n = reply.outcome["decided"]
            messages.success(request, ngettext("{n} decision is kept.", "{n} decisions are kept.", n).format(n=n))
            return redirect(request.get_full_path())
        form.add_error(None, reply.reason)
    return _people(request, at, row, form)


def _people(request: HttpRequest, at: Desk, row: Deliberation, form: forms_jury.Word) -> HttpResponse:
    tracks = list(at.edition.tracks.order_by("position"))
    narrowed = forms_jury.Filter(request.GET, tracks=tracks, language=request.LANGUAGE_CODE)
    asked = narrowed.asked()
    kept = {name: value for name in ("q", "track", "proposal", "verdict", "cases") if (value := request.GET.get(name))}
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    page = Paginator(jury.people(row, asked), PER_PAGE).get_page(request.GET.get("page"))
    said = jury.needs(row)
    values = {
        "row": row,
        "open": jury.open_for(row),
        "filter": narrowed,
        "form": form,
        "page": page,
        "lines": [jury.line(one, outline, said) for one in page.object_list] if outline else [],
        "titles": {track.pk: track.title(request.LANGUAGE_CODE) for track in tracks},
        "query": urlencode(kept),
        "ticked": request.POST.getlist("candidate"),
    }
    return frame.page(request, "desk/jury/people.html", at, "jury", values, status=422 if form.errors else 200)


def _ids(given: list[str]) -> list[UUID]:
    """Ids as a form sends them; what is none is another's and refused with the rest."""
    try:
        return [UUID(text) for text in given]
    except ValueError:
        return []


def _decide(
    request: HttpRequest, at: Desk, row: Deliberation, chosen: list[UUID], form: forms_jury.Word, now: datetime
) -> http.Reply:
    said = form.cleaned_data
    track = Track.objects.filter(edition=at.edition, key=said.get("track") or "").first()
    word = deciding.Word(said["verdict"], said["reason"], track)
    payload = {"candidates": sorted(map(str, chosen)), **{name: str(value) for name, value in said.items()}}
    do: Verb = lambda act: deciding.decide(  # noqa: E731
        act=act, deliberation=row, candidates=chosen, word=word, by=at.person, now=now
    )
    return http.perform(request, "jury.decide", payload, now, do)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, edition: str, deliberation: UUID, candidate: UUID) -> HttpResponse:
    """One candidate with everything there is to know; a POST decides, and goes on to the next case."""
    now = timezone.now()
    at = (access.registrars_desk if request.method == "POST" else access.desk)(request.user, edition, now=now)
    row = access_jury.deliberation(at, deliberation)
    one = access_jury.candidate(row, candidate)
    lower = deciding.lower(one)
    data = request.POST if request.method == "POST" else None
    form = forms_jury.Word(data, lower=lower, language=request.LANGUAGE_CODE, initial={"verdict": one.proposal})
    if form.is_valid():
        reply = _decide(request, at, row, [one.pk], form, now)
        if http.wants_json(request):
            return reply.json()
        if reply.outcome is not None:
            return _onwards(request, at, row, one)
        form.add_error(None, reply.reason)
    return _case(request, at, one, form)


def _onwards(request: HttpRequest, at: Desk, row: Deliberation, one: Candidate) -> HttpResponse:
    messages.success(request, _("Decided: {name}.").format(name=one.enrolment.person))
    following = jury.next_case(row, one) if one.apart else None
    if following is None:
        return redirect("desk_jury_one", edition=at.edition.slug, deliberation=row.pk)
    return redirect("desk_jury_case", edition=at.edition.slug, deliberation=row.pk, candidate=following.pk)


def _case(
    request: HttpRequest, at: Desk, one: Candidate, form: forms_jury.Word, *, status: int = 0, **given: Any
) -> HttpResponse:
    now, row = timezone.now(), one.deliberation
    outline = queries.outline_of(at.edition, request.LANGUAGE_CODE)
    if outline is None:
        raise Http404
    values = {
        "row": row,
        "one": one,
        "form": form,
        "open": jury.open_for(row),
        "enrolment": one.enrolment,
        "outline": outline,
        "reason": "",
        **record.whole(one.enrolment, outline, now=now),
        **jury.beside(one, outline, now=now),
        **given,
    }
    found = status or (422 if form.errors else 200)
    return frame.page(request, "desk/jury/case.html", at, "jury", values, status=found)


@require_POST
def case_step(request: HttpRequest, edition: str, deliberation: UUID, candidate: UUID, verb: str) -> HttpResponse:
    """Set somebody apart, or no longer; take their figures as they are today."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    one = access_jury.candidate(access_jury.deliberation(at, deliberation), candidate)
    why = request.POST.get("reason", "")
    verbs: dict[str, Verb] = {
        "apart": lambda act: deciding.set_apart(act=act, candidate=one, why=why, by=at.person, now=now),
        "refresh": lambda act: deciding.refresh(act=act, candidate=one, by=at.person, now=now),
    }
    if verb not in verbs:
        raise Http404
    reply = http.perform(request, f"jury.{verb}", {"candidate": str(one.pk), "reason": why}, now, verbs[verb])
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        lower = deciding.lower(one)
        form = forms_jury.Word(lower=lower, language=request.LANGUAGE_CODE, initial={"verdict": one.proposal})
        return _case(request, at, one, form, status=reply.status, reason=reply.reason)
    return redirect("desk_jury_case", edition=edition, deliberation=deliberation, candidate=candidate)


@require_POST
def bring(request: HttpRequest, edition: str, enrolment: UUID) -> HttpResponse:
    """Bring somebody before a jury, from their record."""
    now = timezone.now()
    at = access.registrars_desk(request.user, edition, now=now)
    who = access.learner(at, enrolment)
    said = request.POST.get("deliberation", "").partition("/")
    row = access_jury.deliberation(at, (_ids([said[0]]) or [UUID(int=0)])[0])
    why = request.POST.get("reason", "")
    payload = {"enrolment": str(who.pk), "deliberation": str(row.pk), "track": said[2], "reason": why}
    do: Verb = lambda act: deliberating.bring(  # noqa: E731
        act=act, deliberation=row, enrolment=who, track=said[2], why=why, by=at.person, now=now
    )
    reply = http.perform(request, "jury.bring", payload, now, do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        messages.error(request, reply.reason)
        return redirect("desk_learner", edition=edition, enrolment=enrolment)
    return redirect("desk_jury_case", edition=edition, deliberation=row.pk, candidate=reply.outcome["candidate"])
