"""My path by date, on a telephone, by the keyboard, in French and in English; and its address for a calendar."""

import pytest

from preau.accounts.models import Person
from preau.home.models import Feed
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "title"), [("fr-FR", "Mon programme, par date"), ("en-GB", "My path, by date")])
def test_somebody_plans_their_week_on_a_telephone(visitor: Visitor, learner: Person, language: str, title: str) -> None:
    Person.objects.filter(pk=learner.pk).update(language=language[:2], zone="Africa/Dakar")
    visit = visitor(width=360, language=language)
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/")
    page.get_by_role("link", name=title).click()
    page.wait_for_url("**/path/")
    assert page.locator("h1").inner_text() == title
    page.locator("details:has(.loads) > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".loads").is_visible()
    page.locator("#later ~ details > summary").last.focus()
    page.keyboard.press("Enter")
    assert visit.sideways() == 0
    assert visit.axe() == []
    page.locator("form[action$='/path/calendar/'] button").press("Enter")
    page.locator("#feed").wait_for()
    token = Feed.objects.get(enrolment__person=learner).token
    assert page.locator("#feed").input_value().endswith(f"/e/thin-now/calendar/{token}.ics")
    assert str(page.locator("a[href^='webcal:']").get_attribute("href")).endswith(f"{token}.ics")
    page.locator("#calendar ~ details > summary").click()
    page.locator("form[action$='/path/calendar/'] button").click()
    page.wait_for_function("old => !document.querySelector('#feed').value.includes(old)", arg=token)
    assert visit.sideways() == 0
    assert visit.axe() == []


def test_without_a_script_it_is_the_same_page(visitor: Visitor, learner: Person) -> None:
    visit = visitor(width=360, script=False)
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/path/")
    assert page.locator("#this").is_visible()
    page.locator("form[action$='/path/calendar/'] button").click()
    page.wait_for_url("**/path/#calendar")
    assert page.locator("#feed").is_visible()
