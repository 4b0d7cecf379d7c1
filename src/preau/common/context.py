"""What every template may use: documented here, because an undefined variable fails the tests."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _


class Link(NamedTuple):
    """A way of the frame; `current` when it leads to this very page. Hashable, as `{% kept %}` needs."""

    name: str
    url: str
    current: bool


type BannerSource = Callable[[str], Mapping[str, str] | None]

_banner: list[BannerSource] = []


def register_banner(source: BannerSource) -> None:
    """Who says, by language, what stands at the head of every page just now: {text, link, tone}."""
    _banner[:] = [source]


def banner(language: str) -> Mapping[str, str] | None:
    """The banner of this moment, None without one."""
    return _banner[0](language) if _banner else None


def site(request: HttpRequest) -> dict[str, Any]:
    """`shared_frame`, and what depends on who asks (`visitor`)."""
    language = get_language() or settings.LANGUAGE_CODE
    return {**shared_frame(language, language_links(request.path, language), request.path), **visitor(request)}


def visitor(request: HttpRequest) -> dict[str, Any]:
    """`signed_in`, `account_links`, `person_key` (opaque; "" when anonymous), `banner`: what a fragment needs."""
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    key = hashlib.sha256(f"person:{request.user.pk}".encode()).hexdigest()[:16] if signed_in else ""
    return {
        "signed_in": signed_in,
        "account_links": account_links(request.path) if signed_in else (),
        "person_key": key,
        "banner": banner(get_language() or settings.LANGUAGE_CODE),
    }


def shared_frame(language: str, links: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """What the frame of any page needs and is the same for everybody: `site_name`, `site_url`, `page_language`,
    `language_links`, `nav_links`, `footer_links`, `search_url`."""
    courses, news = f"/{language}/courses/", f"/{language}/news/"
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "page_language": language,
        "language_links": links,
        "nav_links": (Link(_("Courses"), courses, path == courses), Link(_("News"), news, path == news)),
        "search_url": f"/{language}/search/",
        "footer_links": [
            {"name": _("Ask the team"), "url": f"/requests/new/?{urlencode({'about': path})}"},
            {"name": _("Report a danger"), "url": f"{danger_address(path)}?{urlencode({'about': path})}"},
            *notice_link(path),
            {"name": _("Legal notice and privacy"), "url": f"/{language}/legal/"},
            {"name": _("Accessibility: partially conformant"), "url": f"/{language}/accessibility/"},
        ],
    }


def notice_link(path: str) -> list[dict[str, str]]:
    """Where anybody gives notice of illegal content, on the pages where people talk."""
    talk = path.startswith("/commons/") or (path.startswith("/e/") and "/discussion/" in path)
    seen = urlencode({"address": f"{settings.SITE_URL}{path}"})
    return [{"name": _("Notice of illegal content"), "url": f"/notices/?{seen}"}] if talk else []


NO_EDITION = {"courses", "news", "newsletter", "notices", "operator", "requests", "site"}  # under /desk/


def danger_address(path: str) -> str:
    """Where a danger seen on this page is reported: in its edition, which the address names, else in one to choose."""
    room, _slash, rest = path.removeprefix("/").partition("/")
    slug = rest.partition("/")[0]
    named = slug and (room == "e" or (room == "desk" and slug not in NO_EDITION))
    return f"/e/{slug}/alert/" if named else "/alert/"


def account_links(path: str) -> tuple[Link, ...]:
    """Where a signed-in person goes from any page."""
    links = [("/me/", _("My courses")), ("/accounts/", _("My account"))]
    return tuple(Link(name, url, path == url) for url, name in links)


def language_links(path: str, current: str) -> list[dict[str, Any]]:
    """The same page in each language: by its address where that names a language, else through the language switch."""
    codes = [code for code, _ in settings.LANGUAGES]
    parts = path.split("/")
    place = next((n for n in (1, 3, 4) if len(parts) > n and parts[n] in codes and (n == 1 or parts[1] == "e")), None)
    links = []
    for code, name in settings.LANGUAGES:
        if place is None:
            url = f"/language/{code}/?{urlencode({'next': path})}"
        else:
            url = "/".join([*parts[:place], code, *parts[place + 1 :]])
        links.append({"code": code, "name": name, "url": url, "current": code == current})
    return links
