"""Who is asked to sign in, and how: a page is sent to the form, a script is told 401 and keeps what it has."""

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from preau.audit.http import from_script, wants_json


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view needs a sign-in unless it is marked public."""

    def handle_no_permission(  # type: ignore[override]  # a script gets no redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if not from_script(request):
            return super().handle_no_permission(request, view_func)
        return told_again(request)


def told_again(request: HttpRequest) -> HttpResponse:
    """What a script is told whose person is not signed in: it keeps what it has."""
    reason = _("Sign in again: what you wrote is kept in this page.")
    if wants_json(request):
        return JsonResponse({"outcome": None, "reason": reason}, status=401)
    return HttpResponse(reason, status=401)
