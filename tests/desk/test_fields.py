"""The eleven mandatory elements of a European micro-credential: shown with their values, and blocking while empty."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from preau.accounts.models import Person
from preau.audit.http import Refused
from preau.certificates import actions, credential, profiles
from preau.certificates.models import Award
from preau.courses.models import Course, Edition
from preau.desk import fields as shown
from tests import cast
from tests.certificates import sample, stage
from tests.certificates.stage import SECOND, scored

PAGE = "/desk/echelle-1/awards/fields/"
BLANK = st.sampled_from(["", " ", "\n\t", "\u00a0"])
EMPTY: dict[str, st.SearchStrategy[Any]] = {
    "title": BLANK,
    "country": BLANK | st.sampled_from(["France", "F", "F1", "FRA", "ÉÉ"]),
    "awarding_body": BLANK,
    "learning_outcomes": st.lists(BLANK, max_size=3).map(tuple),
    "workload_hours": st.sampled_from([0, 0.0, -5, float("nan"), float("inf"), 0.001]),
    "level": st.integers().filter(lambda level: not 1 <= level <= 8),
    "assessment_type": BLANK,
    "participation": BLANK,
    "quality_assurance": BLANK,
}
"""Nine of the eleven are the course's; the other two, who and when, are each award's."""


@pytest.fixture
def edition(db: None, tmp_path: Path) -> Edition:
    return stage.editions(stage.version(tmp_path))[0]


@pytest.fixture
def paul(edition: Edition) -> Person:
    """Teaches it."""
    person = cast.person("Paul")
    cast.role(person, "teacher", edition=edition)
    return person


def page(who: Person) -> Any:
    response = cast.browser(who).get(PAGE)
    assert response.status_code == 200
    return response


def says(**changes: Any) -> None:
    """The course says something else."""
    row = Course.objects.get()
    row.about["certificate"].update(changes)
    row.save()


def test_all_eleven_are_shown_for_each_track_and_each_module_that_attests(paul: Person, edition: Edition) -> None:
    sheets = page(paul).context["sheets"]
    assert next((sheet.title, sheet.of_track, len(sheet.elements)) for sheet in sheets) == ("Classique", True, 11)
    assert [sheet.title for sheet in sheets if not sheet.of_track] == ["La méthode TRIZ"]
    assert {sheet.missing for sheet in sheets} == {0}
    text = page(paul).content.decode()
    for said in ("France", "École du test", "De bout en bout.", "Les tests", "certificate: quality_assurance"):
        assert said in text, said


def test_each_element_of_the_course_has_its_line_and_no_other() -> None:
    optional = {"prerequisites", "supervision", "identity_checked", "stackability"}
    mandatory = {one.name for one in fields(credential.Profile)} - optional
    assert mandatory == set(EMPTY) == {one.key for one in shown.ELEMENTS} - {""}
    assert len(shown.ELEMENTS) == 11


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("country", ""),
        ("country", False),  # what YAML reads where Norway is written without quotes
        ("country", "France"),
        ("awarding_body", ""),
        ("workload_hours", 0),
        ("workload_hours", "dix"),
        ("workload_hours", {"classic": 0}),
        ("level", "bachelor"),
        ("level", 9),
        ("assessment", ""),
        ("participation", " "),
        ("quality_assurance", {"fr": ""}),
    ],
)
def test_what_is_empty_is_marked_and_blocks(paul: Person, edition: Edition, key: str, value: Any) -> None:
    scored(cast.enrolment(cast.person("Lea"), edition), 80, "quiz", "defi")
    says(**{key: value})
    first = page(paul).context["sheets"][0]
    assert [one.where for one in first.elements if one.empty] == [f"certificate: {key}"]
    again = Edition.objects.select_related("course").get(pk=edition.pk)
    with pytest.raises(Refused):
        actions.award_passed(edition=again, track=again.tracks.get(key="classic"), by=paul, now=SECOND)
    assert not Award.objects.exists()
    if key != "workload_hours":  # a module has its own
        with pytest.raises(Refused):
            actions.award_module(edition=again, module="suite", by=paul, now=SECOND)


def test_a_level_that_does_not_apply_blocks_nothing(paul: Person, edition: Edition) -> None:
    for level in (None, "", 6, "6"):
        says(level=level)
        assert page(paul).context["sheets"][0].missing == 0


@given(data=st.data(), key=st.sampled_from(sorted(EMPTY)))
def test_no_document_is_made_while_an_element_of_the_course_is_empty(data: Any, key: str) -> None:
    profile = replace(sample.PROFILE, **{key: data.draw(EMPTY[key])})
    assert profile.missing() == (key,)
    with pytest.raises(credential.Incomplete, match=key):
        credential.build(replace(sample.ACHIEVEMENT, profile=profile), sample.award(), site_url=sample.SITE)


@pytest.mark.parametrize(
    ("name", "award"),
    [
        ("email", lambda: sample.award(holder=replace(sample.HOLDER, email=""))),
        ("salt", lambda: sample.award(holder=replace(sample.HOLDER, salt=""))),
        ("code", lambda: sample.award(code="")),
        ("valid_from", lambda: sample.award(valid_from=None)),
    ],
)
def test_no_document_is_made_without_its_holder_and_its_date(name: str, award: Callable[[], credential.Award]) -> None:
    with pytest.raises(credential.Incomplete, match=name):
        credential.build(sample.ACHIEVEMENT, award(), site_url=sample.SITE)


@given(keys=st.sets(st.sampled_from(sorted(EMPTY)), min_size=2), data=st.data())
def test_all_that_is_empty_is_named_at_once(keys: set[str], data: Any) -> None:
    profile = replace(sample.PROFILE, **{key: data.draw(EMPTY[key]) for key in keys})
    assert set(profile.missing()) == keys


def test_learners_without_a_name_are_counted(paul: Person, edition: Edition) -> None:
    lea = cast.person("Lea")
    cast.enrolment(lea, edition)
    assert page(paul).context["nameless"] == 0
    Person.objects.filter(pk=lea.pk).update(name="")
    assert page(paul).context["nameless"] == 1


def test_learners_do_not_see_it_and_the_awards_lead_to_it(paul: Person, edition: Edition) -> None:
    lea = cast.person("Lea")
    cast.enrolment(lea, edition)
    assert cast.browser(lea).get(PAGE).status_code == 404
    assert PAGE.encode() in cast.browser(paul).get("/desk/echelle-1/awards/").content


def test_it_costs_the_same_for_one_module_and_for_many(paul: Person, edition: Edition, tmp_path: Path) -> None:
    def cost(path: str) -> int:
        cast.browser(paul).get(path)
        with CaptureQueriesContext(connection) as queries:
            cast.browser(paul).get(path)
        return len(queries)

    one = cost(PAGE)
    both = stage.COURSE.replace("{id: debut, title", "{id: debut, attestation: true, title").replace("echelle", "deux")
    tracks = "  more: {title: Plus, credits: 3, needs: [{score: examen, at_least: 90}]}\n"
    other = stage.version(tmp_path / "two", course=both.replace("tracks:\n", "tracks:\n" + tracks))
    cast.role(paul, "teacher", edition=cast.edition(slug="deux-1", of=other))
    sheets = cast.browser(paul).get("/desk/deux-1/awards/fields/").context["sheets"]
    assert len(sheets) == 5 + 2
    assert cost("/desk/deux-1/awards/fields/") == one


def test_a_module_reads_alone_what_it_reads_among_others(edition: Edition) -> None:
    row = profiles.module_text(edition, "suite")
    assert row is not None
    assert profiles.of_modules(edition, ["suite"], "fr")["suite"] == profiles.of_module(edition, row, "fr")
