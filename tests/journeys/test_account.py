"""The account in a real browser: sign-up with its zone, a passkey made and used, without a script where one can."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from preau.accounts.models import Device, Person
from tests import cast
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def on_localhost(live_server: LiveServer, visitor: Visitor, transactional_db: None) -> Visit:
    """Passkeys belong to a name, which an address is not."""
    visit = visitor()
    visit.site = f"http://localhost:{live_server.thread.port}"
    return visit


def device_with_a_lock(page: Page) -> None:
    """A virtual authenticator, which says yes."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def fill_sign_up(page: Page) -> None:
    page.locator("input[name=email]").fill("awa@example.org")
    page.locator("input[name=name]").fill("Awa Diop")
    page.locator("input[name=password1]").fill("une phrase bien à moi")
    page.locator("main form[action='/accounts/signup/'] button:not([type])").click()
    page.wait_for_url(lambda url: "/signup/" not in url)


@pytest.mark.parametrize(("script", "zone"), [(True, "Africa/Dakar"), (False, "Europe/Paris")])
def test_a_sign_up_learns_the_zone_where_it_can(
    visitor: Visitor, transactional_db: None, script: bool, zone: str
) -> None:
    visit = visitor(script=script)
    fill_sign_up(visit.open("/accounts/signup/"))
    assert Person.objects.get().zone == zone


def test_a_passkey_is_made_then_opens_the_account_without_password(on_localhost: Visit) -> None:
    visit, awa = on_localhost, cast.person("Awa")
    device_with_a_lock(visit.page)
    visit.sign_in(awa)
    page = visit.open("/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(cast.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("input[name=passwordless]").check()
    assert visit.axe() == []
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert Authenticator.objects.filter(user=awa, type="webauthn").count() == 1
    visit.context.clear_cookies()
    page = visit.open("/accounts/login/?next=/accounts/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/accounts/")
    assert Device.objects.filter(person=awa, name="Chrome, Linux").exists()


def test_a_passkey_that_is_refused_says_so_and_changes_nothing(on_localhost: Visit) -> None:
    visit = on_localhost
    page = visit.open("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")
    page.locator("form[data-passkey] button").click()
    page.locator("form[data-passkey] [role=alert]:not([hidden])").wait_for()
    assert "/accounts/login/" in page.url


def test_the_passkey_is_not_offered_without_a_script(visitor: Visitor, transactional_db: None) -> None:
    page = visitor(script=False).open("/accounts/login/")
    assert page.locator("form[data-passkey]").is_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_of_the_account_are_accessible(visitor: Visitor, transactional_db: None, width: int) -> None:
    visit, awa = visitor(width=width), cast.person("Awa")
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        visit.open(path)
        assert (path, visit.axe(), visit.sideways()) == (path, [], 0)
    visit.sign_in(awa)
    for path in ("/accounts/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/erase/"):
        visit.open(path)
        assert (path, visit.axe(), visit.sideways()) == (path, [], 0)
