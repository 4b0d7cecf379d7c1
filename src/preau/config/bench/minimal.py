"""The least that a Django view costs: no middleware, no database. It is its own settings, URLs and application, so
that only the bench's second server ever loads it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "the bench's: it signs nothing"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
MIDDLEWARE: list[str] = []
USE_TZ = True
TARGET = f"{__name__}:application"


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
