"""Somebody comes back: what they keep is told before they enrol; they change track with open eyes, choose an elective,
leave and come back to all of it. On a telephone, by the keyboard where it matters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.content import printing
from preau.content.models import Version
from preau.courses.models import Edition, Enrolment, Milestone
from preau.grades.models import Result
from tests import cast
from tests.home.test_tracks import scored
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def returning(transactional_db: None) -> Person:
    """Passed the quiz of an edition that is over; the next one takes people now."""
    now = timezone.now()
    version = cast.version(now=now - timedelta(days=300))
    carries = [{"results": "quiz", "editions": 2}]
    Version.objects.filter(pk=version.pk).update(meta={**version.meta, "carries": carries})
    version = Version.objects.select_related("course").get(pk=version.pk)
    former = cast.edition(slug="thin-past", of=version, opens=cast.monday(now, -30))
    opens = cast.monday(now, -1)
    cast.edition(slug="thin-now", of=version, opens=opens, enrolment_closes_at=opens + timedelta(days=20))
    lea = cast.person("Lea")
    scored(cast.enrolment(lea, former), "quiz", 82, former.opens_at + timedelta(days=8))
    return lea


def test_somebody_comes_back_keeps_what_they_did_and_changes_track(visitor: Visitor, returning: Person) -> None:
    visit = visitor(width=360)
    visit.sign_in(returning)
    page = visit.open("/fr/courses/thin/#enrol")
    told = page.locator("#returning").inner_text()
    assert "82" in told, "before enrolling"
    page.locator("#returning details summary").first.press("Enter")
    assert page.locator("#returning details[open]").count() == 1
    assert visit.sideways() == 0
    assert visit.axe() == []
    page.locator("#classic button").click()
    page.wait_for_url("**/e/thin-now/")
    assert "gardé de la session 1" in str(page.locator("main").text_content())
    page.goto(f"{visit.site}/e/thin-now/tracks/", wait_until="networkidle")
    assert "Ce que vous gardez" in page.locator("main").inner_text()
    assert visit.sideways() == 0
    assert visit.axe() == []
    page.locator("#advanced form button").press("Enter")
    page.wait_for_url("**/e/thin-now/")
    assert Enrolment.objects.get(person=returning, edition__slug="thin-now").track.key == "advanced"
    assert Result.objects.get(enrolment__edition__slug="thin-now").carried == 82, "a change loses nothing"


def test_electives_are_chosen_and_one_leaves_and_comes_back(visitor: Visitor, returning: Person) -> None:
    edition = Edition.objects.get(slug="thin-now")
    row = cast.enrolment(returning, edition, at=timezone.now())
    visit = visitor(width=360)
    visit.sign_in(returning)
    page = visit.open("/e/thin-now/electives/")
    page.locator("input[name=elective]").first.press("Space")
    assert visit.axe() == []
    assert visit.sideways() == 0
    page.locator("form[action$='/electives/'] button").press("Enter")
    page.locator("input[name=elective]:checked").wait_for()
    page.goto(f"{visit.site}/e/thin-now/", wait_until="networkidle")
    page.locator("details:has(form[action$='/leave/']) > summary").click()
    page.locator("form[action$='/leave/'] button").click()
    page.wait_for_url("**/me/")
    page.goto(f"{visit.site}/fr/courses/thin/", wait_until="networkidle")
    assert "Ce que vous avez fait est toujours là" in page.locator("#enrol").inner_text()
    page.locator("#classic button").click()
    page.wait_for_url("**/e/thin-now/")
    row.refresh_from_db()
    assert row.left_at is None
    assert row.electives.count() == 1


def test_without_a_script_a_track_past_its_cut_off_says_so(visitor: Visitor, returning: Person) -> None:
    edition = Edition.objects.get(slug="thin-now")
    cast.enrolment(returning, edition, at=timezone.now())
    Milestone.objects.create(edition=edition, key="advanced", what="joins", at=timezone.now() - timedelta(hours=1))
    printing.refreshed(edition)
    visit = visitor(width=1280, script=False)
    visit.sign_in(returning)
    page = visit.open("/e/thin-now/tracks/")
    assert page.locator("#advanced form").count() == 0
    assert page.locator("#advanced").get_by_text("On pouvait le prendre").count() == 1
