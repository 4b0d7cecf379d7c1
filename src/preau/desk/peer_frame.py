"""The frame of the pages of an assignment that peers assess, and how their acts are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from preau.audit import acts, http
from preau.desk import frame, peer_board
from preau.desk.access_peer import Board


def page(
    request: HttpRequest, template: str, at: Board, here: str, values: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of an assignment; `here` names its own tab."""
    head = peer_board.head(at, timezone.now())
    return frame.page(request, template, at.at, "grading", {**head, "here": here, **values}, status=status)


def perform(
    request: HttpRequest, kind: str, payload: Mapping[str, Any], do: Callable[[acts.Act], acts.Outcome]
) -> http.Reply:
    """Do an act of a form of these pages, now."""
    return http.perform(request, kind, payload, timezone.now(), do)
