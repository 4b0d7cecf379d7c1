"""Words under a video, on a phone and a slow line: watch, correct, agree, accept, and see who is thanked."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from preau.accounts.models import Person
from preau.content import videos
from preau.subtitles.models import Note, Position, Suggestion
from tests.content import films
from tests.journeys.conftest import Visit, Visitor
from tests.journeys.test_video import SPARING
from tests.subtitles import stage as staging
from tests.subtitles.stage import FRENCH, Stage, vtt

pytestmark = [pytest.mark.browser, pytest.mark.film, pytest.mark.django_db(transaction=True)]
LESSON = "/e/thin-1/fr/debut/lecon/"
WORDS = (*FRENCH, *(f"Et encore une phrase, la {n}e." for n in range(5, 30)))
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


@pytest.fixture
def stage(transactional_db: None, tmp_path: Path) -> Stage:
    """The film is a real one of a minute, made light; its French words were written by a machine."""
    files = {"pert.fr.auto.vtt": vtt(*WORDS), "pert.en.vtt": vtt(*staging.ENGLISH)}
    stage = staging.made(tmp_path, timezone.now(), files)
    stage.deliver(files, films.film(60))
    while videos.encode_waiting(now=timezone.now()):
        continue
    videos.reprint_due(now=timezone.now())
    return stage


def slow(visit: Visit) -> None:
    session = visit.context.new_cdp_session(visit.page)
    session.send("Network.emulateNetworkConditions", SLOW)


def line(page: Page, words: str) -> None:
    """Click on a line, and ask for what one can do about it."""
    page.locator(".words a", has_text=words).click()
    page.get_by_role("button", name="Corriger, noter, demander").click()


def test_learners_make_the_words_better(visitor: Visitor, stage: Stage) -> None:
    ana, ben, cleo, dia = (stage.worker(name) for name in ("Ana", "Ben", "Cleo", "Dia"))
    Person.objects.filter(pk=ana.pk).update(name="Ana Diop")
    visit = visitor(width=360)
    visit.sign_in(ana)
    slow(visit)
    page = visit.open(LESSON)
    page.get_by_text("automatiques, non relus").first.wait_for()
    assert visit.sideways() == 0
    line(page, "On comence")
    field = page.get_by_label("Ce qui est vraiment dit")
    assert field.input_value() == "On comence maintenant."
    field.fill("On commence maintenant.")
    page.get_by_role("button", name="Proposer").first.click()
    page.get_by_text("Proposée. Elle sera retenue").wait_for()
    assert visit.axe() == []
    for person in (ben, cleo, dia):
        other = visitor(width=360)
        other.sign_in(person)
        theirs = other.open(LESSON)
        line(theirs, "On comence")
        theirs.get_by_role("button", name="D’accord", exact=True).click()
        theirs.locator("#cue [data-outcome]").wait_for()
    theirs.get_by_text("Acceptée : tout le monde la lit").wait_for()
    theirs.locator(".words a", has_text="On commence maintenant.").wait_for()
    row = Suggestion.objects.get()
    assert (row.state, row.decided_by) == ("accepted", None)
    page = visit.open(LESSON)
    page.locator(".words a", has_text="On commence maintenant.").wait_for()
    page.get_by_role("link", name="Qui l’a amélioré").click()
    page.get_by_text("Ana D.").wait_for()
    page.get_by_role("link", name="une proposition acceptée").click()
    assert page.locator("ins").inner_text() == "commence"
    assert visit.axe() == []
    page = visit.open("/e/thin-1/videos/thanks/")
    assert page.get_by_text("1 correction retenue").is_visible()


def test_the_words_follow_the_speech_and_jump(visitor: Visitor, stage: Stage) -> None:
    ana = stage.learner("Ana")
    visit = visitor(width=360)
    visit.sign_in(ana)
    asked: list[str] = []
    visit.page.on("request", lambda one: asked.append(one.url))
    page = visit.open(LESSON)
    page.locator(".words a").first.wait_for()
    assert not [url for url in asked if url.endswith((".mp4", ".m4a", ".vtt"))], "nothing is fetched before one plays"
    page.evaluate("() => { document.querySelector('video').muted = true; }")
    page.locator(".words a", has_text="la 20e").click()
    page.get_by_role("button", name="Lire à partir de 0:38").click()
    page.wait_for_function("() => document.querySelector('.words a.now')?.textContent.includes('la 21e')")
    inside = """() => {
        const line = document.querySelector('.words a.now').getBoundingClientRect();
        const box = document.querySelector('.words').getBoundingClientRect();
        return line.top >= box.top && line.bottom <= box.bottom;
    }"""
    assert page.evaluate(inside)
    page.evaluate("() => document.querySelector('video').pause()")
    page.wait_for_timeout(500)
    kept = Position.objects.get(person=ana)
    assert 38_000 <= kept.at < 60_000
    elsewhere = visitor(width=1280)
    elsewhere.sign_in(ana)
    again = elsewhere.open(LESSON)
    again.get_by_role("button", name="Reprendre à 0:").click()
    again.wait_for_function("() => document.querySelector('video').currentTime > 38")


def test_where_data_are_saved_the_words_come_first(visitor: Visitor, stage: Stage) -> None:
    visit = visitor(width=360)
    visit.context.add_init_script(SPARING)
    page = visit.open(LESSON)
    page.locator(".words a").first.wait_for()
    words, film = page.locator(".words").bounding_box(), page.locator("figure.video").bounding_box()
    assert words is not None
    assert film is not None
    assert words["y"] < film["y"]
    assert page.get_by_role("button", name="Son").get_attribute("aria-pressed") == "true"


def test_by_the_keyboard_a_note_is_kept_and_a_question_asked(visitor: Visitor, stage: Stage) -> None:
    ana = stage.learner("Ana")
    visit = visitor(width=360)
    visit.sign_in(ana)
    page = visit.open(LESSON)
    page.locator(".words a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Corriger, noter, demander").press("Enter")
    page.get_by_text("Une note pour vous").press("Enter")
    page.get_by_label("Personne d’autre ne la lit").fill("à revoir avec le Gantt")
    page.get_by_role("button", name="Garder").press("Enter")
    page.get_by_text("Gardée : personne d’autre ne la lit.").wait_for()
    assert Note.objects.get().quote == "Le chemin critique,"
    page.get_by_role("link", name="Poser une question sur ce moment").press("Enter")
    page.get_by_label("Titre").fill("Pourquoi critique ?")
    assert "/discussion/room/m-debut/new/?unit=lecon&at=4&said=" in page.url


def test_without_a_script_everything_is_a_page(visitor: Visitor, stage: Stage) -> None:
    ana, tom = stage.learner("Ana"), stage.reviewer("Tom", "fr")
    visit = visitor(width=360, script=False)
    visit.sign_in(ana)
    page = visit.open(LESSON)
    page.get_by_role("link", name="Lire ce qui est dit (français").click()
    page.locator(".words a", has_text="On comence").click()
    page.get_by_label("Ce qui est vraiment dit").fill("On commence maintenant.")
    page.get_by_role("button", name="Proposer").first.click()
    page.get_by_text("Proposée. Elle sera retenue").wait_for()
    reviewer = visitor(width=360, script=False)
    reviewer.sign_in(tom)
    theirs = reviewer.open(f"{stage.base}fr/suggestions/")
    theirs.get_by_role("button", name="Accepter").click()
    theirs.get_by_text("Acceptée : tout le monde la lit").wait_for()
    assert stage.track().revision == 2
    assert reviewer.sideways() == 0


def test_a_translation_is_written_side_by_side(visitor: Visitor, stage: Stage) -> None:
    ana = stage.learner("Ana")
    visit = visitor(width=1280)
    visit.sign_in(ana)
    page = visit.open(f"{stage.base}en/translate/")
    side = page.locator("li.side").nth(4)
    side.get_by_role("textbox").fill(
        "And one more sentence, the 5th, which is much too long to be read in two seconds."
    )
    side.get_by_role("button", name="Garder comme brouillon").click()
    side.locator(".state", has_text="brouillon").wait_for()
    assert side.get_by_text("caractères par seconde").is_visible()
    side.get_by_role("textbox").fill("And one more, the 5th.")
    side.get_by_role("button", name="Proposer").click()
    side.locator(".state", has_text="proposée").wait_for()
    assert visit.axe() == []
    assert Suggestion.objects.get().state == "open"
