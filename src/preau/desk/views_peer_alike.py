"""Copies that are alike, at the desk: the pairs, and one of them side by side."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preau.audit import http
from preau.desk import access_peer, forms_peer, frame, peer_alike, peer_frame
from preau.peer import comparing


@require_safe
def pairs(request: HttpRequest, edition: str, unit: str) -> HttpResponse:
    """The pairs that were found: those to read first."""
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=timezone.now())
    return peer_frame.page(request, "desk/peer/alike.html", at, "alike", peer_alike.pairs(at.facts))


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, edition: str, unit: str, pair: UUID) -> HttpResponse:
    """Two copies side by side, without a name; a POST sets the pair aside."""
    now = timezone.now()
    at = access_peer.board(request.user, edition, unit, request.LANGUAGE_CODE, now=now)
    row = access_peer.likeness(at, pair)
    form = forms_peer.Settle(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        reply = peer_frame.perform(
            request,
            "peer.likeness",
            {"likeness": str(pair), "words": words},
            lambda act: comparing.settle(act=act, by=at.at.person, pair=row, words=words, now=now),
        )
        if reply.outcome is not None or http.wants_json(request):
            return frame.answer(request, reply, f"{at.base}alike/", _("The pair is set aside."))
        form.add_error("words", reply.reason)
    values = {"pair": row, "form": form, **peer_alike.sides(at, row)}
    return peer_frame.page(
        request, "desk/peer/pair.html", at, "alike", values, status=422 if form.errors else 200
    )  # fmt: skip
