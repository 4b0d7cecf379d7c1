"""A slip of the pen corrected at the desk: two clicks, a version more, shown at once; nothing when it is wrong."""

from datetime import datetime
from typing import Any

import pytest

from preau.accounts.models import Person
from preau.audit import journal
from preau.content.models import Page, Printing, Version
from preau.courses.models import Edition, Role
from tests import cast

EDIT = "/desk/thin-1/units/{}/edit/"


@pytest.fixture
def tess(edition: Edition) -> Person:
    """Teaches the whole course."""
    person = cast.person("Tess")
    cast.role(person, Role.Kind.TEACHER, course=edition.course)
    return person


def opened(who: Person, unit: str) -> Any:
    return cast.browser(who).get(EDIT.format(unit)).context["form"].initial


def send(who: Person, unit: str, text: str, *, version: int = 1, button: str = "save") -> Any:
    fields = {**cast.form(version=str(version), text=text), button: "1"}
    return cast.browser(who).post(EDIT.format(unit), fields, follow=True)


def shown(path: str = "/e/thin-1/fr/debut/quiz/") -> str:
    return bytes(Page.objects.get(path=path, edition__slug="thin-1").html).decode()


def test_it_is_two_clicks_from_the_preview(edition: Edition, tess: Person, tom: Person) -> None:
    address = EDIT.format("quiz")
    assert address in cast.browser(tess).get("/desk/thin-1/preview/fr/quiz/").content.decode()
    assert address in cast.browser(tess).get("/desk/thin-1/units/").content.decode()
    assert address not in cast.browser(tom).get("/desk/thin-1/units/").content.decode()  # teaches the edition only


def test_a_correction_is_shown_at_once_and_only_its_page_is_made_again(
    edition: Edition, tess: Person, now: datetime
) -> None:
    before = {page.path: page.pk for page in Page.objects.filter(edition=edition)}
    response = send(tess, "quiz", opened(tess, "quiz")["text"].replace("Répondez.", "Répondez bien."))
    assert response.redirect_chain[-1][0] == "/desk/thin-1/preview/fr/quiz/"
    assert "Répondez bien." in shown()
    after = {page.path: page.pk for page in Page.objects.filter(edition=edition)}
    assert {path for path in before if before[path] != after[path]} == {
        "/e/thin-1/fr/debut/quiz/",
        "/e/thin-1/en/debut/quiz/",
    }
    verbs = {entry.verb: entry for entry in journal.about("edition", edition.pk)}
    assert verbs["unit.corrected"].details == {"unit": "quiz", "language": "fr", "version": 2}
    assert verbs["unit.corrected"].person_id == tess.pk
    assert Printing.objects.get(edition=edition, current=True).version.number == 2


def test_looking_saves_nothing(edition: Edition, tess: Person) -> None:
    text = opened(tess, "quiz")["text"].replace("Répondez.", "Répondez **bien**.")
    page = send(tess, "quiz", text, button="look").content.decode()
    assert "<strong>bien</strong>" in page
    assert Version.objects.count() == 1


def test_what_is_wrong_is_said_by_line_and_the_text_is_kept(edition: Edition, tess: Person) -> None:
    text = opened(tess, "quiz")["text"].replace("Répondez.", "![x](nulle-part.png) Mon texte.")
    response = send(tess, "quiz", text)
    assert response.status_code == 422
    problem = response.context["problems"][0]
    assert text.splitlines()[problem.line - 1].startswith("![x]")
    assert "Mon texte." in response.content.decode()
    assert Version.objects.count() == 1


def test_who_comes_second_is_told_and_loses_nothing(edition: Edition, tess: Person, dora: Person) -> None:
    text = opened(dora, "quiz")["text"]
    send(tess, "quiz", text.replace("Répondez.", "Répondez bien."))
    response = send(dora, "quiz", text.replace("Répondez.", "Répondez vite."))
    assert response.status_code == 422
    page = response.content.decode()
    assert "Répondez vite." in page
    assert "Répondez bien." in response.context["theirs"]
    assert response.context["form"].initial["version"] == 2
    assert Version.objects.count() == 2
    assert send(dora, "quiz", text.replace("Répondez.", "Répondez vite."), version=2).redirect_chain
    assert "Répondez vite." in shown()


def test_the_same_save_twice_is_one_version(edition: Edition, tess: Person) -> None:
    text = opened(tess, "quiz")["text"].replace("Répondez.", "Répondez bien.")
    fields = cast.form(version="1", text=text, save="1")
    for _ in range(2):
        assert cast.browser(tess).post(EDIT.format("quiz"), fields).status_code == 302
    assert Version.objects.count() == 2


def test_a_translation_is_corrected_by_itself(edition: Edition, tess: Person) -> None:
    client = cast.browser(tess)
    text = client.get(EDIT.format("lecon") + "?language=en").context["form"].initial["text"]
    fields = cast.form(version="1", text=text + "\nOne more line.\n", save="1")
    client.post(EDIT.format("lecon") + "?language=en", fields)
    assert "One more line." in shown("/e/thin-1/en/debut/lecon/")
    assert "One more line." not in shown("/e/thin-1/fr/debut/lecon/")


def test_dates_moved_by_hand_stay(edition: Edition, tess: Person, dora: Person) -> None:
    milestone = edition.milestones.get(key="quiz")
    cast.browser(dora).post(f"/desk/thin-1/dates/{milestone.pk}/", {"at": "2026-03-09T23:59"})
    moved = edition.milestones.get(key="quiz").at
    send(tess, "quiz", opened(tess, "quiz")["text"].replace("Répondez.", "Répondez bien."))
    assert edition.milestones.get(key="quiz").at == moved != milestone.at
