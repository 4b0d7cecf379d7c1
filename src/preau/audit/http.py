"""How an act's POST is read and answered (design.md, section 4): 2xx stored, 401, 404, 409 other payload, 422
refused; never a redirect
for a script, a redirect to the page it concerns for a plain form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from preau.audit import acts


class Refused(Exception):
    """A rule refuses an act. `reason` is shown to the person as it is, so it is made with gettext by who raises it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ActForm(forms.Form):
    """The id that the form made, and the device's claim about the time."""

    act = forms.UUIDField()
    made_at = forms.DateTimeField(required=False)


@dataclass(frozen=True)
class Reply:
    """What became of an act: `outcome` when stored, else `reason` in the person's language."""

    status: int
    outcome: acts.Outcome | None = None
    reason: str = ""

    def json(self) -> JsonResponse:
        """For the outbox and other scripts."""
        return JsonResponse({"outcome": self.outcome, "reason": self.reason}, status=self.status)


def perform(
    request: HttpRequest, kind: str, payload: Mapping[str, Any], now: datetime, do: Callable[[acts.Act], acts.Outcome]
) -> Reply:
    """Read the act's id, do it, and say what became of it; a refusal of the rules keeps nothing."""
    form = ActForm(request.POST)
    if not form.is_valid():
        return Reply(422, reason=_("This form lost its number. Reload the page and send it again: nothing was stored."))
    act = acts.Act(form.cleaned_data["act"], kind, payload, received_at=now, made_at=form.cleaned_data["made_at"])
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
