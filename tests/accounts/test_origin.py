"""A POST from another site does nothing, whatever its browser says or leaves out."""

import pytest
from django.test import Client
from pytest_django import Settings

from preau.accounts.models import Device, Person
from tests import cast

OURS = "http://testserver"


def post(person: Person, headers: dict[str, str]) -> int:
    """The answer to a sign-out sent with these headers and the victim's cookie."""
    client = Client(headers=headers)
    client.force_login(person)
    return client.post("/accounts/logout/").status_code


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "Same-Origin"])
def test_what_the_browser_calls_foreign_is_refused(site: str, ana: Person) -> None:
    assert post(ana, {"Sec-Fetch-Site": site, "Origin": OURS}) == 403
    assert Device.objects.filter(person=ana).exists()


def test_our_own_pages_are_accepted(ana: Person) -> None:
    assert post(ana, {"Sec-Fetch-Site": "same-origin"}) == 302
    assert not Device.objects.filter(person=ana).exists()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://evil.example",
        "http://testserver:8001",
        "http://testserver.evil.example",
        "testserver",
    ],
)
def test_without_the_browsers_word_only_our_origin_is_accepted(origin: str | None, ana: Person) -> None:
    assert post(ana, {"Origin": origin} if origin is not None else {}) == 403
    assert Device.objects.filter(person=ana).exists()


def test_our_origin_is_enough_for_a_browser_that_says_no_more(ana: Person) -> None:
    assert post(ana, {"Origin": OURS}) == 302


def test_over_https_the_origin_is_the_sites_address_and_not_the_requests(ana: Person, settings: Settings) -> None:
    settings.HTTPS, settings.SITE_URL = True, "https://mooc.example"
    assert post(ana, {"Origin": OURS}) == 403
    assert post(ana, {"Origin": "https://mooc.example"}) == 302


@pytest.mark.parametrize(
    "path", ["login/", "signup/", "erase/", "export/", "email/", "password/change/", "2fa/webauthn/add/"]
)
def test_no_page_of_the_account_is_an_exception(path: str, ana: Person) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.force_login(ana)
    assert client.post(f"/accounts/{path}").status_code == 403


def test_nobody_is_signed_in_from_another_site(ana: Person) -> None:
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    client.post("/accounts/login/", {"login": ana.email, "password": cast.PASSWORD})
    assert client.get("/accounts/").status_code == 302
