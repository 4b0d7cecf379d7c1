"""The team's queue: of an edition, or (no `edition` in the address) of the site."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.audit import acts, http
from preau.desk import access, forms_requests, frame
from preau.support import access as support
from preau.support import actions, deciding, files, letters, queries, words
from preau.support.access import Team
from preau.support.models import Request

PER_PAGE = 50


def page(request: HttpRequest, template: str, at: Team, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of a queue in the frame of its edition's desk, or of the site's."""
    values = {**values, "team": at, "base": base(at)}
    if at.edition is None:
        return render(
            request,
            template,
            {**values, "layout": "desk/site_frame.html", "zone": at.person.zone_info, "edition": None},
            status=status,
        )
    desk = access.team_desk(at.person, at.edition.slug, now=timezone.now())
    return frame.page(request, template, desk, "requests", {**values, "layout": "desk/edition.html"}, status=status)


def base(at: Team) -> str:
    """Where the desk of this queue is."""
    return f"/desk/{at.edition.slug}/" if at.edition else "/desk/"


def back(at: Team, row: UUID | str | None = None) -> HttpResponse:
    """To the queue, or to one request."""
    return redirect(f"{base(at)}requests/{f'{row}/' if row else ''}")


@require_safe
def queue(request: HttpRequest, edition: str | None = None) -> HttpResponse:
    """The requests, filtered."""
    at = support.team(request.user, edition, now=timezone.now())
    form = forms_requests.Queue(request.GET or {"state": "todo"})
    form.is_valid()
    said = form.cleaned_data
    state = said.get("state") or "todo"
    asked = queries.Asked(
        state="" if state == "all" else state,
        language=said.get("language", ""),
        topic=said.get("topic", ""),
        mine=said.get("mine", False),
    )
    kept = {name: value for name, value in (*said.items(), ("state", state)) if value}
    shown = Paginator(queries.queue(at, asked), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (row, words.said(words.TEAM_STATES, row.state), words.MARKS[row.state], words.said(words.TOPICS, row.topic))
        for row in shown
    ]
    values = {"form": form, "page": shown, "rows": rows, "query": urlencode(kept)}
    return page(request, "desk/requests.html", at, values)


@require_safe
def one(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """One request, with everything that may be done about it."""
    at = support.team(request.user, edition, now=timezone.now())
    row = support.of_team(at, request_id)
    if row.merged_into_id:
        return back(at, row.merged_into_id)
    return shown(request, at, row)


def shown(
    request: HttpRequest, at: Team, row: Request, *, reason: str = "", status: int = 200, **bound: Any
) -> HttpResponse:
    """The page of a request; `bound` are forms to show again, and `reason` why an act was refused."""
    replies = queries.saved(at.edition.course if at.edition else None)
    chosen = next((one for one in replies if one.key == request.GET.get("saved", "")), None)
    begun = {"text": queries.in_language(chosen, row.language)["text"]} if chosen else {}
    values = {
        "row": row,
        "about": queries.about(row),
        "reason": reason,
        "state": words.said(words.TEAM_STATES, row.state),
        "mark": words.MARKS[row.state],
        "topic": words.said(words.TOPICS, row.topic),
        "lines": queries.thread(row, request.LANGUAGE_CODE, team=True),
        "others": queries.others(row),
        "elsewhere": queries.elsewhere(row),
        "insert": forms_requests.Insert(request.GET or None, replies=replies, language=row.language)
        if replies
        else None,
        "answer": forms_requests.Answer(initial=begun),
        "note": forms_requests.Note(),
        "decide": _decide(request, at, row) if at.decides else None,
        "files": f"{base(at)}requests/{row.pk}/files/",
        **bound,
    }
    return page(request, "desk/request.html", at, values, status=status)


def _decide(request: HttpRequest, at: Team, row: Request) -> forms_requests.Decide:
    zone = at.edition.zone_info if at.edition else at.person.zone_info
    outline = letters.outline(row, request.LANGUAGE_CODE)
    data = request.POST if "what" in request.POST else None
    return forms_requests.Decide(data, zone=zone, row=row, outline=outline)


type Do = Callable[[acts.Act], acts.Outcome]


def done(
    request: HttpRequest, at: Team, row: Request, verb: str, do: Do, *, said: str = "", **payload: Any
) -> HttpResponse:
    """Perform an act on a request, and go to the page that it concerns."""
    reply = http.perform(request, verb, {"request": str(row.pk), **payload}, timezone.now(), do)
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return shown(request, at, row, reason=reply.reason, status=reply.status, **_bound(request, verb))
    if said:
        messages.success(request, said)
    return back(at, reply.outcome["request"])


def _bound(request: HttpRequest, verb: str) -> Mapping[str, Any]:
    """What was typed and refused stays in its field."""
    forms = {"request.answer": ("answer", forms_requests.Answer), "request.note": ("note", forms_requests.Note)}
    return {forms[verb][0]: forms[verb][1](request.POST)} if verb in forms else {}


@require_POST
def claim(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """Take a request on."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    return done(request, at, row, "request.claim", lambda act: actions.claim(act=act, at=at, request=row, now=now))


@require_POST
def release(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """Give it back."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    return done(request, at, row, "request.release", lambda act: actions.release(act=act, at=at, request=row, now=now))


@require_POST
def close(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """Settle it without another word."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    return done(
        request, at, row, "request.close", lambda act: actions.close(act=act, by=at.person, request=row, now=now)
    )


@require_POST
def answer(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """Answer: two buttons of one form, the second also settles."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    text, settle = request.POST.get("text", ""), "settle" in request.POST
    return done(
        request, at, row, "request.answer",
        lambda act: actions.answer(act=act, at=at, request=row, text=text, settle=settle, now=now),
        said=_("Answered: the learner is told by mail too."), text=text, settle=settle,
    )  # fmt: skip


@require_POST
def note(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """A note that the team alone reads."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    text = request.POST.get("text", "")
    return done(
        request, at, row, "request.note",
        lambda act: actions.note(act=act, at=at, request=row, text=text, now=now), text=text,
    )  # fmt: skip


@require_POST
def merge(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """Put this request into another of the same person."""
    now = timezone.now()
    at = support.team(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    into = support.of_team(at, _uuid(request.POST.get("into", "")))
    return done(
        request, at, row, "request.merge",
        lambda act: actions.merge(act=act, at=at, request=row, into=into, now=now), into=str(into.pk),
    )  # fmt: skip


@require_POST
def move(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Hand a request to the site on to an edition's team."""
    now = timezone.now()
    at = support.team(request.user, None, now=now)
    row = support.of_team(at, request_id)
    slug = request.POST.get("edition", "")
    enrolment = next((one for one in queries.elsewhere(row) if one.edition.slug == slug), None)
    if enrolment is None:
        raise Http404
    reply = http.perform(
        request, "request.move", {"request": str(row.pk), "edition": slug}, now,
        lambda act: actions.move(act=act, at=at, request=row, enrolment=enrolment, now=now),
    )  # fmt: skip
    if http.wants_json(request):
        return reply.json()
    if reply.outcome is None:
        return shown(request, at, row, reason=reply.reason, status=reply.status)
    return back(at)


@require_http_methods(["POST"])
def decide(request: HttpRequest, request_id: UUID, edition: str | None = None) -> HttpResponse:
    """An extension, an excuse, a correction, messages sent again."""
    now = timezone.now()
    at = support.deciders(request.user, edition, now=now)
    row = support.of_team(at, request_id)
    form = _decide(request, at, row)
    if not form.is_valid():
        return shown(request, at, row, status=422, decide=form)
    outline = letters.outline(row, request.LANGUAGE_CODE)
    said = {name: str(value) for name, value in form.cleaned_data.items()}
    return done(
        request, at, row, "request.decide",
        lambda act: deciding.decide(
            act=act, at=at, request=row, decision=form.decision(), outline=outline, now=now
        ),
        said=_("Decided: the learner is told, and it stands in their record."), **said,
    )  # fmt: skip


@require_safe
def file(request: HttpRequest, request_id: UUID, entry: UUID, number: int, edition: str | None = None) -> FileResponse:
    """A file that came with a request."""
    row = support.of_team(support.team(request.user, edition, now=timezone.now()), request_id)
    found, kept = support.file(row, entry, number, team=True)
    return files.KEPT.sent(found.pk, kept)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
