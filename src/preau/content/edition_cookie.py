"""The edition cookie: whom Django let into a private edition, the page server lets in too, without the database.

It is signed, names the device that it was given to and when each edition ends in it. The session's own cookie must
come with it: alone, or beside another device's, it opens nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare, salted_hmac

LIFE = 12 * 60 * 60  # seconds from Django's word to the time at which it is asked again
MOST = 8  # editions in a cookie: those given last
PATH = "/e/"  # where a browser sends it
SALT = "preau.content.edition_cookie"
SIGNED_OUT = "preau.signed_out"  # in a request's META


def name() -> str:
    """The cookie's name; under https a browser takes it from a secure answer only."""
    return "__Secure-editions" if settings.SESSION_COOKIE_SECURE else "editions"


def open_to(cookies: str, now: float) -> dict[str, float]:
    """Each edition that the Cookie header `cookies` opens, with the time at which it ends (seconds since 1970)."""
    sent = parse_cookie(cookies)
    return _read(sent.get(name(), ""), sent.get(settings.SESSION_COOKIE_NAME, ""), now)


def give(request: HttpRequest, response: HttpResponse, slug: str, now: float) -> None:
    """Open the edition `slug` to this device for `LIFE`; others that it opens end when they would have."""
    device = request.session.session_key or ""
    others = _read(request.COOKIES.get(name(), ""), device, now)
    until = {**others, slug: now + LIFE}
    kept = dict(sorted(until.items(), key=lambda one: one[1])[-MOST:])
    response.set_cookie(
        name(),
        _signer().sign_object({"device": _opaque(device), "until": kept}),
        max_age=LIFE,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def note_sign_out(request: HttpRequest, **_signal: Any) -> None:
    """Of Django's signal: the answer to this request erases the cookie."""
    request.META[SIGNED_OUT] = True


def erasing(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the cookie goes when somebody signs out."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if SIGNED_OUT in request.META:
            response.delete_cookie(name(), path=PATH, samesite="Lax")
        return response

    return answer


def _read(value: str, device: str, now: float) -> dict[str, float]:
    if not value or not device:
        return {}
    try:
        said = _signer().unsign_object(value)
    except signing.BadSignature:
        return {}
    if not constant_time_compare(said["device"], _opaque(device)):
        return {}
    return {slug: until for slug, until in said["until"].items() if until > now}


def _opaque(device: str) -> str:
    """What stands for a session's key, which is a secret, in the cookie."""
    return salted_hmac(SALT, device, algorithm="sha256").hexdigest()[:32]


@cache
def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)
