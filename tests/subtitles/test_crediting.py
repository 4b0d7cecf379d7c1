"""What people gave: counted as an activity of a course, thanked by name, in their record."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from preau.accounts.models import Person
from preau.content import outline as outlines
from preau.content.importing import BadCourse
from preau.content.outline import Outline
from preau.courses import actions as courses
from preau.courses.models import Enrolment
from preau.grades import actions as grades
from preau.grades import queries
from preau.grades.models import Completion, Result
from preau.subtitles import crediting
from preau.subtitles.crediting import Given, Thanked
from preau.subtitles.models import Suggestion
from tests import cast
from tests.subtitles import stage as staging
from tests.subtitles.stage import Stage, vtt

pytestmark = pytest.mark.django_db
LINES = {"pert.fr.vtt": vtt(*(f"Ligne {number}." for number in range(12)))}


@pytest.fixture
def stage(db: None, tmp_path: Path) -> Stage:
    """Twelve cues, and an activity that asks for two corrections by Sunday of week 2."""
    return staging.made(tmp_path, timezone.now(), LINES, accepted=2)


def enrolled(stage: Stage, who: Person) -> Enrolment:
    return Enrolment.objects.select_related("edition").get(person=who, edition=stage.edition)


def outline(stage: Stage) -> Outline:
    stage.edition.refresh_from_db()
    return outlines.of_edition(stage.edition, "fr")


def results(stage: Stage, who: Person) -> list[tuple[float, float]]:
    rows = Result.objects.filter(enrolment=enrolled(stage, who), unit__key="sous-titres")
    return list(rows.values_list("score", "of"))


def done(stage: Stage, who: Person) -> bool:
    return Completion.objects.filter(enrolment=enrolled(stage, who), unit__key="sous-titres").exists()


def past_the_deadline(stage: Stage) -> None:
    due = outline(stage).by_key["sous-titres"].due
    assert due is not None
    stage.now = max(stage.now, due) + timedelta(days=1)


def test_corrections_that_stand_are_the_result(stage: Stage) -> None:
    ana = stage.learner("Ana")
    assert results(stage, ana) == []
    stage.accepted_words(0, "Un.")
    assert (results(stage, ana), done(stage, ana)) == ([(1, 2)], False)
    stage.accepted_words(1, "Deux.")
    assert (results(stage, ana), done(stage, ana)) == ([(2, 2)], True)
    stage.accepted_words(2, "Trois.")
    assert results(stage, ana) == [(2, 2)]
    assert Result.objects.count() == 1, "nobody else's"


def test_it_is_told_on_its_page_and_in_the_marks(stage: Stage) -> None:
    ana = stage.learner("Ana")
    path = f"/e/{stage.edition.slug}/me/fr/debut/sous-titres/"
    assert '<progress max="2" value="0">' in cast.script(ana).get(path).content.decode()
    stage.accepted_words(0, "Un.")
    assert '<progress max="2" value="1">' in cast.script(ana).get(path).content.decode()
    counted = queries.record(enrolled(stage, ana).pk, outline(stage), now=stage.now, for_learner=True).counted
    assert counted["sous-titres"].percent == 50
    assert cast.browser(ana).get(f"/e/{stage.edition.slug}/").status_code == 200
    shared = cast.browser().get(f"/e/{stage.edition.slug}/fr/debut/sous-titres/").content.decode()
    assert f"/e/{stage.edition.slug}/videos/" in shared


def test_what_three_accept_counts_as_well(stage: Stage) -> None:
    row = stage.suggest(stage.learner("Ana"), 0, "Un.")
    for name in ("Un", "Deux", "Trois"):
        stage.support(stage.worker(name), row)
    assert results(stage, stage.person("Ana")) == [(1, 2)]


def test_what_waits_is_refused_or_reports_only_counts_nothing(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    stage.suggest(ana, 0, "Un.")
    stage.decide(rose, stage.suggest(ana, 1, "Deux."), accept=False, reason="Non.")
    stage.decide(rose, stage.suggest(ana, 2, "", kind="unclear", comment="?"))
    assert [score for score, _of in results(stage, ana)] in ([], [0])
    assert not done(stage, ana)


def test_what_was_proposed_in_time_counts_whenever_it_is_decided(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    row = stage.suggest(ana, 0, "Un.")
    past_the_deadline(stage)
    late = stage.suggest(ana, 1, "Deux.")
    stage.decide(rose, row)
    stage.decide(rose, late)
    assert results(stage, ana) == [(1, 2)]


def extend(stage: Stage, who: Person) -> None:
    until, tom = stage.now + timedelta(days=7), stage.person("Tom")
    courses.extend(
        enrolment=enrolled(stage, who), key="sous-titres", until=until, reason="Malade.", by=tom, now=stage.now
    )


def test_an_extension_extends_it(stage: Stage) -> None:
    ana, ben = stage.learner("Ana"), stage.learner("Ben")
    past_the_deadline(stage)
    extend(stage, ana)
    for place, who in enumerate((ana, ben)):
        stage.decide(stage.reviewer("Rose"), stage.suggest(who, place, "Autre chose."))
    assert results(stage, ana) == [(1, 2)]
    assert [score for score, _of in results(stage, ben)] in ([], [0])


def test_a_decision_after_an_extension_counts_what_came_late_before_it(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    past_the_deadline(stage)
    stage.decide(rose, stage.suggest(ana, 0, "Un."))
    extend(stage, ana)
    stage.decide(rose, stage.suggest(ana, 1, "Deux."))
    assert (results(stage, ana), done(stage, ana)) == ([(2, 2)], True)


def test_it_counts_in_the_edition_that_it_was_made_in(stage: Stage) -> None:
    other = cast.edition(slug="thin-2", of=stage.edition.course.versions.get(), opens=stage.edition.opens_at)
    cast.enrolment(stage.learner("Ana"), other)
    stage.accepted_words(0, "Un.")
    rows = Result.objects.filter(unit__key="sous-titres")
    assert [row.enrolment.edition for row in rows] == [stage.edition]


def test_a_correction_by_the_team_stays(stage: Stage) -> None:
    ana, tom = stage.learner("Ana"), stage.person("Tom")
    from_grades = outline(stage)
    unit = from_grades.by_key["sous-titres"]
    correct(enrolled(stage, ana), unit, from_grades, tom, stage)
    stage.accepted_words(0, "Un.")
    row = Result.objects.get(enrolment=enrolled(stage, ana))
    assert (row.corrected, row.score) == (80, 1)
    path = f"/e/{stage.edition.slug}/me/fr/debut/sous-titres/"
    assert "80" in cast.script(ana).get(path).content.decode()


def correct(enrolment: Enrolment, unit: Any, seen: Outline, by: Person, stage: Stage) -> None:
    grades.correct(enrolment=enrolment, unit=unit, outline=seen, percent=80, by=by, now=stage.now)


@pytest.mark.parametrize("accepted", ["0", "-1", "1001", "beaucoup", "true", "1.5", "[1]"])
def test_an_activity_that_asks_for_no_number_is_refused_by_its_line(tmp_path: Path, accepted: str) -> None:
    root = staging.folder(tmp_path)
    (root / "fr/debut/06-sous-titres.md").write_text(staging.UNIT.format(accepted=accepted))
    with pytest.raises(BadCourse) as refused:
        cast.version(root)
    assert [problem.file for problem in refused.value.problems] == ["fr/debut/06-sous-titres.md"]


def test_it_asks_for_three_where_the_course_says_nothing(tmp_path: Path) -> None:
    root = staging.folder(tmp_path)
    unit = staging.UNIT.format(accepted=1).replace("accepted: 1\n", "")
    (root / "fr/debut/06-sous-titres.md").write_text(unit)
    edition = cast.edition(of=cast.version(root), opens=cast.monday(timezone.now(), -1))
    assert crediting.asked(outlines.of_edition(edition, "fr").by_key["sous-titres"]) == 3


def thanks(stage: Stage) -> Sequence[Thanked]:
    return crediting.thanked(stage.edition.course)


def test_who_gave_most_is_thanked_first_by_what_they_are_called(stage: Stage) -> None:
    for place, name in enumerate(("Ana", "Ben", "Ben", "Cleo")):
        stage.accepted_words(place, f"{name} {place}.", by=name)
    stage.suggest(stage.learner("Dan"), 5, "En attente.")
    Person.objects.filter(pk=stage.person("Ben").pk).update(name="Ben de la Tour")
    found = thanks(stage)
    assert found[0] == Thanked("Ben T.", 2)
    assert {one.name for one in found[1:]} == {"Ana", "Cleo"}
    page = cast.browser().get(f"/e/{stage.edition.slug}/videos/thanks/").content.decode()
    assert "Ben T." in page
    assert "de la Tour" not in page


def test_what_somebody_gave_is_counted_for_their_record(stage: Stage) -> None:
    ana, rose = stage.learner("Ana"), stage.reviewer("Rose")
    stage.accepted_words(0, "Un.")
    stage.decide(rose, stage.suggest(ana, 1, "Deux."), accept=False, reason="Non.")
    stage.suggest(ana, 2, "Trois.")
    row = stage.suggest(stage.learner("Ben"), 3, "Quatre.")
    stage.support(ana, row)
    course = stage.edition.course_id
    assert crediting.given(ana.pk, course) == Given(made=3, accepted=1, refused=1, supported=1)
    assert crediting.given(stage.person("Zoe").pk, course) == Given(0, 0, 0, 0)


def test_a_course_without_the_activity_counts_nothing(tmp_path: Path) -> None:
    stage = staging.made(tmp_path, timezone.now())
    stage.accepted_words(1, "On commence.")
    assert not Result.objects.exists()
    assert Suggestion.objects.get().state == "accepted"
