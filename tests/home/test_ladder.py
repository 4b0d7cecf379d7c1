"""The ladder and the electives as a learner meets them: what is met, what is still possible and until when, what is
kept, what is new."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.content import printing
from preau.content.models import Version
from preau.courses import enrolling
from preau.courses.models import Addition, Edition, Elective, Enrolment, Milestone, Track
from preau.grades.models import Result
from preau.home import path, queries
from tests import cast
from tests.home.test_tracks import parts, scored


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def edition(db: None, now: datetime) -> Edition:
    """In its second week."""
    return cast.edition(slug="thin-now", opens=cast.monday(now, -1))


@pytest.fixture
def ana_enrolment(ana: Person, edition: Edition) -> Enrolment:
    return Enrolment.objects.select_related("edition__course", "person", "track").get(person=ana, edition=edition)


def page(who: Person, edition: Edition, path: str) -> str:
    return cast.browser(who).get(f"/e/{edition.slug}/{path}").content.decode()


def test_an_open_need_says_what_can_still_count_and_until_when(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    scored(ana_enrolment, "quiz", 30, now)
    classic, _advanced = parts(page(ana, edition, "tracks/"))
    assert "encore possible" in classic
    assert "Un quiz corrigé après" in classic, "the quiz of this week can still count"
    assert "en moyenne sur ce qui reste suffisent" in classic
    assert "90" in classic, "30 and 90 make 60"


def test_a_track_that_is_closed_says_so_and_offers_nothing(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    at = now - timedelta(hours=1)
    Milestone.objects.create(edition=edition, key="advanced", what="joins", at=at)
    Milestone.objects.create(edition=edition, key="advanced", what="jury", at=now + timedelta(days=50))
    printing.refreshed(edition)
    advanced = parts(page(ana, edition, "tracks/"))[1]
    assert "On pouvait le prendre" in advanced
    assert "Son jury délibère" in advanced
    assert "Passer à ce parcours" not in advanced
    refused = cast.browser(ana).post(f"/e/{edition.slug}/enrol/", cast.form(track="advanced"))
    assert refused.status_code == 422
    assert "date limite est passée" in refused.content.decode()


def test_a_track_beside_is_added_and_given_up(ana: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    rule = {"added": True, "needs": [{"score": "cas", "at_least": 50}]}
    Track.objects.create(edition=edition, key="team", titles={"fr": "En équipe"}, rule=rule, position=7)
    printing.refreshed(edition)
    browser = cast.browser(ana)
    assert "L’ajouter à mon parcours" in page(ana, edition, "tracks/")
    assert browser.post(f"/e/{edition.slug}/tracks/add/", cast.form(track="team")).status_code == 302
    assert "à côté de votre parcours" in page(ana, edition, "tracks/")
    assert browser.post(f"/e/{edition.slug}/tracks/drop/", cast.form(track="team")).status_code == 302
    assert Addition.objects.get().dropped_at is not None
    assert Enrolment.objects.get(pk=ana_enrolment.pk).track.key == "classic"
    assert browser.post(f"/e/{edition.slug}/tracks/add/", cast.form(track="advanced")).status_code == 422


def test_electives_are_chosen_and_the_home_follows(ana: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    home = page(ana, edition, "")
    assert "Le reste du cours" in home, "an elective that nobody chose is at hand, and not in the way"
    asked = page(ana, edition, "electives/")
    assert "Il peut compter pour tous les parcours" in asked
    browser = cast.browser(ana)
    assert browser.post(f"/e/{edition.slug}/electives/", cast.form(elective="suite")).status_code == 302
    assert Elective.objects.get().key == "suite"
    assert "Le reste du cours" not in page(ana, edition, "")
    assert "checked" in page(ana, edition, "electives/")
    assert browser.post(f"/e/{edition.slug}/electives/", cast.form(elective="nulle-part")).status_code == 422
    assert browser.post(f"/e/{edition.slug}/electives/", cast.form()).status_code == 302
    assert not Elective.objects.exists()


def test_what_is_kept_is_told_at_home_on_the_tracks_and_on_the_unit(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    scored(ana_enrolment, "quiz", 0, now)
    Result.objects.update(carried=82, carried_from=5, how={"nothing": True})
    assert "gardé de la session 5" in page(ana, edition, "")
    assert "Ce que vous gardez" in page(ana, edition, "tracks/")
    assert "Vous gardez 82" in page(ana, edition, "me/fr/debut/quiz/")


@pytest.mark.parametrize("kept", [False, True])
def test_the_home_and_the_path_say_the_same_hours_and_the_same_answer(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime, kept: bool
) -> None:
    for unit in ("quiz", "apres", "cas", "examen") if kept else ():
        scored(ana_enrolment, unit, 0, now)
    Result.objects.update(carried=82, carried_from=5, how={"nothing": True})
    home, by_date = queries.edition_home(ana_enrolment, "fr", now=now), path.page(ana_enrolment, "fr", now=now)
    assert home["answer"] == by_date["answer"]
    assert (home["this_week"], home["this_week_electives"]) == (by_date["this_week"], by_date["electives"])
    pressed = [step.unit.key for step in home["today"]]
    waiting = [item.unit.key for item in by_date["undated"]]
    assert ("lecon" in pressed, "lecon" in waiting) == (not kept, not kept), "its module is kept whole"


def test_an_elective_that_joins_a_running_edition_is_told_as_new(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime, tmp_path: Path
) -> None:
    added = with_elective(tmp_path, now)
    printing.print_version(edition, added, by=None, now=now)
    home = page(ana, edition, "")
    assert "Nouveau dans cette session" in home
    assert "Le module neuf" in home
    asked = page(ana, edition, "electives/")
    assert "nouveau" in asked
    assert "Il ne compte pour aucun parcours" in asked


def with_elective(root: Path, now: datetime, counts_for: str = "[]") -> Version:
    """The thin course with one more elective."""
    folder = root / "thin"
    shutil.copytree(cast.THIN, folder)
    course = (folder / "course.yaml").read_text("utf-8")
    module = (
        f"  - {{id: neuf, title: {{fr: Le module neuf, en: The new one}}, elective: true, counts_for: {counts_for}}}\n"
    )
    (folder / "course.yaml").write_text(course.replace("tracks:\n", module + "tracks:\n", 1), "utf-8")
    (folder / "fr" / "neuf").mkdir()
    text = "---\nid: neuf-quiz\nkind: quiz\n---\n# Neuf\n```quiz\nVrai ? {T}\n```\n"
    (folder / "fr" / "neuf" / "01-quiz.md").write_text(text, "utf-8")
    return cast.version(folder, now=now)


def test_who_left_comes_back_from_the_course_s_page(ana: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    browser = cast.browser(ana)
    assert browser.post(f"/e/{edition.slug}/leave/", cast.form()).status_code == 302
    mine = browser.get("/me/").content.decode()
    assert "Sessions que vous avez quittées" in mine
    assert "Revenir" in mine
    shown = browser.get("/fr/courses/thin/").content.decode()
    assert "Vous avez quitté cette session" in shown
    assert "Revenir sur ce parcours" in shown
    assert browser.post(f"/e/{edition.slug}/enrol/", cast.form(track="classic")).status_code == 302
    ana_enrolment.refresh_from_db()
    assert ana_enrolment.left_at is None


def test_who_was_taken_out_reads_so_and_has_no_button(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    enrolling.remove(act=cast.an_act("remove"), enrolment=ana_enrolment, reason="Injures", by=ana, now=now)
    shown = cast.browser(ana).get("/fr/courses/thin/").content.decode()
    assert "L’équipe a mis fin à votre inscription" in shown
    assert "Revenir sur ce parcours" not in shown
    assert "S’inscrire à ce parcours" not in shown


def test_who_comes_back_reads_what_they_keep_and_what_is_left_before_they_enrol(
    db: None, now: datetime, ana: Person, ana_enrolment: Enrolment, edition: Edition
) -> None:
    row = edition.printings.get(current=True).version
    Version.objects.filter(pk=row.pk).update(meta={**row.meta, "carries": [{"results": "quiz", "editions": 1}]})
    scored(ana_enrolment, "quiz", 82, now)
    again = cast.edition(
        slug="thin-next",
        of=Version.objects.get(pk=row.pk),
        opens=cast.monday(now, 20),
        enrols_at=now - timedelta(days=1),
        enrolment_closes_at=cast.monday(now, 23),
    )
    Edition.objects.filter(pk=edition.pk).update(enrolment_closes_at=now - timedelta(hours=1))
    Edition.objects.filter(pk=again.pk).update(published_at=now - timedelta(days=2))
    again.refresh_from_db()
    shown = cast.browser(ana).get("/fr/courses/thin/").content.decode()
    assert "Vous avez participé à une session précédente" in shown
    assert "82" in shown
    assert "Ce qui reste à faire sur le parcours" in shown
    stranger = cast.browser(cast.person("Noa")).get("/fr/courses/thin/").content.decode()
    assert "Vous avez participé" not in stranger
    cast.enrolment(ana, again, at=now)
    assert "gardé de la session 1" in page(ana, again, "")
