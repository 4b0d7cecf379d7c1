"""A wrong key, found by a learner and mended in public: the teacher rules, everybody is scored again, the learner sees
it."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.grades.models import Result
from preau.quizzes import regrading
from preau.quizzes.models import Question, Ruling
from tests import cast
from tests.journeys.conftest import Visitor
from tests.quizzes.test_actions import started
from tests.quizzes.test_regrading import answer

pytestmark = pytest.mark.browser


@pytest.fixture
def tom(running: Edition) -> Person:
    """Teaches the whole course."""
    person = cast.person("Tom")
    cast.role(person, Role.Kind.TEACHER, course=running.course)
    return person


def test_a_wrong_key_is_mended_in_public(visitor: Visitor, running: Edition, learner: Person, tom: Person) -> None:
    attempt = started(learner, running, "quiz", timezone.now())
    for key in ("duree", "vrai", "choix"):
        answer(learner, attempt, key, timezone.now(), wrong=key == "vrai")
    visit = visitor(width=1280)
    visit.sign_in(tom)
    page = visit.open("/desk/thin-now/questions/?unit=quiz")
    assert visit.axe() == []
    page.locator(f"a[href$='/questions/{Question.objects.get(key='vrai').pk}/']").click()
    page.locator("input[value=also]").check()
    page.locator("#rule input[name=answer][value=false]").check()
    page.locator("textarea[name=reason]").fill("Les deux réponses se défendent.")
    assert visit.axe() == []
    page.locator("#rule button").click()
    assert page.locator("#effect").is_visible()
    assert visit.axe() == []
    page.locator("form[action$='/rule/'] button").click()
    page.wait_for_selector("#regrading progress")
    regrading.finish(Ruling.objects.get().pk, now=timezone.now())  # as the worker does
    page.wait_for_selector("#regrading.success")  # asked for by the page itself
    assert Result.objects.get().score == 100
    hers = visitor(width=360)
    hers.sign_in(learner)
    page = hers.open("/e/thin-now/fr/debut/quiz/")
    page.wait_for_selector("#me .outcome")
    assert "Les deux réponses se défendent." in page.locator("#me").inner_text()
    assert hers.sideways() == 0


def test_a_slip_of_the_pen_is_two_clicks(visitor: Visitor, running: Edition, tom: Person, settings: Settings) -> None:
    settings.FREEZE_HOURS = (0, 0)  # this hour may be one around the Sunday's deadline
    visit = visitor(width=360)
    visit.sign_in(tom)
    page = visit.open("/desk/thin-now/preview/fr/lecon/")
    page.locator("a[href*='/units/lecon/edit/']").click()
    area = page.locator("textarea[name=text]")
    area.fill(area.input_value() + "\nUne ligne de plus.\n")
    assert visit.axe() == []
    assert visit.sideways() == 0
    page.locator("button[name=save]").click()
    page.wait_for_url("**/preview/fr/lecon/")
    assert "Une ligne de plus." in visit.open("/e/thin-now/fr/debut/lecon/").locator("main").inner_text()
