"""A real Chromium on the real site: a message on the console or a request elsewhere fails the journey."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlparse

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from preau.accounts.models import Person
from preau.config.programs import CHROMIUM
from preau.courses.models import Edition
from tests import cast

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE = 180_000  # milliseconds: a machine may be slow and busy, and a passing journey never waits for them
AXE = Path(settings.ROOT) / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module", autouse=True)
def orm_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in the test's thread, which Django takes for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium(orm_beside_playwright: None) -> Iterator[Browser]:
    """Of one module: its event loop must be gone when a test of another in this process runs one of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM.find()), args=QUIET, timeout=PATIENCE)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser of one person: opens pages of the site, and remembers what it should not have seen."""

    site: str
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        def requested(url: str) -> None:
            if urlparse(url).netloc not in ("", urlparse(self.site).netloc):
                self.wrong.append(f"a request to {url}")

        self.page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", lambda request: requested(request.url))

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path, wait_until="networkidle")
        return self.page

    def sign_in(self, person: Person) -> None:
        """Through the real form."""
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(person.email)
        self.page.locator("input[name=password]").fill(cast.PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def axe(self) -> list[str]:
        """The violations that axe-core finds on the page."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)"
        )
        return list(found)

    def sideways(self) -> int:
        """Pixels that one would have to scroll sideways."""
        width = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return int(width)


type Visitor = Callable[..., Visit]


@pytest.fixture
def visitor(live_server: LiveServer, chromium: Browser) -> Iterator[Visitor]:
    """Opens browsers: `visitor(width=360, language="fr", script=True)`."""
    opened: list[Visit] = []

    def visit(width: int = 360, language: str = "fr-FR", *, script: bool = True) -> Visit:
        # axe is put into the page by its debugger, which the site's CSP does not bind
        context = chromium.new_context(
            viewport={"width": width, "height": 740},
            locale=language,
            timezone_id="Africa/Dakar",
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE)
        one = Visit(live_server.url, context, context.new_page())
        one.watch()
        opened.append(one)
        return one

    yield visit
    for one in opened:
        one.context.close()
    wrong = [line for one in opened for line in one.wrong]
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def running(transactional_db: None) -> Edition:
    """The thin course, in its first week today."""
    opens = cast.monday(timezone.now())
    return cast.edition(slug="thin-now", opens=opens, enrolment_closes_at=opens + timedelta(days=20))


@pytest.fixture
def learner(running: Edition) -> Person:
    person = cast.person("Awa")
    cast.enrolment(person, running)
    return person
