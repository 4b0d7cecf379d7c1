"""A timed attempt on a phone whose network goes: what is answered stays on it, arrives once, and the clock goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route

from preau.accounts.models import Person
from preau.audit.models import Act
from preau.content.models import UnitText
from preau.courses import actions as courses
from preau.courses.models import Edition
from preau.quizzes import timing
from preau.quizzes.models import Answer, Attempt, Gap
from tests import cast
from tests.journeys.conftest import Visit, Visitor
from tests.quizzes import stage

pytestmark = pytest.mark.browser
CUT_OFF = ("net::ERR_", "htmx:afterRequest", "htmx:sendError", "404")  # in the console, of requests that we cut
KEPT = "() => Object.keys(localStorage).filter(key => key.startsWith('preau:timed')).length"  # lists of kept answers


@pytest.fixture
def running(transactional_db: None) -> Edition:
    """The thin course, begun, whose quiz that is told later takes ten minutes."""
    opens = cast.monday(timezone.now())
    return cast.edition(
        slug="thin-now", opens=opens, enrolment_closes_at=opens + timedelta(days=20), of=stage.limited(apres=10)
    )


@pytest.fixture
def phone(visitor: Visitor, running: Edition) -> Visit:
    """Awa's, on the page of the quiz."""
    person = cast.person("Awa")
    cast.enrolment(person, running)
    visit = visitor()
    visit.sign_in(person)
    page = visit.open("/e/thin-now/fr/debut/apres/")
    page.locator("#me form[action$='/start/']").wait_for()
    return visit


def begin(phone: Visit) -> Page:
    phone.page.locator("#me form[action$='/start/'] button").click()
    phone.page.locator("[data-timed] [data-left]").wait_for()
    return phone.page


def write(page: Page, text: str) -> None:
    """Answer the question that asks for a word."""
    card = page.locator("fieldset.question", has=page.locator("input[type=text]"))
    card.locator("input[type=text]").fill(text)
    card.locator("button").click()


def quiet(phone: Visit) -> None:
    """Nothing more is said of a request that we cut."""
    phone.page.goto("about:blank")
    phone.wrong[:] = [line for line in phone.wrong if not any(known in line for known in CUT_OFF)]


def tick(page: Page) -> None:
    """Answer the one with boxes."""
    card = page.locator("fieldset.question", has=page.locator("input[type=checkbox]"))
    card.locator("input[type=checkbox]").first.check()
    card.locator("button").click()


def test_what_is_answered_in_a_cut_arrives_once_and_the_cut_is_on_record(
    phone: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "LATELY", timedelta(0))  # a cut of seconds is one here
    assert phone.axe() == []
    page = begin(phone)
    write(page, "un mot")
    page.locator(".outcome").wait_for()
    assert Answer.objects.count() == 1

    phone.context.set_offline(True)
    write(page, "secretissime")
    tick(page)
    page.locator("[data-mark]").nth(1).wait_for()
    assert phone.axe() == []
    assert phone.sideways() == 0
    assert Answer.objects.get().given == "un mot"

    phone.context.set_offline(False)
    page.locator(".outcome").nth(1).wait_for()
    assert page.locator("[data-mark]").count() == 0
    assert Answer.objects.count() == 2
    assert Answer.objects.filter(given="secretissime").exists()
    assert Act.objects.filter(kind="quiz.answer").count() == 3
    assert Gap.objects.get().answers == 2
    assert page.evaluate(KEPT) == 0

    page.locator("#me form[action$='/close/'] button").click()
    page.locator("#me .notice.success").wait_for()
    assert Attempt.objects.get().closed_at is not None
    quiet(phone)


def test_a_line_that_fails_and_a_closed_page_lose_nothing(phone: Visit) -> None:
    page = begin(phone)
    ends_at = Attempt.objects.get().ends_at
    cut: list[str] = []

    def fail(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        cut.append(route.request.url)
        return route.abort()

    page.route("**/me/quiz/**", fail)
    write(page, "secretissime")
    page.locator("[data-mark]").wait_for()
    tick(page)
    page.locator("[data-mark]").nth(1).wait_for()
    page.locator("#me form[action$='/close/'] button").click()
    page.locator("#status .notice").wait_for()
    assert not any(url.endswith("/close/") for url in cut), "nothing is finished before what is kept has arrived"

    page.reload(wait_until="networkidle")
    page.locator("[data-mark]").nth(1).wait_for()
    left = page.locator("[data-timed]")
    assert ends_at is not None
    assert left.get_attribute("data-ends") == str(int(ends_at.timestamp() * 1000))
    assert any(minutes in left.inner_text() for minutes in ("10 min", "9 min", "8 min", "7 min"))
    assert not Answer.objects.exists()

    page.unroute("**/me/quiz/**")
    page.locator(".outcome").nth(1).wait_for()
    assert Answer.objects.count() == 2
    assert Attempt.objects.get().ends_at == ends_at
    quiet(phone)


def keep(page: Page) -> None:
    """Answer while no answer gets through."""
    page.route("**/me/quiz/**", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    write(page, "secretissime")
    page.locator("[data-mark]").wait_for()


def sign_in_beside(phone: Visit, person: Person) -> None:
    """In this browser, in the place of whoever was signed in, while its page stays as it is."""
    phone.context.clear_cookies()
    form: dict[str, str | float | bool] = {"login": person.email, "password": cast.PASSWORD}
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert phone.context.request.post(f"{phone.site}/accounts/login/", form=form, headers=headers).ok
    assert phone.context.cookies()


def test_while_somebody_else_is_signed_in_what_is_kept_stays(phone: Visit, running: Edition) -> None:
    page = begin(phone)
    keep(page)
    awa, other = Person.objects.get(name="Awa"), cast.person("Omar")
    cast.enrolment(other, running)
    sign_in_beside(phone, other)
    page.unroute("**/me/quiz/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#status .notice a[href='/accounts/login/']").wait_for()
    assert page.evaluate(KEPT) == 1
    assert page.locator("[data-mark].warning").count() == 1
    assert not Answer.objects.exists()

    sign_in_beside(phone, awa)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.locator(".outcome").wait_for()
    assert Answer.objects.get().given == "secretissime"
    assert Answer.objects.get().attempt.enrolment.person == awa
    quiet(phone)


def test_the_next_attempt_waits_for_what_was_kept_of_the_former(phone: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEEWAY", timedelta(0))  # half a minute is long here
    for text in UnitText.objects.filter(unit__key="apres").order_by("pk"):
        UnitText.objects.filter(pk=text.pk).update(meta={**text.meta, "attempts": 2})
    courses.touch(Edition.objects.get(slug="thin-now"))
    phone.page.reload(wait_until="networkidle")
    page = begin(phone)
    keep(page)
    ended = timezone.now()
    Attempt.objects.update(started_at=ended - timedelta(minutes=9), ends_at=ended)
    page.reload(wait_until="networkidle")
    start = page.locator("#me form[action$='/start/'] button")
    start.click()
    page.locator("#status .notice").wait_for()
    assert Attempt.objects.count() == 1

    with page.expect_response(lambda reply: reply.request.method == "POST" and reply.ok):
        page.unroute("**/me/quiz/**")
    while page.evaluate(KEPT):
        page.wait_for_timeout(100)
    assert Answer.objects.get().given == "secretissime"
    page.reload(wait_until="networkidle")
    start.click()
    page.locator("[data-timed] [data-left]").wait_for()
    assert Attempt.objects.count() == 2
    quiet(phone)


def test_at_the_end_the_page_says_what_was_kept(phone: Visit) -> None:
    page = begin(phone)
    write(page, "secretissime")
    page.locator(".outcome").wait_for()
    attempt = Attempt.objects.get()
    soon = timezone.now() + timedelta(seconds=4)
    Attempt.objects.update(started_at=attempt.started_at - timedelta(minutes=9), ends_at=soon)
    page.reload(wait_until="networkidle")
    page.locator("[data-timed].warning").wait_for()
    assert "1" in page.locator("[data-timed]").inner_text()
    assert page.locator("#me form[action$='/close/']").count() == 0
    assert phone.axe() == []


def test_the_page_tells_the_time_and_the_server_has_the_last_word(phone: Visit) -> None:
    page = begin(phone)
    page.clock.install()
    page.reload(wait_until="networkidle")
    page.clock.run_for(2_000)
    page.clock.fast_forward(5 * 60_000)
    page.clock.run_for(1_000)
    page.locator("#status .notice").wait_for()
    assert "5" in page.locator("#status").inner_text()
    assert "5 min" in page.locator("[data-left]").inner_text()
    page.clock.fast_forward(5 * 60_000)
    page.clock.run_for(1_000)
    page.locator("#status .notice.warning").wait_for()
    page.clock.run_for(3_000)
    page.locator("[data-left]").wait_for()
    page.clock.run_for(1_000)
    assert any(minutes in page.locator("[data-left]").inner_text() for minutes in ("10 min", "9 min", "8 min"))
