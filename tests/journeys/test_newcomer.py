"""From « Je m'inscris » to the first lesson, on a phone: three screens."""

import pytest

from preau.accounts.models import Person
from preau.courses.models import Edition, Enrolment
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_newcomer_reads_the_first_lesson_in_three_screens(visitor: Visitor, running: Edition) -> None:
    visit = visitor(width=360)
    page = visit.open("/fr/courses/thin/")
    assert visit.sideways() == 0
    page.locator("form[action$='/enrol/'] button").first.click()
    page.locator("input[name=email]").fill("Nouvelle@Example.org")
    page.locator("input[name=password1]").fill("un mot de passe solide")
    page.locator("input[name=name]").fill("Nouvelle Venue")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/debut/lecon/")
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").inner_text() == "Une leçon"
    person = Person.objects.get(email="nouvelle@example.org")
    assert person.name == "Nouvelle Venue"
    assert Enrolment.objects.filter(person=person, edition=running).exists()


def test_a_visitor_reads_without_an_account_and_is_invited(visitor: Visitor, running: Edition) -> None:
    visit = visitor(width=320)
    page = visit.open("/e/thin-now/fr/debut/lecon/")
    assert page.locator("math").count() > 0
    assert page.locator("#me a.button").count() == 1
    assert visit.context.cookies() == []
    assert visit.sideways() == 0
