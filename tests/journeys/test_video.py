"""A video on a phone: nothing is fetched before one asks, each way says what it costs, a change keeps its place."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from preau.accounts.models import Person
from preau.content import videos
from preau.content.models import Cut
from preau.courses.models import Edition
from tests import cast
from tests.content import films
from tests.journeys.conftest import Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.film, pytest.mark.django_db(transaction=True)]
LESSON = "/e/thin-now/fr/debut/lecon/"
SPARING = "Object.defineProperty(navigator, 'connection', {value: {saveData: true, effectiveType: '3g'}})"


@pytest.fixture
def filmed(transactional_db: None, tmp_path: Path) -> Edition:
    """A running edition whose first lesson has a video of a minute and a half, made light."""
    version = cast.version(films.course(tmp_path, cast.THIN, films.film(90)))
    edition = cast.edition(slug="thin-now", opens=cast.monday(timezone.now(), -1), of=version)
    assert videos.encode_waiting(now=timezone.now())
    assert Cut.objects.get().state == "ready"
    assert videos.reprint_due(now=timezone.now() + timedelta(seconds=1)) == 1
    return edition


def fetched(visit: Visit) -> Callable[[], list[str]]:
    """The files of a video that were asked for so far, by their suffix."""
    asked: list[str] = []
    visit.page.on("request", lambda one: asked.append(one.url) if one.url.endswith((".mp4", ".m4a")) else None)
    return lambda: sorted({url[-4:] for url in asked})


def second(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('video').currentTime"))


def play(page: Page) -> None:
    page.evaluate("() => { const video = document.querySelector('video'); video.muted = true; video.play(); }")


def past(page: Page, seconds: float) -> None:
    page.wait_for_function("seconds => document.querySelector('video').currentTime > seconds", arg=seconds)


def test_a_learner_watches_listens_and_knows_what_it_costs(visitor: Visitor, filmed: Edition) -> None:
    person = cast.person("Awa")
    cast.enrolment(person, filmed)
    visit = visitor(width=360)
    visit.sign_in(person)
    asked = fetched(visit)
    page = visit.open(LESSON)
    assert asked() == [], "nothing starts by itself"
    ways = page.get_by_role("group", name="Ce que l’on lit")
    assert "Mo" in ways.get_by_role("button", name="Petite").inner_text()
    assert ways.get_by_role("button", name="Petite").get_attribute("aria-pressed") == "true"
    assert visit.sideways() == 0
    assert visit.axe() == []
    play(page)
    past(page, 0.5)
    page.evaluate("() => { document.querySelector('video').currentTime = 60; }")
    past(page, 60)
    ways.get_by_label("Vitesse").select_option("1.5")
    ways.get_by_role("button", name="Grande").click()
    past(page, 60.5)
    assert page.evaluate("() => document.querySelector('video').videoHeight") == 480
    assert page.evaluate("() => document.querySelector('video').playbackRate") == 1.5
    assert second(page) < 90
    page.evaluate("() => document.querySelector('video').pause()")
    with page.expect_download() as download:
        page.get_by_role("link", name="le son").click()
    assert download.value.path().stat().st_size == Cut.objects.get().made["audio"]["bytes"]


def test_where_data_are_saved_the_sound_comes_first(visitor: Visitor, filmed: Edition) -> None:
    visit = visitor(width=360)
    visit.context.add_init_script(SPARING)
    asked = fetched(visit)
    page = visit.open(LESSON)
    assert asked() == []
    assert page.get_by_role("button", name="Son").get_attribute("aria-pressed") == "true"
    play(page)
    past(page, 0.5)
    assert asked() == [".m4a"]


def test_a_film_without_sound_plays_small_unless_one_asks_for_more(
    visitor: Visitor, transactional_db: None, tmp_path: Path
) -> None:
    version = cast.version(films.course(tmp_path, cast.THIN, films.film(4, sound=False)))
    cast.edition(slug="thin-now", opens=cast.monday(timezone.now(), -1), of=version)
    videos.encode_waiting(now=timezone.now())
    videos.reprint_due(now=timezone.now())
    page = visitor(width=360).open(LESSON)
    assert page.get_by_role("button", name="Petite").get_attribute("aria-pressed") == "true"
    assert page.locator("video").get_attribute("src") == f"/media/{Cut.objects.get().made['small']['digest']}.mp4"


def test_without_a_script_the_small_one_plays_and_all_can_be_fetched(visitor: Visitor, filmed: Edition) -> None:
    visit = visitor(width=360, script=False)
    page = visit.open(LESSON)
    small = Cut.objects.get().made["small"]["digest"]
    assert page.locator("video").get_attribute("src") == f"/media/{small}.mp4"
    assert page.locator("[data-ways]").is_hidden()
    assert page.get_by_role("link", name="la grande").is_visible()


def test_a_teacher_sees_it_being_made(visitor: Visitor, transactional_db: None, tmp_path: Path) -> None:
    version = cast.version(films.course(tmp_path, cast.THIN, films.film(4)))
    edition = cast.edition(slug="thin-now", opens=cast.monday(timezone.now(), -1), of=version)
    tom: Person = cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    visit = visitor(width=360)
    visit.sign_in(tom)
    page = visit.open("/desk/thin-now/videos/")
    assert page.get_by_text("En préparation").is_visible()
    assert visit.axe() == []
    videos.encode_waiting(now=timezone.now())
    page.get_by_text("Prête à être lue").wait_for()
    assert visit.sideways() == 0
