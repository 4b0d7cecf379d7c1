"""A question from a unit to its chosen answer, at phone width, with and without a script."""

import pytest
from playwright.sync_api import Page

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.discussion.models import Post, Thread, Vote
from tests import cast
from tests.discussion import talking
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser
UNIT = "/e/thin-now/fr/debut/lecon/"
BASE = "/e/thin-now/discussion/"


@pytest.fixture
def ben(running: Edition) -> Person:
    who = cast.person("Ben")
    cast.enrolment(who, running)
    return who


def ask(visit: Visit, *, script: bool) -> Page:
    """From the margin of a unit to the thread, by way of a preview."""
    page = visit.open(UNIT)
    margin = page.locator("section.asked")
    margin.scroll_into_view_if_needed()
    if not script:
        margin.locator("a").click()
    page.locator("a[href*='new/?unit=lecon']").click()
    page.locator("input[name=title]").fill("Que veut dire marge ?")
    page.locator("textarea[name=text]").fill("Je ne comprends **pas** la marge.")
    page.locator("main button[name=preview]").click()
    page.locator("section.card strong", has_text="pas").wait_for()
    assert not script or visit.axe() == []
    page.locator("input[name=agree]").check()
    page.locator("main form.form p.actions button:not([name])").click()
    page.wait_for_url("**/thread/*/")
    assert page.locator("#p-1 .text strong").inner_text() == "pas"
    return page


def reply(visit: Visit, address: str, text: str) -> Page:
    page = visit.open(address)
    page.locator("#reply textarea[name=text]").fill(text)
    if page.locator("#reply input[name=agree]").count():
        page.locator("#reply input[name=agree]").check()
    page.locator("#reply p.actions button:not([name])").click()
    page.locator("article.post", has_text=text).wait_for()
    return page


def test_a_question_is_asked_answered_thanked_and_settled(visitor: Visitor, learner: Person, ben: Person) -> None:
    hers, his = visitor(width=360), visitor(width=360)
    hers.sign_in(learner)
    his.sign_in(ben)
    page = ask(hers, script=True)
    address = page.url.removeprefix(hers.site)
    assert hers.sideways() == 0
    reply(his, address, "Le retard possible.")
    reply(his, address, "La réponse est douze.")
    page = hers.open(address)
    page.evaluate("() => { window.stayed = true }")
    thank = page.locator("#p-2 button.thank")
    assert thank.get_attribute("aria-pressed") == "false"
    thank.click()
    page.locator("#p-2 button.thank[aria-pressed=true]").wait_for()
    assert Vote.objects.get().person_id == learner.pk
    page.locator("#p-2 button.thank").click()
    page.locator("#p-2 button.thank[aria-pressed=false]").wait_for()
    assert not Vote.objects.exists()
    page.locator("#p-3 button.reveal").click()
    page.locator("#p-3.folded").wait_for()
    assert "douze" not in page.content()
    assert page.evaluate("() => window.stayed"), "the page was not loaded again"
    page.locator("#p-2 a.more").click()
    page.locator("button[formaction='accept/']").click()
    page.locator("#p-2.accepted").wait_for()
    assert Thread.objects.get().accepted == Post.objects.get(number=2)
    assert hers.axe() == []
    page = his.open(UNIT)
    page.locator("section.asked").scroll_into_view_if_needed()
    page.locator("section.asked a.title", has_text="Que veut dire marge ?").wait_for()


def test_what_comes_while_one_reads_waits_behind_a_button(
    visitor: Visitor, learner: Person, ben: Person, running: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preau.discussion.rules.POLL", 1)
    now = running.opens_at
    at = talking.here(ben, {"edition": running.slug}, now)
    thread = talking.ask(at, "Un long fil", "Un début. " * 100)
    for number in range(4):
        talking.reply(at, thread, f"Message {number}. " * 60)
    visit = visitor(width=360)
    visit.sign_in(learner)
    page = visit.open(f"{BASE}thread/{thread.pk}/")
    page.locator("#p-3").scroll_into_view_if_needed()
    before = page.evaluate("() => [scrollY, document.querySelector('#p-3').getBoundingClientRect().top]")
    talking.reply(at, thread, "Un nouveau message.")
    page.locator("p.newer:not([hidden])").wait_for()
    assert page.evaluate("() => [scrollY, document.querySelector('#p-3').getBoundingClientRect().top]") == before
    assert page.locator("#p-6").count() == 0
    above = page.evaluate("() => document.querySelector('#p-3').getBoundingClientRect().top + scrollY")
    page.locator("p.newer button").click()
    page.locator("#p-6", has_text="Un nouveau message.").wait_for()
    assert page.evaluate("() => document.querySelector('#p-3').getBoundingClientRect().top + scrollY") == above
    assert page.evaluate("() => document.activeElement.id") == "p-6"
    page.locator("#p-6 button.thank").click()
    page.locator("#p-6 button.thank[aria-pressed=true]").wait_for()
    assert page.locator("p.newer").is_hidden()


def test_the_same_by_plain_forms(visitor: Visitor, learner: Person, ben: Person) -> None:
    hers, his = visitor(width=360, script=False), visitor(width=360, script=False)
    hers.sign_in(learner)
    his.sign_in(ben)
    address = ask(hers, script=False).url.removeprefix(hers.site)
    reply(his, address, "Le retard possible.")
    page = reply(his, address, "La réponse est douze.")
    page = hers.open(address)
    page.locator("#p-2 button.thank").click()
    page.locator("#p-2 button.thank", has_text="1").wait_for()
    page.locator("#p-3 button.reveal").click()
    page.locator("#p-3.folded").wait_for()
    assert "douze" not in page.content()
    page.locator("#p-2 a.more").click()
    page.locator("button[formaction='accept/']").click()
    page.locator("#p-2.accepted").wait_for()
    thread = Thread.objects.get()
    assert (thread.accepted, Vote.objects.count()) == (Post.objects.get(number=2), 1)
