"""The board of an assignment that peers assess: where everybody stands, who else may assess, what the team grades."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from preau.desk import access_peer, forms_peer, frame, peer_board, peer_forecast, peer_frame, words_peer
from preau.peer import steering

PER_PAGE = 50


@require_safe
def board(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Where an assignment stands, counted; what will be missing, and what letting others in would do."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    groups = peer_board.groups(at, now)
    counted = peer_board.counted(at.facts)
    outlook = peer_forecast.outlook(at, groups, now)
    values = {
        "counted": counted,
        "places": [(key, _(words_peer.PLACES[key]), counted[key]) for key in peer_board.PLACES],
        "marks": [(key, _(words_peer.PLACES[key]), counted[key]) for key in peer_board.MARKS],
        "said_phase": _(words_peer.PHASES[at.facts.phase(now)]),
        "groups": [(one, _(words_peer.GROUPS[one.key]), outlook.groups.get(one.key)) for one in groups],
        "form": forms_peer.Widen(groups=[group.key for group in groups if group.widening is None]),
        "outlook": outlook,
        "tracks": peer_board.tracks(at),
        "terms": words_peer.listed(at.facts.terms),
    }
    return peer_frame.page(request, "desk/peer/board.html", at, "board", values)


@require_safe
def people(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The learners at one place, or all of them."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    where, text = request.GET.get("where", ""), request.GET.get("q", "")[:100]
    rows = peer_board.listed(at.facts, where, text)
    values = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "where": where,
        "text": text,
        "choices": [(key, _(word)) for key, word in words_peer.PLACES.items()],
        "tracks": peer_board.tracks(at),
        "query": urlencode({"where": where, "q": text}),
    }
    return peer_frame.page(request, "desk/peer/people.html", at, "people", values)


@require_POST
def widen(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Let others assess, in one click."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    groups = sorted(set(request.POST.getlist("groups")) & set(steering.GROUPS))
    reply = peer_frame.perform(
        request,
        "peer.widen",
        {"edition": edition, "unit": unit, "groups": groups},
        lambda act: steering.widen(act=act, by=at.at.person, facts=at.facts, groups=groups, now=now),
    )
    told = reply.outcome["told"] if reply.outcome else 0
    said = ngettext("Done: {n} person is written to.", "Done: {n} people are written to.", told).format(n=told)
    return frame.answer(request, reply, at.base, said)


@require_POST
def narrow(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Let a group in no more."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    group = request.POST.get("group", "")
    reply = peer_frame.perform(
        request,
        "peer.narrow",
        {"edition": edition, "unit": unit, "group": group},
        lambda act: steering.narrow(act=act, by=at.at.person, facts=at.facts, group=group, now=now),
    )
    return frame.answer(request, reply, at.base, _("Done. What they assessed already counts."))


@require_safe
def turns(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The copies drawn for the team."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    rows = [(row, _(words_peer.WHYS[row.why])) for row in peer_board.turns(at.facts)]
    left = [row for row, _why in rows if row.score is None]  # type: ignore[attr-defined]
    values = {"rows": rows, "left": left, "asked": at.facts.terms.staff_grades}
    return peer_frame.page(request, "desk/peer/turns.html", at, "turns", values)


@require_POST
def draw(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """Draw the copies that the team is to grade."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    reply = peer_frame.perform(
        request,
        "peer.draw",
        {"edition": edition, "unit": unit},
        lambda act: steering.draw(act=act, by=at.at.person, facts=at.facts, now=now),
    )
    drawn = reply.outcome["drawn"] if reply.outcome else 0
    said = ngettext("{n} copy was drawn.", "{n} copies were drawn.", drawn).format(n=drawn)
    return frame.answer(request, reply, f"{at.base}turns/", said)
