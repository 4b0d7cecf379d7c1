"""How an act's POST is read and answered (design.md, section 4): 2xx stored, 401, 404, 409 other payload, 422
refused; never a redirect
for a script, a redirect to the page it concerns for a plain form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from preau.audit import acts


class Refused(Exception):
    """A rule refuses an act. `reason` is shown to the person as it is, so it is made with gettext by who raises it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reply:
    """What became of an act: `outcome` when stored, else `reason` in the person's language."""

    status: int
    outcome: acts.Outcome | None = None
    reason: str = ""

    def json(self) -> JsonResponse:
        """For the outbox and other scripts."""
        return JsonResponse({"outcome": self.outcome, "reason": self.reason}, status=self.status)


def claimed(text: str) -> datetime | None:
    """The device's claim about the time, if it makes one; shown to staff, trusted by no rule. Raises ValueError for
    what
    no calendar knows; a time without a zone claims nothing."""
    at = datetime.fromisoformat(text) if text else None
    return at if at and at.tzinfo else None


def perform(
    request: HttpRequest, kind: str, payload: Mapping[str, Any], now: datetime, do: Callable[[acts.Act], acts.Outcome]
) -> Reply:
    """Read the act's id, do it, and say what became of it; a refusal of the rules keeps nothing."""
    try:
        act_id, made_at = UUID(request.POST.get("act", "")), claimed(request.POST.get("made_at", ""))
    except ValueError:
        return Reply(422, reason=_("This form lost its number. Reload the page and send it again: nothing was stored."))
    act = acts.Act(act_id, kind, payload, received_at=now, made_at=made_at)
    try:
        return Reply(200, outcome=do(act))
    except acts.Conflict:
        return Reply(
            409, reason=_("This number was already used for something else. Reload the page and send it again.")
        )
    except Refused as refusal:
        return Reply(422, reason=refusal.reason)


def wants_json(request: HttpRequest) -> bool:
    """Does the sender read JSON rather than a page?"""
    return "application/json" in request.headers.get("Accept", "")


def from_script(request: HttpRequest) -> bool:
    """Is the sender a script, which must never be answered by a redirect?"""
    return wants_json(request) or bool(request.headers.get("HX-Request"))
