"""What is noted of every request: an id that its log lines and its tasks carry, how long it took, how it ended. Never
an address in it, a name or an e-mail: a route's name and a person's opaque id."""

import logging
import os
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from preau.config import metrics, slow
from preau.config.current import REQUEST
from preau.config.front import Application, Environ, Start

logger = logging.getLogger("preau.requests")
ROUTE, PERSON = "preau.route", "preau.person"  # in the WSGI environment: what Django's side tells ours
OF_A_PROXY = re.compile(r"[A-Za-z0-9_-]{8,64}").fullmatch


def observed(application: Application) -> Application:
    """Put around the whole application: gives each request its id, `X-Request-ID`, and notes how it went. A proxy's id
    is taken only where there is one (BEHIND_PROXIES), since anybody else could choose it."""
    trusted, slow_from = bool(settings.BEHIND_PROXIES), settings.SLOW_MS / 1000

    def serve(environ: Environ, start: Start) -> Iterable[bytes]:
        began = perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "") if trusted else ""
        name = given if given and OF_A_PROXY(given) else os.urandom(8).hex()
        REQUEST.set(name)
        status = "500"

        def noted(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start(line, [*headers, ("X-Request-ID", name)], *error)

        try:
            return application(environ, noted)
        finally:
            took = perf_counter() - began
            route = environ.get(ROUTE) or ("static" if environ["PATH_INFO"].startswith("/static/") else "page")
            metrics.count(route, status, took)
            if status[0] == "5" or took >= slow_from:
                tell(logging.WARNING, environ, route, status, took)
                if took >= slow_from:
                    slow.note(route, status, took, name)
            elif logger.isEnabledFor(logging.INFO):
                tell(logging.INFO, environ, route, status, took)

    return serve


def tell(level: int, environ: Environ, route: str, status: str, took: float) -> None:
    """One line of the log."""
    fields = {
        "route": route,
        "method": environ["REQUEST_METHOD"],
        "status": int(status),
        "ms": round(took * 1000, 1),
        "person": environ.get(PERSON, ""),
    }
    logger.log(level, "%s %s %s", fields["method"], route, status, extra={"fields": fields})


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django's side: which view answered, and whom, where that was looked up anyway."""

    def noted(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        request.META[ROUTE] = match.view_name if match else "none"
        if person := getattr(getattr(request, "session", None), "person", None):
            request.META[PERSON] = str(person.pk)
        return response

    return noted
