"""Deadline night at the desk: one teacher, one learner, one country that gets six hours more."""

import pytest
from django.conf import settings
from django.utils import timezone

from preau.courses.models import Edition, Extension, Milestone, Postponement
from preau.desk import notices
from preau.mail.models import Message
from preau.support import status
from tests import cast
from tests.journeys.conftest import Visit, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def running(transactional_db: None) -> Edition:
    """Opened at midnight of this Monday: its quiz is due on Sunday, whenever this runs."""
    return cast.edition(slug="thin-now", opens=cast.midnight(timezone.now()))


def test_a_teacher_puts_a_deadline_off_tells_an_incident_and_takes_it_back(visitor: Visitor, running: Edition) -> None:
    tom, ana = cast.person("Tom", language="fr"), cast.person("Ana", language="fr", country="SN", zone="Africa/Dakar")
    cast.role(tom, "teacher", edition=running)
    cast.enrolment(ana, running)
    due = Milestone.objects.get(edition=running, key="quiz", what="due").at

    desk = visitor(width=1280)
    desk.sign_in(tom)
    page = desk.open(f"/desk/{running.slug}/deadline/")
    assert desk.axe() == []
    page.locator("select[name=unit]").select_option("quiz")
    page.locator("select[name=who]").select_option("country:SN")
    page.locator("input[name=hours]").fill("6")
    page.locator("input[name=reason]").fill("Coupure de courant à Dakar")
    page.get_by_role("button", name="Voir ce que cela change").click()
    page.get_by_role("button", name="Les repousser").wait_for()
    assert desk.axe() == []
    assert desk.sideways() == 0
    assert not Extension.objects.exists()
    page.get_by_role("button", name="Les repousser").click()
    page.get_by_role("button", name="Annuler ce report").wait_for()
    assert (Extension.objects.get().until - due).total_seconds() == 6 * 3600
    assert notices.tell_due(now=timezone.now()) > 0
    assert Message.objects.filter(person_id=ana.pk, key__startswith="deadline:").count() == 1

    phone = visitor(width=360)
    phone.sign_in(ana)
    home = phone.open(f"/e/{running.slug}/")
    home.get_by_role("heading", name="Du temps supplémentaire").wait_for()
    assert "Coupure de courant à Dakar" in home.inner_text("main")
    assert "heure de Paris ; chez vous" in home.inner_text("main").replace("\xa0", " ")
    assert phone.axe() == []
    assert phone.sideways() == 0

    tells_an_incident(desk)
    page.get_by_role("link", name="À vérifier", exact=True).click()
    assert desk.axe() == []

    desk.open(f"/desk/{running.slug}/deadline/")
    page.get_by_role("button", name="Annuler ce report").click()
    page.get_by_text("les anciennes dates limites valent de nouveau").first.wait_for()
    assert not Extension.objects.exists()
    assert Postponement.objects.get().undone_at is not None
    phone.open(f"/e/{running.slug}/")
    assert home.get_by_role("heading", name="Du temps supplémentaire").count() == 0


def tells_an_incident(desk: Visit) -> None:
    """On the site and on the status page."""
    page = desk.page
    page.get_by_role("link", name="Incidents").click()
    page.locator("textarea[name=text_fr]").fill("Le site est lent.")
    page.locator("textarea[name=text_en]").fill("The site is slow.")
    page.get_by_role("button", name="Annoncer").click()
    page.get_by_role("button", name="C’est terminé").wait_for()
    assert desk.axe() == []
    assert all("slow" in text or "lent" in text for text in status.pages(timezone.now()).values())
    assert set(status.pages(timezone.now())) == {*(f"{code}.html" for code, _ in settings.LANGUAGES), "index.html"}


def test_on_a_phone_nothing_goes_sideways(visitor: Visitor, running: Edition) -> None:
    tom = cast.person("Tom", language="fr")
    cast.role(tom, "teacher", edition=running)
    cast.enrolment(cast.person("Ana", country="SN"), running)
    phone = visitor(width=360)
    phone.sign_in(tom)
    for end in ("deadline/", "incidents/", "checklist/"):
        phone.open(f"/desk/{running.slug}/{end}")
        assert phone.sideways() == 0
