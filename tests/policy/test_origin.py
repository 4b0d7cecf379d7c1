"""Who may POST: our own pages. Anybody else is refused before a view runs, whatever cookie comes with it."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.grades.models import Completion
from tests import cast

FINISH = "/e/thin-1/me/fr/debut/lecon/finish/"
OURS = "http://127.0.0.1:8000"  # SITE_URL unless set
# One-click unsubscribe, webhooks of mail providers, LTI: none is built yet. Each reads no cookie and carries a proof.
FOREIGN_POSTS = {"preau.mail.views.stop"}


@pytest.fixture
def running(db: None) -> Edition:
    """The thin edition, opened the Monday before this one."""
    return cast.edition(opens=cast.monday(timezone.now(), -1))


@pytest.fixture
def lea(running: Edition) -> Person:
    person = cast.person("Lea")
    cast.enrolment(person, running)
    return person


def post(person: Person, headers: dict[str, str]) -> int:
    client = Client(headers=headers)
    client.force_login(person)
    return client.post(FINISH, cast.form()).status_code


def test_our_own_pages_may_post(lea: Person) -> None:
    assert post(lea, {"Sec-Fetch-Site": "same-origin"}) == 302
    assert Completion.objects.count() == 1


@pytest.mark.parametrize(
    "site", ["cross-site", "same-site", "none", "", "null", "SAME-ORIGIN", "same-origin, cross-site"]
)
def test_anybody_elses_may_not(lea: Person, site: str) -> None:
    assert post(lea, {"Sec-Fetch-Site": site, "Origin": OURS}) == 403
    assert not Completion.objects.exists()


def test_an_old_browser_says_where_it_comes_from(lea: Person) -> None:
    assert post(lea, {"Origin": OURS}) == 302


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        "http://127.0.0.1:8001",
        f"{OURS}.evil.example",
        "http://127.0.0.1:8000@evil.example",
        "file://",
    ],
)
def test_another_origin_or_none_is_refused(lea: Person, origin: str | None) -> None:
    assert post(lea, {} if origin is None else {"Origin": origin}) == 403
    assert not Completion.objects.exists()


def test_behind_https_only_the_sites_own_address_counts(lea: Person, settings: Settings) -> None:
    settings.SITE_URL, settings.HTTPS = "https://mooc.example.org", True
    assert post(lea, {"Origin": "http://testserver"}) == 403
    assert post(lea, {"Origin": "http://mooc.example.org"}) == 403
    assert post(lea, {"Origin": "https://mooc.example.org"}) == 302


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_unsafe_method_is_checked(lea: Person, method: str) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.force_login(lea)
    assert getattr(client, method)(FINISH).status_code == 403


def test_the_refusal_is_a_page_that_says_so(lea: Person) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.force_login(lea)
    reply = client.post(FINISH, cast.form(), headers={"Accept-Language": "en"})
    assert reply.status_code == 403
    assert b"<h1>" in reply.content


def test_a_link_from_elsewhere_still_opens(lea: Person) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.force_login(lea)
    assert client.get("/e/thin-1/").status_code == 200


def test_signing_in_is_checked_too(lea: Person) -> None:
    fields = {"login": lea.email, "password": cast.PASSWORD}
    assert Client(headers={"Sec-Fetch-Site": "cross-site"}).post("/accounts/login/", fields).status_code == 403


def views(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in resolver.url_patterns:
        found += [entry] if isinstance(entry, URLPattern) else views(entry)
    return found


def test_the_views_that_others_may_post_to_are_these() -> None:
    marked = {p.lookup_str for p in views(get_resolver()) if getattr(p.callback, "foreign_post", False)}
    assert marked == FOREIGN_POSTS


def test_no_view_asks_for_a_token_or_waives_the_check_by_itself() -> None:
    assert "django.middleware.csrf.CsrfViewMiddleware" not in django_settings.MIDDLEWARE
    assert "preau.common.origin.SameOriginMiddleware" in django_settings.MIDDLEWARE
