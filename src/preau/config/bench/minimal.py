"""The least that a Django view costs in our server: the site's own settings and middleware, no session, no database.
It is
settings, URLs and application in one, so that only the bench's second server ever loads it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from preau.config.settings import *  # noqa: F403  the site's settings, all of them

ROOT_URLCONF = __name__
TARGET = f"{__name__}:application"


@login_not_required
def view(request: HttpRequest) -> HttpResponse:
    """Two bytes."""
    return HttpResponse("ok")


urlpatterns = [path("", view)]


@cache
def _django() -> Callable[..., Iterable[bytes]]:
    return get_wsgi_application()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Django's, made at the first request: importing this module sets nothing up."""
    return _django()(environ, start)
