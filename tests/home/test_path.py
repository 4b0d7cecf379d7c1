"""My path by date: what is next, how long it takes, what is at stake, will I pass."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from preau.accounts.models import Person
from preau.courses import actions as courses
from preau.courses.models import Edition, Elective, Enrolment
from preau.grades import actions as grades
from preau.grades.models import Result
from preau.home import path
from tests import cast
from tests.discussion import talking
from tests.home import stage
from tests.peer import stage as peers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The words of items are made when they are shown; pages that are asked for speak French."""
    with translation.override("en"):
        yield


def shown(enrolment: Enrolment, now: datetime, language: str = "en") -> Mapping[str, Any]:
    """What the page shows at a moment."""
    return path.page(enrolment, language, now=now)


def answer(enrolment: Enrolment, now: datetime) -> str:
    return str(shown(enrolment, now)["answer"])


def items(found: Mapping[str, Any], part: str = "this") -> list[path.Item]:
    held = found[part]
    return [i for week in ([held] if isinstance(held, path.Week) else held) for day in week.days for i in day]


def test_each_week_holds_its_own_by_day_and_electives_apart(ana_enrolment: Enrolment, now: datetime) -> None:
    assert not shown(ana_enrolment, now)["coming"][0].electives, "what nobody chose is not on their path"
    Elective.objects.create(enrolment=ana_enrolment, key="suite", chosen_at=now)
    found = shown(ana_enrolment, now)
    assert [item.title for item in items(found)] == ["The beginning", "A lesson", "Un quiz"]
    assert found["this"].name == "Week 1, 2 March to 8 March"
    later = [[item.title for day in week.days for item in day] for week in found["coming"]]
    assert later[0] == ["Un quiz corrigé après", "Un cas"]
    elective = found["coming"][0].electives
    assert [(item.what, item.title) for day in elective for item in day] == [
        ("module", "What follows"),
        ("work", "En plus"),
    ]


def test_the_page_tells_dates_lengths_and_stakes() -> None:
    now = timezone.now()
    edition = stage.running(now)
    row = stage.learner("Ana", edition, zone="Africa/Dakar")
    Elective.objects.create(enrolment=row, key="suite", chosen_at=now)
    page = stage.page(row.person, edition).replace("\xa0", " ").replace("\u202f", " ")
    assert "compte pour 50 % de la moyenne" in page
    assert "heure de Paris ; chez vous" in page
    assert "50 % demandés par votre parcours" in page
    assert "Modules complémentaires, à votre choix" in page


def test_the_answer_says_what_remains_to_be_done(ana_enrolment: Enrolment, now: datetime) -> None:
    assert answer(ana_enrolment, now) == (
        "It is within reach: 60% on average over the 2 quizzes that remain in the core and 50% at the exam."
    )
    stage.scored(ana_enrolment, "quiz", 90, now)
    assert "30% at the quiz that remains in the core" in answer(ana_enrolment, now)
    stage.scored(ana_enrolment, "apres", 90, now)
    stage.scored(ana_enrolment, "examen", 70, now)
    assert answer(ana_enrolment, now).startswith("Yes, it is done")


def test_what_may_not_be_told_yet_is_asked_for_as_if_it_were_to_come(ana_enrolment: Enrolment, now: datetime) -> None:
    stage.scored(ana_enrolment, "quiz", 0, now, shown_from=now + timedelta(days=6))
    unit = ana_enrolment.edition.course.units.get(key="quiz")
    grades.complete(enrolment_id=ana_enrolment.pk, unit_id=unit.pk, now=now)
    found = shown(ana_enrolment, now)
    assert "the 2 quizzes that remain in the core (1 is done and waits for its result)" in found["answer"]
    assert "Un quiz" in [item.title for item in items(found, "coming") if item.what == "results"]


def test_out_of_reach_says_why_and_where_one_still_may(
    ana: Person, ana_enrolment: Enrolment, edition: Edition, now: datetime
) -> None:
    courses.set_tracks(
        edition,
        {
            "classic": {"title": "Classic", "needs": [{"mean": "quiz", "of": "core", "at_least": 60}]},
            "light": {"title": "Light", "needs": [{"score": "exam", "at_least": 10}]},
        },
    )
    soon, late = (edition.opens_at + timedelta(days=days) for days in (15, 30))  # the exam is due on the 20th
    found = shown(ana_enrolment, late)
    assert found["answer"].startswith("Not on this track any more. Out of reach: Mean of the quizzes")
    assert [track.key for track in found["others"]] == []
    assert [track.key for track in shown(ana_enrolment, soon)["others"]] == ["light"]
    edition.milestones.create(key="light", what="joins", at=soon)
    assert shown(ana_enrolment, soon)["others"] == [], "nobody changes to it any more"
    over = shown(ana_enrolment, edition.closes_at)
    assert over["answer"].startswith("This track was not reached")
    assert over["others"] == []


def test_more_time_moves_the_item_and_says_why(
    ana: Person, ana_enrolment: Enrolment, tom: Person, edition: Edition, now: datetime
) -> None:
    courses.extend(
        enrolment=ana_enrolment, key="quiz", until=now + timedelta(days=9), reason="Une panne.", by=tom, now=now
    )
    fresh = Enrolment.objects.select_related("person", "edition__course", "track").get(pk=ana_enrolment.pk)
    found = shown(fresh, now)
    assert "Un quiz" not in [item.title for item in items(found)]
    (item,) = [item for item in items(found, "coming") if item.title == "Un quiz"]
    assert (item.at, item.reason) == (now + timedelta(days=9), "Une panne.")


def test_an_excuse_weighs_nothing_and_takes_no_time(
    ana: Person, ana_enrolment: Enrolment, tom: Person, now: datetime
) -> None:
    before = shown(ana_enrolment, now)
    courses.excuse(enrolment=ana_enrolment, key="quiz", reason="malade", by=tom, now=now)
    found = shown(ana_enrolment, now)
    (item,) = [item for item in items(found) if item.title == "Un quiz"]
    assert (item.state, item.at_stake) == ("excused", [])
    assert found["load"].core == before["load"].core - item.minutes
    other = next(item for item in items(found, "coming") if item.title == "Un quiz corrigé après")
    assert other.at_stake == ["counts for 100% of the mean of the quizzes (60% asked)"]


def test_what_is_kept_from_an_earlier_edition_is_no_work(ana_enrolment: Enrolment, now: datetime) -> None:
    stage.scored(ana_enrolment, "quiz", 0, now)
    Result.objects.update(carried=80, carried_from=1, how={"nothing": True})
    (item,) = [item for item in items(shown(ana_enrolment, now)) if item.title == "Un quiz"]
    assert (item.state, item.waits, item.said) == ("kept", False, "kept from an earlier edition")


def test_the_week_says_how_much_of_it_is_done(ana_enrolment: Enrolment, now: datetime) -> None:
    assert shown(ana_enrolment, now)["this_week"] == "This week: about 10 min."
    unit = ana_enrolment.edition.course.units.get(key="lecon")
    grades.complete(enrolment_id=ana_enrolment.pk, unit_id=unit.pk, now=now)
    found = shown(ana_enrolment, now)
    assert found["this_week"] == "This week: about 10 min, of which 5 min done."
    assert found["following"].core == 65
    assert found["next"].title == "Un quiz"


def test_what_the_track_does_not_ask_for_is_not_what_is_next(ana_enrolment: Enrolment, edition: Edition) -> None:
    at = edition.opens_at + timedelta(days=8)
    assert shown(ana_enrolment, at)["next"].title == "Un quiz corrigé après"
    for unit in ("quiz", "apres"):
        stage.scored(ana_enrolment, unit, 80, at)
    assert shown(ana_enrolment, at)["next"].title == "A lesson", "not the case, which only the other track asks for"


def test_before_the_opening_and_after_the_closing(ana: Person, ana_enrolment: Enrolment, edition: Edition) -> None:
    before = shown(ana_enrolment, edition.opens_at - timedelta(days=10))
    assert (before["this"], before["behind"], before["next"]) == (None, [], None)
    assert len(before["coming"]) == 3
    after = shown(ana_enrolment, edition.closes_at + timedelta(days=1))
    assert (after["coming"], len(after["behind"]), after["undated"]) == ([], 3, [])
    page = stage.page(ana, edition)  # the edition of March is over today
    assert "Cette session s’est terminée" in page
    assert "Les semaines passées" in page


def test_nothing_printed_is_an_empty_page(ana: Person, edition: Edition) -> None:
    edition.printings.all().delete()
    courses.touch(edition)
    page = stage.page(ana, edition)
    assert "Le programme est en préparation" in page
    assert 'id="pass"' not in page


def course_of(folder: Path, lessons: int) -> Edition:
    """An edition of a course of this many lessons without a date."""
    (folder / "fr" / "debut").mkdir(parents=True)
    (folder / "course.yaml").write_text(
        "slug: long\ntitle: {fr: Long}\nlanguages: [fr]\nmodules: [{id: debut, title: {fr: Début}}]\n"
        "tracks: {classic: {title: {fr: Un}, credits: 1, needs: [{reviews: all}]}}\n"
    )
    for n in range(lessons):
        text = f"---\nid: l{n}\nkind: lesson\ntitle: Leçon {n}\n---\nTexte.\n"
        (folder / "fr" / "debut" / f"{n:03}-l.md").write_text(text)
    return cast.edition(slug=f"long-{lessons}", opens=cast.monday(timezone.now(), -2), of=cast.version(folder))


def test_without_any_date_one_goes_at_ones_own_pace(tmp_path: Path) -> None:
    edition = course_of(tmp_path, 3)
    row = stage.learner("Ana", edition)
    page = stage.page(row.person, edition)
    assert "avancez à votre rythme" in page
    assert "3 autres activités sont ouvertes" in page
    assert 'id="hours"' not in page


def test_the_page_costs_as_much_for_three_units_as_for_three_hundred(tmp_path: Path) -> None:
    costs = []
    for lessons in (3, 300):
        row = stage.learner(f"Ana{lessons}", edition := course_of(tmp_path / str(lessons), lessons))
        browser = cast.browser(row.person)
        browser.get(f"/e/{edition.slug}/path/")
        with CaptureQueriesContext(connection) as spent:
            assert browser.get(f"/e/{edition.slug}/path/").status_code == 200
        costs.append(len(spent))
    assert costs[0] == costs[1] <= 11


def test_reviews_and_results_have_their_dates_and_hold_the_answer_open() -> None:
    now = timezone.now()
    edition = peers.assessed(slug="assessed", opens=cast.monday(now, -1))
    row = cast.enrolment(cast.person("Ana"), edition, track="advanced")
    whats = {item.what for item in path.items(_mine(row, now))}
    assert {"reviews", "work"} <= whats
    peers.copy(row.person, edition, now)
    mine = _mine(row, now)
    handed = next(item for item in path.items(mine) if item.what == "work" and item.title == "Un cas")
    assert handed.state == "handed"
    assert any(item.what == "results" for item in path.items(mine))


def _mine(row: Enrolment, now: datetime) -> path.Mine:
    found = shown(row, now)
    item = next(i for part in ("this", "coming", "behind") for i in items(found, part) if found[part])
    return item.mine


def test_live_sessions_are_on_it_until_they_are_cancelled() -> None:
    now = timezone.now()
    edition = stage.running(now)
    tom = cast.person("Tom")
    cast.role(tom, "teacher", edition=edition)
    live = talking.session(tom, {"edition": edition.slug}, now)
    row = stage.learner("Ana", edition)
    address = f"/discussion/live/{live.pk}/"
    assert address in stage.page(row.person, edition)
    type(live).objects.update(cancelled_at=now)
    assert address not in stage.page(row.person, edition)


def test_the_edition_home_leads_there(ana: Person, edition: Edition) -> None:
    assert f'href="/e/{edition.slug}/path/"' in cast.browser(ana).get(f"/e/{edition.slug}/").content.decode()


def test_a_zone_of_ones_own_moves_no_item_to_another_week(ana_enrolment: Enrolment, now: datetime) -> None:
    ana_enrolment.person.zone = "Pacific/Auckland"
    found = shown(ana_enrolment, now)
    (item,) = [item for item in items(found) if item.title == "Un quiz"]
    assert item.at.astimezone(ZoneInfo("Pacific/Auckland")).weekday() == 0
    assert "where you are Monday 9 March" in item.when
