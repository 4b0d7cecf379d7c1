"""A teacher writes to those who never started, looks, tries, confirms; the learner reads it on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.courses.models import Edition, Role
from preau.mail.models import Message
from preau.support import announcements
from preau.support.models import Announcement
from tests import cast
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_those_who_never_started_are_told(visitor: Visitor, learner: Person, running: Edition) -> None:
    teacher = cast.person("Tom")
    cast.role(teacher, Role.Kind.TEACHER, edition=running)
    desk = visitor(width=1280)
    desk.sign_in(teacher)
    page = desk.open("/desk/thin-now/announcements/")
    page.locator("a[href$='/announcements/new/']").click()
    page.locator("input[name=subject-fr]").fill("On commence ?")
    page.locator("textarea[name=text-fr]").fill("La **première leçon** vous attend.")
    page.locator("select[name=segment-started]").select_option("no")
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("form.form button").click()
    page.get_by_role("strong").filter(has_text="première leçon").first.wait_for()
    assert (desk.axe(), desk.sideways()) == ([], 0)
    page.locator("form[action$='/try/'] button").click()
    page.locator(".notice.success, .messages").first.wait_for()
    assert Message.objects.get(person_id=teacher.pk).key.startswith("announcement-test:")
    page.locator("form[action$='/confirm/'] button").click()
    page.locator("#progress").wait_for()
    row = Announcement.objects.get()
    assert (row.state, row.counted) == ("scheduled", 1)
    assert announcements.serve_due(now=timezone.now() + timedelta(seconds=1)) == 1
    page.locator("#progress .state.done").wait_for()  # the page looks by itself
    assert Message.objects.get(person_id=learner.pk, key=f"announcement:{row.pk}").kind == "announcement"

    phone = visitor(width=360)
    phone.sign_in(learner)
    home = phone.open("/e/thin-now/")
    home.get_by_role("heading", name="On commence ?").wait_for()
    assert (phone.axe(), phone.sideways()) == ([], 0)
