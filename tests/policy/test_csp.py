"""Headers, cookies and limits of signing in (design.md, section 6), on Django's pages, the page server's and errors."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.csp import build_policy
from pytest_django import Settings

from preau.accounts.models import Device, Person
from preau.content import shelf
from preau.courses.models import Edition
from tests import cast

SOURCE = Path(django_settings.ROOT) / "src" / "preau"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
PUBLIC = ["/fr/", "/en/courses/", "/fr/courses/thin/", "/accounts/login/", "/accounts/signup/", "/verify/", "/health"]
SIGNED_IN = ["/me/", "/me/certificates/", "/accounts/", "/e/thin-1/", "/e/thin-1/me/fr/debut/lecon/"]
UNIT = "/e/thin-1/fr/debut/lecon/"


@pytest.fixture
def edition(db: None) -> Edition:
    return cast.edition(opens=cast.monday(timezone.now(), -1))


def policy_of(headers: Any) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: value for name, _, value in parts}


def check(headers: Any) -> None:
    assert policy_of(headers) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    said = build_policy(django_settings.SECURE_CSP)
    assert "unsafe" not in said
    assert "nonce" not in said
    assert "http" not in said
    assert "*" not in said


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_carry_it(edition: Edition, path: str) -> None:
    reply = cast.browser().get(path)
    assert reply.status_code == 200
    check(reply.headers)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_of_a_person_carry_it(ana: Person, path: str) -> None:
    reply = cast.browser(ana).get(path, follow=True)
    assert reply.status_code == 200, reply.status_code
    check(reply.headers)


def test_pages_of_a_person_are_kept_by_nobody_else(ana: Person) -> None:
    for path in ("/e/thin-1/me/fr/debut/lecon/", "/e/thin-1/me/fr/debut/quiz/"):
        headers = cast.script(ana).get(path).headers
        assert headers["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "HX-Request"} <= {name.strip() for name in headers["Vary"].split(",")}


def test_a_page_that_is_missing_carries_it(edition: Edition) -> None:
    reply = cast.browser().get("/nowhere/")
    assert reply.status_code == 404
    check(reply.headers)


def test_a_refused_origin_carries_it(ana: Person) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    reply = client.post("/accounts/logout/")
    assert reply.status_code == 403
    check(reply.headers)


def test_a_broken_page_carries_it_and_shows_no_insides(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the insides")

    monkeypatch.setattr("preau.courses.queries.offers", broken)
    client = cast.browser()
    client.raise_request_exception = False
    reply = client.get("/fr/courses/")
    assert reply.status_code == 500
    assert b"the insides" not in reply.content
    check(reply.headers)


def test_a_host_that_is_not_ours_is_refused_with_it(edition: Edition) -> None:
    reply = cast.browser().get("/fr/", headers={"Host": "evil.example"})
    assert reply.status_code == 400
    check(reply.headers)


@pytest.fixture
def served(edition: Edition, settings: Settings, tmp_path: Path) -> Callable[..., tuple[str, dict[str, str]]]:
    """The whole application as the server calls it: static files, page server, Django."""
    shelf.refresh()
    settings.STATIC_ROOT = tmp_path
    application = import_module("preau.config.wsgi").build()  # it builds one when it is imported, too

    def ask(path: str, **headers: str) -> tuple[str, dict[str, str]]:
        seen: list[Any] = []
        environ = Client()._base_environ(PATH_INFO=path, **headers)  # type: ignore[attr-defined]
        answer = application(environ, lambda status, pairs, *_: seen.extend([status, dict(pairs)]))
        b"".join(answer)
        return seen[0], seen[1]

    return ask


def test_the_page_server_says_the_same_as_django(served: Callable[..., tuple[str, dict[str, str]]]) -> None:
    status, headers = served(UNIT)
    assert status == "200 OK"
    assert "Content-Language" in headers
    check(headers)
    again, known = served(UNIT, HTTP_IF_NONE_MATCH=headers["ETag"])
    assert again.startswith("304")
    check(known)


def test_a_file_of_a_course_runs_nothing(edition: Edition) -> None:
    from_course = Path(django_settings.MEDIA_ROOT)
    digest = "ab" + "0" * 62
    for suffix in (".svg", ".html"):
        path = from_course / "ab" / f"{digest}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<script>alert(1)</script>")
    shown, kept = (cast.browser().get(f"/media/{digest}{suffix}") for suffix in (".svg", ".html"))
    for reply in (shown, kept):
        policy = policy_of(reply.headers)
        assert policy["default-src"] == "'none'"
        assert "sandbox" in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        reply.close()
    assert kept.headers["Content-Disposition"].startswith("attachment")


class Addresses(HTMLParser):
    """Every address that a browser would fetch by itself from a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fetched = {"src", "poster", "srcset", "data", "action", "formaction", "hx-get", "hx-post", "background", "ping"}
        if tag == "link" and dict(attrs).get("rel") not in ("canonical", "alternate"):  # only said, never fetched
            fetched = fetched | {"href"}
        self.found += [value or "" for name, value in attrs if name in fetched]


@pytest.mark.parametrize("path", [*PUBLIC, *SIGNED_IN, UNIT])
def test_no_page_makes_a_browser_ask_elsewhere(ana: Person, path: str) -> None:
    client = cast.browser(None if path.startswith("/accounts/") and path != "/accounts/" else ana)
    parser = Addresses()
    parser.feed(client.get(path, follow=True).content.decode())
    assert not [url for url in parser.found if "//" in url.partition("?")[0]]


def test_no_style_sheet_or_script_of_ours_asks_elsewhere() -> None:
    sources = [p for p in SOURCE.glob("*/static/**/*") if p.suffix in {".css", ".js"} and "built" not in p.parts]
    sources += [p for p in (SOURCE / "common" / "assets").rglob("*") if p.suffix in {".css", ".js", ".mjs"}]
    assert sources
    found = [
        f"{path.name}: {url}"
        for path in sources
        for url in re.findall(r"""(?:url\(|import\s|fetch\()\s*["']?(?:https?:)?//[^"')\s]+""", path.read_text())
    ]
    assert not found


def sign_in(client: Client, email: str, password: str = cast.PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password})


@pytest.fixture
def fresh_limits() -> None:
    """No failed try of another test counts here."""
    cache.clear()


def test_cookies_stay_with_us_and_out_of_scripts(ana: Person, fresh_limits: None) -> None:
    client = cast.browser()
    assert sign_in(client, ana.email).status_code == 302
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert int(cookie["max-age"]) > 30 * 86400  # it outlives the browser's window
    assert set(client.cookies) <= {"device", "messages", "language"}


def test_the_cookie_says_nothing_and_changes_at_sign_in(ana: Person, fresh_limits: None) -> None:
    client = cast.browser()
    sign_in(client, ana.email)
    first = client.cookies["device"].value
    assert str(ana.pk) not in first
    assert Device.objects.get(session_key=first).person == ana
    client.post("/accounts/logout/")
    assert not Device.objects.filter(session_key=first).exists()
    sign_in(client, ana.email)
    assert client.cookies["device"].value != first


def test_with_https_cookies_are_bound_to_the_host() -> None:
    code = (SOURCE / "config" / "settings.py").read_text()
    assert 'SESSION_COOKIE_NAME = "__Host-device" if HTTPS else "device"' in code
    assert "SESSION_COOKIE_SECURE = HTTPS" in code
    assert "SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0" in code


def test_readers_get_no_cookie_at_all(edition: Edition) -> None:
    client = cast.browser()
    for path in ("/fr/", "/fr/courses/thin/", UNIT, "/e/thin-1/me/fr/debut/lecon/"):
        client.get(path)
    assert not client.cookies


def test_five_wrong_passwords_close_an_account_for_a_while(ana: Person, fresh_limits: None) -> None:
    client = cast.browser()
    for _ in range(5):
        assert sign_in(client, ana.email, "wrong").status_code in {200, 422}
    assert sign_in(client, ana.email).status_code != 302
    assert not Device.objects.filter(person=ana).exists()


def test_a_campus_behind_one_address_is_not_shut_out(ana: Person, fresh_limits: None) -> None:
    client = cast.browser()
    for number in range(20):
        sign_in(client, f"student{number}@example.org", "wrong")
    assert sign_in(client, ana.email).status_code == 302


def test_a_wrong_password_and_no_account_look_alike(ana: Person, fresh_limits: None) -> None:
    strip = re.compile(rb'value="[^"]*"')
    wrong = strip.sub(b"", sign_in(cast.browser(), ana.email, "wrong").content)
    nobody = strip.sub(b"", sign_in(cast.browser(), "nobody@example.org", "wrong").content)
    assert wrong == nobody
