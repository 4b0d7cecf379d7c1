"""Cross-origin protection without tokens, so that compiled pages can carry forms (design.md, section 6)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def foreign_post[View: Callable[..., Any]](view: View) -> View:
    """Mark a view that others may POST to: it reads no cookie and carries its own proof; one policy test lists them."""
    view.foreign_post = True  # type: ignore[attr-defined]
    return view


class SameOriginMiddleware:
    """Accepts an unsafe method only from our own pages: `Sec-Fetch-Site`, or our `Origin` where a browser lacks it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # this middleware is the check
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in SAFE or getattr(view, "foreign_post", False) or same_origin(request):
            return None
        return HttpResponse(render_to_string("403.html", {}, request), status=403)


def same_origin(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    ours = {settings.SITE_URL}
    if not settings.HTTPS:
        ours.add(f"{request.scheme}://{request.get_host()}")  # a class on a local network opens the machine's own name
    return origin in ours
