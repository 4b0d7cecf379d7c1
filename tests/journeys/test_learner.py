"""What a learner does: read to the end, answer in place, hand in, with and without a script."""

import pytest

from preau.accounts.models import Person
from preau.courses.models import Edition
from preau.grades.models import Completion, Result
from preau.peer.models import Submission
from preau.quizzes.models import Answer, Attempt
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_reaching_the_end_marks_a_lesson(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor()
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/fr/debut/lecon/")
    page.locator("#me").scroll_into_view_if_needed()
    page.locator("#me .state.done").wait_for()
    assert Completion.objects.filter(enrolment__person=learner).count() == 1


def test_an_answer_is_told_in_place(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor()
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/fr/debut/quiz/")
    page.locator("#me form[action$='/start/'] button").click()
    first = page.locator("fieldset.question").first
    first.locator("input[name=answer]").fill("3,2")
    first.locator("button").click()
    page.locator(".outcome.right").wait_for()
    assert Answer.objects.get().score == 1
    page.locator("input[value=false]").check()
    page.locator("fieldset.question", has=page.locator("input[value=false]")).locator("button").click()
    page.locator(".outcome.wrong").wait_for()
    page.locator("#me form[action$='/close/'] button").click()
    page.locator("#me .grade").wait_for()
    assert Attempt.objects.get().closed_at is not None
    assert round(Result.objects.get().score) == 33
    assert visit.sideways() == 0
    assert visit.axe() == []


def test_a_double_click_is_one_act(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor()
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/fr/debut/apres/")
    page.locator("#me form[action$='/start/'] button").dblclick()
    page.locator("fieldset.question").first.wait_for()
    assert Attempt.objects.count() == 1


def test_everything_works_without_a_script(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor(script=False)
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/fr/debut/apres/")
    page.locator("#me a.button").click()
    page.locator("form[action$='/start/'] button").click()
    page.locator("input[name=answer][type=text]").fill("Secretissime")
    page.locator("fieldset.question", has=page.locator("input[type=text]")).locator("button").click()
    assert Answer.objects.get().given == "Secretissime"
    assert "secretissime" not in page.content().replace("Secretissime", "")
    page.locator("form[action$='/close/'] button").click()
    assert Attempt.objects.get().closed_at is not None


def test_a_work_is_handed_in_with_a_receipt(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor(width=1280)
    visit.sign_in(learner)
    page = visit.open("/e/thin-now/fr/debut/cas/")
    page.locator("textarea[name=text]").fill("Un préau solaire, en trois lots.")
    page.locator("#me form[action$='/submit/'] button").first.click()
    page.locator("#me .receipt").wait_for()
    assert Submission.objects.get().fingerprint in page.locator("#me .receipt").inner_text()
    assert visit.axe() == []


PAGES = [
    "/fr/",
    "/en/",
    "/fr/courses/",
    "/en/courses/thin/",
    "/e/thin-now/",
    "/e/thin-now/fr/debut/lecon/",
    "/e/thin-now/en/debut/lecon/",
    "/e/thin-now/fr/debut/quiz/",
    "/me/",
    "/me/certificates/",
    "/verify/",
    "/accounts/",
    "/fr/legal/",
    "/fr/accessibility/",
]


def test_no_page_has_an_accessibility_violation(visitor: Visitor, learner: Person, running: Edition) -> None:
    visit = visitor(width=320)
    visit.sign_in(learner)
    found = {}
    for path in PAGES:
        visit.open(path)
        if wrong := [*visit.axe(), *(["scrolls sideways"] if visit.sideways() else [])]:
            found[path] = wrong
    assert not found
