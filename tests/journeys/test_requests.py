"""A learner asks from a unit's page on a phone; the team answers with a saved reply and gives more time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload

from preau.accounts.models import Person
from preau.courses.models import Edition, Extension, Role
from preau.support.models import Request, SavedReply
from tests import cast
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser


def test_a_question_its_answer_and_more_time(visitor: Visitor, learner: Person, running: Edition) -> None:
    texts = {"fr": {"title": "Rendre un devoir en retard", "text": "Dites-nous ce qui vous en empêche."}}
    SavedReply.objects.create(course=running.course, key="late", topic="late", texts=texts, shown=True)
    teacher = cast.person("Tom")
    cast.role(teacher, Role.Kind.TEACHER, edition=running)
    phone, desk = visitor(width=360), visitor(width=1280)
    phone.sign_in(learner)
    asks(phone)
    row = Request.objects.get()
    assert row.about["unit"] == "cas"
    desk.sign_in(teacher)
    answers_and_gives_time(desk)
    assert Extension.objects.get().key == "cas"
    page = phone.open(f"/requests/{row.pk}/")
    page.get_by_text("Hospitalisation.").wait_for()
    assert page.locator("article.card.accent").count() == 2
    assert (phone.axe(), phone.sideways()) == ([], 0)


def asks(phone: Visit) -> None:
    """From the page of the assignment, after a look at the likely answer, with a file."""
    page = phone.open("/e/thin-now/fr/debut/cas/")
    page.locator(".site-footer a[href^='/requests/new/']").click()
    page.locator("input[name=subject]").fill("Mon devoir sera en retard")
    page.locator("select[name=topic]").select_option("late")
    assert phone.axe() == []
    page.locator("form[action='/requests/new/'] button").click()
    page.locator("details.card summary").click()
    page.get_by_text("Dites-nous ce qui vous en empêche.").wait_for()
    page.locator("textarea[name=text]").fill("Je suis à l'hôpital.")
    page.locator("input[type=file]").set_input_files(
        FilePayload(name="mot.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 mot")
    )
    assert (phone.axe(), phone.sideways()) == ([], 0)
    page.locator("form[method=post][action='/requests/new/'] button").click()
    page.wait_for_url("**/requests/*-*/")


def answers_and_gives_time(desk: Visit) -> None:
    """Claims it, answers with the saved reply, decides on more time."""
    work = desk.open("/desk/thin-now/requests/")
    work.get_by_role("link", name="Mon devoir sera en retard").click()
    work.locator("form[action$='/claim/'] button").click()
    work.locator("select[name=saved]").select_option("late")
    work.locator("form[method=get] button").last.click()
    work.wait_for_url("**saved=late**")
    work.locator("form[action$='/answer/'] button[name=send]").click()
    work.locator("select[name=what]").select_option("extension")
    work.locator("input[name=until]").fill((timezone.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M"))
    work.locator("input[name=reason]").fill("Hospitalisation.")
    assert (desk.axe(), desk.sideways()) == ([], 0)
    work.locator("form[action*='/decide/'] button").click()
    work.locator(".messages, .notice.success").first.wait_for()
