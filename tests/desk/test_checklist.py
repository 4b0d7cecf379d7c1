"""Before an edition opens: small checks over values, and the page that shows what they find."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from preau.accounts.models import Person
from preau.content import printing
from preau.content.models import UnitText
from preau.courses.models import Edition, Enrolment, Milestone
from preau.desk import checklist, clashes
from preau.desk.checklist import Assessed, Dated, Facts, Text
from tests import cast

NOW = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ONLY_FR = frozenset({"fr"})
UNIT = Dated("quiz", "Quiz 1", NOW + 20 * DAY, NOW + 27 * DAY, graded=True)
PEERS = Assessed("cas", "Cas", NOW + 30 * DAY, NOW + 33 * DAY, exemplars=2, comments=True)
READY = Facts(
    slug="x-1",
    now=NOW,
    enrols_at=NOW - DAY,
    opens_at=NOW + 20 * DAY,
    enrolment_closes_at=NOW + 40 * DAY,
    closes_at=NOW + 80 * DAY,
    printed=True,
    languages=("fr",),
    texts=(Text("quiz", "Quiz 1", "fr"),),
    units=(UNIT,),
    speaking=frozenset({"fr"}),
    staff=frozenset({"teacher", "registrar"}),
    safety_contact=True,
    saved_replies=5,
    sender="cours@ecole.fr",
    mail_server=True,
    papers=(("Classique", ()),),
    assessed=(PEERS,),
)


def test_an_edition_that_is_ready_has_no_problem() -> None:
    assert checklist.problems(READY) == []


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({"printed": False}, 1),
        ({"after_jury": (("Classique", ("Examen",)),)}, 1),
        ({"assessed": (replace(PEERS, exemplars=0),)}, 1),
        ({"assessed": (replace(PEERS, comments=False),)}, 1),
        ({"assessed": (replace(PEERS, results=PEERS.reviews_due),)}, 1),
        ({"assessed": (replace(PEERS, reviews_due=NOW + 80 * DAY, results=NOW + 83 * DAY),)}, 1),
        ({"assessed": (replace(PEERS, reviews_due=None, results=None),)}, 0),
        ({"closes_at": NOW, "assessed": ()}, 1),
        ({"enrolment_closes_at": NOW}, 1),
        ({"opens_at": NOW - DAY, "enrols_at": NOW - 2 * DAY}, 1),
        ({"enrols_at": NOW + 20 * DAY}, 1),
        ({"units": (replace(UNIT, due=NOW - DAY),)}, 2),
        ({"units": (replace(UNIT, due=UNIT.opens),)}, 1),
        ({"units": (replace(UNIT, due=None),)}, 1),
        ({"texts": (Text("quiz", "Quiz 1", "fr", links=("nowhere.png",)),)}, 1),
        ({"languages": ("fr", "en"), "speaking": frozenset({"fr", "en"})}, 1),
        ({"texts": (Text("quiz", "Quiz 1", "fr", video="a.mp4"),)}, 1),
        ({"texts": (Text("quiz", "Quiz 1", "fr", video="a.mp4", captions=frozenset({"en"})),)}, 1),
        ({"texts": (Text("quiz", "Quiz 1", "fr", video="a.mp4", captions=ONLY_FR),)}, 0),
        ({"texts": (Text("quiz", "Quiz 1", "fr", video="a.mp4", captions=ONLY_FR, automatic=ONLY_FR),)}, 1),
        ({"texts": (Text("quiz", "Quiz 1", "fr", elsewhere=True),)}, 1),
        ({"silent": (("Quiz 1", 3),)}, 1),
        ({"speaking": frozenset()}, 1),
        ({"staff": frozenset()}, 2),
        ({"safety_contact": False}, 1),
        ({"saved_replies": 0}, 1),
        ({"mail_server": False}, 1),
        ({"sender": "Préau <ne-pas-repondre@example.org>"}, 1),
        ({"papers": (("Classique", ("country",)),)}, 1),
    ],
)  # fmt: skip
def test_each_thing_that_lacks_is_found_once(changed: dict[str, object], count: int) -> None:
    found = checklist.problems(replace(READY, **changed))  # type: ignore[arg-type]
    assert len(found) == count
    assert all(problem.what and problem.todo for problem in found)


def test_the_grave_ones_come_first_and_many_names_are_counted() -> None:
    found = checklist.problems(replace(READY, printed=False, saved_replies=0, staff=frozenset()))
    assert [problem.grave for problem in found] == sorted((problem.grave for problem in found), reverse=True)
    assert "2" in checklist.named([str(n) for n in range(7)])


def test_the_page_says_what_the_thin_course_lacks(edition: Edition, tom: Person, settings: Settings) -> None:
    page = cast.browser(tom).get("/desk/thin-1/checklist/")
    found = {problem.what for problem in page.context["problems"]}
    assert page.status_code == 200
    assert any("registrar" in what or "secrét" in what or "scolarité" in what for what in found)
    UnitText.objects.filter(unit__key="lecon", language="fr").update(body="Voir [là](nulle-part.pdf).")
    page = cast.browser(tom).get("/desk/thin-1/checklist/")
    assert any("nulle-part.pdf" in problem.what for problem in page.context["problems"])


def test_publishing_says_how_much_is_left(edition: Edition, tom: Person) -> None:
    Edition.objects.update(published_at=None)
    page = cast.browser(tom).post("/desk/thin-1/publish/", follow=True)
    assert len(list(page.context["messages"])) == 2


def test_one_looks_as_a_learner_with_their_track_and_extension(
    edition: Edition, tom: Person, ana_enrolment: Enrolment
) -> None:
    due = Milestone.objects.get(key="quiz", what="due").at
    ana_enrolment.extensions.create(key="quiz", until=due + 9 * DAY, reason="x", given_by=tom)
    Enrolment.objects.update(track=edition.tracks.get(key="advanced"))
    browser = cast.browser(tom)
    first = browser.get(f"/desk/thin-1/preview/?learner={ana_enrolment.pk}")
    assert f"learner={ana_enrolment.pk}" in first.headers["Location"]
    when = f"{due + 5 * DAY:%Y-%m-%dT%H:%M}"
    theirs = browser.get(f"/desk/thin-1/preview/fr/quiz/?learner={ana_enrolment.pk}&at={when}")
    assert (theirs.context["track"].key, theirs.context["late"], theirs.context["over"]) == ("advanced", False, False)
    anybody = browser.get(f"/desk/thin-1/preview/fr/quiz/?at={when}")
    assert (anybody.context["late"], anybody.context["over"]) == (True, True)


def test_nobody_looks_as_a_learner_of_another_edition(edition: Edition, tom: Person, ben: Person) -> None:
    there = Enrolment.objects.get(person=ben)
    for address in (f"/desk/thin-1/preview/?learner={there.pk}", "/desk/thin-1/preview/fr/quiz/?learner=x"):
        assert cast.browser(tom).get(address).status_code == 404


HOURS = st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours))
ACTIVITY = st.builds(
    clashes.Dated,
    key=st.uuids().map(str),
    title=st.just("t"),
    module=st.sampled_from(["a", "b"]),
    opens=HOURS,
    due=st.none() | HOURS,
    tells=st.none() | HOURS,
)


@given(st.lists(ACTIVITY, max_size=5), st.integers(1, 300), HOURS)
def test_clashes_are_exactly_what_lies_between_the_former_end_and_the_new(
    activities: list[clashes.Dated], hours: int, closes: datetime
) -> None:
    due = NOW
    one = clashes.Dated("one", "One", "a", NOW - DAY, due, None, due + timedelta(hours=hours))
    assert one.after is not None
    found = clashes.find([one, *activities], closes, now=NOW, for_all=True)
    assert clashes.blocking(found) == (one.after > closes)
    together = [a for a in activities if a.module == "a" and a.due and due < a.due <= one.after]
    assert len([clash for clash in found if clash.kind == "together"]) == len(together)
    assert not [clash for clash in found if clash.kind == "assessed"]
    opens = {(a.module, a.opens) for a in activities if due <= a.opens < one.after}
    assert len([clash for clash in found if clash.kind == "opens"]) == len(opens)


def test_a_jury_that_decides_before_what_counts_is_over_is_said(tom: Person, edition: Edition) -> None:
    """Moved by hand, or so by the dates of the edition."""
    page = f"/desk/{edition.slug}/checklist/"
    assert "délibère avant" not in cast.browser(tom).get(page).content.decode()
    exam = Milestone.objects.get(edition=edition, key="examen", what="closes")
    Milestone.objects.create(edition=edition, key="classic", what="jury", at=exam.at - DAY)
    printing.refreshed(edition)
    said = cast.browser(tom).get(page).content.decode()
    assert "Le jury du parcours « Classique » délibère avant" in said.replace("\xa0", " ")
