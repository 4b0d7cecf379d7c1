"""From an offer of help to an hour of the rota, by the volunteer's browser and the team's; and a danger reported."""

import pytest

from preau.courses.models import Edition, Role, Shift
from preau.support.models import Alert
from tests import cast
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_volunteer_is_accepted_signs_and_chooses_an_hour(visitor: Visitor, running: Edition) -> None:
    ana, tom = cast.person("Ana", zone="Africa/Dakar"), cast.person("Tom")
    cast.enrolment(ana, running)
    cast.role(tom, Role.Kind.TEACHER, edition=running)
    hers, his = visitor(width=360), visitor(width=1280)
    hers.sign_in(ana)
    page = hers.open("/e/thin-now/volunteer/")
    page.locator("input[name=languages][value=fr]").check()
    page.locator("textarea[name=motivation]").fill("J'ai suivi la première session.")
    page.locator("form[action$='/apply/'] button").click()
    page.locator(".notice.success").wait_for()
    assert hers.sideways() == 0
    assert hers.axe() == []
    page.locator("form[action$='/sign/'] button").click()
    page.locator("form[action$='/sign/']").wait_for(state="detached")
    his.sign_in(tom)
    desk = his.open("/desk/thin-now/volunteers/")
    desk.locator("article button[value=yes]").click()
    desk.locator("tbody th", has_text="Ana").wait_for()
    assert his.axe() == []
    page = hers.open("/e/thin-now/volunteer/")
    page.locator("select[name=weekday]").select_option("0")
    page.locator("select[name=hour]").select_option("18")
    page.locator("form[action$='/shifts/'] button").click()
    page.locator("li", has_text="lundi, 18 h 00").wait_for()
    assert Shift.objects.get().hour in {19, 20}  # in Paris, winter or summer
    page = hers.open("/desk/thin-now/requests/")
    assert page.locator("h1").count() == 1


def test_a_danger_is_reported_from_the_bottom_of_a_page(visitor: Visitor, running: Edition) -> None:
    ana = cast.person("Ana")
    cast.enrolment(ana, running)
    visit = visitor(width=360)
    visit.sign_in(ana)
    page = visit.open("/e/thin-now/fr/debut/lecon/")
    page.locator("footer a[href*='/e/thin-now/alert/']").click()
    page.locator("input[name=kind][value=threat]").check()
    page.locator("textarea[name=text]").fill("Une menace dans un message.")
    assert visit.axe() == []
    assert visit.sideways() == 0
    page.locator("form[action$='/alert/'] button").click()
    page.locator(".notice.success").wait_for()
    assert Alert.objects.get().path == "/e/thin-now/fr/debut/lecon/"
