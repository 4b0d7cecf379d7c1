"""Which language the interface speaks: the address says it, else the page that a fragment is for, else a cookie, else
the person, else the browser."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from preau.common.languages import CODES


def language_of(request: HttpRequest) -> str:
    """A configured language code; never reads the session unless a session cookie came."""
    for path in (request.path_info, _page_of(request)):
        if said := _in_address(path):
            return said
    if (chosen := request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) in CODES:
        return str(chosen)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return request.user.language if request.user.language in CODES else settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)


def _in_address(path: str) -> str:
    parts = path.split("/", 6)
    places = (parts[1], *parts[3:5]) if parts[1:2] == ["e"] else parts[1:2]
    return next((part for part in places if part in CODES), "")


def _page_of(request: HttpRequest) -> str:
    """The address of the page that a script asks a fragment for: a page in one language is not filled in another."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:
        return ""


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = language_of(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response
