"""Files in a real browser: in pieces, over a line that is cut, and without a script."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route
from pytest_django import Settings

from preau.courses.models import Edition
from preau.peer.models import Document
from tests import cast
from tests.journeys.conftest import Visit, Visitor
from tests.peer import papers, stage

pytestmark = pytest.mark.browser

FILE: Any = {
    "name": "projet.pdf",
    "mimeType": "application/pdf",
    "buffer": papers.pdf(photo_of=papers.photo((2600, 1900))),
}
CUT = "net::ERR_FAILED"  # what Chromium says of a request that a test cuts
PLACE = "/e/assessed/fr/debut/cas/"


@pytest.fixture
def edition(transactional_db: None, tmp_path: Path, settings: Settings) -> Edition:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return stage.assessed(slug="assessed", opens=cast.monday(timezone.now()), deliverable="both", files=1)


@pytest.fixture
def visit(edition: Edition, visitor: Visitor) -> Visit:
    one = visitor()
    one.sign_in(stage.learner("Awa", edition))
    return one


def cut(page: Page, *turns: int) -> None:
    """Cut the pieces of these turns; -1 cuts all of them."""
    sent = iter(range(1000))

    def on_its_way(route: Route) -> None:
        if -1 in turns or (route.request.method == "POST" and next(sent) in turns):
            route.abort()
        else:
            route.continue_()

    page.route("**/peer/document/**", on_its_way)


def forgive(visit: Visit) -> None:
    """The cuts are ours."""
    visit.wrong[:] = [line for line in visit.wrong if CUT not in line]


def test_a_file_goes_on_where_its_line_was_cut(visit: Visit) -> None:
    page = visit.open(PLACE)
    assert len(FILE["buffer"]) > 2_000_000
    cut(page, 1)
    page.locator("[data-upload] input[type=file]").set_input_files(FILE)
    page.locator("#documents .state.pending").wait_for()
    assert Document.objects.get().received == len(FILE["buffer"])
    assert visit.axe() == []
    assert visit.sideways() <= 0
    forgive(visit)


def test_a_file_goes_on_after_the_page_was_left(visit: Visit) -> None:
    page = visit.open(PLACE)
    cut(page, -1)
    page.locator("[data-upload] input[type=file]").set_input_files(FILE)
    page.locator("[data-told] [role=status]").get_by_text("connexion").or_(
        page.get_by_text("connection is cut")
    ).wait_for()
    page.unroute("**/peer/document/**")
    page = visit.open(PLACE)
    page.locator("#documents .state.soon").wait_for()
    page.locator("[data-upload] input[type=file]").set_input_files(FILE)
    page.locator("#documents .state.pending").wait_for()
    assert Document.objects.get().state == "waiting"  # the same file: there was room for one
    forgive(visit)


def test_a_file_comes_and_goes_without_a_script(edition: Edition, visitor: Visitor) -> None:
    visit = visitor(script=False)
    visit.sign_in(stage.learner("Awa", edition))
    page = visit.open(PLACE.replace("/fr/", "/me/fr/"))
    page.locator("[data-upload] input[type=file]").set_input_files(FILE)
    page.locator("[data-upload] button").click()
    page.locator("#documents .state.pending").wait_for()
    page.locator("#documents li button").click()
    page.locator("#documents li").wait_for(state="detached")
    assert Document.objects.get().removed_at
