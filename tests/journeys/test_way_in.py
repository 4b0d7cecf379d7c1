"""The way in on a telephone and a slow line: course, account, first unit; by password, passkey and school, in both
languages, by keyboard and without a script."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from tests import cast
from tests.accounts import oidc_provider
from tests.accounts.oidc_provider import School
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.test_account import device_with_a_lock

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
BUTTON = "form[action$='/enrol/'] button"
ENTER = "form[action='/accounts/signup/']"


def slow(page: Page) -> None:
    """400 kbit/s, 400 ms."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)


def screens(page: Page) -> list[str]:
    """The addresses of the pages that were shown, in their order; a page counts once, redirects not at all."""
    seen: list[str] = []

    def shown() -> None:
        path = urlsplit(page.url).path
        if not seen or seen[-1] != path:
            seen.append(path)

    page.on("domcontentloaded", lambda _page: shown())
    return seen


def fill(page: Page, *, password: bool = True) -> None:
    page.locator("input[name=email]").fill("nouvelle@example.org")
    page.locator("input[name=name]").fill("Nouvelle Venue")
    if password:
        page.locator("input[name=password1]").fill("une phrase bien à moi")


def good(visit: Visit) -> None:
    assert (visit.page.url, visit.axe(), visit.sideways()) == (visit.page.url, [], 0)


def enrolled() -> Person:
    person = Person.objects.get(email="nouvelle@example.org")
    assert Enrolment.objects.filter(person=person, edition__slug="thin-now", track__key="classic").count() == 1
    return person


@pytest.mark.parametrize(("language", "code"), [("fr-FR", "fr"), ("en-GB", "en")])
def test_three_screens_from_the_course_to_the_first_unit(
    visitor: Visitor, running: Edition, language: str, code: str
) -> None:
    visit = visitor(width=360, language=language)
    slow(visit.page)
    seen = screens(visit.page)
    page = visit.open(f"/{code}/courses/thin/")
    good(visit)
    page.locator(f"#classic {BUTTON}").click()
    page.wait_for_url("**/accounts/signup/**")
    page.wait_for_load_state("networkidle")
    good(visit)
    assert page.locator("main input:visible").count() == 3
    fill(page)
    page.locator(f"{ENTER} button:not([type])").click()
    page.wait_for_url("**/debut/lecon/")
    page.wait_for_load_state("networkidle")
    good(visit)
    assert len(seen) == 3, seen
    assert enrolled().language == code


def test_by_keyboard_alone(visitor: Visitor, running: Edition) -> None:
    visit = visitor()
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/signup/**")
    page.locator("input[name=email]").focus()
    for word in ("nouvelle@example.org", "Nouvelle Venue", "une phrase bien à moi"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/debut/lecon/")
    enrolled()


def test_without_a_script(visitor: Visitor, running: Edition) -> None:
    visit = visitor(script=False)
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").click()
    assert page.locator("button[data-passkey-new]").is_hidden()
    fill(page)
    page.locator(f"{ENTER} button:not([type])").click()
    page.wait_for_url("**/debut/lecon/")
    enrolled()


def test_before_the_opening_the_third_screen_says_when(visitor: Visitor, transactional_db: None) -> None:
    opens = cast.monday(timezone.now(), 2)
    cast.edition(slug="thin-now", opens=opens, enrolment_closes_at=opens + timedelta(days=20))
    visit = visitor()
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").click()
    fill(page)
    page.locator(f"{ENTER} button:not([type])").click()
    page.wait_for_url("**/e/thin-now/")
    page.wait_for_load_state("networkidle")
    good(visit)
    enrolled()


def test_a_passkey_instead_of_a_password(visitor: Visitor, live_server: LiveServer, running: Edition) -> None:
    visit = visitor()
    visit.site = f"http://localhost:{live_server.thread.port}"  # passkeys belong to a name
    device_with_a_lock(visit.page)
    seen = screens(visit.page)
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").click()
    page.wait_for_url("**/accounts/signup/**")
    fill(page, password=False)
    page.locator("button[data-passkey-new]").click()
    page.wait_for_url("**/debut/lecon/")
    assert len(seen) == 3, seen
    person = enrolled()
    assert not person.has_usable_password()
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    page.wait_for_load_state("networkidle")
    visit.open("/accounts/")  # a page that asks for nothing more once its person is signed out
    visit.context.clear_cookies()
    page = visit.open("/accounts/login/?next=/accounts/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/accounts/")
    page.wait_for_load_state("networkidle")
    visit.open("/accounts/erase/")
    page.locator("input[name=email]").fill("nouvelle@example.org")
    page.locator("main form button").first.click()
    page.wait_for_url("**/2fa/webauthn/reauthenticate/**")  # who has no password shows the passkey again
    with page.expect_navigation(wait_until="networkidle"):  # what was asked for is done there, without another page
        page.locator("form[data-passkey] button").click()
    assert Person.objects.get(pk=person.pk).erased_at is not None


def test_an_address_that_is_taken_is_said_before_a_passkey_is_made(
    visitor: Visitor, live_server: LiveServer, running: Edition
) -> None:
    cast.person("Nouvelle")
    visit = visitor()
    visit.site = f"http://localhost:{live_server.thread.port}"
    device_with_a_lock(visit.page)
    page = visit.open("/accounts/signup/")
    fill(page, password=False)
    page.locator("button[data-passkey-new]").click()
    page.locator("[data-passkey-said]:not([hidden])").wait_for()
    assert page.locator("input[name=name]").input_value() == "Nouvelle Venue"
    visit.wrong = [line for line in visit.wrong if "422" not in line]  # the browser tells the console of an answer
    assert not Authenticator.objects.exists()


@pytest.fixture
def school(settings: Settings) -> Iterator[School]:
    with oidc_provider.running() as running:
        running.claims = {
            "sub": "7",
            "email": "nouvelle@example.org",
            "email_verified": True,
            "name": "Nouvelle Venue",
            "locale": "fr",
        }
        settings.SOCIALACCOUNT_PROVIDERS = oidc_provider.settings_of(running, domains=("example.org",))
        cache.clear()
        yield running


@pytest.mark.parametrize("script", [True, False])
def test_with_a_school_nothing_is_typed(visitor: Visitor, running: Edition, school: School, script: bool) -> None:
    visit = visitor(script=script)
    seen = screens(visit.page)
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").click()
    page.wait_for_url("**/accounts/signup/**")
    page.wait_for_load_state("networkidle")
    if script:
        good(visit)
    page.locator("a[href^='/accounts/oidc/arts/login/']").click()
    page.wait_for_url("**/debut/lecon/")
    visit.wrong = [line for line in visit.wrong if school.url not in line]  # the school, where one meant to go
    assert len(seen) == 3, seen
    assert not enrolled().has_usable_password()


def test_a_double_click_makes_one_account_and_one_enrolment(visitor: Visitor, running: Edition) -> None:
    visit = visitor()
    page = visit.open("/fr/courses/thin/")
    page.locator(f"#classic {BUTTON}").dblclick()
    page.wait_for_url("**/accounts/signup/**")
    fill(page)
    page.locator(f"{ENTER} button:not([type])").dblclick()
    page.wait_for_url("**/debut/lecon/")
    enrolled()
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert Person.objects.count() == 1
